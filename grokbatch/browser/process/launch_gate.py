"""Limits how many browsers start at the same time, because many of them at once take far longer in total."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A process cannot wait for several file locks at once, so they are tried in turn, after this many seconds again.
_POLL_SECONDS = 0.03


@contextmanager
def launch_gate(folder: Path, slots: int | None = None, delay: float = 0.0) -> Iterator[None]:
    """Hold one of `slots` slots (default: the number of processors), shared by all processes that use `folder`.

    Waits for a free slot, then until `delay` seconds after the last start. A slot becomes free when the block ends or
    its process dies.
    """
    private_folder(folder)
    slots = slots or os.cpu_count() or 1
    slot = _take_slot(folder, slots)
    try:
        if delay > 0:
            # A pause by the clock: what is wanted is time between two starts, not a condition.
            time.sleep(_reserve_start(folder, delay, longest=delay * slots))
        yield
    finally:
        slot.release()


def _take_slot(folder: Path, slots: int) -> FileLock:
    locks = [FileLock(folder / f"slot-{number}.lock", timeout=0, mode=0o600) for number in range(slots)]
    while True:
        for lock in locks:
            try:
                lock.acquire()
            except Timeout:
                continue
            return lock
        time.sleep(_POLL_SECONDS)


def _reserve_start(folder: Path, delay: float, longest: float) -> float:
    """Write the time of this process's start to `folder` and return the seconds until then, at most `longest`."""
    stamp = folder / "last-start"
    with FileLock(folder / "last-start.lock", mode=0o600):
        now = time.time()
        start = max(now, _read_stamp(stamp) + delay)
        # A time further in the future was written before the clock was set back.
        start = min(start, now + longest)
        stamp.write_text(repr(start), encoding="ascii")
    return start - now


def _read_stamp(stamp: Path) -> float:
    try:
        return float(stamp.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0.0
