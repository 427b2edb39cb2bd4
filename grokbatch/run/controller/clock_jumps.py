"""Tells in the log when somebody set the machine's clock while the run lasts: the run's own times do not follow."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import stretch

if TYPE_CHECKING:
    from grokbatch.record.model.clock import RunClock

SMALLEST = 5.0
"""Seconds; less is a clock that is put right in passing, and changes nothing that anybody reads."""


class Jumps:
    """What was told of the machine's clock so far; may be asked from any thread."""

    def __init__(self, clock: RunClock) -> None:
        self._clock = clock
        self._told = 0.0
        self._lock = threading.Lock()

    def look(self) -> None:
        """Tell of a jump since the last look."""
        ahead = self._clock.ahead()
        with self._lock:
            jump = ahead - self._told
            if abs(jump) < SMALLEST:
                return
            self._told = ahead
        way = "ahead" if jump > 0 else "back"
        LOGGER.warning(
            "the machine's clock was set %s by %s; manifest and report go by the run's own", way, stretch(abs(jump))
        )
