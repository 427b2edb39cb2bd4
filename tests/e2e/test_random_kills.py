"""Any process of a run dies at any moment: `pytest --lf` finishes the batch, and each video is paid once.

GROKBATCH_KILL_ROUNDS says how many rounds there are, GROKBATCH_KILL_SEED what is drawn in them.
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
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import Call, User

ROUNDS = int(os.environ.get("GROKBATCH_KILL_ROUNDS", "5"))
SEED = int(os.environ.get("GROKBATCH_KILL_SEED", "12"))
LATEST = 10.0
MOST_RERUNS = 4
VICTIMS = ["controller", "worker", "browser"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", range(ROUNDS))
def test_a_run_in_which_something_dies_is_finished_by_lf_and_paid_once(
    user: User, site: DemoProcess, number: int
) -> None:
    draw = random.Random(f"{SEED}:{number}")  # noqa: S311 - not a secret
    kind, moment = VICTIMS[number % len(VICTIMS)], draw.uniform(0.5, LATEST)
    site.play(generation=[draw.uniform(0.5, 4) for _ in range(3)])
    user.write_batch(count=3, timeout=15, max_wait=30)
    call = user.start("cats.yaml", "-n2", "--site", site.origin)
    died = kill_at(user, call, kind, time.monotonic() + moment, draw)
    call.wait()
    reruns, said = 0, call.said()
    while set(user.statuses().values()) != {Status.COMPLETED} and reruns < MOST_RERUNS:
        # Killed before there was anything to go on with, it is begun anew.
        again = ["--lf"] if user.statuses() else ["cats.yaml", "--site", site.origin]
        said = user.run(*again, "-n2")[1]
        reruns += 1
    assert set(user.statuses().values()) == {Status.COMPLETED}, said
    told = bill(site)
    how = f"seed {SEED}, round {number}: {died or 'nothing'} killed after {moment:.2f} s, {reruns} reruns"
    print(f"{how}: {told.accepted} paid for {told.finished} finished")  # noqa: T201 - read with -rP
    check_paid_once(user, site)
    user.check_nothing_runs()


def kill_at(user: User, call: Call, kind: str, moment: float, draw: random.Random) -> str:
    """Kill a process of that kind at the moment, or once there is one; return what died, nothing if the run ended."""

    def is_time() -> bool:
        return time.monotonic() >= moment and bool(victims(user, call, kind))

    wait_until(lambda: call.process.poll() is not None or victims(user, call, kind), kind)
    assert call.process.poll() is None, call.said()
    wait_until(lambda: call.process.poll() is not None or is_time(), "moment to kill something")
    found = victims(user, call, kind)
    if call.process.poll() is not None or not found:
        return ""
    victim = draw.choice(found)
    try:
        victim.kill()
    except psutil.NoSuchProcess:
        return ""
    return kind


def victims(user: User, call: Call, kind: str) -> list[psutil.Process]:
    """Return the processes of a kind that the call has started, the call's own included."""
    controller = psutil.Process(call.process.pid) if call.process.poll() is None else None
    if controller is None or kind == "controller":
        return [controller] if controller else []
    if kind == "browser":
        return sorted(user.browsers(), key=lambda process: process.pid)
    try:
        return sorted((each for each in controller.children() if is_worker(each)), key=lambda process: process.pid)
    except psutil.Error:
        return []


def is_worker(process: psutil.Process) -> bool:
    """Whether a process is one of xdist's workers."""
    try:
        return any("sys.stdin.readline" in part for part in process.cmdline())
    except psutil.Error:
        return False
