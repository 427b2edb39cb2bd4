"""What the user has rejected so far, and what is therefore still needed of a batch that wants a number of keepers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.record.rules import ledger
from grokbatch.record.rules.keepers import KeeperCount, keeper_count
from grokbatch.record.storage.picks import PicksError, note_rejected
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.run.plan import BatchPlan


def note_picks(batch: BatchPlan, manifest: Manifest) -> None:
    """Note in `manifest` what the saved picks reject, if the batch wants keepers.

    The file is read anew each time, because the wall may save it in mid run. What cannot be read is only logged.
    """
    if batch.keepers is None:
        return
    try:
        note_rejected(manifest, batch.run_directory.picks)
    except PicksError as error:
        LOGGER.warning("the picks were not read: %s", error.problems[0])


def current_count(batch: BatchPlan, now: datetime, *, besides: str = "") -> KeeperCount | None:
    """Return how far the batch is at this moment of its run, None if it wants no keepers; nothing is written.

    `besides` is a video that does not count as under way while it is about to be tried again.
    """
    if batch.keepers is None:
        return None
    manifest = structs.replace(batch.view.manifest())
    note_picks(batch, manifest)
    return keeper_count(manifest, now=now, besides=besides)


def planned_count(batch: BatchPlan) -> KeeperCount | None:
    """Return how far the batch is before its run is opened, None if it wants no keepers or was never run."""
    if batch.goal is None or not batch.store().exists():
        return None
    manifest = batch.store().read()
    ledger.take_over(manifest, batch.videos)
    note_picks(batch, manifest)
    return keeper_count(manifest, batch.goal)
