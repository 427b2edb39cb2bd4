"""Checks whether a video meets the expectations of its batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.media.frame_samples import take_samples
from grokbatch.media.measures import FROZEN_BELOW, black_pictures, has_sound, motion
from grokbatch.media.resolution import is_at_least, resolution_class
from grokbatch.media.similarity import ALIKE_FROM, UnreadableImageError, likeness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grokbatch.batch.model.expectations import Expectations
    from grokbatch.media.frame_samples import Samples
    from grokbatch.media.probe import VideoFacts

# The site's videos of "6 s" last 6.04 s, those of "10 s" 10.04 s.
DURATION_TOLERANCE = 0.5
"""The seconds by which a video may be longer or shorter than expected."""


@dataclass(frozen=True)
class Miss:
    """An expectation that a video does not meet: its name in the batch file, the wanted and the measured value."""

    name: str
    wanted: str
    measured: str

    def __str__(self) -> str:
        return f"{self.name}: wanted {self.wanted}, measured {self.measured}"


def check(
    path: Path,
    facts: VideoFacts,
    expectations: Expectations,
    source_image: Path | None = None,
    samples: Samples | None = None,
) -> tuple[Miss, ...]:
    """Return the expectations that the video does not meet, in their order.

    Pictures are decoded only if an expectation needs them and no `samples` are given; that takes 0.1 to 0.3 s for six
    seconds of 480p. Raises `DamagedFileError` if the file cannot be decoded, and `OSError` if it cannot be read.
    """
    misses = [*_facts_missed(facts, expectations), *_sound_missed(path, facts, expectations)]
    if expectations.about_pictures:
        misses += _pictures_missed(samples or take_samples(path), facts, expectations, source_image)
    return tuple(misses)


def _facts_missed(facts: VideoFacts, expected: Expectations) -> Iterator[Miss]:
    if expected.duration is not None and abs(facts.duration - expected.duration) > DURATION_TOLERANCE:
        yield Miss("duration", f"{expected.duration:g} s", f"{facts.duration:.2f} s")
    if expected.min_resolution and not is_at_least(facts.width, facts.height, expected.min_resolution):
        measured = f"{resolution_class(facts.width, facts.height)} ({facts.width}x{facts.height})"
        yield Miss("min_resolution", f"{expected.min_resolution} or more", measured)


def _sound_missed(path: Path, facts: VideoFacts, expected: Expectations) -> Iterator[Miss]:
    if expected.audio is None:
        return
    events = facts.has_audio and has_sound(path)
    if expected.audio and not events:
        yield Miss("audio", "sound", "silence" if facts.has_audio else "no sound track")
    if events and not expected.audio:
        yield Miss("audio", "silence", "sound")


def _pictures_missed(
    samples: Samples, facts: VideoFacts, expected: Expectations, source_image: Path | None
) -> Iterator[Miss]:
    count, black = len(samples.greys), black_pictures(samples)
    # Fades from or to black are allowed, so only a video that is black half of the time is reported.
    if expected.not_black and 2 * black >= count:
        yield Miss("not_black", "pictures", f"black in {black} of {count} samples")
    least, moved = _threshold(expected.not_frozen, FROZEN_BELOW), motion(samples)
    if least is not None and moved < least:
        yield Miss("not_frozen", f"motion of {least:g} or more", f"{moved:.1f}")
    least = _threshold(expected.starts_like_source, ALIKE_FROM)
    if least is not None:
        yield from _likeness_missed(samples, facts, least, source_image)


def _likeness_missed(samples: Samples, facts: VideoFacts, least: float, source_image: Path | None) -> Iterator[Miss]:
    wanted = f"a likeness of {least:g} or more"
    if source_image is None:
        yield Miss("starts_like_source", wanted, "nothing: there is no source image")
        return
    try:
        alike = likeness(samples, facts, source_image)
    except UnreadableImageError as problem:
        yield Miss("starts_like_source", wanted, f"nothing: {problem}")
        return
    if alike < least:
        yield Miss("starts_like_source", wanted, f"{alike:.2f}")


def _threshold(wish: bool | float, default: float) -> float | None:
    """Return the number to compare with: the given one, or `default` for True; None if the expectation is off."""
    if wish is True:
        return default
    return None if wish is False else float(wish)
