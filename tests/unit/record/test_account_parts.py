"""A run with several accounts: what ends one of them leaves the others alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.manifest import Keepers, Manifest, StopRecord, WaitRecord
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome, RunStatus, Status
from grokbatch.record.rules import ledger, waiting
from grokbatch.record.rules.account_parts import begin_parts, counts_of, part_of, stop_at, stop_of
from grokbatch.record.rules.ledger import Claim
from grokbatch.review.next_steps import account_lines, ending, halt_lines

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
ACCOUNTS = {"video-001": "main", "video-002": "second", "video-003": "main", "video-004": "second"}
UNEXPLAINED = replace(Outcome.failure(Category.GENERATION_ERROR, "no"), refusal="unexplained")
GREYED_OUT = replace(Outcome.failure(Category.GENERATION_ERROR, "grey"), is_unsent=True, is_greyed_out=True)


def open_run(manifest: Manifest, accounts: dict[str, str], account: str = "main") -> None:
    numbers = range(1, 5)
    videos = [VideoSpec(f"video-{n:03}", "http://site/p", "hills", index=n, repetition=n) for n in numbers]
    ledger.open_run(manifest, videos, browser="", now=NOW)
    begin_parts(manifest, accounts, account)
    manifest.account = account


@pytest.fixture
def manifest() -> Manifest:
    fresh = ledger.new_manifest(batch="cats", account="main", permalink="p", site="https://x.test", now=NOW)
    open_run(fresh, ACCOUNTS)
    return fresh


def stop(manifest: Manifest, category: Category, account: str, retry_at: datetime | None = None) -> None:
    status = category.stops_run or RunStatus.FAILED
    video = next((video_id for video_id, name in ACCOUNTS.items() if name == account), None)
    reason = StopRecord(category=category, message="", at=NOW, video=video, retry_at=retry_at)
    ledger.stop(manifest, status, reason, account)


def finish(manifest: Manifest, video_id: str, outcome: Outcome) -> Outcome:
    assert ledger.claim(manifest, video_id, "gw0", NOW) is Claim.GRANTED
    return ledger.finish(manifest, video_id, outcome, NOW)


def made(video_id: str) -> Outcome:
    return Outcome.success(MadeVideo(video_id, "url", "page"))


@pytest.mark.parametrize(
    "category", [Category.RATE_LIMIT, Category.AUTH_REQUIRED, Category.HUMAN_CHECK, Category.ACCOUNT_REFUSED]
)
def test_what_an_account_meets_stops_its_videos_only(manifest: Manifest, category: Category) -> None:
    stop(manifest, category, "main")
    assert ledger.claim(manifest, "video-003", "gw0", NOW) is Claim.STOPPED
    assert ledger.claim(manifest, "video-004", "gw0", NOW) is Claim.GRANTED
    assert stop_at(manifest, "video-001") == stop_of(manifest, "main")
    assert stop_of(manifest, "second") is None


@pytest.mark.parametrize("category", [Category.LAYOUT_CHANGED, Category.INTERRUPTED, Category.REPEATED_FAILURE])
def test_what_is_not_about_an_account_stops_all(manifest: Manifest, category: Category) -> None:
    stop(manifest, category, "main")
    assert ledger.claim(manifest, "video-003", "gw0", NOW) is Claim.STOPPED
    assert ledger.claim(manifest, "video-004", "gw0", NOW) is Claim.STOPPED
    assert stop_of(manifest, "second") == manifest.stop


def test_refusals_and_silent_buttons_are_counted_for_each_account(manifest: Manifest) -> None:
    assert finish(manifest, "video-001", UNEXPLAINED).category is Category.GENERATION_ERROR
    assert finish(manifest, "video-002", UNEXPLAINED).category is Category.GENERATION_ERROR
    assert finish(manifest, "video-003", UNEXPLAINED).category is Category.ACCOUNT_REFUSED
    assert finish(manifest, "video-004", GREYED_OUT).category is Category.GENERATION_ERROR
    open_run(manifest, ACCOUNTS)
    for video_id in ("video-001", "video-002"):
        assert finish(manifest, video_id, GREYED_OUT).category is Category.GENERATION_ERROR
    assert finish(manifest, "video-003", GREYED_OUT).category is Category.RATE_LIMIT


def test_each_account_has_its_own_videos_from_before_on_the_page_of_an_image(manifest: Manifest) -> None:
    assert ledger.opened(manifest, "video-001", {"a"}) == {"a"}
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"a"}, NOW)
    assert ledger.opened(manifest, "video-003", {"a", "new"}) == {"a"}
    assert ledger.opened(manifest, "video-002", {"b"}) == {"b"}


@pytest.mark.parametrize(
    ("main", "second", "status", "code_of"),
    [
        (Category.RATE_LIMIT, None, RunStatus.STOPPED_RATE_LIMIT, Category.RATE_LIMIT),
        (Category.RATE_LIMIT, Category.AUTH_REQUIRED, RunStatus.STOPPED_AUTH_REQUIRED, Category.AUTH_REQUIRED),
        (Category.HUMAN_CHECK, Category.RATE_LIMIT, RunStatus.STOPPED_AUTH_REQUIRED, Category.HUMAN_CHECK),
        (Category.RATE_LIMIT, Category.LAYOUT_CHANGED, RunStatus.STOPPED_RATE_LIMIT, Category.RATE_LIMIT),
        (None, Category.LAYOUT_CHANGED, RunStatus.FAILED, Category.LAYOUT_CHANGED),
    ],
)
def test_a_run_has_the_status_of_the_worst_that_ended_an_account(
    manifest: Manifest, main: Category | None, second: Category | None, status: RunStatus, code_of: Category
) -> None:
    for name, category in (("main", main), ("second", second)):
        if category is not None:
            stop(manifest, category, name)
    ledger.close_run(manifest, interrupted=False, now=NOW)
    assert manifest.status is status
    assert manifest.stop is not None
    assert manifest.stop.category is code_of


def test_a_run_that_was_interrupted_while_an_account_waited_is_interrupted(manifest: Manifest) -> None:
    stop(manifest, Category.RATE_LIMIT, "main")
    waiting.wait_for_limit(part_of(manifest, "main"), since=NOW, until=NOW + timedelta(hours=1), why="said")
    reason = StopRecord(category=Category.INTERRUPTED, message="", at=NOW)
    ledger.stop(manifest, RunStatus.INTERRUPTED, reason)
    ledger.close_run(manifest, interrupted=True, now=NOW)
    assert manifest.status is part_of(manifest, "main").status is RunStatus.INTERRUPTED
    assert account_lines(manifest, NOW, UTC)[0] == "main: 0 of 2, limited until 13:00, 2 wait"


def test_the_next_run_begins_without_stops_and_remembers_the_waits(manifest: Manifest) -> None:
    wait = WaitRecord(since=NOW, until=NOW + timedelta(hours=1), why="said", refused=1)
    stop(manifest, Category.RATE_LIMIT, "main")
    waiting.wait_for_limit(part_of(manifest, "main"), since=NOW, until=wait.until, why="said")
    ledger.close_run(manifest, interrupted=False, now=NOW)
    open_run(manifest, ACCOUNTS)
    assert stop_of(manifest, "main") is None
    assert part_of(manifest, "main").wait == wait
    open_run(manifest, {}, account="main")
    assert manifest.account_parts == {}
    assert manifest.wait == wait
    open_run(manifest, ACCOUNTS)
    assert part_of(manifest, "main").wait == wait
    assert manifest.wait is None


def test_whoever_made_a_video_stays_on_record(manifest: Manifest) -> None:
    finish(manifest, "video-002", made("a"))
    open_run(manifest, {}, account="main")
    assert [video.account for video in manifest.videos.values()] == ["", "second", "", ""]
    open_run(manifest, dict.fromkeys(ACCOUNTS, "third"), account="third")
    assert [video.account for video in manifest.videos.values()] == ["third", "second", "third", "third"]


def test_a_run_with_one_account_writes_nothing_of_parts() -> None:
    alone = ledger.new_manifest(batch="cats", account="main", permalink="p", site="demo", now=NOW)
    open_run(alone, {})
    finish(alone, "video-001", made("a"))
    ledger.close_run(alone, interrupted=False, now=NOW)
    written = msgspec.to_builtins(alone)
    assert "account_parts" not in written
    assert all("account" not in video for video in written["videos"].values())


def test_until_ends_what_waits_as_limited_and_the_others_because_of_the_time(manifest: Manifest) -> None:
    stop(manifest, Category.RATE_LIMIT, "main")
    waiting.wait_for_limit(part_of(manifest, "main"), since=NOW, until=NOW + timedelta(hours=1), why="said")
    waiting.end(manifest, StopRecord(category=Category.TIME_UP, message="", at=NOW))
    assert part_of(manifest, "main").status is RunStatus.STOPPED_RATE_LIMIT
    assert manifest.status is RunStatus.STOPPED_TIME_UP
    assert stop_of(manifest, "second") == manifest.stop


def test_the_last_line_says_how_far_each_account_is(manifest: Manifest) -> None:
    finish(manifest, "video-002", made("a"))
    finish(manifest, "video-004", made("b"))
    stop(manifest, Category.RATE_LIMIT, "main", NOW + timedelta(hours=1))
    assert counts_of(manifest) == {"main": (0, 2), "second": (2, 2)}
    assert account_lines(manifest, NOW, UTC) == ["main: 0 of 2, rate limit until 13:00, 2 wait", "second: 2 of 2"]
    assert halt_lines(manifest, "main")[0].startswith("account main: rate limit until ")
    ledger.close_run(manifest, interrupted=False, now=NOW)
    line = ending([manifest], NOW, UTC)
    assert line is not None
    assert "main: 0 of 2, rate limit until 13:00, 2 wait; second: 2 of 2; " in line


def test_keepers_that_the_other_account_made_are_enough(manifest: Manifest) -> None:
    manifest.keepers = Keepers(wanted=1)
    finish(manifest, "video-002", made("a"))
    stop(manifest, Category.RATE_LIMIT, "main")
    ledger.close_run(manifest, interrupted=False, now=NOW)
    assert manifest.status is RunStatus.COMPLETED
    assert manifest.videos["video-001"].status is Status.PENDING
