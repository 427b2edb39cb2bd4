"""The quota record on disk."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.quota import LimitKind, QuotaReply, SubmitResult
from grokbatch.record.rules.quota_notes import KEPT, MOST_SUBMITS, note_accepted
from grokbatch.record.storage.quota_file import QuotaFile, quota_path, quota_paths

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def after(**time: float) -> datetime:
    return START + timedelta(**time)


@pytest.fixture
def file(tmp_path: Path) -> QuotaFile:
    return QuotaFile(quota_path(tmp_path, "grok.com", "main"))


def test_without_a_file_nothing_is_known(file: QuotaFile) -> None:
    assert file.read().is_empty
    assert not file.path.parent.exists()


def test_a_submit_is_remembered_once_with_what_it_came_to(file: QuotaFile) -> None:
    file.note_accepted(START, "720p")
    file.note_accepted(START, "720p")
    file.note_outcome(START, "720p", SubmitResult.MODERATED)
    submit, *others = file.read().submits
    assert (submit.at, submit.resolution, submit.result) == (START, "720p", SubmitResult.MODERATED)
    assert not others


def test_a_video_that_was_made_was_accepted_and_a_failure_that_nobody_saw_accepted_was_not(file: QuotaFile) -> None:
    file.note_outcome(START, "", SubmitResult.FAILED)
    assert not file.read().submits
    file.note_outcome(START, "", SubmitResult.MADE)
    assert [each.result for each in file.read().submits] == [SubmitResult.MADE]


def test_a_limit_lasts_until_a_submit_is_accepted_that_was_sent_after_it(file: QuotaFile) -> None:
    file.note_limit(after(minutes=10), after(hours=4))
    file.note_accepted(after(minutes=9), "")
    limit = file.read().open_limit
    assert limit is not None
    assert limit.said == after(hours=4)
    file.note_limit(after(hours=2), None)
    limit = file.read().open_limit
    assert limit is not None
    assert (limit.at, limit.last_refusal, limit.refusals, limit.said) == (
        after(minutes=10),
        after(hours=2),
        2,
        None,
    )
    file.note_accepted(after(hours=4), "")
    record = file.read()
    assert record.open_limit is None
    assert record.limits[0].over_at == after(hours=4)
    file.note_limit(after(hours=5), None)
    assert [each.at for each in file.read().limits] == [after(minutes=10), after(hours=5)]


def test_a_submit_in_another_resolution_ends_no_limit(file: QuotaFile) -> None:
    file.note_limit(START, None, LimitKind.SAID, "720p")
    file.note_accepted(after(hours=1), "480p")
    assert file.read().open_limit is not None
    file.note_accepted(after(hours=2), "720p")
    assert file.read().open_limit is None


@pytest.mark.parametrize(("kind", "submits"), [(LimitKind.SAID, 0), (LimitKind.LOWER_QUALITY, 1)])
def test_a_submit_that_met_the_limit_again_did_not_end_it(file: QuotaFile, kind: LimitKind, submits: int) -> None:
    file.note_limit(START, None, kind)
    file.note_accepted(after(hours=1), "")
    file.note_limit(after(hours=1, minutes=1), None, kind, submitted_at=after(hours=1))
    record = file.read()
    assert [(each.at, each.refusals, each.over_at) for each in record.limits] == [(START, 2, None)]
    assert len(record.submits) == submits


def test_of_replies_that_say_the_same_the_first_and_the_latest_are_kept(file: QuotaFile) -> None:
    for minute in range(5):
        file.note_quota_reply(QuotaReply(at=after(minutes=minute), remaining=3))
    file.note_quota_reply(QuotaReply(at=after(minutes=6)))
    file.note_quota_reply(QuotaReply(at=after(minutes=7), remaining=2))
    assert [(each.at, each.remaining) for each in file.read().replies] == [
        (START, 3),
        (after(minutes=4), 3),
        (after(minutes=7), 2),
    ]


def test_what_is_old_or_too_much_is_forgotten(file: QuotaFile) -> None:
    file.note_accepted(START, "")
    file.note_limit(after(hours=1), None)
    later = START + KEPT + timedelta(days=2)
    file.note_accepted(later, "")
    record = file.read()
    assert [each.at for each in record.submits] == [later]
    assert not record.limits
    for second in range(MOST_SUBMITS + 5):
        note_accepted(record, after(weeks=6, seconds=second), "")
    assert len(record.submits) == MOST_SUBMITS
    assert record.submits[-1].at == after(weeks=6, seconds=MOST_SUBMITS + 4)


@pytest.mark.skipif(os.name != "posix", reason="modes")
def test_only_the_owner_can_read_it(file: QuotaFile) -> None:
    file.note_accepted(START, "")
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "text", ["", "{", '{"version": 9}', '{"submits": [{"at": "2026-11-21T13:00:00"}]}', "[" * 9_999]
)
def test_an_unreadable_file_is_told_and_set_aside_at_the_next_change(tmp_path: Path, text: str) -> None:
    told: list[str] = []
    file = QuotaFile(quota_path(tmp_path, "grok.com", "main"), told.append)
    file.path.parent.mkdir(parents=True)
    file.path.write_text(text)
    assert file.read().is_empty
    assert file.path.read_text() == text
    file.note_accepted(START, "")
    assert len(file.read().submits) == 1
    kept = [each for each in file.path.parent.iterdir() if "unreadable" in each.name]
    assert [each.read_text() for each in kept] == [text]
    assert [str(file.path) in each for each in told] == [True, True]
    file.remove()
    assert [*file.path.parent.iterdir()] == []


def test_each_site_has_a_file_of_an_account_of_its_own(tmp_path: Path) -> None:
    here, there = quota_path(tmp_path, "grok.com", "main"), quota_path(tmp_path, "127.0.0.1:8000", "main")
    assert there.parent.name == "127.0.0.1_8000"
    for path in (here, there, quota_path(tmp_path, "grok.com", "other")):
        QuotaFile(path).note_accepted(START, "")
    assert quota_paths(tmp_path, "main") == sorted([here, there])


def test_several_processes_may_write_at_once(file: QuotaFile) -> None:
    other = QuotaFile(file.path)
    for second in range(5):
        file.note_accepted(after(seconds=second), "")
        other.note_accepted(after(seconds=second + 0.5), "")
    assert len(file.read().submits) == 10
