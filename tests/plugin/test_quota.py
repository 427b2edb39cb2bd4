"""What a run writes to the quota record of its account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grokbatch.record.model.quota import LimitKind, QuotaRecord, QuotaReply, SubmitResult
from grokbatch.record.storage.quota_file import QuotaFile
from tests.plugin.folder import PROMPT, BatchFolder, said

if TYPE_CHECKING:
    import pytest


def record(folder: BatchFolder, name: str = "cats.demo") -> QuotaRecord:
    return QuotaFile(folder.run_directory(name) / "quota.json").read()


def test_accepted_submits_are_recorded_with_what_came_of_them_and_without_prompts(either: BatchFolder) -> None:
    either.batch(resolution="720p")
    either.script(video_002=["CONTENT_MODERATED"], video_003=["GENERATION_ERROR"])
    either.run("cats.yaml")
    found = record(either)
    assert sorted(each.result for each in found.submits) == [
        SubmitResult.FAILED,
        *[SubmitResult.MADE] * 3,
        SubmitResult.MODERATED,
    ]
    assert {each.resolution for each in found.submits} == {"720p"}
    assert not found.limits
    assert PROMPT not in (either.run_directory() / "quota.json").read_text()


def test_a_limit_is_recorded_and_its_end_when_the_site_accepts_again(solo: BatchFolder) -> None:
    solo.script(video_002=["RATE_LIMIT", "RATE_LIMIT"])
    solo.run("cats.yaml")
    limit = record(solo).open_limit
    assert limit is not None
    assert (limit.kind, limit.refusals, len(record(solo).submits)) == (LimitKind.SAID, 1, 1)
    solo.run("cats.yaml", "--lf")
    limit = record(solo).open_limit
    assert limit is not None
    assert (limit.refusals, len(record(solo).submits)) == (2, 1)
    solo.run("cats.yaml", "--lf")
    found = record(solo)
    assert found.open_limit is None
    assert [each.over_at for each in found.limits] == [found.submits[1].at]
    assert len(found.submits) == 4


def test_lower_quality_that_stops_the_run_is_a_limit_that_the_next_such_video_prolongs(solo: BatchFolder) -> None:
    solo.batch(on_degraded="stop")
    solo.script(video_001=["DEGRADED"], video_002=["DEGRADED"])
    solo.run("cats.yaml")
    solo.run("cats.yaml", "--lf")
    limit, *others = record(solo).limits
    assert (limit.kind, limit.refusals, limit.over_at) == (LimitKind.LOWER_QUALITY, 2, None)
    assert not others
    assert len(record(solo).submits) == 2


def test_on_a_real_site_each_account_has_a_record_in_the_home_folder(
    solo: BatchFolder, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = solo.path / "another home"
    monkeypatch.setenv("GROKBATCH_HOME", str(home))
    solo.batch(site="http://127.0.0.1:9", account="mine")
    solo.run("cats.yaml")
    assert len(QuotaFile(home / "quota" / "127.0.0.1_9" / "mine.json").read().submits) == 4
    assert not (solo.run_directory("cats") / "quota.json").exists()


def test_a_record_that_cannot_be_written_fails_no_video(solo: BatchFolder) -> None:
    solo.run_directory().mkdir(parents=True)
    (solo.run_directory() / "quota.json").mkdir()
    result = solo.run("cats.yaml")
    assert result.ret == 0
    assert "quota record cannot be written" in (solo.run_directory() / "run.log").read_text()
    assert PROMPT not in said(result)


def test_the_start_of_a_run_says_what_fits_into_the_quota(solo: BatchFolder) -> None:
    solo.run_directory().mkdir(parents=True)
    file = QuotaFile(solo.run_directory() / "quota.json")
    file.note_quota_reply(QuotaReply(at=datetime.now(UTC), remaining=3, window=3600.0))
    result = solo.run("cats.yaml")
    assert "quota: 3 of 4 fit into what is probably left of the quota" in said(result)
    assert record(solo).replies[-1].remaining == 3
    assert "quota:" not in said(solo.run("cats.yaml")), "nothing is left to make"


def test_where_nothing_is_known_nothing_is_said_of_the_quota(solo: BatchFolder) -> None:
    assert "quota:" not in said(solo.run("cats.yaml"))
