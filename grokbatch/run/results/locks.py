"""Locks on a run directory: one run of a batch at a time, and no new run while workers of an old one live.

The operating system releases a lock when its process ends, in whatever way, so nothing is left locked.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import psutil
from filelock import FileLock, Timeout

from grokbatch.record.storage.lock_timeout import held

if TYPE_CHECKING:
    from pathlib import Path

_CLOCKS = 2.0
"""Seconds by which the clocks of processes and files may differ."""

WORKERS_TIMEOUT = 30.0
"""Seconds to wait for the workers of a killed run; xdist's workers outlive their controller by 5."""


DYING_TIMEOUT = 5.0
"""Seconds to wait for a worker of this run that is said to have died."""


class RunBusyError(Exception):
    """Another process is running the batch; the message names it."""


def hold_run(folder: Path) -> FileLock:
    """Take the run directory for this controller and return the lock; raises RunBusyError if it is taken."""
    lock = FileLock(folder / "run.lock", mode=0o600)
    owner = folder / "run.pid"
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusyError(_whose(owner)) from None
    owner.write_text(str(os.getpid()), encoding="ascii")
    return lock


def holder(folder: Path) -> int | None:
    """Return the id of the process that runs this batch, None if there is none; takes no lock."""
    owner = folder / "run.pid"
    try:
        process = psutil.Process(int(owner.read_text(encoding="ascii")))
        # A process that started after the file was written is another one with the same id.
        return process.pid if process.create_time() <= owner.stat().st_mtime + _CLOCKS else None
    except (OSError, ValueError, psutil.Error):
        return None


def _whose(owner: Path) -> str:
    try:
        return f"process {int(owner.read_text(encoding='ascii'))}"
    except (OSError, ValueError):
        return "another process"


def hold_alive(folder: Path, worker: str) -> FileLock:
    """Lock a file until this worker's process ends, which shows that it may still write to the run directory."""
    lock = FileLock(folder / f"alive-{worker}-{os.getpid()}.lock", mode=0o600)
    lock.acquire()
    return lock


def has_worker(folder: Path, worker: str, timeout: float = DYING_TIMEOUT) -> bool:
    """Whether a process of `worker`, which should have ended, still lives after `timeout` seconds and may write."""
    for path in folder.glob(f"alive-{worker}-*.lock"):
        try:
            with held(FileLock(path), timeout):
                pass
        except Timeout:
            return True
    return False


def has_workers(folder: Path) -> bool:
    """Whether a worker of an earlier run still lives."""
    try:
        wait_for_workers(folder, timeout=0)
    except RunBusyError:
        return True
    return False


def wait_for_workers(folder: Path, timeout: float = WORKERS_TIMEOUT) -> None:
    """Wait until no worker of an earlier run lives; raises RunBusyError after `timeout` seconds."""
    for path in sorted(folder.glob("alive-*.lock")):
        try:
            with held(FileLock(path), timeout):
                pass
        except Timeout:
            raise RunBusyError(f"worker process {path.stem.rpartition('-')[2]} of an earlier run") from None
        path.unlink(missing_ok=True)
