"""Ends a run in which one video after another fails: the next one would most likely fail, too."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import StopRecord
from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.rules.tries import MOST_ATTEMPTS, is_of_this_run, is_used_up

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest, VideoRecord
    from grokbatch.record.model.outcome import Outcome


_UNEXPLAINED = 2


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


def weigh_refusal(manifest: Manifest, outcome: Outcome) -> Outcome:
    """Take refusals that nothing explains for one of the account once fresh pages have met two of them in a row."""
    if outcome.is_unsent or outcome.category in (Category.BROWSER_CRASHED, Category.NETWORK_ERROR):
        return outcome  # says nothing of it
    manifest.refusals = [*manifest.refusals, outcome.refusal] if outcome.refusal else []
    if manifest.refusals.count("unexplained") < _UNEXPLAINED:
        return outcome
    message = f"the site refuses every submit, on fresh pages too, and does not say why; the last: {outcome.message}"
    return replace(outcome, category=Category.ACCOUNT_REFUSED, message=message)


def weigh_server_errors(manifest: Manifest, video: VideoRecord, row: Row, now: datetime) -> None:
    """End the run when a site that has trouble of its own has refused so many submits in a row."""
    number = len(manifest.refusals)
    if row.longest and number >= row.longest and manifest.stop is None:
        message = f"the site refused {number} submits in a row; the last: {video.message}"
        manifest.status = RunStatus.FAILED
        manifest.stop = StopRecord(category=Category.REPEATED_FAILURE, message=message, at=now, video=video.id)


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
