"""Waiting for a lock for so long as this process itself is awake: who was stopped meanwhile has not waited."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import Timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import BaseFileLock

STEP = 0.1
"""Seconds between two looks; a look that seems to take much longer is a process, or a machine, that was stopped."""

_LONGEST_LOOK = 10 * STEP


@contextmanager
def held(lock: BaseFileLock, timeout: float, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
    """Hold `lock`; raises filelock.Timeout when it is not to be had for `timeout` seconds.

    When all of a run was stopped and goes on, its other processes have their full time to let the lock go.
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
        left -= min(clock() - began, _LONGEST_LOOK)
