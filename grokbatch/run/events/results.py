"""The results of videos and runs as hooks and events are given them, drawn from the manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import is_there
from grokbatch.record.model.results import RunResult, VideoResult
from grokbatch.review.counts import Tally
from grokbatch.run.worker.item_result import shortcomings

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import FileRecord, Manifest, VideoRecord
    from grokbatch.run.plan import BatchPlan


def video_result(batch: BatchPlan, record: VideoRecord) -> VideoResult:
    """Return the result of one video of `batch`."""
    return VideoResult(
        id=record.id,
        status=record.status,
        category=record.category,
        message=record.message,
        seconds=record.seconds,
        attempts=len(record.attempts),
        file=_on_disk(batch, record.download),
        hd_file=_on_disk(batch, record.hd),
        video_id=record.video_id,
        page_url=record.page_url,
        degraded=record.degraded,
        shortcomings=tuple(shortcomings(record)),
    )


def _on_disk(batch: BatchPlan, file: FileRecord | None) -> Path | None:
    return batch.run_directory.video_file(file.path) if is_there(file) else None


def run_result(batch: BatchPlan, manifest: Manifest) -> RunResult:
    """Return the result of `batch` after a run."""
    stop = manifest.stop
    return RunResult(
        batch=batch.path,
        directory=batch.run_root,
        status=manifest.status,
        videos=tuple(video_result(batch, record) for record in manifest.videos.values()),
        completed_now=Tally.of([manifest], since=manifest.run_started_at).completed_now,
        category=stop.category if stop else None,
        message=stop.message if stop else "",
        retry_at=stop.retry_at if stop else None,
    )
