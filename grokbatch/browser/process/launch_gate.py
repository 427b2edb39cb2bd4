"""Lets only a few browsers start at once: bound by the processors, a crowd of them takes far longer."""

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

# File locks of a set cannot be waited for together, only asked one by one.
_POLL_SECONDS = 0.03


@contextmanager
def launch_gate(folder: Path, slots: int | None = None, delay: float = 0.0) -> Iterator[None]:
    """Wait for one of `slots` places (default: the number of cores) shared by all processes using `folder`.

    Starts are at least `delay` seconds apart. A place is free again when its holder leaves or dies.
    """
    private_folder(folder)
    slots = slots or os.cpu_count() or 1
    place = _take_place(folder, slots)
    try:
        if delay > 0:
            # A pause by the clock: what is wanted is time between two starts, not a condition.
            time.sleep(_reserve_start(folder, delay, longest=delay * slots))
        yield
    finally:
        place.release()


def _take_place(folder: Path, slots: int) -> FileLock:
    places = [FileLock(folder / f"place-{number}.lock", timeout=0, mode=0o600) for number in range(slots)]
    while True:
        for place in places:
            try:
                place.acquire()
            except Timeout:
                continue
            return place
        time.sleep(_POLL_SECONDS)


def _reserve_start(folder: Path, delay: float, longest: float) -> float:
    """Note the time of our own start and return the seconds until then, at most `longest`."""
    stamp = folder / "last-start"
    with FileLock(folder / "last-start.lock", mode=0o600):
        now = time.time()
        start = max(now, _read_stamp(stamp) + delay)
        # A stamp further ahead comes from a clock that was set back.
        start = min(start, now + longest)
        stamp.write_text(repr(start), encoding="ascii")
    return start - now


def _read_stamp(stamp: Path) -> float:
    try:
        return float(stamp.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0.0
