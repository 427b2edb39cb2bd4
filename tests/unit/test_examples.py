"""The example batches that come with the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from grokbatch.batch.load import load_batch
from grokbatch.run.rehearsal import scenario_faults

EXAMPLES = sorted((Path(__file__).parents[2] / "batches").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_is_a_batch_that_can_be_rehearsed(path: Path) -> None:
    batch = load_batch(path, site="demo")
    assert scenario_faults(batch.place(path.name, "demo"), batch.demo) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_says_how_it_is_started(path: Path) -> None:
    assert f"pytest batches/{path.name}" in path.read_text(encoding="utf-8")
