"""Manifests for the tests of what people look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from grokbatch.record.model.manifest import AttemptRecord, Manifest, StopRecord, VideoRecord
from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.counts import BatchResult

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
PROMPT = "a private prompt"


def video(
    number: int, status: Status, category: Category | None = None, *, at: float = 0, **fields: Any
) -> VideoRecord:
    """Return a video with one attempt of 10 s, begun `at` seconds after START; a pending one has none."""
    attempts = [attempt(at=at, category=category)] if status is not Status.PENDING else []
    return VideoRecord(
        **{
            "id": f"video-{number:03d}",
            "prompt": PROMPT,
            "digest": "d",
            "status": status,
            "category": category,
            "attempts": attempts,
            **fields,
        }
    )


def attempt(number: int = 1, *, at: float = 0, took: float = 10, category: Category | None = None) -> AttemptRecord:
    """Return an attempt of the present run, or of the one before if it began before START."""
    began = START + timedelta(seconds=at)
    return AttemptRecord(
        number=number,
        run=2 if at >= 0 else 1,
        worker="gw0",
        started_at=began,
        submitted_at=began + timedelta(seconds=1),
        ended_at=began + timedelta(seconds=took),
        category=category,
    )


def manifest(*videos: VideoRecord, batch: str = "cats", **fields: Any) -> Manifest:
    return Manifest(
        **{
            "id": "m",
            "batch": batch,
            "account": "main",
            "permalink": "https://grok.com/imagine/post/00000000-0000-0000-0000-000000000000",
            "site": "https://grok.com",
            "created_at": START,
            "updated_at": START,
            "run": 2,
            "videos": {each.id: each for each in videos},
            **fields,
        }
    )


def stopped(category: Category, *videos: VideoRecord, **fields: Any) -> Manifest:
    """Return a manifest of a run that `category` stopped at START."""
    told = {name: fields.pop(name) for name in ("retry_at", "control") if name in fields}
    stop = StopRecord(category=category, message="said the site", at=START, **told)
    return manifest(*videos, stop=stop, status=category.stops_run or RunStatus.INTERRUPTED, **fields)


def hundred(completed: int) -> list[VideoRecord]:
    """Return a hundred videos, the first of them completed, the others not started."""
    return [video(number, Status.COMPLETED if number <= completed else Status.PENDING) for number in range(1, 101)]


def result(of: Manifest, root: Path) -> BatchResult:
    return BatchResult(f"batches/{of.batch}.yaml", of, RunDirectory(root), START)
