"""The signature of a submit: samples of an animation, which must have moved as time did.

The page reads how far the dashes of a drawing have come, once per frame. Whoever stops, shortens or reduces the page's
animations, or has put something in the place of `fetch`, cannot make one that fits.
"""

from __future__ import annotations

import base64
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

if TYPE_CHECKING:
    from grokbatch.demo.video import Refusal

HEADER = "x-statsig-id"
SPEED = 200.0
"""Pixels that the dashes move in a second; after `ROUND` of them they begin anew."""

ROUND = 1000.0
LEAST_SAMPLES = 4
_NATIVE = re.compile(r"function fetch\(\) \{\s*\[native code\]\s*\}")
_SHORTEST_MS = 20.0
_SLACK = 2.0


class _Signature(BaseModel):
    samples: list[tuple[float, str]] = Field(max_length=100)
    fetch: str = Field(max_length=1000)


def fault_of(header: str | None) -> Refusal | None:
    """Return what is wrong with a signature, or None."""
    try:
        told = _Signature.model_validate_json(base64.b64decode(header or "", validate=True))
    except (ValidationError, ValueError):
        return "unsigned"
    if not _NATIVE.fullmatch(told.fetch):
        return "patched_fetch"
    return None if _moves(told.samples) else "still_animation"


def _moves(samples: list[tuple[float, str]]) -> bool:
    if len(samples) < LEAST_SAMPLES or samples[-1][0] - samples[0][0] < _SHORTEST_MS:
        return False
    return all(_step_fits(*one, *next_one) for one, next_one in pairwise(samples))


def _step_fits(at: float, value: str, later: float, then: str) -> bool:
    if not (value.endswith("px") and then.endswith("px")) or later <= at:
        return False
    try:
        moved = (float(then[:-2]) - float(value[:-2])) % ROUND
    except ValueError:
        return False
    return abs(moved - (later - at) / 1000 * SPEED % ROUND) <= _SLACK
