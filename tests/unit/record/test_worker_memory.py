"""What workers took in earlier runs: kept in one small file, and read with care."""

from __future__ import annotations

import json
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.worker_memory import RunMemory, WorkerMemory, kind_of, memory_each

if TYPE_CHECKING:
    from pathlib import Path

MB = 10**6


def test_the_figures_of_each_kind_are_kept_apart_and_the_oldest_go(tmp_path: Path) -> None:
    memory = WorkerMemory(tmp_path / "home")
    for number in range(1, 12):
        memory.note("headless", RunMemory(number * MB, 4))
    memory.note("headed", RunMemory(400 * MB, 2))
    assert [run.memory // MB for run in memory.runs("headless")] == [4, 5, 6, 7, 8, 9, 10, 11]
    assert memory.runs("headed") == [RunMemory(400 * MB, 2)]
    assert memory.runs("headless-demo") == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_new_home_folder_is_private(tmp_path: Path) -> None:
    memory = WorkerMemory(tmp_path / "home")
    memory.note("headless", RunMemory(MB, 4))
    assert stat.S_IMODE(memory.home.stat().st_mode) == 0o700


DAMAGED = {
    "no JSON": b"{",
    "another version": json.dumps({"version": 2, "kinds": {"headless": [{"memory": 1, "workers": 1}]}}).encode(),
    "a list": b"[]",
    "words for numbers": json.dumps({"version": 1, "kinds": {"headless": [{"memory": "much", "workers": 1}]}}).encode(),
    "nothing for a worker": json.dumps({"version": 1, "kinds": {"headless": [{"memory": 0, "workers": 4}]}}).encode(),
    "no UTF-8": b'{"version": 1, "kinds": {"\xff": []}}',
    "nested too deeply": b'{"version": 1, "other": ' + b"[" * 100_000,
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED)
def test_a_file_that_cannot_be_used_says_nothing_and_is_written_anew(tmp_path: Path, data: bytes) -> None:
    memory = WorkerMemory(tmp_path)
    memory.path.write_bytes(data)
    assert memory.runs("headless") == []
    memory.note("headless", RunMemory(200 * MB, 4))
    assert memory.runs("headless") == [RunMemory(200 * MB, 4)]


JUDGED: dict[str, tuple[list[tuple[int, int]], int | None]] = {
    "nothing measured": ([], None),
    "the run with the most workers": ([(250, 4), (200, 40), (230, 8)], 200),
    "the newest of them": ([(250, 8), (220, 8)], 220),
    "heavier than assumed": ([(380, 4)], 380),
    "few workers bear what many share: never more than assumed": ([(520, 1)], 300),
    "few workers may be lighter": ([(240, 2)], 240),
}


@pytest.mark.parametrize(("runs", "each"), JUDGED.values(), ids=JUDGED)
def test_the_figure_for_a_worker_after_such_runs(runs: list[tuple[int, int]], each: int | None) -> None:
    """The pairs are megabytes of a worker and the number of workers, the newest last."""
    told = memory_each([RunMemory(memory * MB, workers) for memory, workers in runs], assumed=300 * MB)
    assert told == (None if each is None else each * MB)


def test_runs_are_alike_if_windows_and_site_are() -> None:
    kinds = [kind_of(headed=headed, demo=demo) for headed in (False, True) for demo in (False, True)]
    assert kinds == ["headless", "headless-demo", "headed", "headed-demo"]
