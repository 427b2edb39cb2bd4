"""What a stop ends: the videos of one account, in all batches that use it, or whole batches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import StopRecord
from grokbatch.record.model.outcome import Category, Outcome, RunStatus
from grokbatch.record.rules import ledger, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.run.plan import BatchPlan, RunPlan


def with_stop(batch: BatchPlan, outcome: Outcome) -> tuple[Outcome, RunStatus | None]:
    """Return the outcome and the status with which it stops the run, None if it does not.

    A batch may ask that a video of less than the wanted quality stops the run like a limit.
    """
    if not outcome.degraded or batch.on_degraded != "stop":
        return outcome, outcome.category.stops_run if outcome.category else None
    if outcome.category is not None:
        outcome = replace(outcome, category=Category.RATE_LIMIT)
    return outcome, RunStatus.STOPPED_RATE_LIMIT


def category_of(outcome: Outcome) -> Category:
    """Return the category of a stop; a video that was made stops a run when it is less than was asked for."""
    return outcome.category or Category.RATE_LIMIT


def affected(plan: RunPlan, part: BatchPlan, video: VideoSpec, outcome: Outcome) -> list[BatchPlan]:
    """Return the batches that a stop ends: that of `part`, and all with its account that would end in the same way."""

    def ends_too(each: BatchPlan) -> bool:
        if each.site != part.site or all(other.account != part.account for other in each.parts):
            return False
        if outcome.category is not Category.LAYOUT_CHANGED:
            return True
        # Without a control, only the page of this image is missing.
        return each.locators == part.locators and (bool(outcome.control) or video.permalink in each.links)

    own = plan.whole(part)
    return [own, *(each for each in plan.batches if each is not own and ends_too(each))]


def keys_of(batches: Iterable[BatchPlan], part: BatchPlan, category: Category) -> list[str]:
    """Return the keys of what ends: of the account that makes `part` if the stop is only about that, else of all."""
    parts = (each for batch in batches for each in batch.parts)
    return [each.key for each in parts if not category.is_about_account or each.account == part.account]


def stop_all(
    stopped: Iterable[tuple[BatchPlan, Manifest]],
    part: BatchPlan,
    status: RunStatus,
    video: VideoSpec,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Write the stop to the manifests: for the account that makes `part` if it is only about that, else for all."""
    reason = StopRecord(
        category=category_of(outcome),
        message=outcome.message or outcome.degraded,
        at=now,
        video=video.id,
        retry_at=outcome.retry_at,
        control=outcome.control,
    )
    for batch, manifest in stopped:
        name = next((each.part for each in batch.parts if each.account == part.account), "")
        ledger.stop(manifest, waiting.status_at_stop(status, goes_on=batch.until_done), reason, name)


def stop_alike(manifests: Sequence[Manifest], video: VideoSpec) -> None:
    """Stop the other batches too if the ledger stopped the first one because of `video`, after many failures."""
    first, *others = manifests
    stop = first.stop
    if stop is not None and stop.video == video.id and not stop.category.is_about_account:
        for manifest in others:
            ledger.stop(manifest, first.status, stop)
