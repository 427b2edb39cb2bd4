"""The example batches that come with the project."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from grokbatch.batch.discovery import find_batches
from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.permalink import REAL_ORIGIN
from grokbatch.run.planning.demo_site import scenario_problems

PROJECT = Path(__file__).parents[3]
EXAMPLES = sorted((PROJECT / "batches").glob("*.yaml"))
# The YAML that the pages about batch files show, but for what is a remark only.
SHOWN = [
    block
    for page in ("README.md", "docs/batches.md", "docs/running.md", "docs/results.md", "docs/extending.md")
    for block in re.findall(
        r"^```yaml\n(.*?)^```", (PROJECT / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    if not block.startswith("# yaml-language-server")
]
REST = {"permalink": f"{REAL_ORIGIN}/imagine/post/00000000-0000-4000-8000-000000000000", "prompt": "A heron."}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_batch_that_can_be_rehearsed(path: Path) -> None:
    assert scenario_problems(load_batch(path, site="demo"), path.name) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_says_how_it_is_started(path: Path) -> None:
    assert f"pytest batches/{path.name}" in path.read_text(encoding="utf-8")


def test_the_folder_named_as_a_whole_is_all_examples_and_nothing_else() -> None:
    """What batches extend, and tables of locators, are no batches."""
    assert find_batches([EXAMPLES[0].parent], Path()) == EXAMPLES


@pytest.mark.parametrize("block", SHOWN, ids=lambda block: block.split(":")[0])
def test_what_the_pages_show_is_understood_as_it_stands(block: str, tmp_path: Path) -> None:
    folder = shutil.copytree(PROJECT / "batches", tmp_path / "batches")
    missing = [f"{key}: {value}\n" for key, value in REST.items() if key not in block]
    (folder / "shown.yaml").write_text("".join([*missing, block]), encoding="utf-8")
    assert load_batch(folder / "shown.yaml").videos()
