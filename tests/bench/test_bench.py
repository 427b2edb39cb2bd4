"""The bench itself still works; what it measures is not judged here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.ideal import greedy_end
from tests.bench.table import ROWS

ROOT = Path(__file__).parents[2]


def test_the_ideal_gives_each_generation_to_whoever_is_free_first() -> None:
    """Three long ones and many short ones fit into the time of a long one; late starters count from their start."""
    assert greedy_end([*3 * [6.0], *17 * [1.0]], 10 * [0.0]) == 6.0
    assert greedy_end([2.0, 2.0, 2.0], [0.0, 1.0]) == 4.0
    assert greedy_end([2.0, 2.0, 2.0], [0.0, 3.0]) == 5.0


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_a_small_bench_prints_a_table_of_both_variants() -> None:
    """`python -m tests.bench` with one worker and two short videos runs both ways and prints every figure."""
    arguments = ["--quick", "--workers", "1", "--videos", "2", "--generation", "1"]
    arguments += ["--no-eras", "--no-lookahead", "--no-big-batch"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert all(row.title in done.stdout for row in ROWS)
    assert "grokbatch" in done.stdout
    assert "naive" in done.stdout
