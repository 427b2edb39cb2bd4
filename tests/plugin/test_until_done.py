"""`--until-done`: a run waits at a limit and goes on until every video is done."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from grokbatch.record.model.outcome import RunStatus
from tests.plugin.folder import BatchFolder, said


def test_a_run_goes_on_after_a_limit(folder: BatchFolder) -> None:
    folder.script(video_002=["RATE_LIMIT"], retry_after=0.5)
    result = folder.run("cats.yaml", "--until-done")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=4)
    assert set(folder.statuses().values()) == {"COMPLETED"}
    assert folder.submits()["video-002"] == 2
    assert sum(folder.submits().values()) == 5
    assert folder.manifest().status is RunStatus.COMPLETED
    assert folder.manifest().wait is None
    assert "waiting until" in said(result)
    assert "the site said" in said(result)
    assert "the wait is over" in said(result)


def test_a_limit_without_a_time_is_tried_at_intervals(either: BatchFolder) -> None:
    either.batch(until_done=True, limit_retry=0.3)
    either.script(video_002=["RATE_LIMIT", "RATE_LIMIT", "RATE_LIMIT"])
    result = either.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert set(either.statuses().values()) == {"COMPLETED"}
    assert sum(either.submits().values()) == 4 + 3
    assert said(result).count("waiting until") == 3


def test_without_it_a_limit_ends_the_run(either: BatchFolder) -> None:
    either.script(video_002=["RATE_LIMIT"], retry_after=0.5)
    result = either.run("cats.yaml")
    assert result.ret == 75, said(result)
    assert either.manifest().status is RunStatus.STOPPED_RATE_LIMIT


def test_until_ends_a_wait_with_the_code_of_a_limit(solo: BatchFolder) -> None:
    solo.script(video_002=["RATE_LIMIT"], retry_after=3600)
    result = solo.run("cats.yaml", "--until-done", "--until", "+5s")
    assert result.ret == 75, said(result)
    assert solo.manifest().status is RunStatus.STOPPED_RATE_LIMIT
    assert solo.statuses()["video-002"] == "RATE_LIMITED"
    assert sum(solo.submits().values()) <= 2
    wait = solo.manifest().wait
    assert wait is not None
    assert wait.until > datetime.now(UTC) + timedelta(minutes=50)


def test_until_ends_a_run_that_meets_no_limit(solo: BatchFolder) -> None:
    solo.batch(count=90)
    solo.script(seconds=0.4)
    result = solo.run("cats.yaml", "--until", "+5s")
    assert result.ret == 75, said(result)
    assert solo.manifest().status is RunStatus.STOPPED_TIME_UP
    assert "time is up: " in said(result)
    made = sum(solo.submits().values())
    assert 0 < made < 90
    assert list(solo.statuses().values()).count("COMPLETED") == made


def test_nothing_is_made_before_the_time_that_was_asked_for(either: BatchFolder) -> None:
    begun = datetime.now(UTC)
    result = either.run("cats.yaml", "--not-before", "+3s")
    assert result.ret == 0, said(result)
    assert "--not-before" in said(result)
    first = either.manifest().videos["video-001"].attempts[0].submitted_at
    assert first is not None
    assert first >= begun + timedelta(seconds=3)


def test_a_later_run_goes_on_with_the_wait_of_the_last_one(solo: BatchFolder) -> None:
    solo.script(video_002=["RATE_LIMIT"], retry_after=9)
    assert solo.run("cats.yaml", "--until-done", "--until", "+4s").ret == 75
    until = solo.manifest().wait
    assert until is not None
    result = solo.run("cats.yaml", "--until-done")
    assert result.ret == 0, said(result)
    later = [each.attempts[-1].submitted_at for each in solo.manifest().videos.values()]
    assert max(each for each in later if each is not None) >= until.until
    assert sum(solo.submits().values()) == 5


def test_a_run_without_it_does_not_wait_for_what_the_last_one_waited_for(solo: BatchFolder) -> None:
    solo.script(video_002=["RATE_LIMIT"], retry_after=3600)
    assert solo.run("cats.yaml", "--until-done", "--until", "+4s").ret == 75
    assert solo.run("cats.yaml").ret == 0


def test_a_limit_of_one_account_does_not_hold_up_another(either: BatchFolder) -> None:
    either.batch("dogs", account="second")
    either.script(video_001=["RATE_LIMIT"], retry_after=1)
    result = either.run("cats.yaml", "dogs.yaml", "--until-done")
    assert result.ret == 0, said(result)
    assert set(either.statuses().values()) == set(either.statuses("dogs.demo").values()) == {"COMPLETED"}


def test_a_lost_login_ends_a_run_that_would_go_on(either: BatchFolder) -> None:
    either.script(video_001=["AUTH_REQUIRED"])
    assert either.run("cats.yaml", "--until-done").ret == 77


def test_times_that_cannot_be_meant_are_refused(solo: BatchFolder) -> None:
    for option, value, word in (
        ("--until", "soon", "this is no time"),
        ("--until", "2020-01-01 07:00", "has passed"),
        ("--not-before", "25:00", "this is no time"),
    ):
        result = solo.run("cats.yaml", option, value)
        assert result.ret == 4, said(result)
        assert word in said(result)
    result = solo.run("cats.yaml", "--until", "+1h", "--not-before", "+2h")
    assert result.ret == 4
    assert "nothing would be made" in said(result)


def test_other_programs_are_told_of_the_wait_and_its_end(either: BatchFolder) -> None:
    either.script(video_002=["RATE_LIMIT"], retry_after=0.5)
    assert either.run("cats.yaml", "--until-done", "--events", "events.jsonl").ret == 0
    events = [json.loads(line) for line in (either.path / "events.jsonl").read_text().splitlines()]
    told = {event["kind"]: event for event in events}
    order = [kind for kind in told if kind in {"limit_reached", "waiting", "resumed", "run_stopped"}]
    # The limit may be told a moment after the wait has begun.
    assert order in (["limit_reached", "waiting", "resumed"], ["waiting", "limit_reached", "resumed"])
    assert told["waiting"]["message"].startswith("the site said")
    assert told["resumed"]["seconds"] > 0.4


def test_a_video_that_was_lost_twice_is_not_paid_a_third_time(either: BatchFolder) -> None:
    either.batch(count=1, until_done=True)
    either.script(video_001=["UNSEEN"] * 4)
    result = either.run("cats.yaml")
    assert result.ret == 1, said(result)
    assert either.submits() == {"video-001": 2}


@pytest.mark.parametrize("looks", [1, 3], ids=["found at once", "found when others have gone first"])
def test_what_a_killed_worker_has_submitted_is_looked_for_by_another_one_in_the_same_run(
    pair: BatchFolder, looks: int
) -> None:
    """Nobody is awake to type `--lf`; and what was paid is not paid again."""
    pair.batch(count=8)
    pair.script(video_002=["DIE"], found={"video-002": looks}, seconds=0.3)
    result = pair.run("cats.yaml", "--until-done", "--junitxml=junit.xml")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=8)
    assert (pair.path / "junit.xml").read_text().count("<testcase ") == 8
    assert pair.submits() == {f"video-00{number}": 1 for number in range(1, 9)}
    video = pair.manifest().videos["video-002"]
    assert [attempt.category for attempt in video.attempts] == ["WORKER_CRASHED", None]
    assert video.adopted
    assert "video-002: its worker process died; it is taken up once more" in said(result)
    assert ("the other videos go first" in said(result)) is (looks > 1)


def test_where_no_worker_takes_the_place_of_one_that_died_its_video_is_left_to_lf(pair: BatchFolder) -> None:
    pair.batch(count=3)
    pair.script(video_001=["DIE"])
    result = pair.run("cats.yaml", "--until-done", "--max-worker-restart=0")
    assert result.ret == 1, said(result)
    assert "taken up once more" not in said(result)
    video = pair.manifest().videos["video-001"]
    assert (video.status, video.category) == ("FAILED", "WORKER_CRASHED")
    pair.script(found={"video-001": 1})
    again = pair.run("--lf")
    assert again.ret == 0, said(again)
    assert pair.submits() == {f"video-00{number}": 1 for number in range(1, 4)}


@pytest.mark.slow
def test_a_video_that_kills_its_worker_twice_is_left(pair: BatchFolder) -> None:
    pair.script(video_002=["DIE", "DIE"])
    result = pair.run("cats.yaml", "--until-done", "--junitxml=junit.xml")
    assert result.ret == 1, said(result)
    result.assert_outcomes(passed=3, failed=1)
    assert (pair.path / "junit.xml").read_text().count("<testcase ") == 4
    assert pair.submits()["video-002"] == 2
    assert pair.manifest().videos["video-002"].category == "WORKER_CRASHED"


def test_a_limit_that_another_worker_meets_after_a_lost_login_is_not_waited_for(pair: BatchFolder) -> None:
    pair.script(video_001=["AUTH_REQUIRED"], video_002=["RATE_LIMIT"], together=2, seconds={"video-002": 1.5})
    result = pair.run("cats.yaml", "--until-done")
    assert result.ret == 77, said(result)
    assert sum(pair.submits().values()) == 2
