"""In which order the tests are run where several workers share them.

`--dist worksteal` hands each worker one stretch of what was collected, and lets those that are done take from the ends
of the others. As collected, by folder, the first worker would begin with all that waits, and the others with all that
computes; and what takes long would be left for the end.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = {"tests/e2e/": 10.0, "tests/browser/": 2.0, "tests/plugin/": 2.0}
"""How long a test takes, roughly, by where it is; what is nowhere here takes next to nothing."""


def dealt(files: Sequence[str], workers: int) -> list[int]:
    """Return the positions of all tests in a better order, given the file of each.

    Each worker gets whole files of long tests that take about as long as those of the others, then short tests until it
    has as many as the others. Every second one begins with what the others end with, so that at any time some wait
    while others compute.
    """
    positions: dict[str, list[int]] = {}
    for position, file in enumerate(files):
        positions.setdefault(file, []).append(position)
    shares = [list[str]() for _ in range(workers)]
    loads = dict.fromkeys(range(workers), 0.0)
    for file in sorted((file for file in positions if seconds(file)), key=lambda file: -total(file, positions[file])):
        least = min(loads, key=lambda worker: loads[worker])
        loads[least] += total(file, positions[file])
        shares[least].append(file)
    short = deque(chain.from_iterable(each for file, each in positions.items() if not seconds(file)))
    order: list[int] = []
    for worker, share in enumerate(shares):
        by_kind = sorted(share, key=lambda file: (-seconds(file), file), reverse=worker % 2 == 1)
        order += chain.from_iterable(positions[file] for file in by_kind)
        # As many as xdist hands out in one stretch.
        until = len(files) * (worker + 1) // workers
        while short and len(order) < until:
            order.append(short.popleft())
    return [*order, *short]


def seconds(file: str) -> float:
    """Return how long a test of the file takes, 0 if next to nothing."""
    return next((taken for folder, taken in SECONDS.items() if file.startswith(folder)), 0.0)


def total(file: str, tests: list[int]) -> float:
    """Return how long all of the file's tests take."""
    return seconds(file) * len(tests)
