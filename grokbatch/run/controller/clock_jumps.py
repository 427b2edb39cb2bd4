"""Logs when the machine's clock is set during a run, because the run's own times do not follow it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import stretch

if TYPE_CHECKING:
    from grokbatch.record.model.clock import RunClock

SMALLEST = 5.0
"""Seconds; smaller jumps are usual corrections of the clock and are not logged."""


class ClockJumps:
    """Notices jumps of the machine's clock; may be used from any thread."""

    def __init__(self, clock: RunClock) -> None:
        self._clock = clock
        self._logged = 0.0
        self._lock = threading.Lock()

    def log_new(self) -> None:
        """Log a jump since the last call, if there was one."""
        ahead = self._clock.ahead()
        with self._lock:
            jump = ahead - self._logged
            if abs(jump) < SMALLEST:
                return
            self._logged = ahead
        way = "ahead" if jump > 0 else "back"
        LOGGER.warning(
            "the machine's clock was set %s by %s; manifest and report keep the run's own time", way, stretch(abs(jump))
        )
