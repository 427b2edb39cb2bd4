"""A clock that does not count the time for which the computer slept or this process was stopped.

Timeouts are measured with it: whoever was not there could not see a sign of progress.
"""

from __future__ import annotations

import math
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.model.clock import uptime

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LONGEST = 5.0
"""Seconds between two looks at the clock which a busy machine may take; after more the process did not run."""

_TICK = 1.0


@dataclass(frozen=True)
class Reading:
    """Two monotonic clocks at one moment, in seconds: `awake` stands still while the computer sleeps, `up` does not.

    Setting the system clock changes neither. Where there is only one such clock, both are the same.
    """

    up: float
    awake: float

    @classmethod
    def now(cls) -> Reading:
        """Return the clocks of this machine."""
        return cls(uptime(), _seconds_awake())


def _seconds_awake() -> float:
    if sys.platform == "win32":
        import ctypes

        told = ctypes.c_ulonglong()  # in 100 ns
        ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(told))
        return told.value / 1e7
    return time.monotonic()


@dataclass(frozen=True)
class Pause:
    """A time in which this process did not run: it began at `began`, in seconds of `uptime()`.

    `slept` is the part for which the computer slept; for the rest only the process was stopped.
    """

    began: float
    seconds: float
    slept: float

    @property
    def is_sleep(self) -> bool:
        """Whether the computer slept, rather than only the process being stopped."""
        return 2 * self.slept >= self.seconds


def pause_between(before: Reading, after: Reading) -> Pause | None:
    """Return the pause between two looks that usually follow one another within a second, None if there was none."""
    passed = after.up - before.up
    if passed <= LONGEST:
        return None
    return Pause(before.up, passed, max(0.0, passed - (after.awake - before.awake)))


class AwakeClock:
    """Counts the seconds in which this process ran, as long as it is `ticking`; may be called from any thread.

    `lost` are the seconds of all pauses so far. `on_pause` is called with each pause, in the thread that notices it.
    """

    def __init__(
        self, on_pause: Callable[[Pause], None] = lambda _: None, read: Callable[[], Reading] = Reading.now
    ) -> None:
        self._read, self._on_pause = read, on_pause
        self._lock = threading.Lock()
        self._last = read()
        self._counted = self._last.up
        self._paused_at = -math.inf
        self.lost = 0.0

    @property
    def since_pause(self) -> float:
        """The seconds that were counted since the last pause; infinity if there was none."""
        return self() - self._paused_at

    def __call__(self) -> float:
        """Return the time in seconds; only differences mean something."""
        with self._lock:
            now = self._read()
            pause = pause_between(self._last, now)
            # One tick at least: the clock must not stand still, however busy the machine is.
            self._counted += _TICK if pause else now.up - self._last.up
            self._last = now
            if pause:
                self.lost += pause.seconds
                self._paused_at = self._counted
            counted = self._counted
        if pause:
            self._on_pause(pause)
        return counted

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Look at the clock every second while the block lasts: without that, waiting would be taken for a pause."""
        over = threading.Event()

        def tick() -> None:
            while not over.wait(_TICK):
                self()

        self()
        thread = threading.Thread(target=tick, name="grokbatch-clock", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
