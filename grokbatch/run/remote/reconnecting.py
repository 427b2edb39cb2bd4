"""Waits until a computer to which the connection was lost can be reached again."""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ALONE = 120.0
"""Seconds for which a run without any other worker tries to reach a computer again."""

_PAUSES = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
_SECONDS = 20.0


class Reconnecting:
    """Tries to reach the computer of an execnet spec, for as long as another worker `is_wanted`.

    While this run `is_alone`, that is without other workers, it is given up after `ALONE` seconds. `changed` is
    notified when `is_wanted` may have changed.
    """

    def __init__(
        self, spec: Any, is_wanted: Callable[[], bool], is_alone: Callable[[], bool], changed: threading.Condition
    ) -> None:
        self._spec, self._is_wanted, self._is_alone, self._changed = spec, is_wanted, is_alone, changed

    def is_reached(self) -> bool:
        """Return True when it can be reached, False when there is no use in trying any more."""
        began, pauses = time.monotonic(), list(_PAUSES)
        while self._waits(pauses.pop(0) if len(pauses) > 1 else pauses[0]):
            if self._answers():
                return True
            if self._is_alone() and time.monotonic() - began > ALONE:
                return False
        return False

    def _waits(self, seconds: float) -> bool:
        """Wait between two tries; return False as soon as no worker is wanted any more."""
        with self._changed:
            return not self._changed.wait_for(lambda: not self._is_wanted(), seconds)

    def _answers(self) -> bool:
        """Try it once, unless no worker is wanted meanwhile."""
        if not self._spec.ssh:
            return True
        try:
            tried = subprocess.Popen(
                ["ssh", *shlex.split(self._spec.ssh), "true"],  # noqa: S607 - the user's own, as execnet calls it
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return False
        threading.Thread(target=self._note_end, args=(tried,), daemon=True).start()
        with self._changed:
            self._changed.wait_for(lambda: tried.returncode is not None or not self._is_wanted(), _SECONDS)
        tried.kill()
        return tried.wait() == 0

    def _note_end(self, tried: subprocess.Popen[bytes]) -> None:
        tried.wait()
        with self._changed:
            self._changed.notify_all()
