"""`grokbatch hosts` as a user types it, as far as it needs no other computer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from grokbatch.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

BATCH = "permalink: https://grok.com/imagine/post/0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b863\nprompt: a red kite\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    return tmp_path


def type_(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_without_a_hosts_file_it_says_what_to_write(folder: Path) -> None:
    said = type_("hosts", "check")
    assert said.exit_code == 4
    assert "hosts.yaml:1: cannot be read: No such file or directory; write one with a line for each" in said.stderr


def test_problems_of_the_file_are_told_all_at_once(folder: Path) -> None:
    (folder / "mine.yml").write_text("studio: {ssh: x, workers: 0}\nbox: {shh: y}\n")
    said = type_("hosts", "check", "mine.yml")
    assert said.exit_code == 4
    assert [line.split(": ")[1] for line in said.stderr.splitlines()][1:] == ["box.ssh", "box.shh"]
    assert "mine.yml:1:27: studio.workers: must be" in said.stderr


def test_a_host_that_is_not_in_the_file_gets_a_suggestion(folder: Path) -> None:
    (folder / "hosts.yaml").write_text("studio: {ssh: x}\n")
    for words in (("check", "stuido"), ("install", "hosts.yaml", "stuido")):
        said = type_("hosts", *words)
        assert said.exit_code == 1
        assert "hosts.yaml: stuido: unknown host, did you mean studio?" in said.stderr


def test_a_batch_without_hosts_says_where_to_name_them(folder: Path) -> None:
    (folder / "x.yaml").write_text(BATCH)
    said = type_("hosts", "check", "x.yaml")
    assert said.exit_code == 4
    assert "x.yaml: names no hosts; write hosts: hosts.yaml into it" in said.stderr


def test_this_computer_is_looked_at_as_the_others_are(folder: Path) -> None:
    (folder / "x.yaml").write_text(BATCH + "account: main\nhosts: {here: {workers: 1}}\n")
    said = type_("hosts", "check", "x.yaml")
    assert said.exit_code == 1
    assert "main: there is none" in said.output
    assert "type: grokbatch accounts add main" in said.output
    assert "with Python" in said.output


def test_a_rehearsal_needs_no_account(folder: Path) -> None:
    (folder / "x.yaml").write_text(BATCH + "site: demo\nhosts: {here: {workers: 1, accounts: [main]}}\n")
    said = type_("hosts", "check", "x.yaml")
    assert "with Python" in said.output
    assert "main" not in said.output
