"""What the workers of a run take is measured from their processes and noted for later runs."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.worker_memory import WorkerMemory
from grokbatch.run.controller.memory_watch import MemoryWatch, memory_now, memory_watched
from tests.e2e.waiting import wait_until
from tests.unit.run.test_worker import batch_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grokbatch.record.storage.worker_memory import RunMemory

MB = 10**6


def _look_of(watch: MemoryWatch) -> RunMemory | None:
    return watch.most


# A worker that has started a driver, whose browser takes 60 MB.
_BROWSER = "import sys; kept = b'x' * 60_000_000; print('ready', flush=True); sys.stdin.read()"
_WORKER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_BROWSER!r}, 'run-driver'])"


@pytest.fixture
def worker() -> Iterator[None]:
    """A worker of this process with a process below it; both end when their input does."""
    command = [sys.executable, "-c", _WORKER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield
        process.communicate()


@pytest.mark.usefixtures("worker")
def test_a_worker_is_its_process_with_all_below_it() -> None:
    now = memory_now(os.getpid())
    assert now is not None
    assert now.workers == 1
    assert 60 * MB < now.memory < 200 * MB


def test_a_child_without_a_browser_is_no_worker() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert memory_now(os.getpid()) is None
        other.communicate(b"\n")


@pytest.mark.usefixtures("worker")
def test_a_run_notes_at_its_end_what_its_workers_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later runs of the same kind judge by it; a run of both kinds at once would say nothing of either."""
    monkeypatch.setenv("GROKBATCH_HOME", str(tmp_path / "home"))
    memory = WorkerMemory(tmp_path / "home")
    hidden = batch_of(tmp_path, "cats", "me")
    shown = replace(batch_of(tmp_path, "dogs", "me"), headed=True)
    for batches in ([hidden], [hidden, shown]):
        watch = MemoryWatch(first=0.01)
        with memory_watched(batches, watch):
            wait_until(partial(_look_of, watch), "look at the workers")
    assert [run.workers for run in memory.runs("headless-demo")] == [1]
    assert memory.runs("headed-demo") == []
    assert "cats" not in memory.path.read_text()
