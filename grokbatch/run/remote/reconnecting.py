"""Waits until a computer to which the connection was lost can be reached again."""

from __future__ import annotations

import shlex
import subprocess
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE = 120.0
"""Seconds for which a run without any other worker tries to reach a computer again."""

_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_SECONDS = 20.0
_LOOK_AGAIN = 0.5


class Reconnecting:
    """Tries to reach the computer of an execnet spec, for as long as another worker `is_wanted`.

    While this run `is_alone`, that is without other workers, it is given up after `ALONE` seconds.
    """

    def __init__(self, spec: Any, is_wanted: Callable[[], bool], is_alone: Callable[[], bool]) -> None:
        self._spec, self._is_wanted, self._is_alone = spec, is_wanted, is_alone

    def is_reached(self) -> bool:
        """Return True when it can be reached, False when there is no use in trying any more."""
        began, pauses = time.monotonic(), list(_PAUSES)
        while self._waits(pauses.pop(0) if len(pauses) > 1 else pauses[0]):
            if _answers(self._spec):
                return True
            if self._is_alone() and time.monotonic() - began > ALONE:
                return False
        return False

    def _waits(self, seconds: float) -> bool:
        """Wait between two tries; return False as soon as no worker is wanted any more."""
        end = time.monotonic() + seconds
        while self._is_wanted():
            if time.monotonic() >= end:
                return True
            time.sleep(_LOOK_AGAIN)
        return False


def _answers(spec: Any) -> bool:
    if not spec.ssh:
        return True
    try:
        tried = subprocess.run(
            ["ssh", *shlex.split(spec.ssh), "true"],  # noqa: S607 - the user's own, as execnet calls it
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
