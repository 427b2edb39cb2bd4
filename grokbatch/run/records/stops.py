"""Which batches of a run a stop ends, and how it is written to their manifests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import Manifest, StopRecord
from grokbatch.record.model.outcome import Category, Outcome, RunStatus
from grokbatch.record.rules import ledger, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan, RunPlan


def affected(plan: RunPlan, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> list[BatchPlan]:
    """Return the batches that a stop ends: `batch`, and all of the account that would end in the same way."""

    def scope(each: BatchPlan) -> tuple[str, ...]:
        if outcome.category is not Category.LAYOUT_CHANGED:
            return each.account, each.site
        # Without a control, only the page of this image is missing.
        is_shared = bool(outcome.control) or video.permalink in each.links
        return each.account, each.site, each.locators, str(is_shared)

    same = [each for each in plan.batches if scope(each) == scope(batch)]
    return [batch, *(each for each in same if each is not batch)]


def with_stop(batch: BatchPlan, outcome: Outcome) -> tuple[Outcome, RunStatus | None]:
    """Return the outcome and the status with which it stops the run, None if it does not.

    A batch may ask that a video of less than the wanted quality stops the run like a limit.
    """
    if not outcome.degraded or batch.on_degraded != "stop":
        return outcome, outcome.category.stops_run if outcome.category else None
    if outcome.category is not None:
        outcome = replace(outcome, category=Category.RATE_LIMIT)
    return outcome, RunStatus.STOPPED_RATE_LIMIT


def stop_all(
    stopped: Iterable[tuple[BatchPlan, Manifest]], status: RunStatus, video: VideoSpec, outcome: Outcome, now: datetime
) -> None:
    """Write to the manifests that `video` stopped the run with this outcome."""
    reason = StopRecord(
        # A video that was made stops a run when it is less than was asked for.
        category=outcome.category or Category.RATE_LIMIT,
        message=outcome.message or outcome.degraded,
        at=now,
        video=video.id,
        retry_at=outcome.retry_at,
        control=outcome.control,
    )
    for batch, manifest in stopped:
        ledger.stop(manifest, waiting.status_at_stop(status, goes_on=batch.until_done), reason)


def stop_alike(manifests: Sequence[Manifest], video: VideoSpec) -> None:
    """Stop the other batches too if the ledger stopped the first one because of `video`."""
    first, *others = manifests
    if first.stop is not None and first.stop.video == video.id:
        for manifest in others:
            ledger.stop(manifest, first.status, first.stop)
