"""What is typed and is not there is told in one line with the nearest name, before anything starts."""

from __future__ import annotations

import pytest

from tests.plugin.folder import BatchFolder, said


def errors(result: pytest.RunResult) -> list[str]:
    return [line.removeprefix("ERROR: ") for line in result.errlines if line]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["cat.yaml"], "cat.yaml: there is no such file, did you mean cats.yaml?"),
        (
            ["sub/../cat.yaml", "--site", "demo"],
            "sub/../cat.yaml: there is no such file, did you mean sub/../cats.yaml?",
        ),
        (["cats.yml::video-001"], "cats.yml: there is no such file, did you mean cats.yaml?"),
        (["cats.yaml", "zebra.yaml"], "zebra.yaml: there is no such file"),
        (["cats.yaml", "nowhere"], "nowhere: there is no such file"),
        (["cats.yaml::video-999"], "cats.yaml: has no video 'video-999', did you mean video-"),
        (
            ["cats.yaml::video-001", "cats.yaml::zebra"],
            "cats.yaml: has no video 'zebra'; it has video-001 to video-004",
        ),
    ],
    ids=" ".join,
)
def test_a_name_that_is_not_there_is_told(folder: BatchFolder, arguments: list[str], line: str) -> None:
    (folder.path / "sub").mkdir()
    result = folder.run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    [told] = errors(result)
    assert told.startswith(line)
    assert not folder.submits()
    assert not (folder.path / "reports" / "cats.demo" / "manifest.json").exists(), "nothing was started"


CHOICES = [
    ("-k", "vidoe-002", "-k 'vidoe-002': no video matches, did you mean video-002?"),
    ("-k", "zebra", "-k 'zebra': no video matches"),
    ("-m", "zebra", "-m 'zebra': no video matches"),
]


def test_a_choice_that_leaves_nothing_is_told(either: BatchFolder) -> None:
    """Instead of the figures of all videos, as if they were made now."""
    either.run("cats.yaml")
    for option, text, line in CHOICES:
        result = either.run("cats.yaml", option, text)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert line in said(result)
        assert "4 completed" not in said(result)
        assert either.submits().total() == 4


def test_without_the_plugin_that_opens_browsers_nothing_starts(either: BatchFolder) -> None:
    (either.path / "conftest.py").unlink()
    result = either.run("cats.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert errors(result) == ["-p no:playwright: without that plugin no browser can be opened; leave it out"]
    assert not (either.path / "reports" / "cats.demo" / "manifest.json").exists()


def test_a_missing_yaml_is_pytests_to_tell_where_there_are_no_batches(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-p", "no:playwright", "nope.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "file or directory not found: nope.yaml" in said(result)


@pytest.mark.parametrize("outcome", ["made", "moderated"])
def test_where_nothing_is_left_to_make_no_worker_starts(pair: BatchFolder, outcome: str) -> None:
    """Neither a second call nor --lf does, nor one that asks for workers."""
    if outcome == "moderated":
        pair.script(video_001=["CONTENT_MODERATED"])
    first = pair.run("cats.yaml")
    account = pair.manifest().account
    pair.batch(account="another")
    for arguments in (["cats.yaml"], ["--lf"]):
        again = pair.run(*arguments)
        assert pair.manifest().account == account, "nothing was made with the other one"
        assert "workers" not in said(again)
        assert "already completed" in said(again)
        assert again.ret == first.ret
    assert pair.submits().total() == 4
    pair.batch(count=6)
    assert "2/2 workers" in said(pair.run("cats.yaml"))
    assert pair.submits().total() == 6


def test_a_missing_file_is_told_also_where_the_projects_tests_cannot_be_loaded(solo: BatchFolder) -> None:
    """For a path that does not exist, pytest loads each conftest.py in folders of tests first."""
    (solo.path / "tests").mkdir()
    (solo.path / "tests" / "conftest.py").write_text("import a_package_for_tests_only\n")
    result = solo.run("cat.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert errors(result) == ["cat.yaml: there is no such file, did you mean cats.yaml?"]
