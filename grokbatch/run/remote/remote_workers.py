"""The workers of a run on other computers, as the controller sees them: how they are started, answered and missed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.hosts.trouble import clean
from grokbatch.run.command_line.selection import Asked
from grokbatch.run.remote.heartbeat import Heartbeat
from grokbatch.run.remote.plan_there import arguments_there, plan_there
from grokbatch.run.remote.remote_worker import RemoteWorker
from grokbatch.run.remote.specs import host_of, is_elsewhere
from grokbatch.run.remote.starting import check_version

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.run.plan import BatchPlan, RunPlan


class RemoteWorkers:
    """All workers on other computers.

    `pass_on` gives the controller those of their messages that any worker sends, and `is_stopped` returns whether
    nothing more of a batch may be started. `on_silence` is called with a node of pytest-xdist that has not been heard
    of for too long.
    """

    def __init__(
        self,
        plan: RunPlan,
        pass_on: Callable[[dict[str, Any]], None],
        is_stopped: Callable[[BatchPlan], bool],
    ) -> None:
        self._plan, self._pass_on, self._is_stopped = plan, pass_on, is_stopped
        self._collects: tuple[str, ...] = ()
        self._params: tuple[pytest.Config.InvocationParams, ...] = ()
        self.on_silence: Callable[[Any], None] = lambda _: None
        self._workers: dict[str, tuple[RemoteWorker, Heartbeat]] = {}
        self._unusable: dict[str, str] = {}

    def remember_arguments(self, config: pytest.Config, plugin: str) -> None:
        """Remember what pytest is called with here, and on other computers."""
        here = config.invocation_params
        there = pytest.Config.InvocationParams(args=arguments_there(config, plugin), plugins=None, dir=here.dir)
        self._params, self._collects = (here, there), Asked.of(config).arguments

    def give_arguments(self, config: pytest.Config, spec: Any | None) -> None:
        """Make xdist call pytest as it is right for a worker of `spec`, which starts next; None: for one of here."""
        if self._params:
            here, there = self._params
            config.invocation_params = there if spec is not None and is_elsewhere(spec) else here

    def why_not(self, worker: str) -> str:
        """Return what the worker said keeps it from making anything, nothing if it said no such thing."""
        return self._unusable.get(worker, "")

    def configure_node(self, node: Any, channel: Any) -> None:
        """Give a worker that is about to start its plan, and listen to it; raises HostUnusableError."""
        name, host = node.gateway.id, host_of(node.gateway.spec)
        check_version(node.gateway)
        self._unusable.pop(name, None)
        send = partial(_send, channel)
        worker = RemoteWorker(self._plan, name, host, reply=send, pass_on=self._pass_on, is_stopped=self._is_stopped)
        heartbeat = Heartbeat(lambda: send({"beat": True}), lambda: self.on_silence(node))
        self._workers[name] = worker, heartbeat

        def receive(message: dict[str, Any]) -> None:
            heartbeat.heard()
            if "unusable" in message:
                self._unusable[name] = clean(message["unusable"])
            elif "beat" not in message:
                worker.receive(message)

        channel.setcallback(receive)
        there = plan_there(self._plan, host, self._collects, has_videos=self._plan.host_use(host).has_files)
        node.workerinput["grokbatch_plan"] = there.to_wire()
        heartbeat.start()

    def ended(self, node: Any) -> None:
        """Take note that a worker is gone; does nothing for workers of this computer."""
        if (found := self._workers.pop(node.gateway.id, None)) is not None:
            worker, heartbeat = found
            heartbeat.end()
            worker.end()


def _send(channel: Any, message: dict[str, Any]) -> None:
    try:
        channel.send(message)
    except OSError:
        return  # that worker is gone
