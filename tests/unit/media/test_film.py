"""One film of several clips, read back by PyAV alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from grokbatch.media.film import write_film
from tests.unit.media.video_files import FPS, HEIGHT, WIDTH, photograph, still, write_video

if TYPE_CHECKING:
    from numpy.typing import NDArray


def grey(level: float, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.float64]:
    return np.full((height, width, 3), float(level))


def decoded(path: Path) -> list[NDArray[Any]]:
    """Return the brightness of all pictures, after checking that their times go up by one picture each."""
    with av.open(str(path)) as film:
        frames = list(film.decode(video=0))
    times = np.array([float(frame.time or 0) for frame in frames])
    assert np.allclose(np.diff(times), 1 / FPS, atol=0.002)
    return [frame.to_ndarray(format="gray") for frame in frames]


def sound_of(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)


def test_clips_of_one_kind_are_copied_not_encoded(tmp_path: Path) -> None:
    """Every picture of every clip is there, bit by bit, in order and in time."""
    clips = [
        write_video(tmp_path / f"{seed}.mp4", still(photograph(seed), noise=3), loudness=0.2) for seed in (1, 2, 3)
    ]
    film = write_film(clips, tmp_path / "film.mp4")
    assert (film.encoder, film.size, film.letterboxed) == ("", (WIDTH, HEIGHT), 0)
    before = [picture for clip in clips for picture in decoded(clip)]
    after = decoded(tmp_path / "film.mp4")
    assert len(after) == len(before) == 51
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
    assert sound_of(tmp_path / "film.mp4").shape[1] / 44_100 == pytest.approx(51 / FPS, abs=0.1)
    assert film.seconds == pytest.approx(51 / FPS, abs=0.1)


def test_clips_of_several_sizes_get_bars_in_the_size_of_the_largest(tmp_path: Path) -> None:
    tall = write_video(tmp_path / "tall.mp4", [grey(200)] * 12)
    wide = write_video(tmp_path / "wide.mp4", [grey(200, 480, 270)] * 12, loudness=0.3)
    film = write_film([tall, wide], tmp_path / "film.mp4")
    assert film.encoder
    assert (film.size, film.letterboxed) == ((480, 270), 1)
    pictures = decoded(tmp_path / "film.mp4")
    assert len(pictures) == 24
    first, last = pictures[3], pictures[-3]
    assert first[135, 20] < 20
    assert first[135, 460] < 20
    assert first[135, 240] == pytest.approx(200, abs=6)
    assert last[135, 20] == pytest.approx(200, abs=6)
    sound = sound_of(tmp_path / "film.mp4")
    quiet, loud = sound[:, :20_000], sound[:, 30_000:44_000]
    assert np.abs(quiet).max() < 0.01 < 0.1 < np.abs(loud).max()


def test_a_crossfade_blends_the_end_of_a_clip_with_the_beginning_of_the_next(tmp_path: Path) -> None:
    dark = write_video(tmp_path / "dark.mp4", [grey(40)] * 24)
    light = write_video(tmp_path / "light.mp4", [grey(220)] * 24)
    film = write_film([dark, light], tmp_path / "film.mp4", crossfade=0.25)
    levels = [float(picture.mean()) for picture in decoded(tmp_path / "film.mp4")]
    assert len(levels) == 42
    assert film.seconds == pytest.approx(42 / FPS)
    assert levels[17] == pytest.approx(40, abs=4)
    assert levels[24] == pytest.approx(220, abs=4)
    assert np.all(np.diff(levels[17:25]) > 10)


def test_a_crossfade_is_at_most_half_a_clip_long(tmp_path: Path) -> None:
    clips = [write_video(tmp_path / f"{level}.mp4", [grey(level)] * 10) for level in (40, 120, 220)]
    assert write_film(clips, tmp_path / "film.mp4", crossfade=5).seconds == pytest.approx(20 / FPS)
    assert len(decoded(tmp_path / "film.mp4")) == 20


def test_one_rate_is_made_of_several(tmp_path: Path) -> None:
    """The film has the rate of the first clip; the others keep their lengths."""
    slow = tmp_path / "slow.mp4"
    with av.open(str(slow), "w") as video_file:
        stream = video_file.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(12):
            picture = grey(20 * number).astype(np.uint8)
            video_file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        video_file.mux(stream.encode(None))
    first = write_video(tmp_path / "first.mp4", [grey(100, 300, 400)] * 24)
    assert write_film([first, slow], tmp_path / "film.mp4").seconds == pytest.approx(2)
    levels = [float(picture[200, 150]) for picture in decoded(tmp_path / "film.mp4")][24:]
    assert len(levels) == 24
    assert levels[::2] == pytest.approx([20 * number for number in range(12)], abs=8)
