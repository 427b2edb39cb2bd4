"""Ctrl+C while a run is being prepared; loaded before anything else, so it loads nothing heavy itself."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

EXIT_CODE = 2
"""What an interrupted call ends with; pytest's, too."""


class EarlyInterrupt:
    """Hears Ctrl+C from the moment on in which a call is known to be about batches.

    A press is only noted at first, `heed` and `note` choose what it does; a second one ends the process.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._ends = False
        self._before: signal.Handlers | Callable[[int, FrameType | None], object] | int | None = None
        self._listens = False

    @classmethod
    def of_process(cls) -> EarlyInterrupt:
        """Return the one that listens already, or one that does from now on: in a program's main thread only."""
        present = signal.getsignal(signal.SIGINT)
        if isinstance(present, EarlyInterrupt):
            return present
        early = cls()
        if threading.current_thread() is threading.main_thread():
            early._before, early._listens = signal.signal(signal.SIGINT, early), True
        return early

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Take a press in."""
        if self.pressed:
            sys.stderr.write("interrupted\n")
            sys.stderr.flush()
            os._exit(EXIT_CODE)
        self.pressed = True
        if self._ends:
            raise _interrupted()

    def heed(self) -> None:
        """Let a press end the call, one that came before, too; raises pytest.UsageError then."""
        self._ends = True
        if self.pressed:
            raise _interrupted()

    def note(self) -> None:
        """Only note a press from now on, for a moment in which the call may not end; raises pytest.UsageError then."""
        self._ends = False
        if self.pressed:
            raise _interrupted()

    def stop(self) -> None:
        """Leave Ctrl+C to whom it was before; safe to call twice."""
        if self._listens:
            self._listens = False
            signal.signal(signal.SIGINT, self._before)


def _interrupted() -> Exception:
    import pytest

    # Of all that pytest is told with, this alone ends a call at any time and is not shown by pytest itself.
    return pytest.UsageError("interrupted")
