"""Runs that wait at a limit of the account and go on: with real processes, and with windows of seconds.

What does not depend on browsers is shown with a stub in their place.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.outcome import RunStatus
from tests.e2e.bill import bill, check_paid_once
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import Call, User


def start(user: User, *where: str, workers: int = 2) -> Call:
    return user.start("cats.yaml", f"-n{workers}", *where, "--until-done")


def at(site: DemoProcess) -> tuple[str, str]:
    return ("--site", site.origin)


def wait_for_wait(user: User, name: str = "cats") -> datetime:
    """Wait until the run waits, and return until when."""

    def is_waiting() -> bool:
        return user.statuses(name) != {} and user.manifest(name).status is RunStatus.WAITING_FOR_LIMIT

    wait_until(lambda: is_waiting() and user.manifest(name).wait is not None, "the run to wait at a limit", 120)
    wait = user.manifest(name).wait
    assert wait is not None
    return wait.until


def start_into_limit(stubbed: User, seconds: float | None = None, said: float | None = None, workers: int = 2) -> Call:
    """Start a run that is refused more videos once as many as there are workers are under way."""
    stubbed.hold()
    call = start(stubbed, workers=workers)
    stubbed.wait_for_stub_submits(workers)
    stubbed.limit(seconds, said)
    stubbed.release()
    return call


def check_all_made_once(stubbed: User) -> None:
    assert set(stubbed.statuses("cats.demo").values()) == {"COMPLETED"}
    assert sorted(entry["video"] for entry in stubbed.stub_submits()) == [f"video-00{number}" for number in range(1, 5)]


def check_first_submits_after(stubbed: User, until: datetime, earlier: int) -> None:
    """Check that but for the `earlier` ones nothing was submitted before the limit ended."""
    times = [video.attempts[-1].submitted_at for video in stubbed.manifest("cats.demo").videos.values()]
    assert min(sorted(time for time in times if time is not None)[earlier:]) >= until


def test_videos_in_two_windows_with_one_refused_submit(user: User, site: DemoProcess) -> None:
    user.write_batch(count=4)
    site.play(generation=0.3, quota=2, quota_window=10, retry_after="window", limit_style="http429")
    call = start(user, *at(site))
    assert call.wait(400) == 0, call.said()
    check_paid_once(user, site)
    refused = bill(site).refused["rate_limited"]
    # One, unless a slow machine needs longer for two videos than a window lasts.
    assert refused <= 1
    assert call.said().count("waiting until") == refused
    user.check_nothing_runs()


def test_no_browser_is_left_while_a_run_waits_and_ctrl_c_ends_it_at_once(user: User, site: DemoProcess) -> None:
    site.play(quota=1, quota_window=3600, retry_after="window", limit_style="http429")
    call = start(user, *at(site))
    until = wait_for_wait(user)
    wait_until(lambda: len(user.processes()) == 1, "the end of all processes but one", 30)
    code, said = user.run("cats.yaml", "--site", site.origin)
    assert code == 4, said
    assert "waiting until" in said
    call.press_ctrl_c()
    assert call.wait(20) == 2, call.said()
    manifest = user.manifest()
    assert manifest.status is RunStatus.INTERRUPTED
    assert manifest.wait is not None
    assert manifest.wait.until == until
    assert len(site.submitted()) == 1
    user.check_nothing_runs()


def test_a_run_that_is_killed_while_it_waits_goes_on_with_the_same_wait(stubbed: User) -> None:
    call = start_into_limit(stubbed, seconds=15, said=15)
    until = wait_for_wait(stubbed, "cats.demo")
    call.kill()
    wait_until(lambda: not stubbed.processes(), "end of all processes", 60)
    assert datetime.now(UTC) < until, "there was still something to wait for"
    call = start(stubbed)
    assert call.wait(200) == 0, call.said()
    check_first_submits_after(stubbed, until, earlier=2)
    check_all_made_once(stubbed)


def test_a_run_that_slept_through_the_end_of_its_wait_goes_on_when_it_wakes(stubbed: User) -> None:
    call = start_into_limit(stubbed, seconds=10, said=10)
    until = wait_for_wait(stubbed, "cats.demo")
    wait_until(lambda: len(stubbed.processes()) == 1, "the end of all processes but one", 30)
    asleep = psutil.Process(call.process.pid)
    asleep.suspend()
    wait_until(lambda: datetime.now(UTC) > until, "the end of the limit", 60)
    assert len(stubbed.stub_submits()) == 2
    asleep.resume()
    assert call.wait(200) == 0, call.said()
    check_all_made_once(stubbed)


@pytest.mark.slow
def test_a_limit_that_names_no_time_is_tried_at_intervals_that_grow(stubbed: User) -> None:
    stubbed.write_batch(site="demo", limit_retry=1)
    call = start_into_limit(stubbed, workers=1)
    wait_until(lambda: len(stubbed.stub_submits("refused")) == 3, "three tries in vain", 120)
    stubbed.lift_limit()
    assert call.wait(200) == 0, call.said()
    check_all_made_once(stubbed)
    # What it waited for, not how long it took: a worker may take any time to start.
    told = [int(seconds) for seconds in re.findall(r"unknown: trying one video every (\d+) s", call.said())]
    assert len(told) >= 2
    assert all(earlier < later for earlier, later in pairwise(told))


@pytest.mark.slow
def test_a_limit_that_lasts_longer_than_the_site_said_is_tried_again(stubbed: User) -> None:
    stubbed.write_batch(site="demo", limit_retry=1)
    call = start_into_limit(stubbed, said=2, workers=1)
    wait_until(lambda: len(stubbed.stub_submits("refused")) == 2, "a try in vain after the time that was said", 120)
    stubbed.lift_limit()
    assert call.wait(200) == 0, call.said()
    check_all_made_once(stubbed)
    assert "the site said" in call.said()


@pytest.mark.slow
def test_a_limited_account_does_not_hold_up_the_other(user: User, site: DemoProcess) -> None:
    user.sign_in(site, "other")
    user.write_batch("dogs", account="other")
    site.play(quota_of={"me": 2}, quota_window=25, retry_after="window", limit_style="http429")
    call = user.start("cats.yaml", "dogs.yaml", "-n2", "--site", site.origin, "--until-done")
    until = wait_for_wait(user)
    wait_until(lambda: set(user.statuses("dogs").values()) == {"COMPLETED"}, "the other account's videos", 60)
    assert datetime.now(UTC) < until
    assert call.wait(200) == 0, call.said()
    assert set(user.statuses().values()) == {"COMPLETED"}
    assert bill(site).accepted == bill(site).finished == 8
