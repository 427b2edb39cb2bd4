"""Says at the start of a run how far the quota of each account will probably reach."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from grokbatch.review.estimate import time_left, time_per_video
from grokbatch.review.quota import fitting_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from grokbatch.run.plan import BatchPlan


def quota_lines(left: Iterable[tuple[BatchPlan, int]], workers: int) -> list[str]:
    """Return a line for each account of whose quota something is known; `left` are the videos to make of each batch."""
    groups: dict[Path, list[tuple[BatchPlan, int]]] = defaultdict(list)
    for batch, number in left:
        groups[batch.quota_file.path].append((batch, number))
    told = [(group[0][0].part or group[0][0].account, _line(group, workers)) for group in groups.values()]
    return [f"quota{f' of {account}' if len(told) > 1 else ''}: {line}" for account, line in told if line]


def _line(group: Sequence[tuple[BatchPlan, int]], workers: int) -> str:
    videos = sum(number for _, number in group)
    if not videos:
        return ""
    known = [(number, time_per_video(batch.store().peek())) for batch, number in group]
    seconds = time_left([(number, each) for number, each in known if each], workers)
    return fitting_line(group[0][0].quota_file.read(), videos, seconds / videos)
