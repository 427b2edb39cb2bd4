"""Looks at hosts: whether they answer, and with what a run there would have to do. Changes nothing there."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any

from grokbatch.hosts.connection import FailedThereError, LostError, answer, greet, put, visiting
from grokbatch.hosts.facts import PACKAGES, HostFacts, read_basics
from grokbatch.hosts.host import HostError
from grokbatch.hosts.on_host import basics
from grokbatch.hosts.trouble import Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import execnet

    from grokbatch.hosts.host import Host

LOOK_SECONDS = 90.0
"""How long one host may keep the others' results waiting."""

_ANSWER_SECONDS = 60.0
_CLOCK_QUESTIONS = 5


def look_at(host: Host, clock: Callable[[], float] = time.time) -> HostFacts:
    """Return what is seen of a host now; never raises for what is wrong there."""
    greeting = greet(host)
    if greeting.trouble is not None:
        return HostFacts(host, greeting.trouble)
    try:
        with visiting(host) as gateway:
            return facts_over(gateway, host, clock)
    except LostError as error:
        return HostFacts(host, Trouble(TroubleKind.LOST, error.text))
    except HostError as error:
        return HostFacts(host, Trouble(TroubleKind.UNCLEAR, str(error).removeprefix(f"{host.name}: ")))


def facts_over(gateway: execnet.Gateway, host: Host, clock: Callable[[], float] = time.time) -> HostFacts:
    """Return what is seen of a host over a gateway that is open; raises what `answer` raises."""
    channel = gateway.remote_exec(basics)
    put(channel, (host.directory, list(PACKAGES)))
    samples = [_clock_sample(channel, clock) for _ in range(_CLOCK_QUESTIONS)]
    put(channel, "facts")
    found = read_basics(answer(channel, _ANSWER_SECONDS))
    channel.close()
    if isinstance(found, Trouble):
        return HostFacts(host, found)
    # The quickest answer tells the clock best.
    round_trip, skew = min(samples)
    return HostFacts(host, None, found, skew, round_trip)


def _clock_sample(channel: Any, clock: Callable[[], float]) -> tuple[float, float]:
    before = clock()
    put(channel, "clock")
    there = answer(channel, _ANSWER_SECONDS)
    after = clock()
    if not isinstance(there, float):
        raise FailedThereError("its clock says no time")
    return after - before, there - (before + after) / 2


def look_at_all(
    hosts: Sequence[Host], seconds: float = LOOK_SECONDS, look: Callable[[Host], HostFacts] = look_at
) -> Iterator[HostFacts]:
    """Look at all hosts at the same time, and yield what is seen of each, in their order.

    One that takes longer than `seconds` is given up.
    """
    found: dict[str, queue.Queue[HostFacts | Exception]] = {host.name: queue.Queue() for host in hosts}

    def look_and_put(host: Host) -> None:
        try:
            found[host.name].put(look(host))
        except Exception as error:  # noqa: BLE001 - raised again where it can be seen
            found[host.name].put(error)

    deadline = time.monotonic() + seconds
    for host in hosts:
        # Daemons: a host that hangs must not keep the command from ending.
        threading.Thread(target=look_and_put, args=(host,), daemon=True).start()
    silent = Trouble(TroubleKind.SILENT, f"did not tell about itself within {seconds:g} s")
    for host in hosts:
        try:
            facts = found[host.name].get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            facts = HostFacts(host, silent)
        if isinstance(facts, Exception):
            raise facts
        yield facts
