"""Handles Ctrl+C while a run is being prepared; imported before everything else, so it imports nothing heavy."""

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
"""The exit code of an interrupted call, the same as pytest's."""


class EarlyInterrupt:
    """Handles SIGINT from the moment at which a call may be about batches.

    The first press is only noted in `pressed`, until `let_end_call`; the second one ends the process at once.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._ends = False
        self._before: signal.Handlers | Callable[[int, FrameType | None], object] | int | None = None
        self._is_installed = False

    @classmethod
    def of_process(cls) -> EarlyInterrupt:
        """Return the handler that is installed, or install one, which is possible in the main thread only."""
        present = signal.getsignal(signal.SIGINT)
        if isinstance(present, EarlyInterrupt):
            return present
        early = cls()
        if threading.current_thread() is threading.main_thread():
            early._before, early._is_installed = signal.signal(signal.SIGINT, early), True
        return early

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Handle a press."""
        if self.pressed:
            sys.stderr.write("interrupted\n")
            sys.stderr.flush()
            os._exit(EXIT_CODE)
        self.pressed = True
        if self._ends:
            raise _interrupted()

    def let_end_call(self) -> None:
        """Let a press end the call with pytest.UsageError, which is raised at once if there was one already."""
        self._ends = True
        if self.pressed:
            raise _interrupted()

    def only_note(self) -> None:
        """Only note a press from now on, because the call must not end; raises pytest.UsageError for an earlier one."""
        self._ends = False
        if self.pressed:
            raise _interrupted()

    def stop(self) -> None:
        """Install the handler that was there before; safe to call twice."""
        if self._is_installed:
            self._is_installed = False
            signal.signal(signal.SIGINT, self._before)


def _interrupted() -> Exception:
    import pytest

    # The only exception of pytest that ends a call at any stage without pytest showing it.
    return pytest.UsageError("interrupted")
