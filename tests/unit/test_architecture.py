"""The architecture: which folder may import which."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import grokbatch
from grokbatch.record.model.manifest import FileState
from grokbatch.record.model.outcome import Category, RunStatus, Status

HOUSE = Path(grokbatch.__file__).parent
# The floors of each package, from the top down: its folders, and the modules beside them. Imports point downwards
# only, those for the type checker too.
FLOORS = {
    "": "__main__ cli run hosts review demo site browser video_maker record media batch yaml_nodes javascript",
    "batch": "why_no_batch loader json_schema examples discovery arguments prompts source model",
    "browser": "capacity launch profiles discovery process machine errors",
    "cli": "app doctor learn hosts init notify picks plan plan_report results run schema status locators accounts "
    "shared",
    "demo": "__main__ server app web api state scenario clips",
    "hosts": "install send_account look rules transfer connection facts trouble forwarding specs host wheel on_host "
    "code_digest",
    "record": "storage rules model",
    "review": "serve export share wall report quota estimate worker_time terminal_summary next_steps "
    "evidence_files counts invocation earlier_versions formatting text_layout templates",
    "run": "entry as_command plugin lifecycle html_hooks pytest_reports markers fixtures newhooks controller live "
    "planning remote events worker records notify results plan quota_place files_plan command_line",
    "site": "page_video_maker learn account make actions evidence outcome network api page locators",
}
# Who may import a foreign package.
FOREIGN = {
    "playwright": {"browser", "site"},
    "pytest": {"run", "review"},
    "_pytest": set[str](),
    "yaml": {"yaml_nodes"},
    "jinja2": {"review", "demo"},
    "opentimelineio": {"review"},
    # HTML is written by templates. site/ escapes words by hand, to find them in a page and take them out.
    "html": {"site"},
    **{package: {"media"} for package in ("av", "numpy", "PIL")},
    **{package: {"run"} for package in ("apprise", "desktop_notifier")},
}


def _imports(path: Path, *, is_checked: bool = False) -> set[str]:
    """Return the modules that a file imports when it runs; with `is_checked` also those for the type checker."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    checked_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in checked_only and not is_checked:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import module` imports the module.
            inner = (f"{node.module}.{alias.name}" for alias in node.names)
            found.update(name if _is_ours(name) else node.module for name in inner)
    return found


def _is_ours(name: str) -> bool:
    return name.startswith("grokbatch.") and (_file(name).is_file() or _file(name).with_suffix("").is_dir())


def _file(name: str) -> Path:
    return HOUSE.parent.joinpath(*name.split(".")).with_suffix(".py")


def _parts(path: Path) -> tuple[str, ...]:
    relative = path.relative_to(HOUSE)
    return (*relative.parts[:-1], relative.stem) if path.suffix else relative.parts


MODULES = sorted(path for path in HOUSE.rglob("*.py") if path.stem != "__init__")
EVERY_MODULE = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(HOUSE).as_posix())


@EVERY_MODULE
def test_imports_point_downwards_only(path: Path) -> None:
    own = _parts(path)
    for name in _imports(path, is_checked=True):
        first, *other = name.split(".")
        if first != "grokbatch":
            continue
        if own[0] == "demo":
            assert other[0] == "demo", "the built-in site imports nothing of ours"
        for depth, (mine, theirs) in enumerate(zip(own, other, strict=False)):
            if mine != theirs:
                package = "/".join(own[:depth])
                floors = FLOORS.get(package, "").split()
                if floors:
                    assert floors.index(mine) < floors.index(theirs), f"{package}: {mine} imports {theirs} above it"
                break


@EVERY_MODULE
def test_foreign_packages_are_imported_where_they_belong_only(path: Path) -> None:
    for name in _imports(path):
        package = name.partition(".")[0]
        assert package not in FOREIGN or _parts(path)[0] in FOREIGN[package], f"{package} is imported"


def test_every_folder_has_its_floor() -> None:
    """What is new in a package with folders in it is given a floor, and what is gone has none."""
    packages = [HOUSE, *(init.parent for init in HOUSE.rglob("__init__.py") if init.parent != HOUSE)]
    for package in packages:
        folders = {init.parent.name for init in package.glob("*/__init__.py")}
        beside = {path.stem for path in package.glob("*.py")} - {"__init__"}
        name = "/".join(_parts(package))
        if folders:
            assert sorted(folders | beside) == sorted(FLOORS[name].split()), name


# Locators are data: a run reads and checks them before there is any browser.
DATA = "grokbatch.site.locators.layers"


def test_the_runner_sees_the_page_through_its_protocol_only() -> None:
    """Everything of run/ but the module that opens browsers works without Playwright."""
    for path in (HOUSE / "run").rglob("*.py"):
        if path.stem != "browser_pool":
            pages = {name for name in _imports(path) if name.startswith("grokbatch.site")}
            assert pages <= {DATA}, path.name


def test_the_locators_are_read_without_playwright() -> None:
    """What a run reads of the site's data, and all that is imported for it, does without a browser."""
    seen, left = set[Path](), {_file(DATA)}
    while left:
        path = left.pop()
        seen.add(path)
        names = _imports(path)
        assert not any(name.startswith("playwright") for name in names), path.name
        left |= {_file(name) for name in names if name.startswith("grokbatch.")} - seen
    assert HOUSE / "site" / "locators" / "table.py" in seen


def test_the_page_about_the_architecture_leads_to_files_that_are_there() -> None:
    """Whatever the page names with a slash in it is a file or a folder of the project or of its package."""
    page = (HOUSE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.]+/[\w./]*)`", page))
    assert len(named) > 40
    assert not [path for path in named if not (HOUSE / path).exists() and not (HOUSE.parent / path).exists()]
    packages = {folder.name for folder in HOUSE.iterdir() if (folder / "__init__.py").exists()}
    assert packages <= set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE))


def test_the_page_about_the_architecture_names_every_state() -> None:
    page = (HOUSE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    (states,) = re.findall(r"^## States$(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    known = {str(state.value) for kind in (Status, RunStatus, FileState, Category) for state in kind}
    assert known <= set(re.findall(r"`([^`]+)`", states))
