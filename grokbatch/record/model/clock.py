"""What time it is in a run: the wall clock's time when it began, carried on by a clock that nobody sets."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def uptime() -> float:
    """Return seconds of a clock that nobody sets and that is the same for all processes of this machine."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # it goes on while the machine sleeps
    return time.monotonic()


def boot_id() -> str:
    """Return what tells this start of the machine from all others; nothing where that cannot be told."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


@dataclass(frozen=True)
class Instant:
    """A moment that stays comparable when somebody sets the clock: `uptime` seconds, of the start called `boot`."""

    boot: str
    uptime: float

    def after(self, earlier: Instant | None) -> float | None:
        """Return the seconds since `earlier`, or None where the machine was started anew or does not tell."""
        if earlier is None or not self.boot or self.boot != earlier.boot:
            return None
        return self.uptime - earlier.uptime


@dataclass(frozen=True)
class RunClock:
    """The clock of one run, the same in all its processes: it said `began_at` at `began` seconds of `uptime`."""

    began_at: datetime
    began: float

    @classmethod
    def start(cls) -> RunClock:
        """Return a clock that is right now."""
        return cls(datetime.now(UTC), uptime())

    def now(self) -> datetime:
        """Return the time of the run: two of them differ by what really passed between."""
        return self.began_at + timedelta(seconds=uptime() - self.began)

    def wall(self) -> datetime:
        """Return what the machine's clock says, to compare with times that others told."""
        return datetime.now(UTC)

    def instant(self) -> Instant:
        """Return this moment in a form that later runs can compare with theirs."""
        return Instant(boot_id(), uptime())

    def ahead(self) -> float:
        """Return by how many seconds the machine's clock was set ahead since the run began; negative: back."""
        return (self.wall() - self.now()).total_seconds()
