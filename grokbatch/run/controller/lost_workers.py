"""What is recorded and reported of a video whose worker died, or whose worker's connection was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules import ledger, video_files
from grokbatch.record.rules.tries import may_follow_death
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.run.worker.item_result import ATTRIBUTE, CRASHED, VideoFailed, item_result_of

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.run.plan import BatchPlan


_DIED = "the worker process died; the run went on without it"
_RESTARTS_EACH = 4


def is_replaced(config: pytest.Config, died: int) -> bool:
    """Whether xdist starts another worker in place of the one that has died here, the `died`th of this run.

    If it does not, it ends the run: `--max-worker-restart` says how many it replaces, by default four for each of -n.
    """
    most = config.getoption("maxworkerrestart")
    if most is None:
        processes = config.getoption("numprocesses")
        return not processes or died <= processes * _RESTARTS_EACH
    return died <= int(most)


def record_death(batch: BatchPlan, video_id: str, now: datetime) -> Manifest:
    """Complete, in place of a worker that died, what the manifest says of its video; return the manifest."""
    with batch.store().transaction() as manifest:
        _complete(batch, manifest, video_id, now)
    LOGGER.error("%s: %s", video_id, _DIED)
    return manifest


def take_up(batch: BatchPlan, video_id: str, now: datetime, deaths: int) -> bool:
    """Leave the video of a worker that died to this same run, if that is safe and there is anything left to do for it.

    Return whether it is; else nothing is changed. `deaths` is how many workers have died of the video in this run.
    """
    with batch.store().transaction() as manifest:
        video, most = manifest.videos[video_id], batch.row_of(video_id).attempts
        is_left = video.status is Status.IN_PROGRESS or video.lacks(batch.files.wanted_of(video_id))
        if not is_left or not may_follow_death(manifest, video, most, deaths):
            return False
        _complete(batch, manifest, video_id, now, is_left=True)
    LOGGER.error("%s: %s; it is taken up once more", video_id, _DIED)
    return True


def _complete(batch: BatchPlan, manifest: Manifest, video_id: str, now: datetime, *, is_left: bool = False) -> None:
    row, wanted = batch.row_of(video_id), batch.files.wanted_of(video_id)
    ledger.fail_claim(manifest, video_id, Category.WORKER_CRASHED, _DIED, now, row, is_left=is_left)
    video_files.not_brought(manifest, video_id, wanted, "the worker process died before it was on disk", now)
    video_files.not_inspected(manifest, video_id)


def record_cut(batch: BatchPlan, video_id: str, host: str, now: datetime) -> None:
    """Record that the connection to a video's worker is lost: what it came to is looked for, or told later."""
    message = f"the connection to {host} was lost"
    with batch.store().transaction() as manifest:
        ledger.fail_claim(manifest, video_id, Category.INTERRUPTED, message, now, batch.row_of(video_id))
    LOGGER.warning("%s: %s", video_id, message)


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
