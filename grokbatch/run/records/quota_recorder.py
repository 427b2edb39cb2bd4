"""Writes to the quota record of an account what a worker sees of the site's limits: accepted submits and refusals.

Whatever goes wrong with that file, the video goes on: it is only logged.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import Timeout

from grokbatch.record.model.outcome import Category
from grokbatch.record.model.quota import LimitKind, SubmitResult
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.record.model.outcome import Outcome
    from grokbatch.run.plan import BatchPlan


@dataclass(frozen=True)
class QuotaRecorder:
    """The quota record of one batch's account, for what comes of `video`."""

    batch: BatchPlan
    video: VideoSpec

    def accepted(self, record: VideoRecord) -> None:
        """Note that the site has begun to make the video of the open attempt; `record` is what the manifest says."""
        at = record.attempts[-1].submitted_at if record.attempts else None
        if at is not None:
            with _logged():
                self.batch.quota_file.note_accepted(at, self._resolution)

    def limited(self, record: VideoRecord, outcome: Outcome, now: datetime) -> None:
        """Note a limit, and that the submit that met it was not accepted."""
        at = _submitted_at(record, outcome)
        with _logged():
            if outcome.quota is not None:
                self.batch.quota_file.note_quota_reply(outcome.quota)
            self.batch.quota_file.note_limit(now, outcome.retry_at, _kind(outcome), self._resolution, at)

    def finished(self, record: VideoRecord, outcome: Outcome) -> None:
        """Note what the submit came to, and what the site's page was told of the quota."""
        with _logged():
            file, submitted_at = self.batch.quota_file, _submitted_at(record, outcome)
            if submitted_at is not None:
                file.note_outcome(submitted_at, self._resolution, _result(outcome))
            if outcome.quota is not None:
                file.note_quota_reply(outcome.quota)

    @property
    def _resolution(self) -> str:
        return self.video.options.resolution or ""


@contextmanager
def _logged() -> Iterator[None]:
    try:
        yield
    except (OSError, Timeout) as error:
        LOGGER.warning("the quota record cannot be written: %s", getattr(error, "strerror", None) or "it is locked")


def _submitted_at(record: VideoRecord, outcome: Outcome) -> datetime | None:
    """Return the time of the submit that the outcome belongs to: of a video that was only found, an earlier one's."""
    attempts = record.attempts if outcome.adopted else record.attempts[-1:]
    return next((each.submitted_at for each in reversed(attempts) if each.submitted_at is not None), None)


def _result(outcome: Outcome) -> SubmitResult:
    if outcome.category is None:
        return SubmitResult.MADE
    if outcome.category is Category.CONTENT_MODERATED:
        return SubmitResult.MODERATED
    return SubmitResult.UNKNOWN if outcome.perhaps_made else SubmitResult.FAILED


def _kind(outcome: Outcome) -> LimitKind:
    if outcome.degraded:
        return LimitKind.LOWER_QUALITY
    return LimitKind.SILENT if outcome.is_greyed_out else LimitKind.SAID
