"""What pytest spends on listing the videos of a batch."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil

from tests.bench.watched import BenchError

if TYPE_CHECKING:
    from pathlib import Path


def collecting_seconds(folder: Path, times: int) -> float:
    """Return the CPU seconds of listing the videos of `bench.yaml`, pytest's own included: the median of `times`.

    Raises BenchError.
    """
    return statistics.median(_collected(folder) for _ in range(times))


def _collected(folder: Path) -> float:
    command = [sys.executable, "-m", "pytest", "bench.yaml", "--collect-only", "-q", "-p", "no:cacheprovider"]
    before = _children_seconds()
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise BenchError(f"collecting failed:\n{ended.stdout}{ended.stderr}")
    return _children_seconds() - before


def _children_seconds() -> float:
    times = psutil.Process().cpu_times()
    return times.children_user + times.children_system
