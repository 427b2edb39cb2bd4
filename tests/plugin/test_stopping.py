"""A limit or a lost login stops the run: nothing starts after it, nothing is lost, `--lf` goes on."""

from __future__ import annotations

import pytest

from tests.plugin.folder import BatchFolder, said


def test_a_rate_limit_ends_the_run_with_75_and_tells_how_to_go_on(folder: BatchFolder) -> None:
    folder.script(video_002=["RATE_LIMIT"], seconds={"video-001": 1.0, "video-002": 0.3}, together=folder.workers)
    result = folder.run("cats.yaml")
    assert result.ret == 75
    last = result.errlines[-1] or result.errlines[-2]
    done = list(folder.statuses().values()).count("COMPLETED")
    assert last == f"rate limit: {done} of 4 completed, {4 - done} pending; resume with: pytest --lf"
    assert folder.statuses()["video-002"] == "RATE_LIMITED"
    assert folder.statuses()["video-004"] == "PENDING"
    assert folder.submits()["video-004"] == 0
    assert folder.manifest().status == "STOPPED_RATE_LIMIT"
    assert folder.manifest().stop is not None
    assert "video-002" in (folder.run_directory() / "report.html").read_text()


def test_a_video_under_way_at_the_limit_is_finished_and_recorded(pair: BatchFolder) -> None:
    pair.script(video_002=["RATE_LIMIT"], seconds={"video-001": 2.0, "video-002": 0.3}, together=2)
    assert pair.run("cats.yaml").ret == 75
    assert pair.statuses() == {
        "video-001": "COMPLETED",
        "video-002": "RATE_LIMITED",
        "video-003": "PENDING",
        "video-004": "PENDING",
    }


def test_a_limit_is_known_to_all_workers_before_it_can_be_recorded(pair: BatchFolder) -> None:
    """While somebody holds the manifest, the other worker ends its video, and begins no other once it can."""
    pair.batch(count=20)
    seconds = {"video-001": 1.2, "video-002": 0.3}
    pair.script(video_002=["RATE_LIMIT"], seconds=seconds, together=2, slow_at="RATE_LIMIT", slow_disk=2.0)
    assert pair.run("cats.yaml").ret == 75
    assert set(pair.submits()) == {"video-001", "video-002"}
    assert pair.statuses()["video-001"] == "COMPLETED"


@pytest.mark.parametrize("category", ["AUTH_REQUIRED", "HUMAN_CHECK"])
def test_a_lost_login_ends_the_run_with_77_and_names_the_remedy(solo: BatchFolder, category: str) -> None:
    solo.batch(site="http://127.0.0.1:9", account="mine")
    solo.script(video_002=[category])
    result = solo.run("cats.yaml")
    assert result.ret == 77
    assert "1 of 4 completed, 3 pending" in said(result)
    assert "grokbatch accounts add mine" in said(result)
    assert solo.manifest("cats").status == "STOPPED_AUTH_REQUIRED"


def test_a_limit_stops_every_batch_of_the_account(solo: BatchFolder) -> None:
    solo.batch("dogs", count=2)
    solo.script(video_002=["RATE_LIMIT"])
    assert solo.run("cats.yaml", "dogs.yaml").ret == 75
    assert solo.manifest("dogs.demo").status == "STOPPED_RATE_LIMIT"
    assert set(solo.statuses("dogs.demo").values()) == {"PENDING"}


def test_a_limit_of_one_account_leaves_the_others_alone(solo: BatchFolder) -> None:
    solo.batch("cats", account="one", site="http://127.0.0.1:9")
    solo.batch("dogs", account="two", site="http://127.0.0.1:9", count=5)
    solo.script(video_002=["RATE_LIMIT"])
    assert solo.run("cats.yaml", "dogs.yaml").ret == 75
    assert list(solo.statuses("cats").values()).count("PENDING") == 2
    # The stub takes the next outcome of the script for the other batch's video of the same name.
    assert set(solo.statuses("dogs").values()) == {"COMPLETED"}


def failing(*categories: str | None) -> dict[str, list[str | None]]:
    """Return a script in which the videos end so, in order."""
    return {f"video_{number:03}": [category] for number, category in enumerate(categories, start=1)}


def test_a_run_in_which_one_video_after_another_fails_is_ended_and_says_what_they_have_in_common(
    either: BatchFolder,
) -> None:
    either.batch(count=40, attempts=1)
    either.script(**failing(*["TIMEOUT"] * 40), seconds=0.05)
    result = either.run("cats.yaml")
    assert result.ret == 1, said(result)
    assert 5 <= either.submits().total() <= 5 + either.workers
    assert either.manifest().status == "FAILED"
    assert either.manifest().counts["IN_PROGRESS"] == 0  # type: ignore[index]
    last = result.errlines[-1] or result.errlines[-2]
    assert last.startswith("one failure after another: 0 of 40 completed, 40 pending; 5 videos in a row failed: ")
    assert "TIMEOUT (5); the last: as scripted; resume with: pytest --lf" in last
    assert "nothing more is started, what is under way will finish" in said(result)


def test_failures_of_all_kinds_count_and_what_was_told_before_does_not(solo: BatchFolder) -> None:
    """Moderated ones count when it happens and not when they are merely not submitted again; files count, too."""
    solo.batch(count=12, attempts=1, download=True, stop_after_failures=4)
    kinds = ["CONTENT_MODERATED", "TIMEOUT", None, None, "RAISE", "CONTENT_MODERATED", None, "GENERATION_ERROR"]
    solo.script(**failing(*kinds), files={"video-003": ["disk full"], "video-007": ["disk full"]})
    result = solo.run("cats.yaml")
    assert result.ret == 1
    assert max(solo.submits()) == "video-008"
    message = solo.manifest().stop.message  # type: ignore[union-attr]
    assert message.startswith("4 videos in a row failed: ")
    kinds_told = {"WORKER_CRASHED", "CONTENT_MODERATED", "DOWNLOAD_FAILED", "GENERATION_ERROR"}
    assert all(kind in message for kind in kinds_told)
    assert solo.run("cats.yaml").ret == 1
    assert max(solo.submits()) == "video-012", "two moderated videos that are not submitted again are no failures"


def test_a_success_in_between_begins_the_row_anew_and_0_turns_it_off(solo: BatchFolder) -> None:
    solo.batch(count=9, attempts=1, stop_after_failures=2)
    solo.script(**failing("TIMEOUT", None, "TIMEOUT", None, "TIMEOUT", "TIMEOUT"))
    assert solo.run("cats.yaml").ret == 1
    assert max(solo.submits()) == "video-006"
    solo.batch("dogs", count=9, attempts=1, stop_after_failures=0)
    solo.script(**failing(*["TIMEOUT"] * 9))
    assert solo.run("dogs.yaml").ret == 1
    assert solo.manifest("dogs.demo").counts["FAILED"] + solo.manifest("dogs.demo").counts["COMPLETED"] == 9  # type: ignore[index]
    assert solo.manifest("dogs.demo").stop is None


def test_a_video_that_is_tried_again_is_one_failure(solo: BatchFolder) -> None:
    solo.batch(count=3, attempts=2, stop_after_failures=2)
    solo.script(video_001=["TIMEOUT", "TIMEOUT"], video_002=["TIMEOUT", None])
    assert solo.run("cats.yaml").ret == 1
    assert solo.manifest().stop is None
    assert solo.statuses() == {"video-001": "FAILED", "video-002": "COMPLETED", "video-003": "COMPLETED"}


def test_failures_in_a_row_end_all_batches_of_the_account_and_the_next_run_begins_anew(solo: BatchFolder) -> None:
    solo.batch(count=3, attempts=1, stop_after_failures=3)
    solo.batch("dogs", count=2)
    solo.script(**failing(*["TIMEOUT"] * 3))
    result = solo.run("cats.yaml", "dogs.yaml")
    assert result.ret == 1
    assert set(solo.statuses("dogs.demo").values()) == {"PENDING"}
    assert solo.run("--lf").ret == 0
    assert set(solo.statuses("dogs.demo").values()) == {"COMPLETED"}
