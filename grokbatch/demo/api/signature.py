"""The signature of a submit: samples of an animation, which must have moved with time.

The page reads the offset of a drawing's dashes once per frame. A browser whose animations were stopped, shortened or
reduced, or whose `fetch` was replaced, cannot make a valid signature.
"""

from __future__ import annotations

import base64
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, ValidationError

if TYPE_CHECKING:
    from grokbatch.demo.state.video import Refusal

HEADER = "x-statsig-id"
SPEED = 200.0
"""Pixels that the dashes move in a second; after `ROUND` pixels they start again."""

ROUND = 1000.0
LEAST_SAMPLES = 4
_NATIVE = re.compile(r"function fetch\(\) \{\s*\[native code\]\s*\}")
_SHORTEST_MS = 20.0
_SLACK = 3.0
_TOLERANCE = 0.2


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
    try:
        read = [(at, float(value.removesuffix("px"))) for at, value in samples]
    except ValueError:
        return False
    steps = [(later - at, (then - value) % ROUND) for (at, value), (later, then) in pairwise(read)]
    if len(samples) < LEAST_SAMPLES or not all(passed > 0 and 0 < moved < ROUND / 2 for passed, moved in steps):
        return False
    passed, moved = sum(passed for passed, _ in steps), sum(moved for _, moved in steps)
    return passed >= _SHORTEST_MS and abs(moved - passed / 1000 * SPEED) <= _SLACK + _TOLERANCE * moved
