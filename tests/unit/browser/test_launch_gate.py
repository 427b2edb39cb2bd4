"""The launch gate, with real processes passing through it."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

from grokbatch.browser.process.launch_gate import launch_gate

if TYPE_CHECKING:
    from pathlib import Path

PASS_THROUGH = """
import os, sys, time
from pathlib import Path
from grokbatch.browser.process.launch_gate import launch_gate
folder, slots, delay, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
with launch_gate(folder / "gate", slots, delay):
    print(time.time(), flush=True)
    time.sleep(seconds)
    print(time.time(), flush=True)
"""


def pass_through(folder: Path, *, slots: int, delay: float = 0.0, seconds: float) -> subprocess.Popen[str]:
    arguments = [str(folder), str(slots), str(delay), str(seconds)]
    command = [sys.executable, "-c", PASS_THROUGH, *arguments]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def let_go(processes: list[subprocess.Popen[str]]) -> float:
    """Let all of them come to the gate at once, and return when that was."""
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    now = time.time()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    return now


def times_inside(processes: list[subprocess.Popen[str]]) -> list[tuple[float, float]]:
    """Return when each process went in and out, in the order of going in."""
    spoken = [process.communicate(timeout=30)[0].split() for process in processes]
    return sorted((float(entered), float(left)) for entered, left in spoken)


def most_at_once(inside: list[tuple[float, float]]) -> int:
    return max(sum(begin <= entered < end for begin, end in inside) for entered, _ in inside)


def test_never_more_than_the_slots_are_inside_and_all_get_their_turn(tmp_path: Path) -> None:
    processes = [pass_through(tmp_path, slots=2, seconds=0.3) for _ in range(6)]
    let_go(processes)
    inside = times_inside(processes)
    assert len(inside) == 6
    assert most_at_once(inside) == 2


def test_starts_are_at_least_the_delay_apart(tmp_path: Path) -> None:
    processes = [pass_through(tmp_path, slots=4, delay=0.5, seconds=0) for _ in range(4)]
    began = let_go(processes)
    inside = times_inside(processes)
    # A slow machine may let any of them in later than it was told, none earlier.
    late = [entered - began - 0.5 * number for number, (entered, _) in enumerate(inside)]
    assert min(late) >= 0


def test_the_place_of_a_killed_process_is_free_again(tmp_path: Path) -> None:
    stuck = pass_through(tmp_path, slots=1, seconds=60)
    let_go([stuck])
    assert stuck.stdout is not None
    stuck.stdout.readline()
    stuck.kill()
    stuck.communicate()
    with launch_gate(tmp_path / "gate", 1):
        pass


def test_a_clock_that_was_set_back_does_not_block_the_gate(tmp_path: Path) -> None:
    (tmp_path / "last-start").write_text(repr(time.time() + 86_400))
    began = time.monotonic()
    with launch_gate(tmp_path, 1, 0.2):
        assert time.monotonic() - began < 60
