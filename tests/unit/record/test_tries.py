"""When a run that goes on by itself takes up a video once more whose worker has died."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grokbatch.record.model.manifest import AttemptRecord, Manifest
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules import ledger
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.rules.tries import may_follow_death
from tests.unit.record.test_ledger import made, specs

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def manifest() -> Manifest:
    fresh = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOW)
    ledger.open_run(fresh, specs(1), browser="Chromium 1", now=NOW)
    return fresh


def attempt(
    number: int, category: Category | None, *, perhaps_made: bool | None, sent: datetime | None = NOW
) -> AttemptRecord:
    return AttemptRecord(
        number=number,
        run=1,
        worker="gw0",
        started_at=NOW,
        submitted_at=sent,
        ended_at=NOW if category else None,
        category=category,
        perhaps_made=perhaps_made,
    )


OPEN = attempt(9, None, perhaps_made=None)
UNSENT = attempt(9, None, perhaps_made=None, sent=None)
LOST = attempt(1, Category.TIMEOUT, perhaps_made=True)
REFUSED = attempt(1, Category.GENERATION_ERROR, perhaps_made=False)


@pytest.mark.parametrize(
    ("attempts", "deaths", "may"),
    [
        ([OPEN], 1, True),
        ([OPEN], 2, False),
        ([REFUSED, OPEN], 1, True),
        ([REFUSED, REFUSED, OPEN], 1, False),
        ([LOST, OPEN], 1, False),
        ([LOST, UNSENT], 1, True),
    ],
    ids=["once", "twice", "after a refusal", "used up", "lost twice", "lost once, and not sent again"],
)
def test_it_is_taken_up_once_and_only_where_no_second_payment_was_lost(
    manifest: Manifest, attempts: list[AttemptRecord], deaths: int, may: bool
) -> None:
    video = manifest.videos["video-001"]
    video.status, video.attempts = Status.IN_PROGRESS, attempts
    assert may_follow_death(manifest, video, most=3, deaths=deaths) is may


def test_the_file_of_a_finished_video_is_fetched_by_another_worker_but_not_for_ever(manifest: Manifest) -> None:
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.finish(manifest, "video-001", made("a"), NOW)
    video = manifest.videos["video-001"]
    assert may_follow_death(manifest, video, most=1, deaths=1)
    assert not may_follow_death(manifest, video, most=1, deaths=2)


@pytest.mark.parametrize(("category", "is_left"), [(Category.WORKER_CRASHED, True), (Category.INTERRUPTED, False)])
def test_what_is_taken_up_may_still_be_made_after_others_went_first(
    manifest: Manifest, category: Category, is_left: bool
) -> None:
    """A worker that died, and one whose host cannot be reached any more."""
    ledger.claim(manifest, "video-001", "gw0", NOW)
    ledger.submitting(manifest, "video-001", [], NOW, wait=60)
    ledger.fail_claim(manifest, "video-001", category, "the worker is gone", NOW, is_left=is_left)
    for _ in range(2):
        assert ledger.claim(manifest, "video-001", "gw1", NOW, most=1) is Claim.GRANTED
        ledger.put_off(manifest, "video-001")
        assert manifest.videos["video-001"].status is Status.PENDING
    assert [each.category for each in manifest.videos["video-001"].attempts] == [category]
