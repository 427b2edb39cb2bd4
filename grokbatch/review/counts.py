"""Counts the videos of manifests by their states, for the summary, the report and the last line of a run."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import FileState
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.keepers import is_met
from grokbatch.review.formatting import VideoState, label, video_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord
    from grokbatch.record.storage.run_directory import RunDirectory


@dataclass(frozen=True)
class BatchResult:
    """The result of one batch in one run; `name` is the batch file as the user typed it.

    `started_at` is the time when this run began. `report` is the path of the report that this run writes, None if it
    writes none. `show_prompts`: the user wants to see prompts in the report.
    `pauses` says when the computer slept meanwhile.
    """

    name: str
    manifest: Manifest
    directory: RunDirectory
    started_at: datetime
    report: Path | None = None
    show_prompts: bool = False
    pauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """The videos of one or more batches grouped by their states, and the speed of this run.

    The groups contain video ids, or `batch/id` if there are several batches. A video is in one group only, except that
    completed ones may also be in these: `degraded` (it falls short of what was asked for), `not_on_disk` (a wanted file
    is missing), `on_hosts` (by host: a file is still there), `not_removed` (it could not be deleted on the site) and
    `unexpected` (it does not meet an expectation). Of a batch that has its keepers, what was not made is in
    `not_needed`, not in `pending`; `spared` is the number of videos that failed there and need not be tried again.
    `failed` is grouped by category, the most frequent first.
    `submits`, `completed_now`, `elapsed` (seconds) and `median_seconds` (of a completed attempt) are about this run
    only.
    """

    total: int
    completed: int
    failed: dict[str, tuple[str, ...]]
    degraded: tuple[str, ...]
    moderated: tuple[str, ...]
    rate_limited: tuple[str, ...]
    pending: tuple[str, ...]
    not_on_disk: tuple[str, ...]
    not_removed: tuple[str, ...]
    unexpected: tuple[str, ...]
    submits: int
    completed_now: int
    elapsed: float | None
    median_seconds: float | None
    not_needed: tuple[str, ...] = ()
    spared: int = 0
    on_hosts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        """The number of failed videos, without moderated and rate limited ones."""
        return sum(map(len, self.failed.values()))

    @property
    def remaining(self) -> int:
        """The number of videos that are neither completed, moderated nor spared, which `pytest --lf` would make."""
        return self.total - self.completed - len(self.moderated) - len(self.not_needed) - self.spared

    @property
    def videos_per_minute(self) -> float | None:
        """The number of videos that this run completed per minute, or None if it completed none."""
        if not self.completed_now or not self.elapsed:
            return None
        return self.completed_now * 60 / self.elapsed

    @classmethod
    def of(cls, manifests: Sequence[Manifest], since: datetime | None = None, now: datetime | None = None) -> Tally:
        """Return the tally of `manifests` for the run that began at `since` (None: for all runs), at the time `now`."""
        videos = list(_named(manifests))
        spared = list(_named([manifest for manifest in manifests if is_met(manifest)], several=len(manifests) > 1))
        not_needed = tuple(name for name, video in spared if _is_waiting(video))
        groups = _grouped(videos)
        attempts = list(_attempts(manifests, this_run=since is not None))
        ended_well = [attempt for video, attempt in attempts if attempt.category is None and _is_last(video, attempt)]
        return cls(
            total=len(videos),
            completed=len(groups[VideoState.COMPLETED]),
            failed=_by_category(videos),
            degraded=tuple(name for name, video in videos if video.status is Status.COMPLETED and video.degraded),
            moderated=tuple(groups[VideoState.MODERATED]),
            rate_limited=tuple(groups[VideoState.RATE_LIMITED]),
            pending=tuple(name for name, video in videos if _is_waiting(video) and name not in {*not_needed}),
            not_on_disk=tuple(name for name, video in videos if _is_lost(video)),
            not_removed=tuple(name for name, video in videos if video.not_removed),
            unexpected=tuple(name for name, video in videos if video.misses),
            submits=sum(attempt.submitted_at is not None for _, attempt in attempts),
            completed_now=len(ended_well),
            elapsed=_elapsed([attempt for _, attempt in attempts], since, now),
            median_seconds=median(attempt.seconds or 0.0 for attempt in ended_well) if ended_well else None,
            not_needed=not_needed,
            on_hosts=_by_host(videos),
            spared=sum(not video.is_final and not _is_waiting(video) for _, video in spared),
        )


def _named(manifests: Sequence[Manifest], *, several: bool | None = None) -> Iterable[tuple[str, VideoRecord]]:
    is_long = len(manifests) > 1 if several is None else several
    for manifest in manifests:
        for video in manifest.videos.values():
            yield (f"{manifest.batch}/{video.id}" if is_long else video.id), video


def _grouped(videos: Iterable[tuple[str, VideoRecord]]) -> dict[VideoState, list[str]]:
    groups: dict[VideoState, list[str]] = defaultdict(list)
    for name, video in videos:
        groups[video_state(video.status, video.category)].append(name)
    return groups


def _by_category(videos: Iterable[tuple[str, VideoRecord]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, video in videos:
        if video_state(video.status, video.category) is VideoState.FAILED:
            groups[label(video.status, video.category)].append(name)
    ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
    return {category: tuple(names) for category, names in ordered}


def _is_waiting(video: VideoRecord) -> bool:
    waiting = {VideoState.PENDING, VideoState.IN_PROGRESS, VideoState.INTERRUPTED}
    return video_state(video.status, video.category) in waiting


def _is_lost(video: VideoRecord) -> bool:
    return any(file is not None and file.state is FileState.FAILED for file in (video.download, video.hd))


def _by_host(videos: Iterable[tuple[str, VideoRecord]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for name, video in videos:
        for host in {file.host for file in (video.download, video.hd) if file is not None and file.host}:
            groups[host].append(name)
    return {host: tuple(groups[host]) for host in sorted(groups)}


def _attempts(manifests: Sequence[Manifest], *, this_run: bool) -> Iterable[tuple[VideoRecord, AttemptRecord]]:
    """Yield every attempt with its video; with `this_run` only this run's, by its number, as clocks may be set."""
    for manifest in manifests:
        for video in manifest.videos.values():
            for attempt in video.attempts:
                if not this_run or attempt.run == manifest.run:
                    yield video, attempt


def _is_last(video: VideoRecord, attempt: AttemptRecord) -> bool:
    finished = video.status is Status.COMPLETED and attempt.ended_at is not None
    return finished and attempt is video.attempts[-1]


def _elapsed(attempts: Sequence[AttemptRecord], since: datetime | None, now: datetime | None) -> float | None:
    begin = since or min((attempt.started_at for attempt in attempts), default=None)
    end = now or max((attempt.ended_at for attempt in attempts if attempt.ended_at), default=None)
    return max(0.0, (end - begin).total_seconds()) if begin and end else None
