"""Events of a run: what they hold, in which order subscribers get them, and that no subscriber can do harm."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime

import jsonschema
import pytest

from grokbatch.run.events import events
from grokbatch.run.events.events import FACTS, KINDS, SCHEMA, Kind, RunEvent, RunEvents
from grokbatch.run.events.schema import schema

AT = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


def opened() -> RunEvents:
    return RunEvents(lambda: AT)


def test_every_kind_has_its_facts_and_none_of_them_hides_what_every_event_has() -> None:
    assert set(FACTS) == set(KINDS)
    own = {"schema", "at", "kind", "batch", "video", "worker"}
    assert not any(own & facts.keys() for facts in FACTS.values())


def test_an_event_is_one_flat_object_with_a_version_and_a_time_with_its_offset() -> None:
    got: list[RunEvent] = []
    run = opened()
    run.subscribe("test", got.append)
    run.emit("video_progress", batch="cats.yaml", video="video-001", worker="gw0", phase="generating", percent=40)
    run.close(5)
    [plain] = [event.as_plain() for event in got]
    assert datetime.fromisoformat(plain.pop("at")) == AT
    assert plain == {
        "schema": SCHEMA,
        "kind": "video_progress",
        "batch": "cats.yaml",
        "video": "video-001",
        "worker": "gw0",
        "phase": "generating",
        "percent": 40,
    }


def test_facts_that_a_kind_does_not_have_never_leave_the_run() -> None:
    got: list[RunEvent] = []
    run = opened()
    run.subscribe("test", got.append)
    run.emit("video_started", batch="cats.yaml", prompt="slow hills")
    run.close(5)
    assert "slow hills" not in json.dumps([event.as_plain() for event in got])


def test_all_subscribers_get_all_events_in_the_same_order_whoever_emits() -> None:
    got: list[list[RunEvent]] = [[], []]
    run = opened()
    for each in got:
        run.subscribe("test", each.append)

    def emit(name: str) -> None:
        for percent in range(100):
            run.emit("video_progress", worker=name, percent=percent, phase="generating")

    threads = [threading.Thread(target=emit, args=(name,)) for name in ("gw0", "gw1", "gw2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.close(5)
    assert len(got[0]) == 300
    assert got[0] == got[1]


def test_a_subscriber_that_fails_gets_the_next_event_all_the_same_and_others_notice_nothing() -> None:
    seen: list[str] = []
    others: list[RunEvent] = []
    run = opened()

    def fails(event: RunEvent) -> None:
        seen.append(event.kind)
        raise RuntimeError("no")

    run.subscribe("broken", fails)
    run.subscribe("test", others.append)
    run.emit("video_started")
    run.emit("video_submitted")
    run.close(5)
    assert seen == ["video_started", "video_submitted"]
    assert [event.kind for event in others] == seen


def test_a_subscriber_is_asked_for_its_kinds_only() -> None:
    got: list[RunEvent] = []
    run = opened()
    only: list[Kind] = ["video_failed"]
    run.subscribe("test", got.append, only)
    run.emit("video_started")
    run.emit("video_failed", status="FAILED")
    run.close(5)
    assert [event.kind for event in got] == ["video_failed"]


def test_one_that_hangs_delays_neither_the_run_nor_its_end_for_ever() -> None:
    release, began = threading.Event(), threading.Event()
    run = opened()

    def hangs(_: RunEvent) -> None:
        began.set()
        release.wait(60)

    run.subscribe("on_video", hangs)
    for _ in range(3):
        run.emit("video_started")
    assert began.wait(60)
    run.close(0.05)
    release.set()
    assert run.take_notices() == ["on_video: 3 of the run's events were not handled"]
    assert run.take_notices() == []


def test_a_subscriber_that_is_far_behind_loses_events_and_that_is_told() -> None:
    release, began = threading.Event(), threading.Event()
    got: list[RunEvent] = []
    run = opened()

    def slow(event: RunEvent) -> None:
        began.set()
        release.wait(60)
        got.append(event)

    run.subscribe("slow", slow)
    run.emit("video_started")
    assert began.wait(60)
    for _ in range(events.MOST_WAITING + 2):
        run.emit("video_started")
    release.set()
    run.close(30)
    assert len(got) == events.MOST_WAITING + 1
    assert run.take_notices() == ["slow: 2 of the run's events were not handled"]


def test_closing_twice_is_harmless_and_nobody_is_told_after_it() -> None:
    got: list[RunEvent] = []
    run = opened()
    run.subscribe("test", got.append)
    run.close(5)
    run.close(5)
    run.emit("run_finished")
    assert got == []


def test_the_schema_refuses_what_is_no_event_and_lets_later_versions_add_to_it() -> None:
    event = RunEvent("resumed", AT, facts={"account": "main", "seconds": 4.5}).as_plain()
    jsonschema.validate(event, schema())
    jsonschema.validate({**event, "more": 1}, schema())
    jsonschema.validate({**event, "kind": "later"}, schema())
    for wrong in ({**event, "seconds": "long"}, {**event, "at": None}, {"kind": "resumed"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema())


def test_who_does_not_want_to_wait_need_not() -> None:
    release, began = threading.Event(), threading.Event()
    run = opened()

    def hangs(_: RunEvent) -> None:
        began.set()
        release.wait(60)

    run.subscribe("on_finish", hangs)
    run.emit("run_finished")
    assert began.wait(60)
    asked: list[str] = []

    def says(line: str) -> None:
        asked.append(line)
        run.hurry()

    run.close(60, says)
    assert asked == ["waiting for on_finish; Ctrl+C ends the wait"]
    release.set()
    assert run.take_notices() == ["on_finish: 1 of the run's events were not handled"]
