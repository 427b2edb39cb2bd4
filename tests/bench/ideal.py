"""The shortest time in which generations can be done: every worker takes the next one the moment it is free."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def greedy_end(seconds: Sequence[float], starts: Sequence[float]) -> float:
    """Return when the last of the generations is done, taken in this order by workers who begin at `starts`."""
    free_at = sorted(starts)
    for each in seconds:
        heapq.heapreplace(free_at, free_at[0] + each)
    return max(free_at)
