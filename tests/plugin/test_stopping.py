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
    assert solo.manifest("dogs@demo").status == "STOPPED_RATE_LIMIT"
    assert set(solo.statuses("dogs@demo").values()) == {"PENDING"}


def test_a_limit_of_one_account_leaves_the_others_alone(solo: BatchFolder) -> None:
    solo.batch("cats", account="one", site="http://127.0.0.1:9")
    solo.batch("dogs", account="two", site="http://127.0.0.1:9", count=5)
    solo.script(video_002=["RATE_LIMIT"])
    assert solo.run("cats.yaml", "dogs.yaml").ret == 75
    assert list(solo.statuses("cats").values()).count("PENDING") == 2
    # The stub takes the next outcome of the script for the other batch's video of the same name.
    assert set(solo.statuses("dogs").values()) == {"COMPLETED"}
