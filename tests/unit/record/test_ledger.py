"""The manifest's rules: what is granted, what a result changes, what a stop means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.manifest import Manifest, StopRecord
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome, RunStatus, Status
from grokbatch.record.rules import ledger, unresolved_attempts
from grokbatch.record.rules.failing import FailureLimits
from grokbatch.record.rules.ledger import Claim
from grokbatch.review.formatting import perhaps_made

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def specs(count: int = 2, prompt: str = "hills") -> list[VideoSpec]:
    return [VideoSpec(f"video-{n:03}", "http://site/post", prompt, index=n, repetition=n) for n in range(1, count + 1)]


@pytest.fixture
def manifest() -> Manifest:
    fresh = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOW)
    ledger.open_run(fresh, specs(), browser="Chromium 1", now=NOW)
    return fresh


def made(video_id: str) -> Outcome:
    return Outcome.success(MadeVideo(video_id, "url", "page"))


def stop_at_limit(manifest: Manifest) -> None:
    reason = StopRecord(category=Category.RATE_LIMIT, message="", at=NOW)
    ledger.stop(manifest, RunStatus.STOPPED_RATE_LIMIT, reason)


def test_a_video_is_granted_and_then_completed(manifest: Manifest) -> None:
    assert ledger.claim(manifest, "video-001", "gw0", NOW) is Claim.GRANTED
    ledger.finish(manifest, "video-001", made("a"), NOW)
    assert ledger.claim(manifest, "video-001", "gw0", NOW) is Claim.COMPLETED
    assert manifest.counts[Status.COMPLETED] == 1


def test_nothing_is_granted_after_a_stop(manifest: Manifest) -> None:
    ledger.stop(manifest, RunStatus.STOPPED_RATE_LIMIT, StopRecord(category=Category.RATE_LIMIT, message="", at=NOW))
    assert ledger.claim(manifest, "video-001", "gw0", NOW) is Claim.STOPPED
    assert manifest.videos["video-001"].attempts == []


def test_the_first_reason_to_stop_is_kept(manifest: Manifest) -> None:
    for category in (Category.RATE_LIMIT, Category.AUTH_REQUIRED):
        status = category.stops_run
        assert status is not None
        ledger.stop(manifest, status, StopRecord(category=category, message="", at=NOW))
    assert manifest.status is RunStatus.STOPPED_RATE_LIMIT


def test_a_result_is_recorded_after_a_stop(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.stop(manifest, RunStatus.STOPPED_RATE_LIMIT, StopRecord(category=Category.RATE_LIMIT, message="", at=NOW))
    ledger.finish(manifest, "video-001", made("a"), NOW)
    assert manifest.videos["video-001"].status is Status.COMPLETED


def test_one_video_of_the_site_is_never_credited_twice(manifest: Manifest) -> None:
    for video_id in ("video-001", "video-002"):
        ledger.claim(manifest, video_id, "gw0", NOW)
        ledger.finish(manifest, video_id, made("same"), NOW)
    assert manifest.videos["video-001"].status is Status.COMPLETED
    second = manifest.videos["video-002"]
    assert (second.status, second.category) == (Status.FAILED, Category.LAYOUT_CHANGED)
    assert second.video_id is None


def test_a_video_that_showed_another_ones_file_is_looked_for_before_it_is_submitted_again(manifest: Manifest) -> None:
    """The page was misread; what its own submit has brought about may be there."""
    for video_id in ("video-001", "video-002"):
        ledger.claim(manifest, video_id, "gw0", NOW)
        ledger.submitting(manifest, video_id, {"old"}, NOW)
        ledger.finish(manifest, video_id, made("same"), NOW)
    assert unresolved_attempts.unresolved_attempt(manifest.videos["video-002"]) is not None


def test_a_new_run_makes_claims_of_a_dead_one_pending_again(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.open_run(manifest, specs(), browser="", now=NOW)
    video = manifest.videos["video-001"]
    assert video.status is Status.PENDING
    assert video.attempts[0].category is Category.INTERRUPTED


def test_a_submit_whose_end_nobody_saw_leaves_an_orphan(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    assert unresolved_attempts.unresolved_attempt(manifest.videos["video-001"]) is None
    ledger.submitting(manifest, "video-001", {"old"}, NOW)
    ledger.open_run(manifest, specs(), browser="", now=NOW)
    attempt = unresolved_attempts.unresolved_attempt(manifest.videos["video-001"])
    assert attempt is not None
    assert attempt.known_ids == ["old"]


def test_what_stood_on_the_page_is_kept_only_as_long_as_something_is_looked_for_there(manifest: Manifest) -> None:
    """The file grows with the videos, not with their square."""
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"old"}, NOW)
    ledger.finish(manifest, "video-001", Outcome.failure(Category.TIMEOUT, ""), NOW)
    tried = manifest.videos["video-001"].attempts
    assert tried[0].known_ids == ["old"]
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"old", "newer"}, NOW)
    ledger.finish(manifest, "video-001", made("v1"), NOW)
    assert [attempt.known_ids for attempt in tried] == [[], []]


def test_the_name_that_a_reply_gave_belongs_to_the_orphan_and_to_nobody_else(manifest: Manifest) -> None:
    """What the site calls a video is kept with its attempt; no other video may adopt or claim that one."""
    for video, worker in (("video-001", "gw0"), ("video-002", "gw1")):
        ledger.claim(manifest, video, worker, NOW)
        ledger.submitting(manifest, video, {"old"}, NOW)
    ledger.named(manifest, "video-001", {"named-1"})
    ledger.finish(manifest, "video-001", Outcome.failure(Category.BROWSER_CRASHED, ""), NOW)
    attempt = unresolved_attempts.unresolved_attempt(manifest.videos["video-001"])
    assert attempt is not None
    assert attempt.reply_ids == ["named-1"]
    assert not unresolved_attempts.adopt(manifest, "video-002", "named-1")
    assert unresolved_attempts.adopt(manifest, "video-001", "named-1")


@pytest.mark.parametrize("category", [Category.GENERATION_ERROR, Category.RATE_LIMIT, Category.CONTENT_MODERATED])
def test_a_failure_that_the_site_told_of_leaves_no_orphan(manifest: Manifest, category: str) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"old"}, NOW)
    ledger.finish(manifest, "video-001", Outcome.failure(Category(category), ""), NOW)
    assert unresolved_attempts.unresolved_attempt(manifest.videos["video-001"]) is None


def test_what_is_on_the_page_before_the_first_submit_is_older_than_this_run(manifest: Manifest) -> None:
    assert ledger.opened(manifest, "video-001", {"a"}) == {"a"}
    assert ledger.opened(manifest, "video-001", {"a", "b"}) == {"a", "b"}
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"a", "b"}, NOW)
    assert ledger.opened(manifest, "video-001", {"a", "b", "made-since"}) == {"a", "b"}
    ledger.open_run(manifest, specs(), browser="", now=NOW)
    assert ledger.opened(manifest, "video-001", {"a", "b", "made-since"}) == {"a", "b", "made-since"}


def test_submits_wait_while_an_earlier_runs_video_is_looked_for(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"old"}, NOW)
    later = NOW + timedelta(minutes=1)
    ledger.open_run(manifest, specs(), browser="", now=later)
    assert not unresolved_attempts.is_search_running(manifest), "nobody has claimed it yet"
    ledger.claim(manifest, "video-001", "gw0", later)
    ledger.claim(manifest, "video-002", "gw1", later)
    assert unresolved_attempts.is_search_running(manifest)
    unresolved_attempts.searched(manifest, "video-001")
    assert not unresolved_attempts.is_search_running(manifest)


def test_submits_do_not_wait_for_a_second_attempt_of_this_run(manifest: Manifest) -> None:
    later = NOW + timedelta(minutes=1)
    ledger.claim(manifest, "video-001", "gw0", later)
    ledger.submitting(manifest, "video-001", {"old"}, later)
    ledger.finish(manifest, "video-001", Outcome.failure(Category.TIMEOUT, ""), later)
    ledger.claim(manifest, "video-001", "gw0", later)
    assert not unresolved_attempts.is_search_running(manifest)


def test_a_claim_that_submitted_nothing_leaves_no_trace(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.unclaim(manifest, "video-001")
    video = manifest.videos["video-001"]
    assert (video.status, video.attempts) == (Status.PENDING, [])


def test_a_dead_worker_does_not_undo_the_result_that_it_wrote(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.finish(manifest, "video-001", made("a"), NOW)
    ledger.fail_claim(manifest, "video-001", Category.WORKER_CRASHED, "died", NOW)
    assert manifest.videos["video-001"].status is Status.COMPLETED


def test_a_smaller_count_keeps_what_was_made_and_a_larger_one_finds_it_again(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-002", "gw0", NOW)
    ledger.finish(manifest, "video-002", made("b"), NOW)
    ledger.open_run(manifest, specs(1), browser="", now=NOW)
    assert [video.id for video in manifest.retired] == ["video-002"]
    assert sum(manifest.counts.values()) == 1
    ledger.open_run(manifest, specs(2), browser="", now=NOW)
    assert manifest.videos["video-002"].video_id == "b"
    assert manifest.retired == []


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ((made("a"), made("b")), RunStatus.COMPLETED),
        ((made("a"), Outcome.failure(Category.TIMEOUT, "")), RunStatus.FAILED),
        ((made("a"),), RunStatus.PENDING),
    ],
)
def test_the_run_status_tells_how_it_went(manifest: Manifest, outcomes: tuple[Outcome, ...], status: RunStatus) -> None:
    for number, outcome in enumerate(outcomes, 1):
        ledger.claim(manifest, f"video-{number:03}", "gw0", NOW)
        ledger.finish(manifest, f"video-{number:03}", outcome, NOW)
    ledger.close_run(manifest, interrupted=False, now=NOW)
    assert manifest.status is status


def test_unexplained_refusals_of_two_videos_in_a_row_are_the_accounts(manifest: Manifest) -> None:
    """The site refuses every submit, on fresh pages too: the run ends as refused, not with an error for each video."""
    refused = Outcome(category=Category.GENERATION_ERROR, message="the site answered 403", refusal="unexplained")
    ledger.claim(manifest, "video-001", "gw0", NOW)
    assert ledger.finish(manifest, "video-001", refused, NOW).category is Category.GENERATION_ERROR
    ledger.claim(manifest, "video-002", "gw1", NOW)
    assert ledger.finish(manifest, "video-002", refused, NOW).category is Category.ACCOUNT_REFUSED


def test_a_video_between_them_clears_unexplained_refusals(manifest: Manifest) -> None:
    refused = Outcome(category=Category.GENERATION_ERROR, message="the site answered 403", refusal="unexplained")
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.finish(manifest, "video-001", refused, NOW)
    ledger.claim(manifest, "video-002", "gw1", NOW)
    ledger.finish(manifest, "video-002", made("a"), NOW)
    ledger.claim(manifest, "video-001", "gw0", NOW)
    assert ledger.finish(manifest, "video-001", refused, NOW).category is Category.GENERATION_ERROR


def test_so_many_submits_refused_by_a_broken_site_end_the_run_whatever_videos_they_were_for(manifest: Manifest) -> None:
    broken = Outcome(category=Category.GENERATION_ERROR, message="the site answered 503", refusal="server error")
    for _ in range(2):
        ledger.claim(manifest, "video-001", "gw0", NOW)
        ledger.finish(manifest, "video-001", broken, NOW, FailureLimits(attempts=9, longest=3))
    assert manifest.stop is None
    ledger.claim(manifest, "video-002", "gw0", NOW)
    ledger.finish(manifest, "video-002", broken, NOW, FailureLimits(attempts=9, longest=3))
    assert manifest.stop is not None
    assert "3 submits in a row" in manifest.stop.message


def test_a_button_that_goes_grey_after_the_click_counts_although_nothing_was_sent(manifest: Manifest) -> None:
    grey = Outcome(category=Category.TIMEOUT, message="grey", is_unsent=True, is_greyed_out=True)
    ledger.claim(manifest, "video-001", "gw0", NOW)
    assert ledger.finish(manifest, "video-001", grey, NOW).category is Category.TIMEOUT
    ledger.claim(manifest, "video-002", "gw0", NOW)
    assert ledger.finish(manifest, "video-002", grey, NOW).category is Category.RATE_LIMIT


def test_people_are_told_until_when_a_video_is_looked_for_that_was_perhaps_made(manifest: Manifest) -> None:
    """Once somebody saw what came of the submit, or it was made, nothing is open any more."""
    video = manifest.videos["video-001"]
    assert perhaps_made(video) is None
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", {"old"}, NOW, wait=300)
    cut = Outcome(category=Category.NETWORK_ERROR, message="cut", perhaps_made=True)
    ledger.finish(manifest, "video-001", cut, NOW)
    until = (NOW + timedelta(seconds=300)).astimezone()
    assert perhaps_made(video) == f"perhaps made, looked for until {until:%H:%M}"
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.finish(manifest, "video-001", made("a"), NOW)
    assert perhaps_made(video) is None


def test_a_video_that_a_later_submit_knew_is_left_for_the_earlier_one(manifest: Manifest) -> None:
    """Of two lost replies for one prompt, the later submit can only have brought what came after it."""
    for video_id, known in (("video-001", set[str]()), ("video-002", {"first"})):
        ledger.claim(manifest, video_id, "gw0", NOW)
        ledger.submitting(manifest, video_id, known, NOW)
        ledger.finish(manifest, video_id, Outcome.failure(Category.NETWORK_ERROR, ""), NOW)
    assert unresolved_attempts.known_to_rivals(manifest, "video-001") == (frozenset({"first"}),)
    assert unresolved_attempts.known_to_rivals(manifest, "video-002") == (frozenset(),)
