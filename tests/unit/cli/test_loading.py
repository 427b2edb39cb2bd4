"""What a command loads: only what it needs, while the list of commands, completion and help know all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from grokbatch.cli.app import COMMANDS, app

if TYPE_CHECKING:
    from pathlib import Path

HEAVY = {"playwright", "pytest", "av", "numpy", "PIL", "rich.console", "jinja2", "starlette", "uvicorn", "apprise"}
"""What only some commands need: those that open a browser, call pytest, look into videos, draw or serve pages."""

OWN_HELP = HEAVY | {"grokbatch.batch.model.batch", "msgspec", "yaml", "asyncio", "filelock", "psutil"}
"""What the list of commands does without: also what reads batch files and results."""

CALL = """
import sys
from grokbatch.__main__ import main

sys.argv[0] = "grokbatch"
try:
    main()
finally:
    print("loaded:", *sys.modules, file=sys.stderr)
"""


def called(folder: Path, *words: str, **environ: str) -> tuple[str, set[str]]:
    """Type a command in an empty folder; return what it wrote, and the modules that it has loaded."""
    environ = {**os.environ, "GROKBATCH_HOME": str(folder / "home"), **environ}
    command = [sys.executable, "-c", CALL, *words]
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False)
    said, _, loaded = done.stderr.rpartition("loaded:")
    return done.stdout + said, set(loaded.split())


def a_batch(folder: Path) -> None:
    (folder / "x.yaml").write_text("permalink: 0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863\nprompt: slow hills\n")


@pytest.mark.parametrize(
    ("words", "answer"),
    [("--help", "Show how far each video is"), ("--version", "grokbatch "), ("stauts", "Did you mean 'status'?")],
)
def test_the_list_of_commands_loads_none_of_them(tmp_path: Path, words: str, answer: str) -> None:
    said, loaded = called(tmp_path, words)
    assert answer in said
    assert "typer" in loaded
    assert loaded & OWN_HELP == set()


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("status", "no runs"),
        ("accounts list", "no accounts in"),
        ("plan x.yaml", "1 to make"),
        ("locators show", "submit"),
        ("schema", "permalink"),
        ("init cats", "permalink"),
        ("picks export x.yaml here", "was not run yet"),
        ("hosts check", "hosts.yaml"),
    ],
)
def test_a_command_loads_nothing_heavy_that_it_does_not_need(tmp_path: Path, words: str, answer: str) -> None:
    a_batch(tmp_path)
    said, loaded = called(tmp_path, *words.split())
    assert answer in said
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_the_shell_completes_commands_without_loading_them(tmp_path: Path) -> None:
    words = {"_GROKBATCH_COMPLETE": "complete_bash", "COMP_WORDS": "grokbatch s", "COMP_CWORD": "1"}
    said, loaded = called(tmp_path, **words)
    assert [line for line in said.split() if line in COMMANDS] == ["status", "schema"]
    assert loaded & OWN_HELP == set()


def test_the_shell_completes_what_belongs_to_a_command(tmp_path: Path) -> None:
    for line, meant in (("grokbatch accounts li", "list"), ("grokbatch status --js", "--json")):
        words = {"_GROKBATCH_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
        assert called(tmp_path, **words)[0].split() == [meant]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_own_help_says_first(name: str) -> None:
    everything = get_command(app)
    assert isinstance(everything, TyperGroup)
    shown = everything.commands[name].get_short_help_str(100)
    _, command, _ = everything.resolve_command(typer.Context(everything), [name])
    assert command is not None
    assert command.get_short_help_str(100) == shown
