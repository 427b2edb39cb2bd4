"""`grokbatch run` and `grokbatch resume`: pytest underneath, and hints that one can type."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grokbatch.review.invocation import VARIABLE

if TYPE_CHECKING:
    from tests.plugin.folder import BatchFolder


def type_(folder: BatchFolder, *arguments: str) -> subprocess.CompletedProcess[str]:
    off = ["-p", "no:playwright", "-p", "no:hypothesispytest", "-p", "no:anyio"] if arguments[0] != "plan" else []
    command = [sys.executable, "-m", "grokbatch", *arguments, *off]
    clean = {key: value for key, value in os.environ.items() if not re.match("PYTEST_", key)}
    return subprocess.run(command, cwd=folder.path, env=clean, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("workers", ["-n0", pytest.param("-n2", marks=pytest.mark.slow)])
def test_a_run_that_is_stopped_is_resumed_by_the_command_that_it_names(solo: BatchFolder, workers: str) -> None:
    solo.script(video_002=["RATE_LIMIT"], seconds=0.2)
    stopped = type_(solo, "run", "cats.yaml", workers)
    assert stopped.returncode == 75, stopped.stdout + stopped.stderr
    assert stopped.stderr.endswith("resume with: grokbatch resume\n")
    assert "pytest --lf" not in stopped.stdout
    assert "grokbatch resume  (makes the " in stopped.stdout
    assert "pytest --lf" not in (solo.run_directory() / "report.html").read_text()
    solo.script()
    resumed = type_(solo, "resume")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert set(solo.statuses().values()) == {"COMPLETED"}
    assert solo.submits()["video-001"] == 1


def test_ctrl_c_ends_a_run_with_the_code_that_pytest_has_for_it(solo: BatchFolder) -> None:
    """Not with the one of a wrong command line, which is the same number for the framework of the commands."""
    with (solo.path / "conftest.py").open("a") as conftest:
        conftest.write("\nimport signal\ndef pytest_configure(config): os.kill(os.getpid(), signal.SIGINT)\n")
    ended = type_(solo, "run", "cats.yaml", "-n0")
    assert ended.stderr == "interrupted: nothing was started; resume with: grokbatch resume\n"
    assert ended.returncode == 2


def test_a_moderated_video_of_a_rehearsal_is_not_sent_to_the_real_site(solo: BatchFolder) -> None:
    """The finished videos of its prompt are kept, too."""
    solo.batch(site=None)
    solo.script(video_002=["CONTENT_MODERATED"])
    said = type_(solo, "run", "cats.yaml", "--site", "demo", "-n0").stdout
    [step] = [line for line in said.splitlines() if "moderated: " in line]
    assert step.endswith("then: grokbatch run cats.yaml --site demo")
    assert "raise `count` in cats.yaml" in step


def test_the_command_runs_no_tests(solo: BatchFolder) -> None:
    solo.pytester.makepyfile(test_mine="def test_one(): raise SystemExit('ran')\n")
    for arguments, line in (
        (["."], ".: batches of this folder are made when they are named, such as: grokbatch run cats.yaml"),
        (["test_mine.py"], "test_mine.py: is not a batch file: their names end with .yaml"),
        (["-q"], "no batch file is named"),
    ):
        said = type_(solo, "run", *arguments)
        assert said.returncode == 4
        assert line in " ".join(said.stderr.split())
        assert "ran" not in said.stdout.split()


def test_with_nothing_to_resume_it_says_where_it_looked(solo: BatchFolder) -> None:
    said = type_(solo, "resume")
    assert said.returncode == 4
    assert f"none is remembered in {solo.path / 'reports'}" in said.stderr


def test_pytests_own_options_reach_it(solo: BatchFolder) -> None:
    listed = type_(solo, "run", "cats.yaml", "--collect-only", "-q", "-k", "video-003", "--set", "count=5")
    assert [line for line in listed.stdout.splitlines() if "::" in line] == ["cats.yaml::video-003"]
    assert "--runs-dir=DIR" in type_(solo, "run", "cats.yaml", "-h").stdout


def test_a_run_of_pytest_names_pytest(solo: BatchFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    solo.script(video_002=["RATE_LIMIT"])
    assert "resume with: pytest --lf" in "\n".join([*(result := solo.run("cats.yaml")).outlines, *result.errlines])
