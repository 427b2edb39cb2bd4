"""When the workers of a run are started: one alone at first, the others once it has shown that the account works.

Forty processes that start at once keep the first of them from its first video for half a minute. And where nobody is
signed in, or the limit is reached, the others need not start at all.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from grokbatch.run.controller.signals import blocked_for_children

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

_EVENT = "grokbatch_start_others"


class WorkerStarts:
    """Starts the workers of pytest-xdist's session.

    xdist has no public way to start a worker later, so this calls what it calls itself when it replaces one that died:
    `queue`, `nodemanager.setup_node` and `_active_nodes` of its session, and its naming of the handlers of events.
    `tests/plugin/test_worker_starts.py` shows that it still works. `is_wanted` tells whether another worker could make
    anything.
    """

    def __init__(self, is_wanted: Callable[[], bool], at_once: int | None = None) -> None:
        self._is_wanted = is_wanted
        self.total = 0
        """How many workers there are to be."""
        # Each needs a core until it has collected.
        self._at_once = at_once or os.cpu_count() or 1
        self._session: Any = None
        self._specs: list[Any] = []
        self._left: list[Any] = []
        self._may_start = False

    def hold_back(self, config: pytest.Config, specs: list[Any]) -> None:
        """Leave only the first of `specs`, from which xdist is about to start its workers."""
        self._session = config.pluginmanager.get_plugin("dsession")
        reporter = config.pluginmanager.get_plugin("terminaldistreporter")
        if reporter is not None:
            reporter._specs = list(specs)
        self.total, self._specs = len(specs), specs
        self._left, specs[1:] = specs[1:], []
        setattr(self._session, f"worker_{_EVENT}", self._start_some)

    def start_others(self) -> None:
        """Let the others start; may be called from any thread, and more than once."""
        if self._session is not None and not self._may_start:
            self._may_start = True
            self._session.queue.put((_EVENT, {}))

    def one_is_ready(self) -> None:
        """Start the next one in place of a worker that has collected."""
        if self._may_start:
            self._start_one()

    def _start_some(self) -> None:
        for _ in range(self._at_once):
            self._start_one()

    def _start_one(self) -> None:
        session = self._session
        if not (self._left and session.sched.has_waiting and self._is_wanted()) or session.shuttingdown:
            return
        self._specs.append(self._left.pop(0))
        with blocked_for_children():
            node = session.nodemanager.setup_node(self._specs[-1], session.queue.put)
        session._active_nodes.add(node)
