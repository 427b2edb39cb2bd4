"""The results that are passed to hooks for finished videos and runs, without prompts and without addresses of files."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Status

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from grokbatch.record.model.outcome import Category, RunStatus


@dataclass(frozen=True)
class VideoResult:
    """The result of one video.

    `seconds`: the duration of its last attempt. `attempts`: their number in all runs. `file` and `hd_file`: the files
    on disk, None if there are none. `degraded`: how the video falls short of what was asked for. `shortcomings`:
    everything that is wrong with it, one sentence each: why it failed, and which expectations its file does not meet.
    """

    id: str
    status: Status
    category: Category | None = None
    message: str = ""
    seconds: float | None = None
    attempts: int = 0
    file: Path | None = None
    hd_file: Path | None = None
    video_id: str | None = None
    page_url: str | None = None
    degraded: str = ""
    shortcomings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunResult:
    """The result of one batch after a run, with all its videos, whether this run made them or an earlier one.

    `batch`: the batch file. `directory`: the run directory. `category`, `message` and `retry_at`: why the run was
    stopped before its end, if it was. `completed_now`: the number of videos that this run itself has made.
    """

    batch: Path
    directory: Path
    status: RunStatus
    videos: tuple[VideoResult, ...]
    completed_now: int
    category: Category | None = None
    message: str = ""
    retry_at: datetime | None = None

    @property
    def counts(self) -> dict[Status, int]:
        """The number of videos in each status."""
        present = Counter(video.status for video in self.videos)
        return {status: present.get(status, 0) for status in Status}
