"""Compares a finished video with the options that were asked for, because the site may silently give less."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grokbatch.media.resolution import PIXELS, resolution_class

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grokbatch.record.model.outcome import MadeVideo

# Seconds; the site's "6 s" last 6.04 s.
_SECONDS_OFF = 0.75
# Factor between two aspect ratios. Neighbouring ratios, such as 9:16 and 2:3, differ by less and count as the same.
_SHAPE_OFF = 1.25


def shortfall(options: Mapping[str, str], made: MadeVideo) -> str:
    """Return how `made` falls short of `options`, such as `asked for 10 s, got 6.04 s`, or an empty string.

    Of the options, `duration` (seconds), `resolution` (such as `720p`) and `aspect` (such as `16:9`) are compared,
    unless they are `max` or the video's own value is unknown.
    """
    checks = (
        _resolution(options.get("resolution", ""), made),
        _duration(options.get("duration", ""), made),
        _aspect(options.get("aspect", ""), made),
    )
    return "; ".join(each for each in checks if each)


def _resolution(asked: str, made: MadeVideo) -> str:
    if not (asked in PIXELS and made.width and made.height):
        return ""
    got = resolution_class(made.width, made.height)
    return "" if PIXELS[got] >= PIXELS[asked] else f"asked for {asked}, got {got} ({made.width}x{made.height})"


def _duration(asked: str, made: MadeVideo) -> str:
    if not (asked.isdecimal() and made.duration) or abs(made.duration - int(asked)) <= _SECONDS_OFF:
        return ""
    return f"asked for {asked} s, got {round(made.duration, 2):g} s"


def _aspect(asked: str, made: MadeVideo) -> str:
    ratio = re.fullmatch(r"(\d+):(\d+)", asked)
    if not (ratio and made.width and made.height):
        return ""
    off = (made.width / made.height) / (int(ratio[1]) / int(ratio[2]))
    return f"asked for {asked}, got {made.width}x{made.height}" if max(off, 1 / off) > _SHAPE_OFF else ""
