"""Videos that look almost the same are found, among many that begin alike."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grokbatch.media.near_duplicates import PICTURES, WAVES, fingerprint, near_twins
from tests.unit.media.video_files import FRAMES, pan, photograph, still, write_video

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

PHOTOGRAPH = photograph(3)


def falling(picture: NDArray[np.float64], pixels: int) -> Iterator[NDArray[np.float64]]:
    """Yield the picture with its middle sinking, by so many pixels in all."""
    for index in range(FRAMES):
        moved = picture.copy()
        down = round(pixels * index / (FRAMES - 1))
        moved[120 + down : 240 + down, 50:150] = picture[120:240, 50:150]
        yield moved


def print_of(*numbers: float) -> str:
    """Return a fingerprint whose pictures after the first show these grey levels in their first wave."""
    pictures = np.zeros((PICTURES, WAVES * WAVES), dtype="<f2")
    pictures[1:, 0] = np.resize(numbers, PICTURES - 1)
    return base64.b64encode(pictures.tobytes()).decode("ascii")


def test_twins_are_told_from_other_motions_of_the_same_image(tmp_path: Path) -> None:
    """The same motion, encoded anew or with noise, is a twin; another motion of the same image is not."""
    video_files = {
        "right": pan(PHOTOGRAPH, 12),
        "left": pan(PHOTOGRAPH, -12),
        "right, again": (
            picture + np.random.default_rng(5).normal(0, 5, picture.shape) for picture in pan(PHOTOGRAPH, 12)
        ),
        "falling": falling(PHOTOGRAPH, 40),
        "falling a little less": falling(PHOTOGRAPH, 38),
        "frozen": still(PHOTOGRAPH, 2),
        "frozen, too": still(PHOTOGRAPH, 4),
        "another image": pan(photograph(4), 12),
    }
    crfs = (25, 25, 32, 25, 28, 25, 28, 25)
    path = tmp_path / "video.mp4"
    prints = {
        name: fingerprint(write_video(path, pictures, crf=crf))
        for (name, pictures), crf in zip(video_files.items(), crfs, strict=True)
    }
    assert near_twins(prints) == (
        ("right", "right, again"),
        ("falling", "falling a little less"),
        ("frozen", "frozen, too"),
    )


def test_twins_of_twins_are_one_group() -> None:
    """Videos that hang together through others are in one group; those without a twin are in none."""
    prints = {"a": print_of(20), "b": print_of(-20), "c": print_of(30), "d": print_of(25), "e": print_of(20, -20)}
    assert near_twins(prints) == (("a", "c", "d"),)
    assert near_twins({}) == near_twins({"alone": print_of(1)}) == ()


@given(st.permutations([print_of(level) for level in (0, 0.2, 5, 6, 7, 20, 80, 90)]))
def test_the_groups_do_not_depend_on_the_order(prints: list[str]) -> None:
    """Whatever finished first, the same videos belong together."""
    groups = {frozenset(group) for group in near_twins({text: text for text in prints})}
    levels = {print_of(level): level for level in (0, 0.2, 5, 6, 7, 20, 80, 90)}
    assert {frozenset(levels[text] for text in group) for group in groups} == {
        frozenset({0, 0.2}),
        frozenset({5, 6, 7}),
        frozenset({80, 90}),
    }


def test_twins_are_found_however_far_apart_they_stand_among_a_thousand() -> None:
    """Videos are compared some at a time; each has its twin 500 places later."""
    random = np.random.default_rng(0)
    pictures = random.normal(0, 30, (500, PICTURES * WAVES**2)).astype("<f2")
    different = [base64.b64encode(each.tobytes()).decode() for each in pictures]
    prints = {f"video-{index:04d}": text for index, text in enumerate([*different, *different])}
    assert near_twins(prints) == tuple((f"video-{index:04d}", f"video-{index + 500:04d}") for index in range(500))


@pytest.mark.parametrize("text", ["", "no fingerprint", base64.b64encode(bytes(10)).decode()])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    """A damaged sidecar does not end in nonsense."""
    with pytest.raises(ValueError, match="not a fingerprint"):
        near_twins({"a": print_of(1), "b": text})
