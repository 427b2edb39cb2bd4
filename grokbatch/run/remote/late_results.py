"""Results that a worker on another computer could not tell when they were new, because it had lost its controller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import msgpack

from grokbatch.record.model.outcome import Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from grokbatch.run.plan import RunPlan


def take_late_result(plan: RunPlan, told: dict[str, Any]) -> bool:
    """Record a result that is told late, unless more is known by now; return whether it was recorded.

    `told` has the `batch` by its key, the video's `identity`, the number of the `attempt`, and under `late` the outcome
    as bytes.
    """
    batch = next((each for each in plan.batches if each.key == told["batch"]), None)
    if batch is None:
        return False
    outcome = msgpack.decode(told["late"], type=Outcome)
    with batch.store().transaction() as manifest:
        video = next((each for each in manifest.videos.values() if each.identity == told["identity"]), None)
        is_taken = video is not None and ledger.finish_late(
            manifest, video.id, told["attempt"], outcome, plan.clock.now(), batch.row_of(video.id)
        )
    if video is not None and is_taken:
        LOGGER.info("%s: told after the connection was lost: %s", video.id, outcome.category or "completed")
    return is_taken
