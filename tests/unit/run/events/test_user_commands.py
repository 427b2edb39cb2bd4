"""`on_video` and `on_finish`: what commands are told, and that none of them can hold up or fail anything."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.expectations import Expectations
from grokbatch.batch.model.fields import split_command
from grokbatch.run.events.events import FACTS, RunEvent
from grokbatch.run.events.user_commands import MOST_TIMEOUTS, UserCommands, environment_of
from grokbatch.run.files_plan import FilesPlan
from grokbatch.run.plan import BatchPlan, RunPlan, TellPlan
from grokbatch.run.planning.commands import command_problems, tell_plan

if TYPE_CHECKING:
    from grokbatch.run.events.events import Kind

WRITE = """
import json, os, sys
from pathlib import Path
told = {name: value for name, value in os.environ.items() if name.startswith("GROKBATCH_")}
line = json.dumps({"environment": told, "input": json.load(sys.stdin), "folder": os.getcwd()})
Path("told.jsonl").open("a").write(line + "\\n")
"""
BATCH = "permalink: https://grok.com/imagine/post/0f0e0d0c-0b0a-4908-8706-050403020100\nprompt: slow hills\n"


def planned(folder: Path, code: str, key: str = "on_video") -> RunPlan:
    """Return the plan of a batch in `folder` whose command is a Python program."""
    (folder / "program.py").write_text(code)
    command = (sys.executable, str(folder / "program.py"))
    tell = TellPlan(on_video=command) if key == "on_video" else TellPlan(on_finish=command)
    files = FilesPlan(folder, {}, download=False, hd=False, delete=False, sidecar_prompt=False, expect=Expectations())
    batch = BatchPlan(
        path=folder / "cats.yaml",
        file=folder / "cats.yaml",
        display="cats.yaml",
        name="cats",
        account="main",
        site="demo",
        run_root=folder / "reports",
        videos=(),
        parallel=1,
        attempts=1,
        headed=False,
        worker_start_delay=0,
        keep_profiles=False,
        files=files,
        tell=tell,
    )
    return RunPlan((batch,), folder)


def happened(kind: Kind, **facts: Any) -> RunEvent:
    known = {name: facts.get(name) for name in FACTS[kind]}
    return RunEvent(kind, datetime(2026, 11, 27, tzinfo=UTC), "cats.yaml", "video-001", "gw0", known)


def test_a_command_is_told_the_facts_as_variables_and_as_json_in_the_batchs_folder(tmp_path: Path) -> None:
    said: list[str] = []
    commands = UserCommands(planned(tmp_path, WRITE), said.append)
    commands(happened("video_completed", status="COMPLETED", file="/v/a b.mp4", seconds=4.5, shortcomings=["x"]))
    [told] = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    environment = told["environment"]
    assert environment["GROKBATCH_KIND"] == "video_completed"
    assert environment["GROKBATCH_VIDEO"] == "video-001"
    assert environment["GROKBATCH_FILE"] == "/v/a b.mp4"
    assert environment["GROKBATCH_HD_FILE"] == ""
    assert environment["GROKBATCH_SECONDS"] == "4.5"
    assert environment["GROKBATCH_BATCH_FILE"] == str(tmp_path / "cats.yaml")
    assert environment["GROKBATCH_RUN_DIRECTORY"] == str(tmp_path / "reports")
    assert "GROKBATCH_SHORTCOMINGS" not in environment
    assert (told["input"]["shortcomings"], told["input"]["hd_file"]) == (["x"], None)
    assert told["folder"] == str(tmp_path)
    assert said == []


def test_each_key_is_for_its_own_events(tmp_path: Path) -> None:
    commands = UserCommands(planned(tmp_path, WRITE, "on_finish"), print)
    commands(happened("video_completed"))
    commands(happened("run_finished", status="COMPLETED"))
    [line] = (tmp_path / "told.jsonl").read_text().splitlines()
    assert json.loads(line)["input"]["kind"] == "run_finished"


def test_what_a_failing_command_says_last_is_told_once_for_each_kind_of_failure(tmp_path: Path) -> None:
    said: list[str] = []
    code = "import sys\nprint('first', file=sys.stderr)\nprint('no such card', file=sys.stderr)\nsys.exit(3)\n"
    commands = UserCommands(planned(tmp_path, code), said.append)
    commands(happened("video_completed"))
    commands(happened("video_failed"))
    [line] = said
    assert line.startswith("cats.yaml: on_video: ")
    assert line.endswith(" ended with 3: no such card; the videos are not affected")


def test_a_hanging_command_is_ended_with_its_children_and_not_run_for_ever(tmp_path: Path) -> None:
    said: list[str] = []
    code = """
import subprocess, sys
from pathlib import Path
child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
Path("children.txt").open("a").write(f"{child.pid}\\n")
child.wait()
"""
    commands = UserCommands(planned(tmp_path, code), said.append, seconds=1.0)
    for _ in range(MOST_TIMEOUTS + 2):
        commands(happened("video_completed"))
    children = (tmp_path / "children.txt").read_text().split()
    assert len(children) == MOST_TIMEOUTS
    assert not any(psutil.pid_exists(int(each)) and _runs(int(each)) for each in children)
    [line] = said
    assert "took more than 1 s and was ended" in line


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_child_that_is_left_behind_and_holds_the_output_keeps_nobody(tmp_path: Path) -> None:
    said: list[str] = []
    code = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])\n"
    commands = UserCommands(planned(tmp_path, code), said.append, seconds=30.0)
    commands(happened("video_completed"))
    assert said == []


def test_a_command_that_is_gone_meanwhile_is_told(tmp_path: Path) -> None:
    said: list[str] = []
    plan = planned(tmp_path, "")
    [batch] = plan.batches
    object.__setattr__(batch, "tell", TellPlan(on_video=(str(tmp_path / "gone"),)))
    UserCommands(plan, said.append)(happened("video_completed"))
    assert "could not be started: No such file or directory" in said[0]


def test_facts_as_environment_variables() -> None:
    assert environment_of({"file": None, "attempts": 2, "shortcomings": ["a"]}) == {
        "GROKBATCH_FILE": "",
        "GROKBATCH_ATTEMPTS": "2",
    }


@pytest.mark.parametrize(
    ("text", "is_windows", "words"),
    [
        ("notify-send 'all done' it\\'s", False, ["notify-send", "all done", "it's"]),
        ("prog #1 ; rm -rf | more $HOME", False, ["prog", "#1", ";", "rm", "-rf", "|", "more", "$HOME"]),
        (r'"C:\Program Files\a.exe" C:\x\y --name="a b"', True, [r"C:\Program Files\a.exe", r"C:\x\y", "--name=a b"]),
    ],
)
def test_a_command_is_split_into_words_and_no_shell_reads_it(text: str, is_windows: bool, words: list[str]) -> None:
    assert split_command(text, is_windows=is_windows) == words


def test_a_program_that_does_not_exist_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "cats.yaml"
    path.write_text(f"{BATCH}on_video: no-such-program-x --now\non_finish: [./here, a b]\n")
    (tmp_path / "here").write_text("#!/bin/sh\n")
    (tmp_path / "here").chmod(0o755)
    batch = load_batch(path)
    [problem] = command_problems(batch, "cats.yaml")
    assert problem.endswith(
        f"cats.yaml:3:11: on_video: there is no program no-such-program-x, neither on the PATH nor from {tmp_path}"
    )
    assert tell_plan(batch).on_finish == (str(tmp_path / "here"), "a b")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("'open \"quote'", "on_video: must be a program with its arguments, such as notify-send done, or a list of "),
        ("[]", "on_video: must be a program with its arguments"),
        ("[sleep, 5]", "on_video[2]: must be a word of the command, in quotes, not 5"),
    ],
)
def test_what_is_no_command_is_refused(tmp_path: Path, value: str, reason: str) -> None:
    path = tmp_path / "cats.yaml"
    path.write_text(f"{BATCH}on_video: {value}\n")
    with pytest.raises(BatchError) as caught:
        load_batch(path)
    assert reason in str(caught.value)


def test_workers_are_sent_neither_commands_nor_addresses(tmp_path: Path) -> None:
    plan = planned(tmp_path, "")
    object.__setattr__(plan.batches[0], "tell", TellPlan(("prog",), ("prog",), ("json://secret@host",)))
    assert "secret" not in plan.to_wire()
    assert "prog" not in plan.to_wire()
    assert "secret" not in repr(plan)
