"""Stops what would most likely fail again: a run in which one video after another fails, an account, an image."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import StopRecord
from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.rules.account_parts import part_of
from grokbatch.record.rules.tries import MOST_ATTEMPTS, is_of_this_run, is_used_up

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest, VideoRecord
    from grokbatch.record.model.outcome import Outcome
    from grokbatch.record.rules.account_parts import Part


_MOST_UNEXPLAINED = 2
_GREYED_OUT = 2
_MODERATED_PHOTOS = 3


@dataclass(frozen=True)
class FailureLimits:
    """What a batch says about failures.

    `attempts`: how often a video is tried within a run. `longest`: the number of failures in a row that stops the run;
    0: none does. `has_files`: a finished video counts as a success only when its file is on disk.
    """

    attempts: int = MOST_ATTEMPTS
    longest: int = 0
    has_files: bool = False


def weigh_video(manifest: Manifest, video: VideoRecord, limits: FailureLimits, now: datetime) -> None:
    """Count a video that was tried as a success or a failure.

    A failure does not count if the video will be tried again, or if it stops the run anyway.
    """
    if video.status is Status.COMPLETED:
        if not limits.has_files:
            manifest.failing = {}
    elif video.category is not None and not video.category.stops_run and is_used_up(manifest, video, limits.attempts):
        _failed(manifest, video, video.category, limits, now)


def weigh_refusal(part: Part, outcome: Outcome) -> Outcome:
    """Return `outcome`, with the category ACCOUNT_REFUSED if two submits in a row were refused without a reason."""
    if outcome.is_unsent or outcome.category in (Category.BROWSER_CRASHED, Category.NETWORK_ERROR):
        return outcome  # such an outcome says nothing about refusals
    part.refusals = [*part.refusals, outcome.refusal] if outcome.refusal else []
    if part.refusals.count("unexplained") < _MOST_UNEXPLAINED:
        return outcome
    message = f"the site refuses every submit, on fresh pages too, and does not say why; the last: {outcome.message}"
    return replace(outcome, category=Category.ACCOUNT_REFUSED, message=message)


def weigh_silence(part: Part, video_id: str, outcome: Outcome) -> Outcome:
    """Return `outcome`, with the category RATE_LIMIT if the button stayed disabled for two videos in a row."""
    is_silent = outcome.is_unsent and not outcome.is_greyed_out
    if is_silent or outcome.category in (Category.BROWSER_CRASHED, Category.NETWORK_ERROR):
        return outcome  # such an outcome says nothing about the button
    before = part.greyed_out if outcome.is_greyed_out else []
    part.greyed_out = [*before, video_id] if outcome.is_greyed_out and video_id not in before else before
    if len(part.greyed_out) < _GREYED_OUT:
        return outcome
    message = (
        "the site takes no more submits, and does not say why: its button stays disabled for one video after another"
    )
    return replace(outcome, category=Category.RATE_LIMIT, message=message)


def weigh_image(manifest: Manifest, permalink: str, outcome: Outcome) -> None:
    """Note if the site accepts no video of the image, whatever the prompt, so that no more are submitted."""
    if outcome.is_uploaded_photo:
        photos = manifest.moderated_photos
        manifest.moderated_photos = photos | {permalink: photos.get(permalink, 0) + 1}
    if outcome.is_about_image or manifest.moderated_photos.get(permalink, 0) >= _MODERATED_PHOTOS:
        manifest.refused_images = manifest.refused_images | {permalink: f"not submitted; {outcome.message}"}


def weigh_server_errors(manifest: Manifest, video: VideoRecord, limits: FailureLimits, now: datetime) -> None:
    """Stop the run if the site has refused as many submits in a row as the limit allows, because of its own errors."""
    number = len(part_of(manifest, video.account).refusals)
    if limits.longest and number >= limits.longest and manifest.stop is None:
        message = f"the site refused {number} submits in a row; the last: {video.message}"
        manifest.status = RunStatus.FAILED
        manifest.stop = StopRecord(category=Category.REPEATED_FAILURE, message=message, at=now, video=video.id)


def weigh_file(manifest: Manifest, video: VideoRecord, limits: FailureLimits, now: datetime, *, is_there: bool) -> None:
    """Count a wanted file as a success if it `is_there`, else as a failure, unless an earlier run made its video."""
    if is_there:
        manifest.failing = {}
    elif video.attempts and is_of_this_run(manifest, video.attempts[-1]):
        _failed(manifest, video, Category.DOWNLOAD_FAILED, limits, now)


def _failed(manifest: Manifest, video: VideoRecord, category: Category, limits: FailureLimits, now: datetime) -> None:
    manifest.failing = manifest.failing | {video.id: category}
    if limits.longest and len(manifest.failing) >= limits.longest and manifest.stop is None:
        manifest.status = RunStatus.FAILED
        manifest.stop = StopRecord(
            category=Category.REPEATED_FAILURE, message=_pattern(manifest, video), at=now, video=video.id
        )


def _pattern(manifest: Manifest, last: VideoRecord) -> str:
    """Return which failures there were: `5 videos in a row failed: TIMEOUT (4), NETWORK_ERROR; the last: …`."""
    kinds = Counter(manifest.failing.values()).most_common()
    told = ", ".join(f"{kind} ({number})" if number > 1 else f"{kind}" for kind, number in kinds)
    file = last.download or last.hd
    why = last.message or (file.message if file else "")
    return f"{len(manifest.failing)} videos in a row failed: {told}" + (f"; the last: {why}" if why else "")
