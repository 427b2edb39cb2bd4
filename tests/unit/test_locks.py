"""One run of a batch at a time, and no new one while an old one's workers may still write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grokbatch.run import locks
from grokbatch.run.locks import RunBusyError


def test_a_second_run_is_refused_and_told_whose_the_first_is(tmp_path: Path) -> None:
    held = locks.hold_run(tmp_path)
    with pytest.raises(RunBusyError, match=f"process {os.getpid()}"):
        locks.hold_run(tmp_path)
    held.release()
    locks.hold_run(tmp_path).release()


def test_a_living_worker_is_waited_for_and_named(tmp_path: Path) -> None:
    alive = locks.hold_alive(tmp_path, "gw3")
    assert locks.has_workers(tmp_path)
    with pytest.raises(RunBusyError, match=f"worker process {os.getpid()}"):
        locks.wait_for_workers(tmp_path, patience=0.1)
    alive.release()
    locks.wait_for_workers(tmp_path, patience=0.1)
    assert not locks.has_workers(tmp_path)


def test_what_dead_workers_leave_behind_is_removed(tmp_path: Path) -> None:
    locks.hold_alive(tmp_path, "gw0").release()
    locks.wait_for_workers(tmp_path)
    assert list(tmp_path.glob("alive-*")) == []
