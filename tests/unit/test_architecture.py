"""The walls of the house: which folder may import which."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import grokbatch

HOUSE = Path(grokbatch.__file__).parent
# Imports point downwards only.
FLOORS = ("cli", "run", "review", "site", "browser", "record", "media", "batch")
# Who may import a foreign package: rooms, or single modules.
FOREIGN = {
    "playwright": {"browser", "site"},
    "pytest": {"run", "review"},
    "_pytest": set[str](),
    **{package: {"media"} for package in ("av", "numpy", "PIL")},
}


def _room(path: Path) -> str:
    first = path.relative_to(HOUSE).parts[0]
    return "cli" if first in {"cli.py", "commands"} else first.removesuffix(".py")


def _imports(path: Path) -> set[str]:
    """Return the modules that a file imports when it runs; what only a type checker reads does not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checked_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in checked_only:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


MODULES = sorted(path for path in HOUSE.rglob("*.py") if path.parent != HOUSE or path.stem == "cli")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_imports_point_downwards_only(path: Path) -> None:
    room, place = _room(path), path.relative_to(HOUSE).as_posix()
    for name in _imports(path):
        package, *rest = name.split(".")
        if package in FOREIGN:
            assert {room, place} & FOREIGN[package], f"{package} is imported in {place}"
        if package != "grokbatch" or not rest:
            continue
        if room == "demo":
            assert rest[0] == "demo", "the built-in site imports nothing of ours"
        elif rest[0] in FLOORS:
            assert FLOORS.index(room) <= FLOORS.index(rest[0]), f"{room}/ imports {rest[0]}/ above it"


# Locators are data: a run reads and checks them before there is any browser.
DATA = "grokbatch.site.overlay"


def test_the_runner_sees_the_page_through_its_protocol_only() -> None:
    """Everything of run/ but the module that opens browsers works without Playwright."""
    for path in (HOUSE / "run").glob("*.py"):
        if path.stem != "browsers":
            pages = {name for name in _imports(path) if name.startswith("grokbatch.site")}
            assert pages <= {"grokbatch.site.maker", DATA}, path.name


def test_the_locators_are_read_without_playwright() -> None:
    """What a run reads of the site's data, and all that is imported for it, does without a browser."""
    seen, left = set[Path](), {_file(DATA)}
    while left:
        path = left.pop()
        seen.add(path)
        names = _imports(path)
        assert not any(name.startswith("playwright") for name in names), path.name
        left |= {_file(name) for name in names if name.startswith("grokbatch.")} - seen
    assert HOUSE / "site" / "locators.py" in seen


def _file(name: str) -> Path:
    return HOUSE.parent.joinpath(*name.split(".")).with_suffix(".py")
