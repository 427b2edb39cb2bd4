"""Tells of the times in which a run did not run, because the computer slept or its processes were stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import stretch
from grokbatch.review.next_steps import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from grokbatch.record.model.awake_clock import Pause
    from grokbatch.record.model.clock import RunClock


class Pauses:
    """The pauses of one run; `note` may be called from any thread.

    Each is told in run.log and with `notice`, and passed on to `on_pause`. `lines` say of each what it was.
    """

    def __init__(
        self, clock: RunClock, notice: Callable[[str], None], on_pause: Callable[[Pause], None] = lambda _: None
    ) -> None:
        self._clock, self._notice, self._on_pause = clock, notice, on_pause
        self.lines: tuple[str, ...] = ()

    def note(self, pause: Pause) -> None:
        """Tell of a pause that has just ended."""
        line = line_of(pause, self._clock.at(pause.began), self._clock.now())
        self.lines = (*self.lines, line)
        LOGGER.warning("%s", line)
        self._notice(f"{line}; what was under way is looked at anew")
        self._on_pause(pause)


def line_of(pause: Pause, began: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return what a pause was: `the computer slept 2 h 10 min from 01:14`."""
    what = "the computer slept" if pause.is_sleep else "the run was stopped for"
    return f"{what} {stretch(pause.seconds)} from {until(began, now, zone)}"
