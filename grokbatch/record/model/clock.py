"""The clock of a run: the system time at its start plus the time that a monotonic clock has counted since.

Setting the system clock during a run therefore changes none of its durations.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def uptime() -> float:
    """Return the seconds of a monotonic clock, which is the same for all processes of this machine.

    It also counts while the machine sleeps, which `time.monotonic()` does on Windows only.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC_RAW)
    return time.monotonic()


def boot_id() -> str:
    """Return an id of the machine's present boot, or an empty string where the system has none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


@dataclass(frozen=True)
class Instant:
    """A moment that does not depend on the system clock: `uptime` seconds in the boot with the id `boot`."""

    boot: str
    uptime: float

    def after(self, earlier: Instant | None) -> float | None:
        """Return the seconds since `earlier`, or None if the machine has been restarted since, or that is unknown."""
        if earlier is None or not self.boot or self.boot != earlier.boot:
            return None
        return self.uptime - earlier.uptime


@dataclass(frozen=True)
class RunClock:
    """The clock of one run, shared by all its processes: it showed the time `began_at` when `uptime` was `began`.

    On another computer than the controller's, `skew` is by how many seconds the controller's system time is ahead.
    """

    began_at: datetime
    began: float
    skew: float = field(default=0.0, kw_only=True)

    @classmethod
    def start(cls) -> RunClock:
        """Return a clock that now shows the system time."""
        return cls(datetime.now(UTC), uptime())

    def now(self) -> datetime:
        """Return the run's time; the difference of two such times is the time that really passed."""
        return self.at(uptime())

    def at(self, moment: float) -> datetime:
        """Return the run's time when `uptime` was `moment`."""
        return self.began_at + timedelta(seconds=moment - self.began)

    def wall(self) -> datetime:
        """Return the controller's system time, for comparison with times that other programs have written."""
        return datetime.now(UTC) + timedelta(seconds=self.skew)

    def instant(self) -> Instant:
        """Return the present moment in a form that later runs can compare with their own."""
        return Instant(boot_id(), uptime())

    def ahead(self) -> float:
        """Return by how many seconds the system clock was set forward since the run began; negative: set back."""
        return (self.wall() - self.now()).total_seconds()
