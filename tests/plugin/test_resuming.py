"""`--lf` goes on with exactly what is left of the last batch run."""

from __future__ import annotations

import shutil
from dataclasses import replace

from tests.plugin.folder import BatchFolder, said


def test_lf_makes_the_failed_the_limited_and_the_never_started(folder: BatchFolder) -> None:
    """And once more, with nothing left, it makes nothing and is content."""
    folder.script(video_001=["DOWNLOAD_FAILED"], video_003=["RATE_LIMIT"])
    assert folder.run("cats.yaml").ret == 75
    before = folder.submits()
    # With two workers the last one may have been under way already at the limit.
    left = {video for video, status in folder.statuses().items() if status != "COMPLETED"}
    assert left >= {"video-001", "video-003"}
    result = folder.run("--lf")
    assert result.ret == 0, said(result)
    assert set(folder.submits() - before) == left
    assert set(folder.statuses().values()) == {"COMPLETED"}
    assert folder.submits()["video-002"] == 1
    made = folder.submits()
    assert folder.run("--lf").ret == 0
    assert folder.submits() == made


def test_lf_with_a_path_does_the_same(either: BatchFolder) -> None:
    either.script(video_002=["RATE_LIMIT"])
    either.run("cats.yaml")
    assert either.run("cats.yaml", "--lf").ret == 0
    assert either.submits()["video-001"] == 1
    assert set(either.statuses().values()) == {"COMPLETED"}


def test_lf_leaves_out_what_the_last_run_did_not_select(solo: BatchFolder) -> None:
    solo.script(video_002=["DOWNLOAD_FAILED"])
    solo.run("cats.yaml", "-k", "video-001 or video-002")
    assert solo.run("--lf").ret == 0
    assert set(solo.submits()) == {"video-001", "video-002"}


def test_lf_goes_on_with_a_rehearsal_as_a_rehearsal(solo: BatchFolder) -> None:
    solo.batch(site=None)
    solo.script(video_002=["DOWNLOAD_FAILED"])
    solo.run("cats.yaml", "--site", "demo", "--set", "count=3")
    assert solo.run("--lf").ret == 0
    assert not (solo.path / "reports" / "cats").exists(), "a rehearsal must not become a real run"
    assert set(solo.statuses().values()) == {"COMPLETED"}
    assert len(solo.statuses()) == 3


def test_lf_finds_results_that_runs_dir_put_elsewhere(solo: BatchFolder) -> None:
    solo.script(video_002=["DOWNLOAD_FAILED"])
    solo.run("cats.yaml", "--runs-dir", "elsewhere")
    assert solo.run("--lf").ret == 0
    assert solo.submits()["video-001"] == 1
    assert solo.submits()["video-002"] == 2


def test_lf_goes_on_with_as_many_browsers_and_with_what_is_shared(pair: BatchFolder) -> None:
    pair.batch(count=8)
    pair.script(video_001=["RATE_LIMIT"], seconds=0.2)
    pair.run("cats.yaml", "--share")
    shutil.rmtree(pair.run_directory() / "share")
    unsaid = replace(pair, mode=tuple(word for word in pair.mode if word != "-n2"))
    pair.script()
    resumed = unsaid.run("--lf")
    assert "2/2 workers" in said(resumed), "not as many as the batch says, which is 10"
    assert (pair.run_directory() / "share").is_dir()


def test_lf_writes_the_report_where_the_run_was_told_to(solo: BatchFolder) -> None:
    solo.script(video_002=["DOWNLOAD_FAILED"])
    solo.run("cats.yaml", "--html", "mine/page.html", "--self-contained-html")
    (solo.path / "mine" / "page.html").unlink()
    shutil.rmtree(solo.path / "mine" / "assets", ignore_errors=True)
    assert solo.run("--lf").ret == 0
    assert (solo.path / "mine" / "page.html").exists()
    assert not (solo.path / "mine" / "assets").exists(), "the page holds all itself"


def test_lf_works_in_a_folder_without_a_configuration_file(solo: BatchFolder) -> None:
    (solo.path / "pyproject.toml").unlink()
    (solo.path / "batches").mkdir()
    solo.batch().rename(solo.path / "batches" / "cats.yaml")
    solo.script(video_002=["DOWNLOAD_FAILED"])
    assert solo.run("batches/cats.yaml").ret == 1
    assert solo.run("--lf").ret == 0
    assert solo.submits()["video-001"] == 1
    assert solo.submits()["video-002"] == 2


def test_lf_does_not_need_what_the_projects_tests_need(solo: BatchFolder) -> None:
    """As where a clone was installed for making videos only: its tests import packages that are not there."""
    (solo.path / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n')
    (solo.path / "tests").mkdir()
    (solo.path / "tests" / "conftest.py").write_text("import a_package_for_tests_only\n")
    solo.script(video_002=["RATE_LIMIT"])
    assert solo.run("cats.yaml").ret == 75
    result = solo.run("--lf")
    assert result.ret == 0, said(result)
    assert set(solo.statuses().values()) == {"COMPLETED"}
    assert solo.run("--lf").ret == 0, "nothing is left, and no test ran since"


def test_lf_belongs_to_the_tests_again_after_a_test_run(solo: BatchFolder) -> None:
    solo.run("cats.yaml")
    solo.pytester.makepyfile("def test_one(): assert False\ndef test_two(): pass\n")
    solo.run("test_lf_belongs_to_the_tests_again_after_a_test_run.py")
    result = solo.run("--lf")
    result.assert_outcomes(failed=1)


def test_lf_tries_an_edited_prompt(solo: BatchFolder) -> None:
    solo.script(video_002=["CONTENT_MODERATED"])
    solo.run("cats.yaml")
    solo.batch(prompt="something milder")
    assert solo.run("--lf").ret == 0
    assert solo.submits()["video-002"] == 2


def test_lf_beside_a_moderated_video_does_not_say_that_all_is_made(solo: BatchFolder) -> None:
    """Also when several calls have left that video out."""
    solo.script(video_001=["CONTENT_MODERATED"], video_003=["RATE_LIMIT"], video_004=["DOWNLOAD_FAILED"])
    assert solo.run("cats.yaml").ret == 75
    assert solo.run("--lf").ret == 1
    last = solo.run("--lf")
    assert set(solo.statuses().values()) == {"COMPLETED", "FAILED"}
    assert last.ret == 1, said(last)
    assert solo.submits()["video-001"] == 1


def test_lf_of_a_few_videos_is_about_these(solo: BatchFolder) -> None:
    solo.script(video_001=["CONTENT_MODERATED"], video_003=["RATE_LIMIT"])
    assert solo.run("cats.yaml").ret == 75
    assert solo.run("--lf", "-k", "video-003").ret == 0
