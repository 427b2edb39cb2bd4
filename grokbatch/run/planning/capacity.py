"""How many workers a call's batches have room for on this machine, and how many `parallel: auto` is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import DEMO
from grokbatch.browser.capacity import AutoWorkers, Capacity, Footprint, auto_workers, cores
from grokbatch.browser.launch.environment import has_display

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.run.plan import BatchPlan


def would_be_headed(batch: Batch) -> bool:
    """Whether a run of `batch` shows windows if nobody asks for them on the command line."""
    if isinstance(batch.headed, bool):
        return batch.headed
    return batch.site is None and has_display(os.environ)


def footprint_of(batches: Iterable[BatchPlan]) -> Footprint:
    """Return the largest footprint of these batches: any worker may get any of their videos."""
    kinds = {(batch.headed, batch.site == DEMO) for batch in batches}
    return max((Footprint.of(headed=headed, demo=demo) for headed, demo in kinds), key=lambda each: each.memory)


def auto_here(folder: Path, footprint: Footprint) -> AutoWorkers:
    """Decide it for this machine, with the results on the disk of `folder`."""
    return auto_workers(Capacity.of_machine(folder), cores(), footprint)


def refusal(capacity: Capacity, wanted: int, footprint: Footprint) -> str | None:
    """Return why `wanted` workers cannot run, with the number that can; None if all can."""
    fitting = capacity.workers(footprint)
    if fitting >= wanted:
        return None
    have = f"{capacity.memory / 1e9:.1f} GB of memory and {capacity.disk / 1e9:.1f} GB of disk are free"
    if fitting == 0:
        return f"-n {wanted}: not even one worker fits: {have}; make room, or type --force to try anyway"
    return (
        f"-n {wanted}: {have}, enough for {fitting} workers ({footprint}); type -n {fitting}, or --force to try anyway"
    )
