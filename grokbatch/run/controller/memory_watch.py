"""Measures during a run how much memory a worker takes, so that later runs can judge how many fit."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import psutil

from grokbatch.batch.model.permalink import DEMO
from grokbatch.browser.process.tree import is_driver
from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.record.storage.worker_memory import RunMemory, WorkerMemory, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grokbatch.run.plan import BatchPlan

# The first look comes when the first browsers have loaded their page; a long run needs few more.
_FIRST, _LATER, _LONGEST = 8.0, 1.5, 120.0
# A look at a process walks through its page tables: a few workers stand for all.
_LOOKED_AT = 4


@contextmanager
def memory_watched(batches: Sequence[BatchPlan], watch: MemoryWatch) -> Iterator[None]:
    """Measure the workers while the block lasts, and note at its end what they took, for later runs of this kind."""
    kinds = {kind_of(headed=batch.headed, demo=batch.site == DEMO) for batch in batches}
    watch.start()
    try:
        yield
    finally:
        found = watch.stop()
        if found is not None and len(kinds) == 1:
            try:
                WorkerMemory(home_folder(os.environ)).note(kinds.pop(), found)
            except OSError as error:
                LOGGER.warning("what a worker takes could not be noted for later runs: %s", error.strerror)


class MemoryWatch:
    """Looks at the workers of this process now and then, in a thread of its own, from `start` to `stop`.

    The first look comes after `first` seconds. `most`: the figures of the moment when a worker took most, None if none
    had a browser yet.
    """

    def __init__(self, first: float = _FIRST) -> None:
        self._first = first
        self.most: RunMemory | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="grokbatch-memory", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> RunMemory | None:
        """Stop looking; return `most`."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        return self.most

    def _run(self) -> None:
        pause = self._first
        while not self._over.wait(pause):
            pause = min(_LONGEST, pause * _LATER)
            found = memory_now(os.getpid())
            if found is not None and (self.most is None or found.memory > self.most.memory):
                self.most = found


def memory_now(pid: int) -> RunMemory | None:
    """Return what the workers that are children of the process `pid` take at this moment; None if there are none."""
    trees = list(_worker_trees(pid))
    seen = [sum(map(_memory_of, tree)) for tree in trees[:_LOOKED_AT]]
    return RunMemory(sum(seen) // len(seen), len(trees)) if seen else None


def _worker_trees(pid: int) -> Iterator[list[psutil.Process]]:
    """Yield each worker that has started Playwright's driver, with all processes below it."""
    with suppress(psutil.Error):
        for worker in psutil.Process(pid).children():
            with suppress(psutil.Error):
                below = worker.children(recursive=True)
                if any(map(is_driver, below)):
                    yield [worker, *below]


def _memory_of(process: psutil.Process) -> int:
    """Return the bytes of a process: its share (PSS) on Linux, elsewhere what is its own alone (USS), or all (RSS)."""
    try:
        told = process.memory_full_info()
        return int(getattr(told, "pss", 0) or told.uss)
    except psutil.AccessDenied:
        with suppress(psutil.Error):
            return int(process.memory_info().rss)
    except psutil.Error:
        pass  # it has just ended
    return 0
