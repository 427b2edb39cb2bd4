"""A batch is run: every video is made once, recorded, and told of."""

from __future__ import annotations

import json
import stat
import sys

import pytest

from tests.plugin.folder import PROMPT, BatchFolder, said


def test_every_video_is_made_once_and_recorded(folder: BatchFolder) -> None:
    result = folder.run("cats.yaml")
    assert result.ret == 0, said(result)
    assert folder.submits() == {f"video-00{n}": 1 for n in range(1, 5)}
    assert set(folder.statuses().values()) == {"COMPLETED"}
    assert folder.manifest().status == "COMPLETED"
    made = folder.manifest().videos["video-001"]
    assert (made.width, made.height, made.duration, made.size) == (400, 736, 6.04, 99)


def test_a_completed_video_is_skipped_by_the_next_run_and_a_raised_count_makes_the_new_ones(
    either: BatchFolder,
) -> None:
    either.run("cats.yaml")
    either.batch(count=6)
    result = either.run("cats.yaml")
    assert result.ret == 0
    result.assert_outcomes(passed=2, skipped=4)
    assert either.submits() == {f"video-00{n}": 1 for n in range(1, 7)}


def test_an_edited_prompt_makes_new_videos_and_keeps_the_old_entries(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    solo.batch(prompt="something else", count=1)
    assert solo.run("cats.yaml").ret == 0
    video = solo.manifest().videos["video-001"]
    assert video.video_id == "made-video-001-2"
    assert [entry.video_id for entry in solo.manifest().retired] == [f"made-video-00{n}-1" for n in range(1, 5)]


def test_a_prompt_that_is_edited_back_finds_its_videos_again(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    solo.batch(prompt="something else")
    solo.run("cats.yaml")
    solo.batch()
    solo.run("cats.yaml").assert_outcomes(skipped=4)
    assert set(solo.submits().values()) == {2}


def test_collect_only_lists_the_videos_and_starts_nothing(folder: BatchFolder) -> None:
    result = folder.run("--collect-only", "-q", "cats.yaml")
    listed = [line for line in result.outlines if "::" in line]
    assert listed == [f"cats.yaml::video-00{n}" for n in range(1, 5)]
    assert not folder.submits()
    assert not (folder.path / "reports").exists()


def test_one_video_can_be_named(solo: BatchFolder) -> None:
    assert solo.run("cats.yaml::video-003").ret == 0
    assert solo.submits() == {"video-003": 1}


def test_k_selects_videos(pair: BatchFolder) -> None:
    assert pair.run("cats.yaml", "-k", "video-002 or video-004").ret == 0
    assert set(pair.submits()) == {"video-002", "video-004"}


def test_a_failure_is_tried_again_and_each_attempt_recorded(solo: BatchFolder) -> None:
    solo.script(video_002=["NETWORK_ERROR"])
    assert solo.run("cats.yaml").ret == 0
    attempts = solo.manifest().videos["video-002"].attempts
    assert [attempt.category for attempt in attempts] == ["NETWORK_ERROR", None]


def test_the_next_attempt_looks_for_what_the_reply_to_the_last_one_named(solo: BatchFolder) -> None:
    """What the site calls the video of an attempt whose end nobody saw is known to the one after it."""
    solo.script(video_002=["TIMEOUT"])
    assert solo.run("cats.yaml", "-k", "video-002").ret == 0
    assert solo.noted("look for made-video-002-1") == {"video-002": 1}


@pytest.mark.parametrize("category", ["CONTENT_MODERATED", "DOWNLOAD_FAILED"])
def test_what_a_second_try_cannot_mend_is_not_tried_again(solo: BatchFolder, category: str) -> None:
    solo.script(video_002=[category])
    assert solo.run("cats.yaml").ret == 1
    assert solo.submits()["video-002"] == 1
    assert solo.submits()["video-004"] == 1


def test_an_exception_is_a_failure_that_is_mended_and_a_moderated_video_is_never_submitted_again(
    either: BatchFolder,
) -> None:
    either.script(video_002=["CONTENT_MODERATED"], video_003=["RAISE"])
    assert either.run("cats.yaml").ret == 1
    assert either.statuses()["video-003"] == "FAILED"
    assert either.manifest().videos["video-003"].category == "WORKER_CRASHED"
    again = either.run("cats.yaml")
    assert again.ret == 1, "a batch with a moderated video is not all completed"
    assert either.submits()["video-002"] == 1
    assert "1 moderated" in said(again)
    assert either.statuses()["video-003"] == "COMPLETED"


@pytest.mark.parametrize("option", ["-x", "--maxfail=2"])
def test_maxfail_starts_nothing_more(folder: BatchFolder, option: str) -> None:
    """Exit code 1 as for any failure, with workers too, where pytest calls it interrupted; what is under way ends."""
    folder.batch(count=8)
    folder.script(**{f"video_00{number}": ["DOWNLOAD_FAILED"] for number in range(1, 9)}, seconds=0.3)
    result = folder.run("cats.yaml", option)
    assert result.ret == 1, said(result)
    most = 2 if option.endswith("2") else 1
    assert most <= folder.submits().total() <= most + folder.workers
    assert "IN_PROGRESS" not in folder.statuses().values()
    assert folder.statuses()["video-008"] == "PENDING"
    assert folder.manifest().status == "FAILED"


def test_the_prompt_stands_in_the_manifest_and_nowhere_else(either: BatchFolder) -> None:
    either.script(video_001=["RAISE"], video_002=["DOWNLOAD_FAILED"])
    result = either.run("cats.yaml", "-vv", "--showlocals", "--junitxml=junit.xml", "-rA", "--setup-show")
    assert PROMPT not in said(result)
    written = [path for path in either.path.rglob("*") if path.is_file()]
    holders = {path.name for path in written if PROMPT.encode() in path.read_bytes()}
    assert holders == {"cats.yaml", "manifest.json"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_manifest_is_readable_by_its_owner_only(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    manifest = solo.run_directory() / "manifest.json"
    assert stat.S_IMODE(manifest.stat().st_mode) == 0o600
    assert stat.S_IMODE(manifest.parent.stat().st_mode) == 0o700


def test_the_manifest_can_be_read_without_grokbatch(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    data = json.loads((solo.run_directory() / "manifest.json").read_text())
    assert data["status"] == "COMPLETED"
    assert data["counts"]["COMPLETED"] == 4
    assert data["videos"]["video-001"]["attempts"][0]["ended_at"]


def test_fresh_sets_the_old_run_aside(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    assert solo.run("cats.yaml", "--fresh").ret == 0
    assert set(solo.submits().values()) == {2}
    kept = [path for path in (solo.path / "reports").iterdir() if path.is_dir() and path.name != "cats.demo"]
    assert len(kept) == 1
    assert (kept[0] / "manifest.json").exists()


def test_two_batches_run_in_one_call(either: BatchFolder) -> None:
    either.batch("dogs", count=2)
    result = either.run("cats.yaml", "dogs.yaml")
    assert result.ret == 0, said(result)
    result.assert_outcomes(passed=6)
    assert set(either.statuses("dogs.demo").values()) == {"COMPLETED"}


def test_the_folder_that_directly_holds_batches_names_them_and_no_other_yaml(
    solo: BatchFolder,
) -> None:
    (solo.path / "mine").mkdir()
    solo.batch().rename(solo.path / "mine" / "cats.yaml")
    (solo.path / "mine" / "compose.yml").write_text("services: {web: {image: nginx}}\n")
    result = solo.run("mine")
    assert result.ret == 0
    result.assert_outcomes(passed=4)


def test_bare_pytest_makes_nothing(solo: BatchFolder) -> None:
    (solo.path / "tests").mkdir()
    (solo.path / "tests" / "test_one.py").write_text("def test_one(): pass\n")
    solo.pytester.makepyprojecttoml('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
    result = solo.run()
    result.assert_outcomes(passed=1)
    assert not solo.submits()


def test_bare_pytest_makes_nothing_in_a_folder_without_any_configuration(solo: BatchFolder) -> None:
    (solo.path / "pyproject.toml").unlink()
    assert solo.run().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert not solo.submits()


def test_tests_and_batches_can_run_together(pair: BatchFolder) -> None:
    pair.pytester.makepyfile("def test_one(): pass\ndef test_two(): pass\n")
    result = pair.run(".", "cats.yaml")
    result.assert_outcomes(passed=6)


def test_parallel_auto_takes_what_fits_and_says_how_many_that_are(pair: BatchFolder) -> None:
    """It depends on the machine, but never is more than there are videos; -n goes before it."""
    pair.batch(parallel="auto")
    result = pair.pytester.runpytest_inprocess(*pair.mode[:-1], "cats.yaml")
    result.stdout.re_match_lines([r"parallel: auto is ([1-9]|10), .+", r".*[1-4]/[1-4] workers?.*"])
    result.assert_outcomes(passed=4)
    pair.run("cats.yaml", "--fresh").stdout.no_fnmatch_line("*parallel: auto*")
    one = pair.pytester.runpytest_inprocess(*pair.mode[:-1], "cats.yaml", "-k", "video-001", "--fresh")
    one.stdout.re_match_lines([r"parallel: auto is (1, .+|([2-9]|10), .+; only 1 video to make)", r".*1/1 worker.*"])


def test_parallel_gives_the_number_of_workers_when_n_does_not(pair: BatchFolder) -> None:
    pair.batch(parallel=2)
    result = pair.pytester.runpytest_inprocess(*pair.mode[:-1], "cats.yaml")
    result.stdout.fnmatch_lines(["*2/2 workers*"])
    result.assert_outcomes(passed=4)
