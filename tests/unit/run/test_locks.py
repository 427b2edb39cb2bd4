"""One run of a batch at a time, and no new one while an old one's workers may still write."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from grokbatch.record.storage.lock_timeout import held
from grokbatch.run.results import locks
from grokbatch.run.results.locks import RunBusyError


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
        locks.wait_for_workers(tmp_path, timeout=0.1)
    alive.release()
    locks.wait_for_workers(tmp_path, timeout=0.1)
    assert not locks.has_workers(tmp_path)


def test_whether_one_worker_lives_is_told_apart_from_the_others(tmp_path: Path) -> None:
    """As long as it does, it may still write what became of its video."""
    alive = locks.hold_alive(tmp_path, "gw1")
    locks.hold_alive(tmp_path, "gw10").release()
    assert locks.has_worker(tmp_path, "gw1", timeout=0.1)
    assert not locks.has_worker(tmp_path, "gw10", timeout=0.1)
    alive.release()
    assert not locks.has_worker(tmp_path, "gw1", timeout=0.1)


def test_what_dead_workers_leave_behind_is_removed(tmp_path: Path) -> None:
    locks.hold_alive(tmp_path, "gw0").release()
    locks.wait_for_workers(tmp_path)
    assert list(tmp_path.glob("alive-*")) == []


def test_a_wait_counts_no_time_in_which_the_waiting_process_was_stopped(tmp_path: Path) -> None:
    """Stopped for 90 s in the middle of it, as with Ctrl+Z or a closed lid, it still waits for its time."""
    alive, patient = FileLock(tmp_path / "alive.lock"), FileLock(tmp_path / "alive.lock")
    alive.acquire()
    looks: list[float] = []

    def clock() -> float:
        looks.append(time.monotonic())
        if len(looks) == 8:
            alive.release()
        return looks[-1] + (90 if len(looks) >= 2 else 0)

    with held(patient, 3.0, clock):
        assert len(looks) >= 8


@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_process_that_was_stopped_while_it_waited_goes_on_waiting(tmp_path: Path) -> None:
    alive = locks.hold_alive(tmp_path, "gw0")
    code = "import sys; from pathlib import Path; from grokbatch.run.results import locks; print(flush=True); "
    code += "locks.wait_for_workers(Path(sys.argv[1]), timeout=2.5)"
    waiting = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE)
    assert waiting.stdout is not None
    waiting.stdout.readline()
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(0.5)
    stopped = psutil.Process(waiting.pid)
    stopped.suspend()
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(3)
    stopped.resume()
    with pytest.raises(subprocess.TimeoutExpired):
        waiting.wait(0.5)
    alive.release()
    assert waiting.wait(30) == 0
