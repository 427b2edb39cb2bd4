"""A batch that wants a number of keepers: how far it is, and when another video may be made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.manifest import FileRecord, FileState, Keepers
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome, RunStatus, Status
from grokbatch.record.rules import ledger, video_files
from grokbatch.record.rules.keepers import keeper_count, reject
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.rules.video_files import Inspection
from grokbatch.record.storage.picks import PicksError, note_rejected
from grokbatch.review.counts import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest

NOW = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def opened(wanted: int = 2, *, has_checks: bool = False, videos: int = 5) -> Manifest:
    manifest = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOW)
    specs = [VideoSpec(f"video-{n:03}", "http://site", "hills", index=n, repetition=n) for n in range(1, videos + 1)]
    ledger.open_run(manifest, specs, browser="", now=NOW)
    manifest.keepers = Keepers(wanted=wanted, has_checks=has_checks, attempts=1)
    return manifest


def claim(manifest: Manifest, number: int) -> Claim:
    return ledger.claim(manifest, f"video-{number:03}", "gw0", NOW, most=1)


def finish(manifest: Manifest, number: int, category: Category | None = None) -> None:
    video_id = f"video-{number:03}"
    made = Outcome.success(MadeVideo(video_id, "url", "page"))
    ledger.finish(manifest, video_id, Outcome.failure(category, "") if category else made, NOW)


def bring(manifest: Manifest, number: int) -> None:
    video_files.brought(manifest, f"video-{number:03}", FileRecord(state=FileState.DONE, path="v.mp4", at=NOW))


def inspect(manifest: Manifest, number: int, *misses: str) -> None:
    video_files.inspected(manifest, f"video-{number:03}", Inspection(misses))


def test_never_are_more_under_way_than_could_be_needed() -> None:
    manifest = opened(2)
    assert [claim(manifest, 1), claim(manifest, 2), claim(manifest, 3)] == [
        Claim.GRANTED,
        Claim.GRANTED,
        Claim.ENOUGH_FOR_NOW,
    ]
    finish(manifest, 1)
    assert claim(manifest, 3) is Claim.ENOUGH_FOR_NOW
    finish(manifest, 2, Category.TIMEOUT)
    assert claim(manifest, 3) is Claim.GRANTED
    finish(manifest, 3)
    assert claim(manifest, 4) is Claim.ENOUGH
    assert str(keeper_count(manifest)) == "2 of 2 keepers, 2 made"


def test_a_video_whose_file_is_not_looked_into_yet_may_still_be_none() -> None:
    manifest = opened(1, has_checks=True)
    claim(manifest, 1)
    finish(manifest, 1)
    assert claim(manifest, 2) is Claim.ENOUGH_FOR_NOW
    bring(manifest, 1)
    assert claim(manifest, 2) is Claim.ENOUGH_FOR_NOW
    inspect(manifest, 1, "audio: wanted, there is none")
    assert claim(manifest, 2) is Claim.GRANTED
    finish(manifest, 2)
    bring(manifest, 2)
    inspect(manifest, 2)
    assert claim(manifest, 3) is Claim.ENOUGH


@pytest.mark.parametrize("how", ["its file does not come", "its worker dies"])
def test_a_file_that_nobody_will_look_into_is_not_waited_for(how: str) -> None:
    manifest = opened(1, has_checks=True)
    claim(manifest, 1)
    finish(manifest, 1)
    if how == "its worker dies":
        bring(manifest, 1)
        video_files.not_inspected(manifest, "video-001")
    else:
        video_files.brought(manifest, "video-001", FileRecord(state=FileState.FAILED, at=NOW))
    assert claim(manifest, 2) is Claim.ENOUGH


def test_whoever_is_about_to_try_again_goes_before_another_video() -> None:
    manifest = opened(1)
    manifest.keepers = Keepers(wanted=1, attempts=3)
    claim(manifest, 1)
    finish(manifest, 1, Category.TIMEOUT)

    def asked(number: int, seconds: float) -> Claim:
        now = NOW + timedelta(seconds=seconds)
        return ledger.claim(manifest, f"video-{number:03}", "gw1", now, most=3)

    assert asked(2, 5) is Claim.ENOUGH_FOR_NOW
    assert asked(1, 6) is Claim.GRANTED
    finish(manifest, 1, Category.TIMEOUT)
    assert asked(2, 70) is Claim.GRANTED, "its worker may be gone"


@pytest.mark.parametrize("why", ["used up", "lost again", "put off", "moderated"])
def test_what_is_not_tried_again_is_not_waited_for(why: str) -> None:
    manifest = opened(1)
    manifest.keepers = Keepers(wanted=1, attempts=1 if why == "used up" else 5)
    for _ in range(2 if why == "lost again" else 1):
        ledger.claim(manifest, "video-001", "gw0", NOW)
        ledger.submitting(manifest, "video-001", (), NOW)
        category = Category.CONTENT_MODERATED if why == "moderated" else Category.TIMEOUT
        outcome = replace(Outcome.failure(category, ""), perhaps_made=why == "lost again")
        ledger.finish(manifest, "video-001", outcome, NOW)
    if why == "put off":
        ledger.put_off(manifest, "video-001")
    assert ledger.claim(manifest, "video-002", "gw0", NOW) is Claim.GRANTED


def test_what_is_rejected_does_not_count_unless_it_was_made_after_that() -> None:
    manifest = opened(2)
    for number in (1, 2):
        claim(manifest, number)
        finish(manifest, number)
    reject(manifest, ["video-001", "video-099"], NOW - timedelta(seconds=1))
    assert claim(manifest, 3) is Claim.ENOUGH
    reject(manifest, ["video-001"], LATER)
    assert claim(manifest, 3) is Claim.GRANTED
    assert str(keeper_count(manifest)) == "1 of 2 keepers, 2 made, 1 rejected"


def test_whoever_changes_their_mind_has_the_video_back() -> None:
    manifest = opened(1)
    claim(manifest, 1)
    finish(manifest, 1)
    reject(manifest, ["video-001"], LATER)
    reject(manifest, [], LATER)
    assert claim(manifest, 2) is Claim.ENOUGH


@pytest.mark.parametrize(
    ("categories", "status"),
    [
        ([None], RunStatus.COMPLETED),
        ([Category.TIMEOUT, None], RunStatus.COMPLETED),
        ([Category.TIMEOUT], RunStatus.FAILED),
    ],
)
def test_a_run_with_all_keepers_is_completed(categories: list[Category | None], status: RunStatus) -> None:
    manifest = opened(1, videos=3)
    for number, category in enumerate(categories, start=1):
        claim(manifest, number)
        finish(manifest, number, category)
    ledger.close_run(manifest, interrupted=False, now=NOW)
    assert manifest.status is status


def test_a_batch_whose_videos_are_all_made_and_not_all_kept_has_failed() -> None:
    manifest = opened(2, videos=2)
    for number in (1, 2):
        claim(manifest, number)
        finish(manifest, number)
    inspect(manifest, 1, "audio: wanted, there is none")
    ledger.close_run(manifest, interrupted=False, now=NOW)
    assert manifest.status is RunStatus.FAILED


def test_what_is_not_needed_is_neither_pending_nor_left() -> None:
    manifest = opened(1, videos=3)
    claim(manifest, 1)
    finish(manifest, 1, Category.TIMEOUT)
    claim(manifest, 2)
    finish(manifest, 2)
    tally = Tally.of([manifest])
    assert (tally.not_needed, tally.pending, tally.remaining) == (("video-003",), (), 0)
    assert tally.failed == {"TIMEOUT": ("video-001",)}
    manifest.keepers = Keepers(wanted=2)
    tally = Tally.of([manifest])
    assert (tally.not_needed, tally.pending, tally.remaining) == ((), ("video-003",), 2)


def test_without_keepers_everything_is_made() -> None:
    manifest = opened(1)
    manifest.keepers = None
    assert {claim(manifest, number) for number in (1, 2, 3)} == {Claim.GRANTED}
    assert keeper_count(manifest) is None


def test_saved_picks_are_read_and_damaged_ones_change_nothing(tmp_path: Path) -> None:
    manifest = opened(1)
    claim(manifest, 1)
    finish(manifest, 1)
    assert manifest.videos["video-001"].status is Status.COMPLETED
    file = tmp_path / "picks.yaml"
    note_rejected(manifest, file)
    assert manifest.rejected == []
    file.write_text(
        f'version: 1\nbatch: "cats"\nmanifest: "{manifest.id}"\nsaved_at: "2026-05-01T12:01:00Z"\n'
        'picks:\n  - {id: "video-001", rating: 2, keep: false}\n  - {id: "video-002", rating: null, keep: true}\n'
    )
    note_rejected(manifest, file)
    assert manifest.rejected == ["video-001"]
    file.write_text("version: 1\n")
    with pytest.raises(PicksError):
        note_rejected(manifest, file)
    assert manifest.rejected == ["video-001"]
