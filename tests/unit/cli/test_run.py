"""The commands around runs: examples, what opens pages, the version."""

from __future__ import annotations

import subprocess
import sys
import webbrowser
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from grokbatch.batch.discovery import find_batches
from grokbatch.batch.examples import examples_folder
from grokbatch.batch.loader import load_batch
from grokbatch.cli.app import app
from grokbatch.cli.run import _files
from grokbatch.record.rules import ledger
from grokbatch.record.storage.manifest_store import ManifestStore

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

PRIVATE = "A heron that nobody knows of."
BATCH = f"permalink: https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863\nprompt: {PRIVATE}\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that one stands in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def type_(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_the_version_is_told_by_the_command_and_by_the_module() -> None:
    wanted = f"grokbatch {version('grokbatch')}"
    assert type_("--version").output.strip() == wanted
    told = subprocess.run([sys.executable, "-m", "grokbatch", "--version"], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == wanted


def test_the_examples_are_written_with_what_they_name_and_nothing_is_written_over(here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "demo.yaml").write_text(BATCH)
    said = type_("examples", "mine")
    assert said.exit_code == 0, said.output
    assert (here / "mine" / "demo.yaml").read_text() == BATCH
    written = find_batches(["mine"], here)
    assert [path.name for path in written] == [path.name for path in find_batches([examples_folder()], here)]
    for path in written:
        assert load_batch(path, site="demo").videos()
        assert "$schema=.." not in path.read_text(encoding="utf-8"), "the schema is in the clone only"
    assert "are in mine already" in type_("examples", "mine").output


def test_open_and_report_show_the_pages_of_a_batch(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def opens(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", opens)
    (here / "cats.yaml").write_text(BATCH)
    never = type_("open", "cats.yaml", "--site", "demo")
    assert never.exit_code == 1
    assert "to run it: grokbatch run cats.yaml --site demo" in never.output, "a rehearsal stays one"
    batch = load_batch(here / "cats.yaml")
    root = here / "reports" / "cats"
    root.mkdir(parents=True)
    now = datetime(2026, 9, 1, 12, tzinfo=UTC)
    manifest = ledger.new_manifest(
        batch="cats", account="default", permalink=batch.links[0], site=batch.site_name, now=now
    )
    ledger.open_run(manifest, batch.videos(), browser="", now=now)
    ManifestStore(root / "manifest.json").create(manifest)
    assert type_("open", "cats.yaml").exit_code == 0
    assert type_("report", "cats.yaml").output.strip() == "reports/cats/report.html"
    assert opened == [(root / name).as_uri() for name in ("wall.html", "report.html")]


def test_a_report_is_written_anew_from_the_manifest_alone(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test_open_and_report_show_the_pages_of_a_batch(here, monkeypatch)
    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("it is written, not shown"))
    page = here / "reports" / "cats" / "report.html"
    page.write_text("an earlier one")
    assert type_("report", "cats.yaml", "--rebuild").output.strip() == "reports/cats/report.html"
    assert '<tbody id="video-001" data-state="pending"' in page.read_text()
    assert page.stat().st_mode & 0o077 == 0, "it is private"
    assert "add --rebuild" in type_("report", "cats.yaml", "--show-prompts").output


def test_pages_show_prompts_where_the_user_asks_for_them(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the call, in the batch file or in the user's own settings, in this order; by default they do not."""
    test_open_and_report_show_the_pages_of_a_batch(here, monkeypatch)
    monkeypatch.setenv("GROKBATCH_HOME", str(here / "home"))
    root = here / "reports" / "cats"

    def shown(*options: str) -> set[bool]:
        said = type_("wall", "cats.yaml", *options).output, type_("report", "cats.yaml", "--rebuild", *options).output
        assert PRIVATE not in "".join(said)
        return {PRIVATE in (root / name).read_text() for name in ("wall.html", "report.html")}

    assert shown() == {False}
    assert "show_prompts: true" in (root / "report.html").read_text()
    assert shown("--show-prompts") == {True}
    (here / "home").mkdir()
    (here / "home" / "config.yaml").write_text("show_prompts: true\n")
    assert shown() == {True}
    assert shown("--no-show-prompts") == {False}
    (here / "cats.yaml").write_text(f"{BATCH}show_prompts: false\n")
    assert shown() == {False}


def test_where_no_browser_opens_the_page_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    test_open_and_report_show_the_pages_of_a_batch(here, monkeypatch)
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    said = type_("open", "cats.yaml").output.splitlines()
    assert said == ["reports/cats/wall.html", "no browser could be opened here; open that file in one yourself"]


def test_the_shell_completes_batch_files_and_folders(here: Path) -> None:
    (here / "batches").mkdir()
    for name in ("batches/cats.yaml", "batches/notes.txt", "bats.yml", "other.yaml"):
        (here / name).write_text("")
    assert _files("ba") == ["batches/", "bats.yml"]
    assert _files("batches/") == ["batches/cats.yaml"]
    assert _files("nowhere/x") == []


PRESSED_AT_IMPORT = """
import os, runpy, signal, sys


class Presses:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)


# Ignored where the tests themselves run in the background of a shell.
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Presses())
runpy.run_module("grokbatch", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("module", ["grokbatch.run.command_line.early_interrupt", "grokbatch.cli.app"])
def test_ctrl_c_while_the_modules_are_loaded_ends_the_command_without_a_traceback(module: str) -> None:
    words = [sys.executable, "-c", PRESSED_AT_IMPORT, module]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("", "interrupted\n")
    assert done.returncode == 2
