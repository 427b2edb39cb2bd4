"""The computer sleeps in mid run: nothing that it slept through is held against a video, and none is paid twice."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.outcome import Status
from tests.e2e.bill import check_paid_once
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")]

TIMEOUT = 5
# More than the batch's patience, and more than a browser gets to answer after it.
ASLEEP = 30


@contextmanager
def asleep(user: User) -> Iterator[None]:
    """Stop all processes of the user, browsers too, while the block lasts."""
    stopped = user.processes()
    for process in stopped:
        process.suspend()
    yield
    for process in reversed(stopped):
        process.resume()


def sleep(user: User) -> None:
    with asleep(user):
        time.sleep(ASLEEP)  # not waited for anything: this is how long it sleeps


def check_told(user: User, said: str, name: str = "cats") -> None:
    """Check that the pause is told as it happens, in the summary and in run.log."""
    told = "the run was stopped for "
    assert said.count(told) == 2, said
    assert f"pauses    {told}" in said
    assert (user.run_directory(name) / "run.log").read_text().count(told) == 1
    assert told in (user.run_directory(name) / "report.html").read_text()


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
@pytest.mark.parametrize(
    "seconds", [pytest.param(3, id="finished meanwhile"), pytest.param(ASLEEP + 10, id="still under way")]
)
def test_a_video_that_was_slept_through_is_completed(
    user: User, site: DemoProcess, seconds: float, workers: str
) -> None:
    site.play(generation=[seconds, 1, 1])
    user.write_batch(count=3, timeout=TIMEOUT, max_wait=40, attempts=1)
    call = user.start("cats.yaml", workers, "--site", site.origin)
    wait_until(site.submitted, "submit")
    sleep(user)
    assert call.wait() == 0, call.said()
    check_paid_once(user, site)
    assert [len(video.attempts) for video in user.manifest().videos.values()] == [1, 1, 1]
    check_told(user, call.said())


LOST: dict[str, dict[str, Any]] = {
    "its reply has broken off": {"kind": "cut_broken"},
    "the network was away": {"kind": "away", "seconds": 8},
}


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_a_connection_that_is_lost_in_the_sleep_costs_no_attempt(
    user: User, site: DemoProcess, lost: dict[str, Any]
) -> None:
    """The page is opened anew, and what the site has made is found there, though the batch allows one attempt only."""
    site.play(outcomes={"1": lost}, generation=3)
    user.write_batch(count=2, timeout=TIMEOUT, max_wait=40, attempts=1)
    call = user.start("cats.yaml", "-n0", "--site", site.origin)
    wait_until(lambda: site.journal("submit"), "submit")
    sleep(user)
    assert call.wait() == 0, call.said()
    check_paid_once(user, site)


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_a_rehearsal_sleeps_with_its_site(user: User, workers: str) -> None:
    user.write_batch(site="demo", count=3, timeout=TIMEOUT, max_wait=20, attempts=1, demo={"generation": 4})
    call = user.start("cats.yaml", workers)
    wait_until(lambda: any(video.attempts and video.attempts[-1].submitted_at for video in videos(user)), "submit")
    sleep(user)
    assert call.wait() == 0, call.said()
    assert {video.status for video in videos(user)} == {Status.COMPLETED}
    assert [len(video.attempts) for video in videos(user)] == [1, 1, 1]
    check_told(user, call.said(), "cats.demo")


def videos(user: User) -> list[Any]:
    started = user.statuses("cats.demo")
    return list(user.manifest("cats.demo").videos.values()) if started else []
