"""Ends a run in which one video after another fails: the next one would most likely fail, too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.manifest import StopRecord
from grokbatch.record.outcome import Category, RunStatus, Status
from grokbatch.record.tries import MOST_ATTEMPTS, is_of_this_run, is_used_up

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.manifest import Manifest, VideoRecord


@dataclass(frozen=True)
class Row:
    """What a batch says of failures: how often a video is tried, and how many in a row end the run (0: none do).

    `has_files`: a video that is made has not succeeded before its file is on disk.
    """

    attempts: int = MOST_ATTEMPTS
    longest: int = 0
    has_files: bool = False


def weigh_video(manifest: Manifest, video: VideoRecord, row: Row, now: datetime) -> None:
    """Take a video into account that was tried; what will be tried again, or ends the run anyway, does not count."""
    if video.status is Status.COMPLETED:
        if not row.has_files:
            manifest.failing = {}
    elif video.category is not None and not video.category.stops_run and is_used_up(manifest, video, row.attempts):
        _failed(manifest, video, video.category, row, now)


def weigh_file(manifest: Manifest, video: VideoRecord, row: Row, now: datetime, *, is_there: bool) -> None:
    """Take a file into account that was asked for; those of videos that earlier runs made do not count."""
    if is_there:
        manifest.failing = {}
    elif video.attempts and is_of_this_run(manifest, video.attempts[-1]):
        _failed(manifest, video, Category.DOWNLOAD_FAILED, row, now)


def _failed(manifest: Manifest, video: VideoRecord, category: Category, row: Row, now: datetime) -> None:
    manifest.failing = manifest.failing | {video.id: category}
    if row.longest and len(manifest.failing) >= row.longest and manifest.stop is None:
        manifest.status = RunStatus.FAILED
        manifest.stop = StopRecord(
            category=Category.REPEATED_FAILURE, message=_pattern(manifest, video), at=now, video=video.id
        )


def _pattern(manifest: Manifest, last: VideoRecord) -> str:
    """Say what the failures have in common: `5 videos in a row failed: TIMEOUT (4), NETWORK_ERROR; the last: …`."""
    kinds = Counter(manifest.failing.values()).most_common()
    told = ", ".join(f"{kind} ({number})" if number > 1 else f"{kind}" for kind, number in kinds)
    file = last.download or last.hd
    why = last.message or (file.message if file else "")
    return f"{len(manifest.failing)} videos in a row failed: {told}" + (f"; the last: {why}" if why else "")
