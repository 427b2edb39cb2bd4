"""What is recorded and reported of a video whose worker died, or whose worker's connection was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules import ledger, video_files
from grokbatch.record.rules.tries import may_follow_death
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.run.worker.item_result import ATTRIBUTE, CRASHED, TAKEN_UP, VideoFailed, item_result_of

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.run.plan import BatchPlan


class Death(NamedTuple):
    """What became of a video whose worker died: the manifest then, and whether this run takes it up once more."""

    manifest: Manifest
    is_taken_up: bool


def record_death(batch: BatchPlan, video_id: str, now: datetime, deaths: int, *, goes_on: bool) -> Death:
    """Complete, in place of a worker that died, what the manifest says of its video.

    `deaths` is how many workers have died of it in this run. `goes_on`: the run waits where others end, so it takes the
    video up once more, if that is safe.
    """
    message = "the worker process died; the run went on without it"
    row = batch.row_of(video_id)
    with batch.store().transaction() as manifest:
        is_taken_up = goes_on and may_follow_death(manifest, manifest.videos[video_id], row.attempts, deaths)
        ledger.fail_claim(manifest, video_id, Category.WORKER_CRASHED, message, now, row, is_left=is_taken_up)
        wanted = batch.files.wanted_of(video_id)
        video_files.not_brought(manifest, video_id, wanted, "the worker process died before it was on disk", now)
        video_files.not_inspected(manifest, video_id)
        is_taken_up = is_taken_up and not _is_settled(batch, manifest, video_id)
    LOGGER.error("%s: %s", video_id, message)
    return Death(manifest, is_taken_up)


def _is_settled(batch: BatchPlan, manifest: Manifest, video_id: str) -> bool:
    """Whether the worker had recorded, before it died, all that there is to do for its video, or how it failed."""
    video = manifest.videos[video_id]
    if video.status is Status.COMPLETED:
        return not video.lacks(batch.files.wanted_of(video_id))
    return video.status is not Status.PENDING


def record_cut(batch: BatchPlan, video_id: str, host: str, now: datetime) -> None:
    """Record that the connection to a video's worker is lost: what it came to is looked for, or told later."""
    message = f"the connection to {host} was lost"
    with batch.store().transaction() as manifest:
        ledger.fail_claim(manifest, video_id, Category.INTERRUPTED, message, now, batch.row_of(video_id))
    LOGGER.warning("%s: %s", video_id, message)


def announce_another(report: pytest.TestReport, video_id: str) -> None:
    """Make xdist's report of a worker that died one of an item that runs again, which no plugin counts as a result."""
    report.location = (report.location[0], None, video_id)
    report.when = "call"
    report.duration = 0.0
    # As with pytest-rerunfailures; pytest's type knows its own three outcomes only.
    report.outcome = "rerun"  # type: ignore[assignment]
    setattr(report, TAKEN_UP, True)


def complete_report(report: pytest.TestReport, batch: BatchPlan, manifest: Manifest, video_id: str) -> None:
    """Make xdist's report of a worker that died the report of its video."""
    record = manifest.videos[video_id]
    # pytest-html has no row for xdist's "???"
    report.location = (report.location[0], None, video_id)
    report.when = "call"
    report.duration = 0.0
    report.longrepr = str(VideoFailed(record))
    if record.status is Status.COMPLETED and not record.lacks(batch.files.wanted_of(video_id)):
        report.outcome, report.longrepr = "passed", None
    setattr(report, ATTRIBUTE, item_result_of(batch, record, already=False))
    setattr(report, CRASHED, True)
