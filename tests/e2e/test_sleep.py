"""The computer sleeps in mid run: nothing that it slept through is held against a video, and none is paid twice."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Status
from tests.e2e.bill import check_paid_once
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.record.model.manifest import VideoRecord
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")]

TIMEOUT = 10
# More than the batch's patience, and more than a browser gets to answer after it.
ASLEEP = 28


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
    """Check that the pause is told in the summary, the report and run.log."""
    told = "the run was stopped for "
    assert f"pauses    {told}" in said
    assert (user.run_directory(name) / "run.log").read_text().count(told) == 1
    assert told in (user.run_directory(name) / "report.html").read_text()


def videos(user: User, name: str = "cats") -> list[VideoRecord]:
    started = user.statuses(name)
    return list(user.manifest(name).videos.values()) if started else []


def is_submitted(user: User, name: str = "cats") -> bool:
    return any(attempt.submitted_at is not None for video in videos(user, name) for attempt in video.attempts)


@pytest.mark.parametrize(
    ("seconds", "workers"),
    [
        pytest.param(3, "-n0", id="finished meanwhile"),
        pytest.param(ASLEEP + 10, "-n0", id="still under way"),
        pytest.param(ASLEEP + 10, "-n2", id="still under way-n2"),
    ],
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
    assert [[each.message for each in video.attempts] for video in videos(user)] == [[""], [""], [""]]
    check_told(user, call.said())
    # With one process, pytest captures what is said while a video is made, unless a terminal shows it.
    assert ("what was under way is looked at anew" in call.said()) == (workers == "-n2")


@pytest.mark.parametrize("kind", ["cut_broken", "cut_clean"])
def test_a_connection_that_is_lost_in_the_sleep_costs_no_attempt(user: User, site: DemoProcess, kind: str) -> None:
    """The page is opened anew, and what the site has made is found there, though the batch allows one attempt only."""
    site.play(outcomes={"1": {"kind": kind, "at": 80}}, generation=10)
    user.write_batch(count=2, timeout=TIMEOUT, max_wait=40, attempts=1)
    call = user.start("cats.yaml", "-n0", "--site", site.origin)
    wait_until(site.submitted, "submit")
    sleep(user)
    assert call.wait() == 0, call.said()
    check_paid_once(user, site)


def test_a_rehearsal_sleeps_with_its_site(user: User) -> None:
    user.write_batch(site="demo", count=3, timeout=TIMEOUT, max_wait=20, attempts=1, demo={"generation": 4})
    call = user.start("cats.yaml", "-n2")
    wait_until(lambda: is_submitted(user, "cats.demo"), "submit")
    sleep(user)
    assert call.wait() == 0, call.said()
    assert {video.status for video in videos(user, "cats.demo")} == {Status.COMPLETED}
    assert [[each.message for each in video.attempts] for video in videos(user, "cats.demo")] == [[""], [""], [""]]
    check_told(user, call.said(), "cats.demo")
