"""The pages in docs/ and beside the code: their links lead somewhere, and their tables are complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from grokbatch.batch.model.batch import KEYS, BatchFile
from grokbatch.record.model.outcome import RunStatus
from grokbatch.run.command_line.options import NAMES
from grokbatch.run.controller.finish import EXIT_CODES
from tests.documents import DOCS

PROJECT = DOCS.parent
PAGES = sorted(page for folder in ("", "docs", ".github", "reports") for page in (PROJECT / folder).glob("*.md"))
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
