"""Results that were kept on another computer while its controller could not be reached, and are told late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import msgpack

from grokbatch.record.model.outcome import Category, MadeVideo, Outcome, Status
from grokbatch.record.rules import ledger
from grokbatch.run.plan import BatchPlan, RunPlan
from grokbatch.run.records.over_channel import ChannelRecords, ConnectionLostError
from grokbatch.run.remote import kept_results
from grokbatch.run.remote.late_results import take_late_result
from tests.unit.run.test_worker import batch_of

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
MADE = Outcome.success(MadeVideo("made-1", "https://files/v.mp4", "https://page/v", playable_at=NOW))


@pytest.fixture
def batch(tmp_path: Path) -> BatchPlan:
    """A batch whose first video was submitted on another computer, to which the connection is lost."""
    batch = batch_of(tmp_path, "cats", "me")
    with batch.store().transaction() as manifest:
        now = RunPlan((), tmp_path).clock.now()
        ledger.claim(manifest, "video-001", "studio-1", now)
        ledger.submitting(manifest, "video-001", [], now)
        ledger.fail_claim(manifest, "video-001", Category.INTERRUPTED, "the connection was lost", now)
    return batch


def tell(batch: BatchPlan, identity: str = "") -> bool:
    """Tell what came of the first video; return whether that was recorded."""
    late = {"late": msgpack.encode(MADE), "identity": identity or batch.videos[0].identity, "attempt": 1}
    return take_late_result(batch.store(), late, RunPlan((), batch.run_root).clock.now())


def test_a_late_result_completes_its_video(batch: BatchPlan) -> None:
    assert tell(batch)
    video = batch.store().read().videos["video-001"]
    assert (video.status, video.video_id) == (Status.COMPLETED, "made-1")
    assert len(video.attempts) == 1
    assert video.attempts[0].category is None


def test_a_late_result_is_told_once(batch: BatchPlan) -> None:
    assert tell(batch)
    assert not tell(batch)


def test_a_late_result_of_an_earlier_attempt_changes_nothing(batch: BatchPlan) -> None:
    with batch.store().transaction() as manifest:
        ledger.claim(manifest, "video-001", "gw0", NOW)
    before = batch.store().read()
    assert not tell(batch), "the video is worked on"
    with batch.store().transaction() as manifest:
        ledger.fail_claim(manifest, "video-001", Category.INTERRUPTED, "again", NOW)
    assert not tell(batch), "it has been tried again"
    assert batch.store().read().videos["video-001"].video_id == before.videos["video-001"].video_id


def test_a_late_result_of_a_video_that_is_gone_changes_nothing(batch: BatchPlan) -> None:
    assert not tell(batch, "another prompt")
    assert batch.store().read().videos["video-001"].status is Status.PENDING


def test_kept_results_are_told_in_their_order_and_then_forgotten(batch: BatchPlan) -> None:
    for attempt, video in enumerate(batch.videos, 1):
        kept_results.keep(batch, video, attempt, b"outcome %d" % attempt)
    assert kept_results.has_any(batch.run_root)
    told: list[dict[str, Any]] = []

    def answer_to(message: dict[str, Any]) -> dict[str, Any]:
        told.append(message)
        return {"taken": True}

    kept_results.tell(batch.run_root, "cats", answer_to)
    assert [(each["attempt"], each["late"]) for each in told] == [(1, b"outcome 1"), (2, b"outcome 2")]
    assert not kept_results.has_any(batch.run_root)


def test_what_is_kept_stays_until_all_of_it_is_told(batch: BatchPlan) -> None:
    kept_results.keep(batch, batch.videos[0], 1, b"outcome")

    def lost(_: dict[str, Any]) -> dict[str, Any]:
        raise ConnectionLostError

    with pytest.raises(ConnectionLostError):
        kept_results.tell(batch.run_root, "cats", lost)
    assert kept_results.has_any(batch.run_root)


def test_no_prompt_is_kept(batch: BatchPlan) -> None:
    kept_results.keep(batch, batch.videos[0], 1, msgpack.encode(MADE))
    (path,) = batch.run_root.glob("kept-results.json")
    assert batch.videos[0].prompt not in path.read_text()


def test_only_times_of_the_own_clock_are_told_as_the_controllers_clock_shows_them(batch: BatchPlan) -> None:
    """The page tells by the computer's clock when it could play a video; the end of a limit is the site's word."""
    asked: list[Outcome] = []
    kept: list[Outcome] = []

    def ask(name: str, batch: str, video: str, given: bytes) -> bytes:
        asked.append(msgpack.decode(given, type=dict[str, Outcome])["outcome"])
        raise ConnectionLostError

    records = ChannelRecords(
        ask, lambda *given: kept.append(msgpack.decode(given[-1], type=Outcome)), lambda: None, skew=-7200.0
    )
    records._attempts[batch.key, "video-001"] = 1
    limit = replace(Outcome.failure(Category.RATE_LIMIT, "enough", retry_at=NOW), video=MADE.video)
    with pytest.raises(ConnectionLostError):
        records.finish(batch, batch.videos[0], limit)
    for outcome in (*asked, *kept):
        assert outcome.retry_at == NOW
        assert outcome.video is not None
        assert outcome.video.playable_at == NOW - timedelta(hours=2)
    assert (len(asked), len(kept)) == (1, 1)
