"""Whether a run is done with a video: what was tried in it, and whether another try makes sense. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Status

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord


MOST_ATTEMPTS = 10
"""How often any video is tried in one run, whatever its batch says."""


def is_of_this_run(manifest: Manifest, attempt: AttemptRecord) -> bool:
    """Whether an attempt belongs to the present run."""
    return attempt.run == manifest.run


def is_used_up(manifest: Manifest, video: VideoRecord, most: int) -> bool:
    """Whether nothing more is to be submitted for a failed video in this run, whoever asks for it once more.

    It was tried so often, or the last try came to what another one would come to again.
    """
    tried = [attempt for attempt in video.attempts if is_of_this_run(manifest, attempt) and attempt.ended_at]
    if not tried or video.status is not Status.FAILED:
        return False
    return len(tried) >= most or not _may_follow(tried[-1])


def _may_follow(attempt: AttemptRecord) -> bool:
    """Whether another try may follow one that has ended."""
    if attempt.category is None or attempt.is_final:
        return False
    return attempt.category is Category.INTERRUPTED or attempt.category.is_tried_again
