"""Jobs that a worker does beside making videos: they begin once the next submit is under way, not before it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import log_error

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_WAIT = 3.0
"""Seconds after which a job begins at the latest: no submit may follow, as when the run waits or is at its end."""


class Background:
    """A thread that does jobs one after the other; most of the time the main thread waits for the site.

    A job that has just been added waits for `let_go`, for `end`, or for `longest_wait` seconds.
    """

    def __init__(self, longest_wait: float = LONGEST_WAIT) -> None:
        self._longest_wait = longest_wait
        self._may_begin = threading.Event()
        self._thread = ThreadPoolExecutor(max_workers=1)

    def add(self, job: Callable[[], object], otherwise: str) -> None:
        """Have `job` done; if it raises, the log says `otherwise` and which error it was."""
        self._may_begin.clear()
        self._thread.submit(self._do, job).add_done_callback(partial(log_error, otherwise))

    def let_go(self) -> None:
        """Begin with what waits: the page is busy with the next video."""
        self._may_begin.set()

    def end(self) -> None:
        """Do what is left, and wait for it."""
        self._may_begin.set()
        self._thread.shutdown(wait=True)

    def _do(self, job: Callable[[], object]) -> None:
        self._may_begin.wait(self._longest_wait)
        job()
