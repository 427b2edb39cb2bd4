"""Anything of a run over two hosts dies at any moment: `pytest --lf` finishes it, and each video is paid once.

    python -m tests.e2e.test_hosts_random_kills 20      # so many rounds, and their sum

GROKBATCH_KILL_ROUNDS says how many rounds pytest has, GROKBATCH_KILL_SEED what is drawn in them.
"""

from __future__ import annotations

import os
import random
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.outcome import Status
from tests.e2e.bill import bill, check_paid_once
from tests.e2e.hosts import host, workers
from tests.e2e.test_hosts_lost import browsers_of, pytest_of
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd, SshHost
    from tests.e2e.user import Call, User

ROUNDS = int(os.environ.get("GROKBATCH_KILL_ROUNDS", "2"))
SEED = int(os.environ.get("GROKBATCH_KILL_SEED", "12"))
LATEST = 14.0
MOST_RERUNS = 4
VICTIMS: dict[str, Callable[[SshHost], list[psutil.Process]]] = {
    "worker": lambda host: [pytest_of(host)],
    "connection": lambda host: host.connections(),
    "browser": lambda host: browsers_of(host),
}
KINDS = ["controller", *VICTIMS]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_run_over_hosts_in_which_something_dies_is_finished_and_paid_once(
    user: User, site: DemoProcess, sshd: Sshd, number: int
) -> None:
    draw = random.Random(f"{SEED}:{number}")  # noqa: S311 - not a secret
    kind, moment = KINDS[number % len(KINDS)], draw.uniform(2, LATEST)
    site.play(generation=[draw.uniform(0.5, 4) for _ in range(4)])
    hosts = [host(sshd, name, user, site) for name in ("studio", "attic")]
    user.write_batch(count=4, timeout=15, max_wait=30, download=True)
    words = [word for each in hosts for word in workers(each)]
    call = user.start("cats.yaml", *words, "--site", site.origin)
    died = kill_at(call, kind, time.monotonic() + moment, draw.choice(hosts))
    call.wait(180)
    reruns, said = 0, call.said()
    while set(user.statuses().values()) != {Status.COMPLETED} and reruns < MOST_RERUNS:
        # Killed before there was anything to go on with, it is begun anew.
        again = ["--lf"] if user.statuses() else ["cats.yaml", *words, "--site", site.origin]
        said += user.run(*again)[1]
        reruns += 1
    told = bill(site)
    how = f"seed {SEED}, round {number}: {died or 'nothing'} killed after {moment:.2f} s, {reruns} reruns"
    print(f"{how}: {told.accepted} paid for {told.finished} finished")  # noqa: T201 - read with -rP
    assert "INTERNALERROR" not in said
    assert set(user.statuses().values()) == {Status.COMPLETED}, said
    check_paid_once(user, site)
    for each in hosts:
        each.check_nothing_runs(60)


def kill_at(call: Call, kind: str, moment: float, host: SshHost) -> str:
    """Kill what is of that kind at the moment, or once there is one; return what died, nothing if the run ended."""

    def victims() -> list[psutil.Process]:
        try:
            return [psutil.Process(call.process.pid)] if kind == "controller" else VICTIMS[kind](host)
        except (psutil.Error, ValueError):
            return []

    wait_until(lambda: call.process.poll() is not None or (time.monotonic() >= moment and victims()), kind, 90)
    if call.process.poll() is not None:
        return ""
    for victim in victims():
        try:
            victim.kill()
        except psutil.NoSuchProcess:
            continue
        return f"{kind} of {host.name}" if kind != "controller" else kind
    return ""


if __name__ == "__main__":
    os.environ["GROKBATCH_KILL_ROUNDS"] = sys.argv[1] if len(sys.argv) > 1 else "20"
    raise SystemExit(pytest.main([__file__, "-rP", "-q", "-p", "no:cacheprovider"]))
