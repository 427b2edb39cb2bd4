"""What a run waits for, and what ends the wait."""

from __future__ import annotations

import io
import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.manifest import StopRecord
from grokbatch.record.model.outcome import Category, RunStatus
from grokbatch.record.rules import ledger
from grokbatch.run.controller import waits
from grokbatch.run.controller.waits import Waits
from grokbatch.run.events.events import RunEvent, RunEvents
from grokbatch.run.events.sources import EventSources
from grokbatch.run.live.view import LiveView
from grokbatch.run.plan import BatchPlan, RunPlan
from tests.unit.run.test_worker import batch_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SECONDS = 20
"""For what happens within a second on a quiet machine."""


class Waiting:
    """A run of one batch that goes on over limits, with what followed from its waits."""

    def __init__(self, folder: Path, ends_in: timedelta | None = None) -> None:
        self.batch = replace(batch_of(folder, "cats", "me"), until_done=True)
        plan = RunPlan((self.batch,), folder, session_folder=folder)
        self.plan = replace(plan, until=None if ends_in is None else plan.clock.wall() + ends_in)
        self.went_on, self.time_is_up = threading.Event(), threading.Event()
        self.events, self.emitted = RunEvents(self.plan.clock.wall), list[RunEvent]()
        self.events.subscribe("test", self.emitted.append)
        self.sources = EventSources(self.plan, self.events)
        view = LiveView(io.StringIO())
        self.waits = Waits(self.plan, view, self.sources, self._go_on, self.time_is_up.set)

    def _go_on(self, _batches: Sequence[BatchPlan]) -> None:
        self.went_on.set()

    def stop(self, category: Category, status: RunStatus, lasts: float = 3600.0) -> None:
        """Write a stop as a worker does."""
        now = self.plan.clock.wall()
        reason = StopRecord(category=category, message="enough", at=now, retry_at=now + timedelta(seconds=lasts))
        with self.batch.store().transaction() as manifest:
            ledger.stop(manifest, status, reason)

    def is_over_in_time(self) -> bool:
        """Whether the batch is held no longer, after a while at most."""
        ended = threading.Event()

        def wait() -> None:
            self.waits.wait_for(self.batch)
            ended.set()

        threading.Thread(target=wait, daemon=True).start()
        return ended.wait(SECONDS)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Waiting]:
    waiting = Waiting(tmp_path)
    yield waiting
    waiting.waits.end()


def test_a_limit_is_waited_for_as_long_as_it_lasts(run: Waiting) -> None:
    run.stop(Category.RATE_LIMIT, RunStatus.WAITING_FOR_LIMIT, lasts=0.5)
    run.waits.limited([str(run.batch.path)])
    assert run.waits.is_held(run.batch)
    assert run.is_over_in_time()
    assert run.went_on.is_set()
    assert run.batch.store().read().status is RunStatus.IN_PROGRESS


def test_subscribers_hear_of_the_limit_before_the_wait_for_its_end(run: Waiting) -> None:
    """Once, although the worker's own message of it comes last, on a way of its own."""
    run.stop(Category.RATE_LIMIT, RunStatus.WAITING_FOR_LIMIT, lasts=0.5)
    stop = run.batch.store().read().stop
    assert stop is not None
    run.waits.limited([str(run.batch.path)])
    assert run.is_over_in_time()
    run.sources.stopped(run.batch, stop, goes_on=True)
    run.events.close(SECONDS)
    assert [event.kind for event in run.emitted] == ["limit_reached", "waiting", "resumed"]


def test_a_limit_after_another_stop_is_not_waited_for(run: Waiting) -> None:
    """A worker tells of its limit when a lost login has already ended the run."""
    run.stop(Category.AUTH_REQUIRED, RunStatus.STOPPED_AUTH_REQUIRED)
    run.waits.limited([str(run.batch.path)])
    assert run.is_over_in_time()
    assert not run.went_on.is_set()


def test_a_limit_that_is_never_written_down_is_not_waited_for(run: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker that told of it died before it could."""
    monkeypatch.setattr(waits, "_LATEST", 0.2)
    run.waits.limited([str(run.batch.path)])
    assert run.is_over_in_time()
    assert not run.went_on.is_set()


def test_an_error_of_ours_ends_the_wait_and_is_not_hidden(run: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(waits, "next_try", fails)
    raised: list[type[BaseException] | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: raised.append(told.exc_type))
    run.stop(Category.RATE_LIMIT, RunStatus.WAITING_FOR_LIMIT)
    run.waits.limited([str(run.batch.path)])
    assert run.is_over_in_time()
    assert raised == [ZeroDivisionError]


def test_a_full_disk_does_not_keep_the_run_from_ending_at_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    run = Waiting(tmp_path, ends_in=timedelta(seconds=0.5))
    monkeypatch.setattr(waits, "transactions", full)
    run.waits.begin()
    assert run.time_is_up.wait(SECONDS)
    run.waits.end()
