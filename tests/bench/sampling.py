"""Watches a pytest call from outside: memory and disk of its workers, CPU time of everything it starts."""

from __future__ import annotations

import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

_INTERVAL = 0.7
# Reading memory walks page tables and reading a heavy profile thousands of files: not at every look.
_LOOKS_PER_MEMORY = 5
_LOOKS_PER_DISK = 8
# How execnet starts a worker's interpreter.
_WORKER_MARK = "exec(eval(sys.stdin.readline()))"


class Sampler:
    """Follows the process tree of `pid`, and the workers' folders in `profiles()`, until it is left.

    `memory` is the highest share of memory (PSS) of all workers together at one moment, for a browser that is alone
    for a while bears all that the browsers share; `disk` is the most that each worker's folder took up, by its name;
    both in bytes. `others` is how many cores were busy with anything else on
    this machine: under much other work, times say little.
    """

    def __init__(self, pid: int, profiles: Callable[[], Path]) -> None:
        self.memory = 0
        self.disk: dict[str, int] = {}
        self._root = psutil.Process(pid)
        self._profiles = profiles
        self._cpu: dict[psutil.Process, float] = {}
        self._busy = _Busy.now()
        self.others = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bench-sampler", daemon=True)

    @property
    def cpu_seconds(self) -> float:
        """CPU time of all processes of the tree, those that have ended included, but for their last moment."""
        return sum(self._cpu.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        spent = _Busy.now() - self._busy
        self.others = max(0.0, spent.machine - spent.bench - self.cpu_seconds) / spent.clock

    def _run(self) -> None:
        look = 0
        while not self._over.wait(_INTERVAL):
            look += 1
            with suppress(psutil.NoSuchProcess):
                self._look_at_cpu([self._root, *self._root.children(recursive=True)])
                if look % _LOOKS_PER_MEMORY == 0:
                    self._look_at_memory()
            if look % _LOOKS_PER_DISK == 0:
                self._look_at_disk()

    def _look_at_cpu(self, processes: Iterable[psutil.Process]) -> None:
        for process in processes:
            with suppress(psutil.Error):
                times = process.cpu_times()
                self._cpu[process] = times.user + times.system

    def _look_at_memory(self) -> None:
        now = 0
        for child in self._root.children():
            with suppress(psutil.Error):
                if _WORKER_MARK in " ".join(child.cmdline()):
                    now += sum(map(memory_of, [child, *child.children(recursive=True)]))
        self.memory = max(now, self.memory)

    def _look_at_disk(self) -> None:
        profiles = self._profiles()
        for folder in profiles.iterdir() if profiles.is_dir() else ():
            self.disk[folder.name] = max(disk_usage(folder), self.disk.get(folder.name, 0))


class _Busy(NamedTuple):
    """CPU seconds spent so far by the whole machine and by this process, which serves the site; and the time."""

    machine: float
    bench: float
    clock: float

    @classmethod
    def now(cls) -> Self:
        machine, own = psutil.cpu_times(), psutil.Process().cpu_times()
        # With what a host of virtual machines took away (steal). Not every system counts all of these.
        idle = sum(getattr(machine, name, 0.0) for name in ("idle", "iowait", "guest", "guest_nice"))
        return cls(sum(machine) - idle, own.user + own.system, time.monotonic())

    def __sub__(self, earlier: _Busy) -> _Busy:
        return _Busy(*(now - then for now, then in zip(self, earlier, strict=True)))


def memory_of(process: psutil.Process) -> int:
    """Return the process's proportional share of memory (PSS) in bytes, 0 when it has just ended.

    Where the system does not tell that, it is what nobody else uses (USS).
    """
    try:
        told = process.memory_full_info()
        return int(getattr(told, "pss", told.uss))
    except psutil.Error:
        return 0


def disk_usage(folder: Path) -> int:
    """Return the bytes that the files below `folder` take up on the disk."""
    total = 0
    # A browser at work makes and removes files and folders all the time; `walk` passes over a folder that is gone.
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with suppress(FileNotFoundError):
                found = Path(parent, name).lstat()
                blocks = getattr(found, "st_blocks", None)  # Windows tells none
                total += found.st_size if blocks is None else blocks * 512
    return total
