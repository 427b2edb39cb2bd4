"""Hooks and fixtures of one's own: the examples of docs/extending.md, and hooks that fail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grokbatch.demo
from tests.documents import blocks
from tests.plugin.folder import PROMPT, BatchFolder, said

EXAMPLES = [code for language, code in blocks("extending.md") if language == "python"]
CLIP = Path(grokbatch.demo.__file__).parent / "clips" / "media" / "dawn.mp4"


def _example(title: str) -> str:
    (found,) = [code for code in EXAMPLES if code.startswith(f"# conftest.py: {title}")]
    return found


def _with(folder: BatchFolder, code: str) -> None:
    """Put `code` into a conftest.py below the one with the stub, and the batch beside it."""
    (folder.path / "batches").mkdir(exist_ok=True)
    (folder.path / "batches" / "conftest.py").write_text(code)
    folder.batch("batches/cats")


def test_each_finished_video_and_the_finished_run_are_told_without_prompts(either: BatchFolder) -> None:
    _with(either, _example("a line for each video"))
    either.script(video_002=["CONTENT_MODERATED"])
    result = either.run("batches/cats.yaml", "-s")
    told = (either.path / "finished.txt").read_text()
    assert sorted(told.splitlines()) == [
        "cats video-001 COMPLETED",
        "cats video-002 FAILED: CONTENT_MODERATED: as scripted",
        "cats video-003 COMPLETED",
        "cats video-004 COMPLETED",
    ]
    assert "cats: 3 of 4 are there, 3 of them new" in said(result)
    assert PROMPT not in told


def test_what_is_completed_already_is_told_with_the_run_only(solo: BatchFolder) -> None:
    _with(solo, _example("a line for each video"))
    solo.run("batches/cats.yaml::video-001", "-s")
    result = solo.run("batches/cats.yaml", "-s")
    assert (solo.path / "finished.txt").read_text().splitlines() == [f"cats video-00{n} COMPLETED" for n in range(1, 5)]
    assert "cats: 4 of 4 are there, 3 of them new" in said(result)


def test_a_stopped_run_says_why_and_knows_its_report(pair: BatchFolder) -> None:
    code = """
        def pytest_grokbatch_run_finished(config, results):
            (result,) = results
            report = result.directory / "report.html"
            print(f"told: {result.status} {result.category} {report.exists()} {result.counts['PENDING'] > 0}")
    """
    _with(pair, "\n".join(line[8:] for line in code.splitlines()))
    pair.batch("batches/cats", count=9)
    pair.script(video_001=["RATE_LIMIT"])
    result = pair.run("batches/cats.yaml", "-s")
    assert result.ret == 75
    assert "told: STOPPED_RATE_LIMIT RATE_LIMIT True True" in said(result)


@pytest.mark.parametrize("fails", ["raise KeyError('url')", "import pytest; pytest.fail('no')"])
def test_a_hook_that_fails_is_told_once_and_harms_nothing(either: BatchFolder, fails: str) -> None:
    hooks = ("video_finished(video)", "run_finished(results)")
    _with(either, "\n".join(f"def pytest_grokbatch_{hook}:\n    {fails}\n" for hook in hooks))
    result = either.run("batches/cats.yaml")
    assert result.ret == 0
    assert set(either.statuses().values()) == {"COMPLETED"}
    lines = [line for line in said(result).splitlines() if "the videos are not affected" in line]
    first = either.path / "batches" / "conftest.py"
    assert len(lines) == 2
    assert f"{first}:2: pytest_grokbatch_video_finished: " in lines[0]
    assert "pytest_grokbatch_run_finished" in lines[1]


def test_the_exit_code_of_a_stopped_run_stays_when_a_hook_fails(solo: BatchFolder) -> None:
    _with(solo, "def pytest_grokbatch_run_finished(results):\n    raise OSError('offline')\n")
    solo.script(video_001=["RATE_LIMIT"])
    assert solo.run("batches/cats.yaml").ret == 75


@pytest.mark.parametrize("workers", [0, 2])
def test_a_maker_of_ones_own_takes_the_place_of_the_browser(pytester: pytest.Pytester, workers: int) -> None:
    mode = ("-p", "no:playwright", "-p", "no:hypothesispytest", "-p", "no:anyio", f"-n{workers}")
    folder = BatchFolder(pytester, mode)
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    pytester.makeconftest(_example("videos out of a folder"))
    (folder.path / "clips").mkdir()
    for number in (1, 2):
        shutil.copy(CLIP, folder.path / "clips" / f"{number}.mp4")
    folder.batch(count=3, download=True, attempts=1)
    result = folder.run("cats.yaml")
    assert result.ret == 1
    assert "there are only 2 clips" in said(result)
    video_files = sorted((folder.run_directory() / "videos").glob("*.mp4"))
    assert [video_file.read_bytes() == CLIP.read_bytes() for video_file in video_files] == [True, True]


@pytest.mark.parametrize("title", ["more time for a slow connection", "take turns with another program"])
def test_fixtures_can_be_replaced(solo: BatchFolder, title: str) -> None:
    _with(solo, _example(title))
    assert solo.run("batches/cats.yaml").ret == 0
    assert (solo.path / "only-one.lock").exists() == ("turns" in title)


@pytest.mark.slow
def test_type_checkers_understand_the_examples(tmp_path: Path) -> None:
    files = [tmp_path / f"example_{number}.py" for number in range(len(EXAMPLES))]
    for file, code in zip(files, EXAMPLES, strict=True):
        file.write_text(code)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout
