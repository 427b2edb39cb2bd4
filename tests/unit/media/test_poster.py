"""Posters: real frames, small, and never black if there is anything to see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import grokbatch.demo
from grokbatch.media.errors import DamagedFileError
from grokbatch.media.poster import MOST_BYTES, write_poster
from tests.unit.media.video_files import FRAMES, HEIGHT, WIDTH, photograph, still, write_video

DAWN = Path(grokbatch.demo.__file__).parent / "clips" / "media" / "dawn.mp4"


def test_a_poster_is_a_small_real_picture(tmp_path: Path) -> None:
    """It has the video's shape and looks like it; dots in its name are kept; nothing else is left in the folder."""
    poster = write_poster(DAWN, tmp_path / "video-001.v2", width=160)
    assert [*tmp_path.iterdir()] == [poster]
    assert poster.stem == "video-001.v2"
    with Image.open(poster) as picture, Image.open(DAWN.with_suffix(".jpg")) as source:
        assert picture.size == (160, 294)
        differences = np.asarray(picture.convert("L"), float) - np.asarray(
            source.convert("L").resize((160, 294)), float
        )
    assert np.abs(differences).mean() < 10


def test_a_busy_picture_stays_small_and_is_not_enlarged(tmp_path: Path) -> None:
    """However much there is to see, a page of a hundred posters loads at once."""
    noise = np.random.default_rng(2).uniform(0, 255, (2 * HEIGHT, 2 * WIDTH, 3))
    busy = write_poster(write_video(tmp_path / "busy.mp4", still(noise, frames=3)), tmp_path / "busy")
    assert busy.stat().st_size <= MOST_BYTES
    small = write_poster(write_video(tmp_path / "small.mp4", still(photograph(1), frames=3)), tmp_path / "small")
    with Image.open(small) as picture:
        assert picture.size == (WIDTH, HEIGHT)


def test_a_poster_is_not_black_if_there_is_a_picture(tmp_path: Path) -> None:
    """A video file that is dark where the poster would be taken shows what comes later."""
    picture = photograph(1)
    video_file = write_video(tmp_path / "f.mp4", (picture * (index > FRAMES * 0.6) for index in range(FRAMES)))
    with Image.open(write_poster(video_file, tmp_path / "poster", at=0.0)) as poster:
        assert np.asarray(poster).mean() > 50
    black = write_video(tmp_path / "b.mp4", still(picture * 0, frames=3))
    with Image.open(write_poster(black, tmp_path / "black")) as poster:
        assert np.asarray(poster).mean() < 5


def test_no_poster_is_left_of_a_damaged_video(tmp_path: Path) -> None:
    """A video file that cannot be decoded is refused, and leaves neither a poster nor half of one."""
    video_file = tmp_path / "video.mp4"
    video_file.write_bytes(b"<html>")
    with pytest.raises(DamagedFileError):
        write_poster(video_file, tmp_path / "poster")
    assert [*tmp_path.iterdir()] == [video_file]
