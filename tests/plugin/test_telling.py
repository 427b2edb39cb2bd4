"""A run that tells others: the commands and the addresses of a batch."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.browser.profiles.home import HOME_VARIABLE
from tests.plugin.folder import PROMPT, BatchFolder, said
from tests.unit.run.events.test_notifications import receiving

if TYPE_CHECKING:
    from collections.abc import Iterator

NOTE = """
import json, os, sys
from pathlib import Path
told = json.load(sys.stdin)
mine = {name: value for name, value in os.environ.items() if name.startswith("GROKBATCH_")}
with Path("told.jsonl").open("a") as file:
    file.write(json.dumps([sys.argv[1], told, mine]) + "\\n")
sys.exit(int(sys.argv[2]))
"""


def command(folder: BatchFolder, name: str, code: int = 0) -> list[str]:
    """Return a command that writes down what it is told."""
    (folder.path / "note.py").write_text(NOTE)
    return [sys.executable, str(folder.path / "note.py"), name, str(code)]


def told(folder: BatchFolder) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
    file = folder.path / "told.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_commands_are_told_each_video_and_the_end_without_prompts(either: BatchFolder) -> None:
    either.batch(download=True, on_video=command(either, "video"), on_finish=command(either, "end"))
    either.script(video_002=["CONTENT_MODERATED"])
    result = either.run("cats.yaml")
    assert result.ret == 1
    *videos, (name, end, environment) = told(either)
    assert sorted((name, facts["video"], facts["status"]) for name, facts, _ in videos) == [
        ("video", "video-001", "COMPLETED"),
        ("video", "video-002", "FAILED"),
        ("video", "video-003", "COMPLETED"),
        ("video", "video-004", "COMPLETED"),
    ]
    assert all(Path(facts["file"]).is_file() for _, facts, _ in videos if facts["status"] == "COMPLETED")
    assert (name, end["completed"], environment["GROKBATCH_STATUS"]) == ("end", 3, "FAILED")
    assert Path(environment["GROKBATCH_REPORT"]).is_file(), "all that the run writes is there by then"
    assert PROMPT not in (either.path / "told.jsonl").read_text()


def test_a_failing_command_is_told_once_and_changes_nothing(either: BatchFolder) -> None:
    either.batch(on_video=command(either, "video", 3), on_finish=command(either, "end", 4))
    result = either.run("cats.yaml")
    assert result.ret == 0
    lines = [line for line in said(result).splitlines() if "the videos are not affected" in line]
    assert [("on_video" in line, "ended with 3" in line) for line in lines] == [(True, True), (False, False)]
    assert "on_finish" in lines[1]
    assert "ended with 4" in lines[1]
    assert set(either.statuses().values()) == {"COMPLETED"}


def test_a_program_that_does_not_exist_is_refused_before_anything_starts(solo: BatchFolder) -> None:
    solo.batch(on_video="no-such-program-x")
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert "on_video: there is no program no-such-program-x" in said(result)
    assert not solo.submits()


def test_nobody_is_told_of_a_call_in_which_no_video_was_selected(solo: BatchFolder) -> None:
    solo.batch(on_finish=command(solo, "end"))
    assert solo.run("cats.yaml", "-k", "nothing").ret == 4
    assert told(solo) == []


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    with receiving() as found:
        yield found


def test_people_are_told_of_the_first_failure_and_of_the_end(
    solo: BatchFolder, receiver: tuple[str, list[tuple[str, dict[str, Any]]]]
) -> None:
    address, got = receiver
    solo.batch(notify=f"{address}/secret")
    solo.script(video_002=["CONTENT_MODERATED"], video_003=["CONTENT_MODERATED"])
    result = solo.run("cats.yaml")
    assert [body["message"] for _, body in got] == [
        "cats.demo: video-002 was not made: content moderated",
        "cats.demo: 2 of 4 done, 2 moderated",
    ]
    everything = [said(result), *(_text(file) for file in solo.run_directory().rglob("*") if file.is_file())]
    assert not any("secret" in each for each in everything)


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def test_the_users_own_address_is_told_of_a_limit_and_one_that_fails_is_shown_by_its_number(
    solo: BatchFolder, receiver: tuple[str, list[tuple[str, dict[str, Any]]]]
) -> None:
    address, got = receiver
    home = Path(os.environ[HOME_VARIABLE])
    home.mkdir(exist_ok=True)
    (home / "config.yaml").write_text(f"notify:\n  - '{address}/mine'\n  - '{address}/forbidden-secret'\n")
    solo.script(video_001=["RATE_LIMIT"])
    result = solo.run("cats.yaml")
    assert result.ret == 75
    assert "cats.demo: the site's limit is reached" in [body["message"] for path, body in got if path == "/mine"]
    lines = [line for line in said(result).splitlines() if line.startswith("notify: ")]
    assert lines == ["notify: 2 (json): the server answered 403; to try it: grokbatch notify test"]
    assert "secret" not in said(result)


def test_a_wrong_address_is_refused_before_anything_starts(solo: BatchFolder) -> None:
    solo.batch(notify=["desktop", "nonsense://secret"])
    result = solo.run("cats.yaml")
    assert result.ret == 4
    assert "notify[2]: is not an address that Apprise understands (nonsense)" in said(result)
    assert "secret" not in said(result)
    assert not solo.submits()
