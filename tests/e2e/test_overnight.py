"""Runs that wait at a limit of the account and go on: with real processes, and with windows of seconds."""

from __future__ import annotations

import re
import signal
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import RunStatus
from tests.e2e.bill import bill, check_paid_once
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import Call, User

pytestmark = pytest.mark.slow


def start(user: User, site: DemoProcess, *more: str, workers: int = 2) -> Call:
    return user.start("cats.yaml", f"-n{workers}", "--site", site.origin, "--until-done", *more)


def wait_for_wait(user: User) -> datetime:
    """Wait until the run waits, and return until when."""

    def is_waiting() -> bool:
        return user.statuses() != {} and user.manifest().status is RunStatus.WAITING_FOR_LIMIT

    wait_until(lambda: is_waiting() and user.manifest().wait is not None, "the run to wait at a limit", 120)
    wait = user.manifest().wait
    assert wait is not None
    return wait.until


def times(site: DemoProcess, *events: str) -> list[datetime]:
    return [datetime.fromisoformat(entry["time"]) for entry in site.journal(*events)]


def test_videos_in_four_windows_with_one_refused_submit_each(user: User, site: DemoProcess) -> None:
    user.write_batch(count=14)
    site.play(generation=0.3, quota=4, quota_window=10, retry_after="window", limit_style="http429")
    call = start(user, site)
    assert call.wait(400) == 0, call.said()
    check_paid_once(user, site)
    refused = bill(site).refused["rate_limited"]
    # Three, unless a slow machine needs longer for four videos than a window lasts.
    assert refused <= 3
    assert call.said().count("waiting until") == refused
    user.check_nothing_runs()


def test_no_browser_is_left_while_a_run_waits_and_ctrl_c_ends_it_at_once(user: User, site: DemoProcess) -> None:
    site.play(quota=2, quota_window=3600, retry_after="window", limit_style="http429")
    call = start(user, site)
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
    assert len(site.submitted()) == 2
    user.check_nothing_runs()


def test_a_run_that_is_killed_while_it_waits_goes_on_with_the_same_wait(user: User, site: DemoProcess) -> None:
    site.play(quota=2, quota_window=25, retry_after="window", limit_style="http429")
    call = start(user, site)
    until = wait_for_wait(user)
    call.kill()
    wait_until(lambda: not user.processes(), "end of all processes", 60)
    assert datetime.now(UTC) < until, "there was still something to wait for"
    call = start(user, site)
    assert call.wait(200) == 0, call.said()
    assert min(times(site, "submit")[2:]) >= until
    check_paid_once(user, site)


def test_a_run_that_slept_through_the_end_of_its_wait_goes_on_when_it_wakes(user: User, site: DemoProcess) -> None:
    site.play(quota=2, quota_window=15, retry_after="window", limit_style="http429")
    call = start(user, site)
    until = wait_for_wait(user)
    wait_until(lambda: len(user.processes()) == 1, "the end of all processes but one", 30)
    call.process.send_signal(signal.SIGSTOP)
    wait_until(lambda: datetime.now(UTC) > until, "the end of the limit", 60)
    assert len(site.submitted()) == 2
    call.process.send_signal(signal.SIGCONT)
    assert call.wait(200) == 0, call.said()
    check_paid_once(user, site)


def test_a_limit_that_names_no_time_is_tried_at_intervals_that_grow(user: User, site: DemoProcess) -> None:
    user.write_batch(limit_retry=1)
    site.play(quota=2, limit_style="toast")
    call = start(user, site, workers=1)
    wait_until(lambda: len(times(site, "refused")) == 3, "three tries in vain", 120)
    site.change(quota=None)
    assert call.wait(200) == 0, call.said()
    check_paid_once(user, site)
    # What it waited for, not how long it took: a worker may take any time to start.
    told = [int(seconds) for seconds in re.findall(r"unknown: trying one video every (\d+) s", call.said())]
    assert len(told) >= 2
    assert all(earlier < later for earlier, later in pairwise(told))


def test_a_limit_that_lasts_longer_than_the_site_said_is_tried_again(user: User, site: DemoProcess) -> None:
    user.write_batch(limit_retry=1)
    site.play(quota=2, retry_after=2, limit_style="http429")
    call = start(user, site, workers=1)
    wait_until(lambda: len(times(site, "refused")) == 2, "a try in vain after the time that the site said", 120)
    site.change(quota=None)
    assert call.wait(200) == 0, call.said()
    check_paid_once(user, site)
    assert "the site said" in call.said()


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
