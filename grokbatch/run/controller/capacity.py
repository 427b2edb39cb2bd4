"""Whether the machine has enough memory and disk space for the wanted number of workers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000
HEADLESS_MEMORY = 300 * MEGABYTE
"""Bytes of memory of a worker without a window, with its driver and Python (measured: 220 to 290 MB)."""
HEADED_MEMORY = 450 * MEGABYTE
"""Bytes of memory of a worker with a window."""
WORKER_DISK = 60 * MEGABYTE
"""Bytes of disk space of a worker: the copy of its profile and what the browser adds while it runs."""
KEPT_FREE = 200 * MEGABYTE
"""Bytes of memory, and of disk space, that are left to other programs."""


@dataclass(frozen=True)
class Capacity:
    """Free memory and disk space, in bytes."""

    memory: int
    disk: int

    @classmethod
    def of_machine(cls, folder: Path) -> Capacity:
        """Return what is free now, on the disk that holds `folder`."""
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        return cls(psutil.virtual_memory().available, shutil.disk_usage(existing).free)

    def workers(self, *, headed: bool) -> int:
        """Return the number of workers that fit."""
        each = HEADED_MEMORY if headed else HEADLESS_MEMORY
        return max(0, min((self.memory - KEPT_FREE) // each, (self.disk - KEPT_FREE) // WORKER_DISK))


def refusal(capacity: Capacity, wanted: int, *, headed: bool) -> str | None:
    """Return why `wanted` workers cannot run, with the number that can; None if all can."""
    fitting = capacity.workers(headed=headed)
    if fitting >= wanted:
        return None
    have = f"{capacity.memory / 1e9:.1f} GB of memory and {capacity.disk / 1e9:.1f} GB of disk are free"
    if fitting == 0:
        return f"-n {wanted}: not even one worker fits: {have}; make room, or type --force to try anyway"
    return f"-n {wanted}: {have}, enough for {fitting} workers; type -n {fitting}, or --force to try anyway"
