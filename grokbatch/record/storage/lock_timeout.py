"""Waits for a lock with a timeout that does not count the time during which this process was suspended."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import Timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import BaseFileLock

STEP = 0.1
"""Seconds of one attempt to acquire the lock. If one takes far longer, the process or the machine was suspended."""

_LONGEST_STEP = 10 * STEP


@contextmanager
def held(lock: BaseFileLock, timeout: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Hold `lock`; raises filelock.Timeout if it cannot be acquired within `timeout` seconds.

    After a suspended run goes on, its other processes thus still have the full time to release the lock.
    """
    _take(lock, timeout, clock)
    try:
        yield
    finally:
        lock.release()


def _take(lock: BaseFileLock, left: float, clock: Callable[[], float]) -> None:
    while True:
        began = clock()
        try:
            lock.acquire(timeout=max(0.0, min(STEP, left)))
        except Timeout:
            if left <= 0:
                raise
        else:
            return
        left -= min(clock() - began, _LONGEST_STEP)
