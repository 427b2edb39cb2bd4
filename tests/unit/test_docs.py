"""The pages in docs/ and beside the code: their links lead somewhere, and their tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
import yaml
from typer.core import TyperGroup
from typer.main import get_command

from grokbatch.batch.model.batch import KEYS, BatchFile
from grokbatch.cli.app import app
from grokbatch.record.model.outcome import RunStatus
from grokbatch.run.command_line.options import NAMES
from grokbatch.run.controller.finish import EXIT_CODES
from grokbatch.run.events.events import FACTS, KINDS
from tests.documents import DOCS

PROJECT = DOCS.parent
PAGES = sorted(page for folder in ("", "docs", "changelog.d", "reports") for page in (PROJECT / folder).glob("*.md"))
CODE = re.compile(r"^```\w*\n(.*?)^```|((?:^    .*\n)+)|`([^`\n]+)`", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\s*(grokbatch [a-z-].*?)(?:\s+#.*|\s{2,}.*)?$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.relative_to(PROJECT).as_posix())
def test_links_lead_to_files_that_are_there(file: Path) -> None:
    for link in LINK.findall(file.read_text(encoding="utf-8")):
        path = link.partition("#")[0]
        if not path or "://" in link or link.startswith("mailto:"):
            continue
        target = (file.parent / path).resolve()
        assert target.exists(), link
        if file.parent == DOCS:
            assert target.is_relative_to(DOCS), f"{link} is not on the site"


def test_every_page_is_in_the_sites_menu() -> None:
    # What stands above it holds a tag that only the site's builder understands.
    _, menu = (PROJECT / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:\n")
    nav = yaml.safe_load(menu)
    listed = [page for entry in nav for part in entry.values() for page in _pages(part)]
    assert sorted(listed) == sorted(page.name for page in DOCS.glob("*.md"))


def _pages(part: str | list[dict[str, str]]) -> list[str]:
    return [part] if isinstance(part, str) else [page for entry in part for page in entry.values()]


def _commands() -> list[tuple[str, str]]:
    """Return every `grokbatch …` that a page tells to type, with the page's name."""
    codes = [(file, "".join(code)) for file in PAGES for code in CODE.findall(file.read_text(encoding="utf-8"))]
    return sorted({(file.name, line) for file, code in codes for line in COMMAND.findall(code)})


@pytest.mark.parametrize(("name", "line"), _commands())
def test_commands_that_a_page_tells_exist_with_their_options(name: str, line: str) -> None:
    command = get_command(app)
    words = line.split()[1:]
    while isinstance(command, TyperGroup) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{name}: {line}"
        _, found, words = command.resolve_command(typer.Context(command), words)
        assert found is not None
        command = found
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    if command.name in {"run", "resume", "demo"}:
        known |= {*NAMES, "-n", "--headed"}  # they hand over to pytest
    asked = [word.partition("=")[0] for word in words if word.startswith("-")]
    assert [option for option in asked if option not in known | {"--help"}] == [], f"{name}: {line}"


def test_the_table_of_keys_is_complete_and_knows_the_defaults() -> None:
    rows = {
        key: default
        for line in (DOCS / "keys.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
        for names, default in [line.split(" | ")[:2]]
        for key in re.findall(r"`(\w+)`", names)
    }
    assert set(rows) == set(KEYS)
    for key, field in BatchFile.model_fields.items():
        if isinstance(field.default, (bool, int, float)):
            shown = str(field.default).lower() if isinstance(field.default, bool) else f"{field.default:g}"
            assert shown in rows[key], f"{key}: {rows[key]}"


def test_the_table_of_options_is_complete() -> None:
    page = (DOCS / "running.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"| `{name}" not in page and f"<code>{name}" not in page] == []


def test_the_table_of_exit_codes_is_complete() -> None:
    page = (DOCS / "running.md").read_text(encoding="utf-8")
    assert [status for status, code in EXIT_CODES.items() if f"\n| {code} |" not in page] == []
    assert RunStatus.STOPPED_RATE_LIMIT in EXIT_CODES


def test_the_table_of_events_is_complete_and_knows_their_facts() -> None:
    page = (DOCS / "events.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `")]
    told = {row[0].strip("| `"): re.findall(r"`(\w+)`", row[2]) for row in rows if row[0].strip("| `") in KINDS}
    assert told == {kind: list(facts) for kind, facts in FACTS.items()}
