"""Somebody sets the machine's clock: no time of a run is wrong for it, and no video is taken for older than it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.clock import Instant, RunClock
from grokbatch.record.model.outcome import Category
from grokbatch.record.rules import ledger, unresolved_attempts
from grokbatch.review.counts import Tally
from grokbatch.review.worker_time import WorkTime
from grokbatch.run.plan import RunPlan

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
TWO_DAYS = timedelta(days=2)


@dataclass(frozen=True)
class Told(RunClock):
    """A clock of a run whose machine says what it is told to."""

    said: datetime = NOON
    up: float = 0.0
    boot: str = "a"

    def now(self) -> datetime:
        return self.began_at + timedelta(seconds=self.up - self.began)

    def wall(self) -> datetime:
        return self.said

    def instant(self) -> Instant:
        return Instant(self.boot, self.up)


def submitted(clock: Told) -> Manifest:
    """Return a manifest in which a video was submitted at the time of `clock`, and no more is known of it."""
    manifest = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=clock.now())
    open_run(manifest, clock)
    ledger.claim(manifest, "video-001", "gw0", clock.now())
    ledger.submitting(manifest, "video-001", {"old"}, clock.now(), clock.instant())
    return manifest


def open_run(manifest: Manifest, clock: Told) -> None:
    videos = [VideoSpec(f"video-{n:03}", "http://site/post", "hills", index=n, repetition=n) for n in (1, 2)]
    ledger.open_run(manifest, videos, browser="", now=clock.now())


FIRST = Told(NOON, 1000.0, NOON, 1000.0)


@pytest.mark.parametrize("set_by", [TWO_DAYS, -TWO_DAYS, timedelta(0)], ids=["ahead", "back", "not at all"])
def test_a_submit_of_a_killed_run_is_as_old_as_it_is(set_by: timedelta) -> None:
    """Taken for older, its video would be made a second time while the first one is still under way."""
    manifest = submitted(FIRST)
    clock = Told(NOON + set_by, 1020.0, NOON + set_by, 1030.0)
    open_run(manifest, clock)
    assert unresolved_attempts.seconds_since_submit(manifest.videos["video-001"].attempts[-1], manifest, clock) == 30


def test_a_submit_before_the_machine_was_started_anew_is_told_by_the_wall_clock() -> None:
    manifest = submitted(FIRST)
    clock = Told(NOON + timedelta(hours=1), 5.0, NOON + timedelta(hours=1), 5.0, boot="b")
    open_run(manifest, clock)
    assert unresolved_attempts.seconds_since_submit(manifest.videos["video-001"].attempts[-1], manifest, clock) == 3600


def test_a_submit_that_lies_in_the_future_is_at_least_as_old_as_this_run() -> None:
    """Otherwise it would be waited for until its time comes."""
    manifest = submitted(FIRST)
    began = NOON - TWO_DAYS
    clock = Told(began, 5.0, began + timedelta(seconds=400), 405.0, boot="b")
    open_run(manifest, Told(began, 5.0, began, 5.0, boot="b"))
    assert unresolved_attempts.seconds_since_submit(manifest.videos["video-001"].attempts[-1], manifest, clock) == 400


@pytest.mark.parametrize("set_by", [TWO_DAYS, -TWO_DAYS], ids=["ahead", "back"])
def test_what_an_earlier_run_submitted_is_looked_for_before_anything_new_is(set_by: timedelta) -> None:
    manifest = submitted(FIRST)
    clock = Told(NOON + set_by, 1020.0, NOON + set_by, 1020.0)
    open_run(manifest, clock)
    ledger.claim(manifest, "video-001", "gw0", clock.now())
    assert unresolved_attempts.is_search_running(manifest)
    unresolved_attempts.searched(manifest, "video-001")
    assert not unresolved_attempts.is_search_running(manifest)


@pytest.mark.parametrize("set_by", [TWO_DAYS, -TWO_DAYS], ids=["ahead", "back"])
def test_the_figures_of_a_resumed_run_are_its_own(set_by: timedelta) -> None:
    """Neither attempts of the first run nor days between them count, and no time is negative."""
    manifest = submitted(FIRST)
    clock = Told(NOON + set_by, 1020.0, NOON + set_by, 1020.0)
    open_run(manifest, clock)
    assert manifest.videos["video-001"].seconds == max(0, set_by.total_seconds())
    ledger.claim(manifest, "video-001", "gw0", clock.now())
    later = clock.now() + timedelta(seconds=7)
    ledger.fail_claim(manifest, "video-001", Category.TIMEOUT, "", later)
    tally = Tally.of([manifest], since=clock.now(), now=later)
    assert (tally.submits, tally.elapsed) == (0, 7)
    time = WorkTime.of([manifest], clock.now(), later)
    assert time is not None
    assert [each.what for each in time.lanes["gw0"]] == ["attempt 2"]


def test_all_processes_of_a_run_have_its_clock() -> None:
    """A worker that takes up the plan later says what the controller says, whatever the machine's clock says then."""
    plan = RunPlan(batches=(), runs_folder=Path("reports"), clock=RunClock(NOON, RunClock.start().began))
    there = RunPlan.from_wire(plan.to_wire())
    assert abs((there.clock.now() - plan.clock.now()).total_seconds()) < 60
    assert abs((there.clock.now() - NOON).total_seconds()) < 60
    assert there.clock.ahead() != pytest.approx(0, abs=60)
