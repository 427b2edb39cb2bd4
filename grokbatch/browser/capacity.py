"""How many browsers, and so workers, a machine has room for."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.storage.worker_memory import WorkerMemory, kind_of, memory_each

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1_000_000
HEADLESS_MEMORY = 300 * MEGABYTE
"""Bytes of memory of a worker without a window, as long as no run has measured them (elsewhere: 220 to 290 MB)."""
HEADED_MEMORY = 450 * MEGABYTE
"""Bytes of memory of a worker with a window, as long as no run has measured them."""
WORKER_DISK = 60 * MEGABYTE
"""Bytes of disk space of a worker: the copy of its profile and what the browser adds while it runs."""
KEPT_FREE = 200 * MEGABYTE
"""Bytes of memory, and of disk space, that are left to other programs."""
POLITE = 10
"""`parallel: auto` is never more workers than this, out of politeness to the site."""
WORKERS_PER_CORE = 4
"""Workers mostly wait for the site, but their browsers start and load pages at the same time."""


@dataclass(frozen=True)
class Footprint:
    """The bytes of memory to count for a worker; `is_measured`: earlier runs on this machine say so."""

    memory: int
    is_measured: bool = False

    @classmethod
    def of(cls, *, headed: bool, demo: bool, home: Path | None = None) -> Footprint:
        """Return what earlier runs of this kind say, or what is assumed before the first one."""
        assumed = HEADED_MEMORY if headed else HEADLESS_MEMORY
        runs = WorkerMemory(home or home_folder(os.environ)).runs(kind_of(headed=headed, demo=demo))
        measured = memory_each(runs, assumed)
        return cls(assumed) if measured is None else cls(measured, is_measured=True)

    def __str__(self) -> str:
        source = "measured in earlier runs" if self.is_measured else "assumed until a run has measured it"
        return f"{self.memory / 1e6:.0f} MB for each worker, {source}"


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

    def workers(self, footprint: Footprint) -> int:
        """Return the number of workers that fit."""
        return min(self.workers_in_memory(footprint), self.workers_on_disk)

    def workers_in_memory(self, footprint: Footprint) -> int:
        """Return the number of workers for which there is memory."""
        return max(0, (self.memory - KEPT_FREE) // footprint.memory)

    @property
    def workers_on_disk(self) -> int:
        """The number of workers for which there is disk space."""
        return max(0, (self.disk - KEPT_FREE) // WORKER_DISK)


@dataclass(frozen=True)
class AutoWorkers:
    """What `parallel: auto` came to: the number of workers, and why it is not more."""

    number: int
    reason: str

    def __str__(self) -> str:
        return f"parallel: auto is {self.number}, {self.reason}"


def auto_workers(capacity: Capacity, cores: int, footprint: Footprint) -> AutoWorkers:
    """Decide how many workers `parallel: auto` is on a machine: what fits, at least 1 and at most `POLITE`."""
    free = f"{capacity.memory / 1e9:.1f} GB of memory are free"
    each_core = f"for each of {cores} cores" if cores > 1 else "for one core"
    limits = [
        (POLITE, "the most that it takes by itself; write a number for more"),
        (WORKERS_PER_CORE * cores, f"{WORKERS_PER_CORE} {each_core}"),
        (capacity.workers_in_memory(footprint), f"what fits: {free} ({footprint})"),
        (capacity.workers_on_disk, f"what fits: {capacity.disk / 1e9:.1f} GB of disk are free"),
    ]
    number, reason = min(limits, key=lambda limit: limit[0])
    return AutoWorkers(max(1, number), reason)


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    # A container or `taskset` may allow fewer than there are.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
