"""Only what is named is made; a call that is about something else leaves the last batch run as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.plugin.folder import BatchFolder, said

if TYPE_CHECKING:
    from pathlib import Path

TEST = "def test_one(): pass\n"


@pytest.fixture
def project(solo: BatchFolder) -> BatchFolder:
    """A project with a test and two batches: beside its configuration and in a folder of their own."""
    (solo.path / "batches").mkdir()
    solo.batch("dogs").rename(solo.path / "batches" / "dogs.yaml")
    write_tests(solo, TEST)
    return solo


def write_tests(folder: BatchFolder, content: str) -> None:
    (folder.path / "tests").mkdir(exist_ok=True)
    (folder.path / "tests" / "test_mine.py").write_text(content)


def memory(folder: BatchFolder) -> Path:
    return folder.path / "reports" / ".last-run.json"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["."],
        ["{path}"],
        ["{path}/batches/.."],
        ["."] * 2,
        [".", "-q", "--collect-only"],
        ["--rootdir={path}"],
        ["--rootdir={path}", "{path}/tests", "{path}"],
        ["--rootdir=batches", "tests"],
    ],
    ids=" ".join,
)
def test_a_project_is_named_for_its_tests(project: BatchFolder, arguments: list[str]) -> None:
    """Also when batches lie in it: people and editors name it so all day."""
    result = project.run(*(argument.format(path=project.path) for argument in arguments))
    assert result.ret == 0, said(result)
    assert "video" not in said(result)
    assert not (project.path / "reports").exists()


@pytest.mark.parametrize("above", ["..", "."])
def test_a_folder_that_one_stands_in_or_below_is_not_named(
    project: BatchFolder, monkeypatch: pytest.MonkeyPatch, above: str
) -> None:
    monkeypatch.chdir(project.path / "batches")
    assert "video" not in said(project.run(above, "--collect-only"))


def test_a_folder_of_folders_with_batches_is_not_named(project: BatchFolder) -> None:
    (project.path / "batches").rename(project.path / "deep")
    (project.path / "work").mkdir()
    (project.path / "deep").rename(project.path / "work" / "batches")
    assert project.run("work").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert project.run("work/batches").ret == 0
    assert sum(project.submits().values()) == 4


def test_what_addopts_names_was_not_typed(project: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    project.pytester.makepyprojecttoml('[tool.pytest.ini_options]\naddopts = "batches/dogs.yaml tests --lf"\n')
    monkeypatch.setenv("PYTEST_ADDOPTS", "cats.yaml")
    project.run("tests")
    project.run()
    assert not project.submits()


def test_a_value_of_an_option_is_not_named(project: BatchFolder) -> None:
    """Neither of one of ours, nor of somebody else's, whose conftest.py pytest reads later."""
    conftest = project.path / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\ndef pytest_addoption(parser): parser.addoption('--config')\n")
    result = project.run("tests", "--config", "cats.yaml", "--runs-dir", "batches")
    result.assert_outcomes(passed=1)
    assert not project.submits()


def test_batches_that_are_not_named_are_pointed_at_where_nothing_else_is_found(solo: BatchFolder) -> None:
    """A dead end otherwise: no tests ran."""
    for arguments in ([], ["."]):
        result = solo.run(*arguments)
        assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
        assert "a batch is made when it is named: pytest cats.yaml" in said(result)


def test_a_batch_with_slips_that_hide_it_is_told_of(solo: BatchFolder) -> None:
    """It stands alone, so it may be anybody's; when nobody takes it, its faults are told."""
    (solo.path / "cats.yaml").write_text("permlink: https://grok.com/imagine/post/x\nprompt: hi\n")
    result = solo.run("cats.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "cats.yaml:1:1: permlink: unknown key, did you mean permalink?" in said(result)


CALLS = [
    ["tests"],
    ["--markers"],
    ["--version", "--version"],
    ["--fixtures", "-q"],
    ["--cache-show"],
    ["tests/nope.py"],
    ["batches/nope.yaml"],
    ["--collect-only"],
    ["batches", "--collect-only"],
    ["--no-such-option"],
]


def test_other_calls_neither_forget_nor_change_the_last_batch_run(project: BatchFolder) -> None:
    project.script(video_002=["DOWNLOAD_FAILED"])
    assert project.run("batches/dogs.yaml", "--set", "count=3").ret == 1
    before = memory(project).read_bytes(), memory(project).stat().st_mtime_ns
    for arguments in CALLS:
        project.run(*arguments)
        assert (memory(project).read_bytes(), memory(project).stat().st_mtime_ns) == before, arguments
    assert sum(project.submits().values()) == 3
    result = project.run("--lf")
    assert result.ret == 0, said(result)
    assert project.submits() == {"video-001": 1, "video-002": 2, "video-003": 1}


def test_lf_means_the_tests_once_one_has_failed_and_says_how_the_batch_goes_on(project: BatchFolder) -> None:
    project.script(video_002=["DOWNLOAD_FAILED"])
    project.run("batches/dogs.yaml", "--set", "count=3")
    write_tests(project, "def test_one(): assert False\ndef test_two(): pass\n")
    project.run("tests")
    result = project.run("--lf")
    result.assert_outcomes(failed=1)
    assert "the last batch run goes on with: pytest --lf batches/dogs.yaml" in said(result)
    assert project.run("--lf", "batches/dogs.yaml").ret == 0
    assert project.submits() == {"video-001": 1, "video-002": 2, "video-003": 1}


def test_lf_means_the_tests_when_nothing_is_left_of_the_batch_and_they_ran_since(project: BatchFolder) -> None:
    project.run("batches/dogs.yaml")
    assert "already" in said(project.run("--lf")) or project.submits().total() == 4
    project.run("tests")
    project.run("--lf").assert_outcomes(passed=1)
    assert project.submits().total() == 4


def test_a_failure_of_long_ago_does_not_take_lf_from_a_later_batch(project: BatchFolder) -> None:
    write_tests(project, "def test_one(): assert False\n")
    project.run("tests")
    project.script(video_002=["DOWNLOAD_FAILED"])
    project.run("batches/dogs.yaml")
    assert project.run("--lf").ret == 0
    assert project.submits()["video-002"] == 2
