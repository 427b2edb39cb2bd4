"""What a batch expects of its videos, measured from the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pytest
from PIL import Image

import grokbatch.demo
from grokbatch.batch.model.expectations import Expectations
from grokbatch.media.checks import check
from grokbatch.media.frame_samples import Samples, take_samples
from grokbatch.media.probe import VideoFacts, read_facts
from grokbatch.media.resolution import is_at_least, resolution_class
from tests.unit.media.video_files import FRAMES, HEIGHT, WIDTH, pan, photograph, still, write_video

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

MEDIA = Path(grokbatch.demo.__file__).parent / "clips" / "media"
PHOTOGRAPH = photograph(7)


@dataclass(frozen=True)
class Video:
    """A video file of this test, with its facts and samples read once."""

    path: Path
    facts: VideoFacts
    samples: Samples

    @classmethod
    def of(cls, path: Path) -> Video:
        return cls(path, read_facts(path), take_samples(path))

    def misses(self, source_image: Path | None = None, **expectations: float | str | bool | None) -> list[str]:
        wishes = Expectations(**expectations)  # type: ignore[arg-type]
        return [str(miss) for miss in check(self.path, self.facts, wishes, source_image, self.samples)]


Shoot: TypeAlias = "Callable[..., Video]"


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    """Make a video file of pictures, with a tone of this loudness."""

    def make(pictures: Iterable[NDArray[np.float64]], loudness: float | None = None, crf: int = 25) -> Video:
        return Video.of(write_video(tmp_path / "video-001.mp4", pictures, loudness=loudness, crf=crf))

    return make


@pytest.fixture(scope="module")
def dawn() -> Video:
    return Video.of(MEDIA / "dawn.mp4")


def test_a_video_as_expected_misses_nothing(dawn: Video) -> None:
    """The demo's own clip has all that can be expected of it, read from the file alone."""
    wishes = Expectations(
        duration=2, min_resolution="480p", audio=True, not_black=True, not_frozen=True, starts_like_source=True
    )
    assert check(dawn.path, dawn.facts, wishes, MEDIA / "dawn.jpg") == ()


def test_nothing_expected_nothing_missed(shoot: Shoot) -> None:
    """A black, mute, frozen video file misses nothing if nobody asks."""
    assert not shoot(still(np.zeros_like(PHOTOGRAPH), frames=3)).misses()


def test_misses_say_what_was_wanted_and_what_was_measured(dawn: Video) -> None:
    """Every miss is one sentence for people, in the order of the expectations."""
    assert dawn.misses(
        duration=10, min_resolution="720p", audio=False, not_frozen=99.0, starts_like_source=True, not_black=True
    ) == [
        "duration: wanted 10 s, measured 2.00 s",
        "min_resolution: wanted 720p or more, measured 480p (400x736)",
        "audio: wanted silence, measured sound",
        "not_frozen: wanted motion of 99 or more, measured 32.8",
        "starts_like_source: wanted a likeness of 0.4 or more, measured nothing: there is no source image",
    ]


@pytest.mark.parametrize(("length", "missed"), [(6.04, 0), (5.9, 0), (10.04, 1), (5.2, 1)])
def test_six_seconds_are_what_the_site_calls_so(length: float, missed: int) -> None:
    """The site's "6 s" are 6.04 s; a video of another kind is missed."""
    facts = VideoFacts(length, 400, 736, 24, has_audio=True, size=1, sha256="")
    assert len(check(Path("none.mp4"), facts, Expectations(duration=6.0))) == missed


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (560, 560, "480p"),
        (400, 736, "480p"),
        (736, 400, "480p"),
        (854, 480, "480p"),
        (784, 1168, "720p"),
        (1280, 720, "720p"),
        (1920, 1080, "1080p"),
        (200, 368, "240p"),
    ],
)
def test_the_class_of_a_resolution(width: int, height: int, name: str) -> None:
    """Pictures of all shapes that the site makes are told apart by their number of pixels."""
    assert resolution_class(width, height) == name
    assert is_at_least(width, height, name)
    assert is_at_least(width, height, "1080p") is (name == "1080p")


@pytest.mark.parametrize(
    ("loudness", "sound", "silence"),
    [
        (None, ["audio: wanted sound, measured no sound track"], []),
        (0.0, ["audio: wanted sound, measured silence"], []),
        (0.01, [], ["audio: wanted silence, measured sound"]),
    ],
    ids=["no-track", "silent-track", "quiet-tone"],
)
def test_a_silent_track_is_no_sound(shoot: Shoot, loudness: float | None, sound: list[str], silence: list[str]) -> None:
    """A sound track in which nothing can be heard counts as none."""
    video_file = shoot(still(PHOTOGRAPH, frames=6), loudness)
    assert video_file.misses(audio=True) == sound
    assert video_file.misses(audio=False) == silence


def test_black_is_a_miss_and_night_is_not(shoot: Shoot) -> None:
    """A video file that is black for half of its length is missed; a dark scene and a short fade are not."""
    black, night = np.zeros_like(PHOTOGRAPH), PHOTOGRAPH / 255 * 12
    night[40:60, 100:120] = 180  # a lit window
    assert shoot(still(black + 8, noise=4)).misses(not_black=True) == [
        "not_black: wanted pictures, measured black in 9 of 9 samples"
    ]
    assert shoot(still(night, noise=3)).misses(not_black=True) == []
    dimming = (PHOTOGRAPH if index < 14 else black for index in range(FRAMES))
    assert shoot(dimming).misses(not_black=True) == []


@pytest.mark.parametrize(("noise", "crf"), [(0, 36), (4, 25), (10, 30)])
def test_a_still_picture_is_frozen_whatever_the_noise(shoot: Shoot, noise: float, crf: int) -> None:
    """Neither grain nor a coarse encoding makes a still picture move."""
    (miss,) = shoot(still(PHOTOGRAPH, noise), crf=crf).misses(not_frozen=True)
    assert miss.startswith("not_frozen: wanted motion of 6 or more, measured ")


def test_a_slow_pan_and_a_small_motion_are_no_standstill(shoot: Shoot) -> None:
    """Two pixels in all, or one small thing that moves in a still picture, are motion; a threshold may be one's own."""
    slow = shoot(pan(PHOTOGRAPH, pixels=2))
    assert slow.misses(not_frozen=True) == []
    assert len(slow.misses(not_frozen=100.0)) == 1

    def blinking() -> Iterable[NDArray[np.float64]]:
        for index, picture in enumerate(still(PHOTOGRAPH, noise=2)):
            if index > FRAMES // 2:
                picture[100:130, 60:100] = 30
            yield picture

    assert shoot(blinking()).misses(not_frozen=True) == []


def test_a_video_that_starts_elsewhere_is_missed(shoot: Shoot, tmp_path: Path) -> None:
    """The image, cropped, paler or moved a little, is recognised; another one in the same light is not."""
    source, light = tmp_path / "source.jpg", np.linspace(200, 0, HEIGHT)[:, None, None]
    wide = (photograph(7, 2 * WIDTH, HEIGHT) + 2 * light) / 3
    Image.fromarray(wide.astype(np.uint8)).save(source, quality=60)
    middle = wide[:, WIDTH // 2 : WIDTH // 2 + WIDTH]
    for picture in (middle, middle * 0.8 + 30, np.roll(middle, (9, 5), (0, 1))):
        assert shoot(still(picture, noise=4, frames=3)).misses(source, starts_like_source=True) == []
    (miss,) = shoot(still((photograph(8) + 2 * light) / 3, frames=3)).misses(source, starts_like_source=True)
    assert miss.startswith("starts_like_source: wanted a likeness of 0.4 or more, measured 0.")


def test_a_source_image_that_is_none_is_said(dawn: Video, tmp_path: Path) -> None:
    """What cannot be compared does not pass, and the image's name is not told."""
    page = tmp_path / "private-name.jpg"
    page.write_bytes(b"<html>")
    assert dawn.misses(page, starts_like_source=0.3) == [
        "starts_like_source: wanted a likeness of 0.3 or more, measured nothing: the source image cannot be read"
    ]
