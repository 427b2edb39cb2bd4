"""Waiting for what another process does, with an end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def wait_until(condition: Callable[[], T], what: str, seconds: float = 60.0) -> T:
    """Return the first true answer of `condition`; fail after `seconds` and say `what` did not happen."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"within {seconds:g} s there was no {what}")
        time.sleep(0.05)
    return answer
