"""What hooks are told of finished videos and runs: everything but prompts and the addresses of files."""

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
    """What came of one video.

    `seconds` are those of its last attempt, `attempts` are counted over all runs. `file` and `hd_file` are what is on
    disk. `degraded` says in what way it is less than was asked for, `shortcomings` all that is wrong with it, a
    sentence each: why it failed, what its file misses.
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
    """What a run made of one batch: where each of its videos stands now, made by this run or before.

    `batch` is the batch file, `directory` the run directory. `category`, `message` and `retry_at` say why the run was
    stopped before its end, if it was. `completed_now` counts the videos that this very run has made.
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
        """How many videos have each status."""
        present = Counter(video.status for video in self.videos)
        return {status: present.get(status, 0) for status in Status}
