"""Results that a worker on another computer could not tell when they were new, because it had lost its controller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import msgpack

from grokbatch.record.model.outcome import Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.rules.failing import FailureLimits
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from grokbatch.record.storage.manifest_store import ManifestStore


def take_late_result(
    store: ManifestStore,
    told: dict[str, Any],
    now: datetime,
    limits_of: Callable[[str], FailureLimits] = lambda _: FailureLimits(),
) -> bool:
    """Record a result that is told late, unless more is known by now; return whether it was recorded.

    `told` has the video's `identity`, the number of the `attempt`, and under `late` the outcome as bytes. `limits_of`
    returns the rules by which a video's failures count.
    """
    outcome = msgpack.decode(told["late"], type=Outcome)
    with store.transaction() as manifest:
        video = next((each for each in manifest.videos.values() if each.identity == told["identity"]), None)
        is_taken = video is not None and ledger.finish_late(
            manifest, video.id, told["attempt"], outcome, now, limits_of(video.id)
        )
    if video is not None and is_taken:
        LOGGER.info("%s: told after the connection was lost: %s", video.id, outcome.category or "completed")
    return is_taken
