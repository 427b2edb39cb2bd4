"""`keepers`: a batch makes only as many videos as are needed until so many are as wanted."""

from __future__ import annotations

from grokbatch.record.model.outcome import RunStatus, Status
from tests.plugin.folder import BatchFolder, said


def pick(folder: BatchFolder, *rejected: str) -> None:
    """Save picks as the wall does, with these videos rejected."""
    lines = "".join(f'  - {{id: "{each}", rating: null, keep: false}}\n' for each in rejected)
    (folder.run_directory("cats.demo") / "picks.yaml").write_text(
        f'version: 1\nbatch: "cats.demo"\nmanifest: "{folder.manifest().id}"\nsaved_at: "2099-01-01T00:00:00Z"\n'
        f"picks:\n{lines}"
    )


def test_no_more_are_made_than_are_wanted(either: BatchFolder) -> None:
    either.batch(count=6, keepers=2)
    result = either.run("cats.yaml")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=2)
    assert sum(either.submits().values()) == 2
    assert "2 of 2 keepers, 2 made" in said(result)
    assert "not needed (4)" in said(result)
    assert "--lf" not in said(result)
    assert either.manifest().status is RunStatus.COMPLETED


def test_what_fails_is_replaced_by_another_one_and_is_no_failure_of_the_run(either: BatchFolder) -> None:
    either.batch(count=6, keepers=2, attempts=1)
    either.script(video_001=["TIMEOUT"], video_002=["CONTENT_MODERATED"])
    result = either.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert either.manifest().counts[Status.COMPLETED] == 2
    assert sum(either.submits().values()) == 4


def test_a_worker_waits_for_what_is_under_way_and_makes_another_one_if_that_fails(pair: BatchFolder) -> None:
    """With two workers and one keeper, the second one must not end before the first one has succeeded."""
    pair.batch(count=4, keepers=1, attempts=1)
    pair.script(video_001=["TIMEOUT"], seconds={"video-001": 1.0})
    result = pair.run("cats.yaml")
    assert result.ret == 0, said(result)
    first, ended, second, last = pair.notes_of("submit", "end")
    assert (first, ended) == ("submit video-001", "end video-001")
    assert second.removeprefix("submit") == last.removeprefix("end")


def test_a_video_that_is_tried_again_goes_before_another_one(pair: BatchFolder) -> None:
    pair.batch(count=4, keepers=1)
    pair.script(video_001=["TIMEOUT"], seconds={"video-001": 0.5})
    result = pair.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert pair.submits() == {"video-001": 2}


def test_a_batch_of_which_too_few_are_as_expected_makes_all_and_fails(either: BatchFolder) -> None:
    # No file of the stub is as long.
    either.batch(count=3, keepers=2, download=True, expect={"duration": 10})
    result = either.run("cats.yaml")
    assert result.ret == 1, said(result)
    assert set(either.submits().values()) == {1}
    assert len(either.submits()) == 3
    assert "0 of 2 keepers, 3 made" in said(result)


def test_one_that_is_not_as_expected_is_kept_on_disk_and_replaced(either: BatchFolder) -> None:
    prompts = [
        {"prompt": "too short", "expect": {"duration": 60}},
        *({"prompt": f"as it should be {number}", "expect": {"duration": 2}} for number in (1, 2, 3)),
    ]
    either.batch(prompts=prompts, keepers=2, download=True)
    result = either.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert "2 of 2 keepers, 3 made" in said(result)
    assert "not as expected (1): video-001" in said(result)
    assert sum(either.submits().values()) == 3


def test_a_later_run_makes_nothing_until_one_is_rejected(either: BatchFolder) -> None:
    either.batch(count=4, keepers=2)
    assert either.run("cats.yaml").ret == 0
    for again in (["cats.yaml"], ["--lf"]):
        result = either.run(*again)
        assert result.ret == 0, said(result)
        assert sum(either.submits().values()) == 2
    pick(either, "video-001")
    result = either.run("--lf")
    assert result.ret == 0, said(result)
    assert sum(either.submits().values()) == 3
    assert "2 of 2 keepers, 3 made, 1 rejected" in said(result)


def test_a_stopped_run_goes_on_to_its_keepers(either: BatchFolder) -> None:
    either.batch(count=6, keepers=3)
    either.script(video_002=["RATE_LIMIT"])
    result = either.run("cats.yaml")
    assert result.ret == 75, said(result)
    result = either.run("--lf")
    assert result.ret == 0, said(result)
    assert "3 of 3 keepers, 3 made" in said(result)


def test_more_keepers_than_videos_are_refused(solo: BatchFolder) -> None:
    solo.batch(count=3, keepers=4)
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert "keepers: must be at most the number of videos, 3, not 4" in said(result)
    assert not solo.submits()
