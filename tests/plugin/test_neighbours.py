"""Other plugins of pytest ask for an item more than once: the ledger decides whether its video is submitted."""

from __future__ import annotations

import pytest

from tests.plugin.folder import BatchFolder, said

AGAIN = ("--reruns", "2")


def test_a_moderated_video_is_not_submitted_again_by_reruns(either: BatchFolder) -> None:
    either.script(video_002=["CONTENT_MODERATED"])
    result = either.run("cats.yaml", *AGAIN)
    assert result.ret == 1
    assert either.submits() == {f"video-00{number}": 1 for number in range(1, 5)}
    assert len(either.manifest().videos["video-002"].attempts) == 1
    assert said(result).count("video-002  moderated") == 1, "it is told once"
    assert "4/4" in said(result)
    assert "5/4" not in said(result)


def test_a_video_whose_attempts_are_used_up_is_not_submitted_again_by_reruns(solo: BatchFolder) -> None:
    solo.batch(attempts=1, count=2)
    solo.script(video_002=["TIMEOUT", "TIMEOUT", "TIMEOUT"])
    result = solo.run("cats.yaml", *AGAIN)
    assert result.ret == 1
    assert solo.submits() == {"video-001": 1, "video-002": 1}
    assert solo.manifest().videos["video-002"].category == "TIMEOUT"
    assert solo.run("--lf").ret == 1, "another run tries it again"
    assert solo.submits()["video-002"] == 2


@pytest.mark.parametrize("category", ["DOWNLOAD_FAILED", "RAISE"])
def test_what_a_second_try_cannot_mend_is_not_tried_again_by_reruns(solo: BatchFolder, category: str) -> None:
    solo.batch(count=2)
    solo.script(video_001=[category])
    assert solo.run("cats.yaml", *AGAIN).ret == 1
    assert solo.submits() == {"video-001": 1, "video-002": 1}


def test_a_completed_video_whose_file_misses_something_is_not_made_again_by_reruns(solo: BatchFolder) -> None:
    solo.batch(count=1, download=True, expect={"duration": 60})
    result = solo.run("cats.yaml", *AGAIN)
    assert result.ret == 1
    assert solo.submits() == {"video-001": 1}
    assert "duration" in said(result)


def test_a_file_that_did_not_come_is_fetched_by_reruns_and_its_video_not_made_again(solo: BatchFolder) -> None:
    solo.batch(count=1, download=True)
    solo.script(files={"video-001": ["disk full"]})
    assert solo.run("cats.yaml", *AGAIN).ret == 0
    assert solo.submits() == {"video-001": 1}


def test_nothing_is_submitted_by_reruns_after_a_limit(either: BatchFolder) -> None:
    either.batch(count=8)
    either.script(video_001=["RATE_LIMIT"], seconds=0.3)
    assert either.run("cats.yaml", *AGAIN).ret == 75
    assert either.submits()["video-001"] == 1
    assert either.submits().total() <= either.workers + 1
