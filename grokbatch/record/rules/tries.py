"""Whether a run may try a failed video again: how often it has tried, and whether another attempt makes sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Status

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord
    from grokbatch.record.model.outcome import Outcome


MOST_ATTEMPTS = 10
"""The most attempts for one video in one run, whatever the batch says."""

MOST_LOST = 2
"""How many accepted submits of one video may come to nothing in one run."""


MOST_DEATHS = 2
"""How often the worker of one video may die in a run that goes on by itself: then the video may be the reason."""


def is_of_this_run(manifest: Manifest, attempt: AttemptRecord) -> bool:
    """Whether an attempt belongs to the present run, or to the last one if none is going on."""
    return attempt.run == manifest.run


def was_tried(manifest: Manifest, video: VideoRecord) -> bool:
    """Whether an attempt of this run has been made for `video`."""
    return any(is_of_this_run(manifest, attempt) for attempt in video.attempts)


RECONNECTING = 60.0
"""Seconds after a sleep in which the network may not be back yet."""


def is_excused(outcome: Outcome, since_pause: float) -> bool:
    """Whether a failed attempt says nothing, because the computer slept meanwhile, or had just slept.

    `since_pause` are the seconds since it last slept.
    """
    if not outcome.is_tried_again:
        return False
    return outcome.slept > 0 or (outcome.category is Category.NETWORK_ERROR and since_pause < RECONNECTING)


def is_used_up(manifest: Manifest, video: VideoRecord, most: int) -> bool:
    """Whether this run must not submit a failed video again.

    It has had `most` attempts in this run, without those that are excused, or another attempt would have the same
    result as the last one.
    """
    tried = [attempt for attempt in video.attempts if is_of_this_run(manifest, attempt) and attempt.ended_at]
    if not tried or video.status is not Status.FAILED:
        return False
    return sum(not attempt.is_excused for attempt in tried) >= most or not _may_follow(tried[-1])


def is_lost_again(manifest: Manifest, video: VideoRecord) -> bool:
    """Whether the site made nothing of `MOST_LOST` submits of this video in this run: no more is paid."""
    lost = [each for each in video.attempts if is_of_this_run(manifest, each) and each.perhaps_made]
    return len(lost) >= MOST_LOST


def may_follow_death(manifest: Manifest, video: VideoRecord, most: int, deaths: int) -> bool:
    """Whether a run that goes on by itself takes up a video once more whose worker has died, for the `deaths`th time.

    As in the next run, what was submitted is looked for first. It may be submitted again only where that was not
    lost before, and where fewer than `most` attempts were made.
    """
    if deaths >= MOST_DEATHS or video.status is Status.COMPLETED:
        return deaths < MOST_DEATHS
    tried = [attempt for attempt in video.attempts if is_of_this_run(manifest, attempt)]
    lost = [attempt for attempt in tried if attempt.perhaps_made or _is_cut_off(attempt)]
    return len(lost) < MOST_LOST and sum(not attempt.is_excused for attempt in tried) < most


def _is_cut_off(attempt: AttemptRecord) -> bool:
    """Whether the worker died between the submit and its end."""
    return attempt.submitted_at is not None and attempt.category in (None, Category.WORKER_CRASHED)


def _may_follow(attempt: AttemptRecord) -> bool:
    """Whether another attempt may follow this one, which has ended."""
    if attempt.category is None or attempt.is_final:
        return False
    return attempt.category is Category.INTERRUPTED or attempt.category.is_tried_again
