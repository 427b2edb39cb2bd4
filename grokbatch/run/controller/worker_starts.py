"""When the workers of a run are started: one alone at first, the others once it has shown that the account works.

Forty processes that start at once keep the first of them from its first video for half a minute, and all of them from
loading a page in time. And where nobody is signed in, or the limit is reached, the others need not start at all.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import count_of
from grokbatch.run.controller.lost_workers import is_replaced
from grokbatch.run.controller.overload import is_overloaded
from grokbatch.run.controller.signals import blocked_for_children
from grokbatch.run.remote.reconnecting import Reconnecting
from grokbatch.run.remote.specs import host_of, is_elsewhere
from grokbatch.run.remote.starting import START_ERRORS, give_up_in_time, reason_of, told_by

if TYPE_CHECKING:
    from collections.abc import Callable

_EVENT = "grokbatch_start_workers"
_RECONNECT_EVENT = "grokbatch_reconnected"

MOST_FUTILE = 3
"""After so many workers in a row that were lost without having done an item, no other one takes their place."""


class WorkerStarts:
    """Starts the workers of pytest-xdist's session, a few at a time: the next one when one has opened its page.

    xdist has no public way to start a worker later, so this calls what it calls itself when it replaces one that died:
    `queue`, `nodemanager.setup_node`, `triggershutdown` and `_active_nodes` of its session, and its handlers of events.
    `tests/plugin/test_worker_starts.py` shows that it still works. `is_wanted` tells whether another worker could make
    anything, `start_delay` are the seconds that a batch asks for between two browsers, and `notice` shows a line.
    `give_arguments` prepares the call of pytest for the worker of a spec. `cut_off` is told which item's worker cannot
    be reached any more, and the worker's host. `why_not` returns what a worker on another computer says keeps it from
    making anything. `takes_up` tells of an item and its worker, which died here, whether the item is to run once more.
    """

    def __init__(
        self,
        is_wanted: Callable[[], bool],
        start_delay: float,
        notice: Callable[[str], None],
        give_arguments: Callable[[pytest.Config, Any | None], None] = lambda _config, _spec: None,
        cut_off: Callable[[str, str], None] = lambda _item, _host: None,
        why_not: Callable[[str], str] = lambda _worker: "",
        takes_up: Callable[[str, str], bool] = lambda _item, _worker: False,
    ) -> None:
        self.total = 0
        """How many workers there are to be."""
        self.wait: Callable[[Callable[[], bool]], bool] = lambda _: False
        """Waits where all that is left waits; `wait_or_end` explains it."""
        self._is_wanted = is_wanted
        # Each needs a core until its page is there.
        self._at_once = os.cpu_count() or 1
        self._session: Any = None
        self._config: Any = None
        self._specs: list[Any] = []
        self._all: tuple[Any, ...] = ()
        self._left: list[Any] = []
        self._starting: dict[str, float] = {}
        self._start_delay, self._notice = start_delay, notice
        self._give_arguments, self._cut_off, self._why_not = give_arguments, cut_off, why_not
        self._takes_up = takes_up
        self._futile: Counter[str] = Counter()
        self._broken: dict[str, str] = {}
        self._died = 0
        self._is_full = self._may_start = self._needs_submit = False
        self._changed = threading.Condition()

    def hold_back(self, config: pytest.Config, specs: list[Any]) -> None:
        """Leave only the first of `specs`, from which xdist is about to start its workers."""
        self._session = config.pluginmanager.get_plugin("dsession")
        reporter = config.pluginmanager.get_plugin("terminaldistreporter")
        if reporter is not None:
            reporter._specs = list(specs)  # so that it counts those that are to come
        for spec in filter(is_elsewhere, specs):
            give_up_in_time(spec)
        self.total, self._specs, self._all = len(specs), specs, tuple(specs)
        self._left, specs[1:] = specs[1:], []
        setattr(self._session, f"worker_{_EVENT}", self._start_some)
        setattr(self._session, f"worker_{_RECONNECT_EVENT}", self._reconnected)
        self._session.worker_errordown = partial(self._error_down, self._session.worker_errordown)
        self._session.worker_internal_error = partial(self._internal_error, self._session.worker_internal_error)
        self._session.worker_workerfinished = partial(self._finished, self._session.worker_workerfinished)
        self._session.triggershutdown = partial(self._shut_down, self._session.triggershutdown)
        manager = self._session.nodemanager
        manager.setup_node = partial(self._first_node, manager.setup_node)
        # xdist would copy this computer's pytest to others: they have their own.
        self._session.nodemanager.roots = []
        self._config = config
        if is_elsewhere(specs[0]):
            self._starting[specs[0].id] = time.monotonic()
        self._give_arguments(config, specs[0])

    def proven(self) -> None:
        """Let the others start: the account works. May be called from any thread, and more than once."""
        if not self._needs_submit:
            self._let_start()

    def submit_taken(self) -> None:
        """Let the others start after a wait: the site takes submits again. May be called from any thread."""
        self._let_start()

    def _let_start(self) -> None:
        if self._session is not None and not self._may_start:
            self._may_start = True
            self._session.queue.put((_EVENT, {}))

    def start_anew(self) -> None:
        """Start one worker after a wait, and the others when the site has taken a submit. From any thread."""
        self._may_start, self._needs_submit = False, True
        if self._session is not None:
            self._session.queue.put((_EVENT, {"is_anew": True}))

    def wait_or_end(self, node: Any, wait: Callable[[Callable[[], bool]], bool]) -> None:
        """Wait if `node`, which has just ended, was the last one and all that is left waits; then start another one.

        `wait` waits until the function that it is given returns true, and returns False if the run ends instead. xdist
        ends a session without workers with an error, so this has to happen while the last one still counts.
        """
        session = self._session
        if session is None or session.sched is None or session._active_nodes - {node} or session.shuttingdown:
            return
        scheduler = session.sched
        is_done = scheduler.is_done_with(node)
        if is_done:
            scheduler.drop_what_none_takes([spec.id for spec in self._all])
        # A node that was done leaves only what it may not take; one that ended by itself may leave anything.
        if not (scheduler.has_only_held or (is_done and scheduler.has_waiting)):
            return
        if wait(lambda: scheduler.has_waiting):
            self._start_some(is_anew=True)
        if not session._active_nodes - {node}:
            scheduler.drop()

    def has_started(self, worker: str) -> None:
        """Start another one: the page of `worker` is there, or it has ended. May be called from any thread."""
        if worker in self._starting:
            self._session.queue.put((_EVENT, {"ready": worker, "at": time.monotonic()}))

    def was_freed(self, worker: str) -> None:
        """Take note that `worker` has done an item, whether it needed a page for that or not."""
        self._futile.pop(worker, None)
        self.proven()
        self.has_started(worker)

    def _start_some(self, ready: str = "", at: float = 0.0, *, is_anew: bool = False) -> None:
        # Asked every time: the answer is about the time since the last question.
        busy = psutil.cpu_percent()
        if (begun := self._starting.pop(ready, None)) is not None:
            self._look(ready, at - begun, busy)
        if is_anew:
            self._renew_specs()
        most = self._at_once if self._may_start else 1
        while len(self._starting) < most and (spec := self._next_spec()) is not None:
            if not self._may_start and self._working():
                break
            # Not `remove`: execnet takes all workers of this machine for equal.
            self._left = [each for each in self._left if each is not spec]
            self._start(spec)

    def _look(self, worker: str, took: float, busy: float) -> None:
        """Start no more where the last start took so long that another one would do harm."""
        spec = next((each for each in self._all if each.id == worker), None)
        if spec is not None and is_elsewhere(spec):
            self._look_elsewhere(host_of(spec), took)
        elif self._left and not self._is_full and is_overloaded(took, busy, self._start_delay):
            self._is_full = True
            self._notice(
                f"the last browser took {took:.0f} s to open its page and the processor is busy: "
                f"{len(self._left)} of {self.total} browsers are not started, they would slow down the others"
            )

    def _look_elsewhere(self, host: str, took: float) -> None:
        """Start no more on a host that is slow, whatever the reason: nothing is known here of its cores."""
        left = [spec for spec in self._left if host_of(spec) == host]
        if left and is_overloaded(took, 100.0, self._start_delay):
            self._left = [spec for spec in self._left if spec not in left]
            self._notice(
                f"{host}: its last browser took {took:.0f} s to open its page: it is slow, or far away; "
                f"{count_of(len(left), 'more browser')} {'is' if len(left) == 1 else 'are'} not started there"
            )

    def _start(self, spec: Any) -> None:
        if spec not in self._specs:
            self._specs.append(spec)
        self._starting[spec.id] = time.monotonic()
        self._give_arguments(self._config, spec)
        manager = self._session.nodemanager
        try:
            with blocked_for_children():
                node = manager.setup_node(spec, self._session.queue.put)
        except START_ERRORS as error:
            if not is_elsewhere(spec):
                raise
            self._starting.pop(spec.id, None)
            self._clear_name(spec)
            self._notice(f"{host_of(spec)}: no browser {spec.id} can be started there: {reason_of(error)}")
            return
        finally:
            self._give_arguments(self._config, None)
        self._session._active_nodes.add(node)

    def _first_node(self, of_xdist: Callable[..., Any], spec: Any, put: Callable[..., None]) -> Any:
        """Start the first worker: where that cannot be done on its computer, the next one takes its place."""
        self._session.nodemanager.setup_node = of_xdist
        reasons = []
        while True:
            try:
                return of_xdist(spec, put)
            except START_ERRORS as error:
                if not is_elsewhere(spec):
                    raise
                reasons.append(f"{host_of(spec)}: no browser {spec.id} can be started there: {reason_of(error)}")
                self._clear_name(spec)
            if not self._left:
                raise pytest.UsageError("\n".join([*reasons, "no host is left that could make videos"]))
            self._notice(reasons[-1])
            spec = self._left.pop(0)
            self._specs[:] = [spec]  # which xdist goes through at this moment
            self._give_arguments(self._config, spec)

    def _clear_name(self, spec: Any) -> None:
        """Let another worker have the name of one whose start came to nothing."""
        group = self._session.nodemanager.group
        if spec.id in group:
            group[spec.id].exit()

    def _working(self) -> list[Any]:
        return [node for node in self._session._active_nodes if not node.shutting_down]

    def _renew_specs(self) -> None:
        """Prepare a worker in place of each that has ended, with the same name."""
        self._starting.clear()
        names = {node.gateway.id for node in self._working()}
        self._left = [spec for spec in self._all if spec.id not in names]

    def _next_spec(self) -> Any | None:
        """Return the next worker that may be started and for which there is something to do."""
        if (self._is_full and self._working()) or not self._is_wanted() or self._session.shuttingdown:
            return None
        return next((spec for spec in self._left if self._session.sched.has_waiting_for(spec.id)), None)

    # workers on other computers whose connection is lost

    def is_silent(self, node: Any) -> None:
        """Treat `node` as lost: nothing has been heard of it for too long. May be called from any thread."""
        if not node._down:
            node._down = True
            self._session.queue.put(("errordown", {"node": node, "error": "nothing was heard of it"}))

    def _internal_error(self, of_xdist: Callable[..., None], node: Any, formatted_error: str) -> None:
        """Go on without a worker on another computer in which pytest itself has failed: its end follows."""
        if is_elsewhere(node.gateway.spec):
            error, way = told_by(formatted_error)
            self._broken[node.gateway.id] = f"{error} in its pytest; run.log says where"
            LOGGER.error("%s: %s at %s", node.gateway.id, error, way)
        else:
            of_xdist(node=node, formatted_error=formatted_error)

    def _finished(self, of_xdist: Callable[..., None], node: Any) -> None:
        if node.gateway.id in self._broken:
            self._session.worker_errordown(node=node, error=None)
        else:
            of_xdist(node=node)

    def _error_down(self, of_xdist: Callable[..., None], node: Any, error: object | None) -> None:
        """Have the item of a worker on another computer run again, and connect to that again, instead of failing it."""
        if not is_elsewhere(node.gateway.spec) or self._session.sched is None:
            self._take_up(node)
            of_xdist(node=node, error=error)
            return
        session, host = self._session, host_of(node.gateway.spec)
        # Without xdist's reporter, which would print a traceback of another computer.
        reporter = session.config.pluginmanager.get_plugin("terminaldistreporter")
        down = session.config.pluginmanager.subset_hook_caller("pytest_testnodedown", [reporter])
        down(node=node, error=error or "pytest failed there")
        item = session.sched.remove_node(node) if node in session.sched.nodes else None
        if item is not None:
            self._cut_off(item, host)
            session.sched.mark_test_pending(item)
        node.gateway.exit()  # its name is free again
        if reason := self._why_given_up(node, error):
            self._notice(f"{host}: {node.gateway.id} makes no videos in this run: {reason}")
            self._go_on_without(node)
            return
        self._notice(f"{host}: the connection to {node.gateway.id} is lost; what it was doing is taken up again")
        # Until then the node counts as working: xdist ends a session without any.
        threading.Thread(target=self._reconnect, args=(node,), name="grokbatch-reconnecting", daemon=True).start()
        if session.sched.has_waiting and not self._working():
            self._start_another(besides=host)

    def _take_up(self, node: Any) -> None:
        """Have the item of a worker that died here run again, if it is to: xdist then replaces the worker only."""
        scheduler = self._session.sched
        item = None if scheduler is None else scheduler.running(node)
        self._died += 1
        if item is not None and is_replaced(self._config, self._died) and self._takes_up(item, node.gateway.id):
            scheduler.remove_node(node)
            scheduler.mark_test_pending(item)

    def _why_given_up(self, node: Any, error: object | None) -> str:
        """Return why there is no use in another worker in place of one that has ended; nothing if there is."""
        name = node.gateway.id
        if reason := self._why_not(name) or self._broken.pop(name, ""):
            return reason
        self._futile[name] += 1
        if self._futile[name] < MOST_FUTILE:
            return ""
        how = reason_of(error) if isinstance(error, Exception) else "lost"
        return f"{MOST_FUTILE} times in a row it ended before it had made one ({how})"

    def look_again(self) -> None:
        """Let who tries to reach a host see whether that is still wanted. May be called from any thread."""
        with self._changed:
            self._changed.notify_all()

    def _shut_down(self, of_xdist: Callable[[], None]) -> None:
        of_xdist()
        self.look_again()

    def _reconnect(self, node: Any) -> None:
        def is_wanted() -> bool:
            return self._is_wanted() and not self._session.shuttingdown

        is_reached = Reconnecting(node.gateway.spec, is_wanted, self._is_alone, self._changed).is_reached()
        self._session.queue.put((_RECONNECT_EVENT, {"node": node, "is_reached": is_reached}))

    def _is_alone(self) -> bool:
        return not self._working()

    def _reconnected(self, node: Any, *, is_reached: bool) -> None:
        """Start a worker in place of `node`, if its host can be reached again; else go on without."""
        session, spec = self._session, node.gateway.spec
        is_wanted = self._is_wanted() and not session.shuttingdown
        if is_reached and is_wanted and (session.sched.has_waiting or session.sched.collection is None):
            self._start(spec)
        elif not is_reached and is_wanted:
            self._notice(f"{host_of(spec)}: cannot be reached again; the run goes on without {spec.id}")
        self._go_on_without(node)

    def _go_on_without(self, node: Any) -> None:
        """Count `node` no longer; if it was the last one, start one elsewhere, or end the run if there is none."""
        session = self._session
        if session._active_nodes <= {node}:
            self._start_another(besides=host_of(node.gateway.spec))
            self.wait_or_end(node, self.wait)
        session._active_nodes.discard(node)
        if session._active_nodes:
            return
        if session.sched.has_pending and self._is_wanted() and not session.shuttingdown:
            self._notice("no host is left that could make the other videos; to go on later, type: pytest --lf")
        session.sched.drop()
        session.triggershutdown()

    def _start_another(self, *, besides: str) -> None:
        """Start a worker on another computer than `besides`, if there is any that has not been started or has ended."""
        if not self._is_wanted() or self._session.shuttingdown:
            return
        active = {node.gateway.id for node in self._session._active_nodes}
        for spec in [*self._left, *self._all]:
            if spec.id not in active and host_of(spec) != besides and self._futile[spec.id] < MOST_FUTILE:
                if spec in self._left:
                    self._left.remove(spec)
                self._start(spec)
                if self._working():
                    return
