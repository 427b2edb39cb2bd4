"""Which events come of what the controller hears."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.manifest import StopRecord
from grokbatch.record.model.outcome import Category, RunStatus
from grokbatch.record.rules import ledger
from grokbatch.record.rules.account_parts import begin_parts
from grokbatch.run.events.events import RunEvent, RunEvents
from grokbatch.run.events.sources import EventSources
from tests.unit.run.events.test_user_commands import planned

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


class Heard:
    """Sources of the events of one batch, and the kinds that were emitted."""

    def __init__(self, folder: Path) -> None:
        self.plan = planned(folder, "")
        self.events = RunEvents(lambda: AT)
        self.got: list[RunEvent] = []
        self.events.subscribe("test", self.got.append)
        self.sources = EventSources(self.plan, self.events)

    def worker(self, phase: str, percent: int | None = None, video: str | None = "video-001") -> None:
        path = str(self.plan.batches[0].path) if video else None
        message = {"worker": "gw0", "batch": path, "video": video, "phase": phase, "percent": percent}
        self.sources.worker_told(message)

    def kinds(self) -> list[str]:
        self.events.close(5)
        return [event.kind for event in self.got]


@pytest.fixture
def heard(tmp_path: Path) -> Heard:
    return Heard(tmp_path)


def stop(category: Category, at: datetime = AT) -> StopRecord:
    return StopRecord(category=category, message="why", at=at, video="video-001")


def test_what_a_worker_says_again_and_again_is_one_event(heard: Heard) -> None:
    heard.worker("starting")
    for _ in range(5):
        heard.worker("waiting for the first")
    heard.worker("generating", 10)
    heard.worker("generating", 10)
    heard.worker("generating", 20)
    heard.worker("idle", video=None)
    heard.worker("starting")
    assert heard.kinds() == ["video_started", *["video_progress"] * 3, "video_started"]


def test_a_human_check_that_is_waited_for_needs_a_person(heard: Heard) -> None:
    heard.worker("waiting for you")
    assert heard.kinds() == ["video_progress", "person_needed"]


@pytest.mark.parametrize(
    ("category", "goes_on", "kinds"),
    [
        (Category.RATE_LIMIT, False, ["limit_reached", "run_stopped"]),
        (Category.RATE_LIMIT, True, ["limit_reached"]),
        (Category.AUTH_REQUIRED, True, ["person_needed", "run_stopped"]),
        (Category.AUTH_REQUIRED, False, ["person_needed", "run_stopped"]),
        (Category.HUMAN_CHECK, False, ["person_needed", "run_stopped"]),
        (Category.ACCOUNT_REFUSED, False, ["person_needed", "run_stopped"]),
        (Category.LAYOUT_CHANGED, False, ["run_stopped"]),
        (Category.INTERRUPTED, False, ["run_stopped"]),
    ],
)
def test_a_stop_is_told_once_with_its_reason(heard: Heard, category: Category, goes_on: bool, kinds: list[str]) -> None:
    for _ in range(2):
        heard.sources.stopped(heard.plan.batches[0], stop(category), goes_on=goes_on)
    assert heard.kinds() == kinds


def test_a_run_that_ends_while_it_waits_for_a_limit_is_stopped_by_it(heard: Heard) -> None:
    for goes_on in (True, False):
        heard.sources.stopped(heard.plan.batches[0], stop(Category.RATE_LIMIT), goes_on=goes_on)
    assert heard.kinds() == ["limit_reached", "run_stopped"]


def test_a_second_limit_of_a_run_that_went_on_is_another_event(heard: Heard) -> None:
    for hour in (1, 2):
        at = AT.replace(hour=hour)
        heard.sources.stopped(heard.plan.batches[0], stop(Category.RATE_LIMIT, at), goes_on=True)
    assert heard.kinds() == ["limit_reached", "limit_reached"]


def test_messages_of_no_batch_of_this_run_are_no_events(heard: Heard) -> None:
    message: dict[str, Any] = {"worker": "gw0", "batch": "/other.yaml", "video": "video-001", "phase": "starting"}
    heard.sources.worker_told({**message, "percent": None})
    assert heard.kinds() == []


def test_a_limit_of_one_of_several_accounts_stops_nothing_of_the_others(tmp_path: Path) -> None:
    """Only the end of the run tells that it was stopped: until then the other account went on."""
    heard = Heard(tmp_path)
    one = heard.plan.batches[0]
    videos = tuple(VideoSpec(f"video-{n:03}", "http://site/p", "hills", index=n, repetition=n) for n in (1, 2))
    both = replace(one, videos=videos, split={"video-001": "main", "video-002": "me"})
    main, _ = both.parts
    heard.sources.stopped(main, stop(Category.RATE_LIMIT))
    heard.sources.waiting(main, AT, "said")
    manifest = ledger.new_manifest(batch="cats", account="main", permalink="p", site="demo", now=AT)
    ledger.open_run(manifest, both.videos, browser="", now=AT)
    begin_parts(manifest, both.split, "main")
    ledger.stop(manifest, RunStatus.STOPPED_RATE_LIMIT, stop(Category.RATE_LIMIT), "main")
    ledger.close_run(manifest, interrupted=False, now=AT)
    heard.sources.run_finished(both, manifest)
    assert heard.kinds() == ["limit_reached", "waiting", "run_stopped", "run_finished"]
    assert [event.facts["account"] for event in heard.got[:2]] == ["main", "main"]
    assert heard.got[-1].facts["status"] == "STOPPED_RATE_LIMIT"
