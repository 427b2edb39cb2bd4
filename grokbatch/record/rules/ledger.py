"""The rules of the manifest: which video a worker may claim, what a result changes, and what stops a run.

Pure functions on a `Manifest`, called within a transaction of `grokbatch.record.storage.manifest_store`.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.record.model.manifest import AttemptRecord, Manifest, StopRecord, VideoRecord, Wanted
from grokbatch.record.model.outcome import Category, Outcome, RunStatus, Status
from grokbatch.record.rules.account_parts import (
    all_parts,
    ended_worst,
    is_stopped,
    part_of,
    part_of_video,
)
from grokbatch.record.rules.failing import (
    FailureLimits,
    weigh_image,
    weigh_refusal,
    weigh_server_errors,
    weigh_silence,
    weigh_video,
)
from grokbatch.record.rules.keepers import is_met, keeper_count
from grokbatch.record.rules.tries import MOST_ATTEMPTS, is_used_up, was_tried
from grokbatch.record.rules.unresolved_attempts import credited_ids, unresolved_attempt
from grokbatch.record.rules.video_identity import known_entries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.clock import Instant


# What the batch file says of a video each time, whatever has become of it.
_TOLD_ANEW = ("id", "prompt", "index", "permalink", "number", "name", "axes")
_NOTHING = Wanted()
_NO_LIMITS = FailureLimits()


class Claim(Enum):
    """The answer to a worker that asks to make a video; `claim` explains the values."""

    GRANTED = auto()
    COMPLETED = auto()
    FETCH = auto()
    MODERATED = auto()
    STOPPED = auto()
    REFUSED_IMAGE = auto()
    USED_UP = auto()
    ENOUGH = auto()
    ENOUGH_FOR_NOW = auto()


def new_manifest(*, batch: str, account: str, permalink: str, site: str, now: datetime) -> Manifest:
    """Return the manifest of a batch that has never been run."""
    return Manifest(
        id=uuid.uuid4().hex,
        batch=batch,
        account=account,
        permalink=permalink,
        site=site,
        created_at=now,
        updated_at=now,
    )


def open_run(manifest: Manifest, videos: Iterable[VideoSpec], *, browser: str, now: datetime) -> None:
    """Begin a run: release the claims of a run that died, take over the videos of the batch, and reset all counters."""
    release_claims(manifest, "the run ended before the video was finished", now)
    take_over(manifest, videos)
    manifest.browser = browser
    manifest.status = RunStatus.IN_PROGRESS
    manifest.stop = None
    manifest.run += 1
    manifest.run_started_at = now
    manifest.baseline_ids = []
    manifest.begun = []
    manifest.failing = {}
    manifest.refusals = []
    manifest.put_off = []
    manifest.greyed_out, manifest.refused_images, manifest.moderated_photos = [], {}, {}


def take_over(manifest: Manifest, videos: Iterable[VideoSpec]) -> None:
    """Make `videos` the entries of the manifest; other entries with attempts move to `retired`, the rest is dropped."""
    known = known_entries(manifest)
    manifest.videos = {video.id: _entry(known.pop(video.identity, None), video) for video in videos}
    manifest.retired = [entry for entry in known.values() if entry.attempts]


def _entry(old: VideoRecord | None, video: VideoSpec) -> VideoRecord:
    new = VideoRecord(
        id=video.id,
        prompt=video.prompt,
        digest=video.digest,
        repetition=video.repetition,
        index=video.index,
        permalink=video.permalink,
        number=video.number,
        name=video.name,
        axes=dict(video.axes),
        options=video.options.asked(),
    )
    if old is None:
        return new
    told = {name: getattr(new, name) for name in _TOLD_ANEW}
    return structs.replace(old, **told, history=[])


def claim(
    manifest: Manifest, video_id: str, worker: str, now: datetime, wanted: Wanted = _NOTHING, most: int = MOST_ATTEMPTS
) -> Claim:
    """Grant `video_id` to `worker` and open an attempt, or return why not.

    COMPLETED: nothing is left to do. FETCH: the video is completed, but a `wanted` file or the deletion is missing.
    MODERATED: the site has moderated this prompt. STOPPED: the run was stopped. REFUSED_IMAGE: the site does not accept
    the image. USED_UP: this run has tried the video `most` times, or another attempt would fail in the same way.
    ENOUGH: as many videos are kept as are wanted. ENOUGH_FOR_NOW: the same if all that are under way are kept.
    """
    video = manifest.videos[video_id]
    has_stopped = is_stopped(manifest, video.account)
    if video.lacks(wanted):
        return Claim.STOPPED if has_stopped else Claim.FETCH
    if video.status is Status.COMPLETED:
        video.not_removed = ""  # the deletion is no longer wanted
        return Claim.COMPLETED
    if video.is_final:
        return Claim.MODERATED
    if has_stopped:
        return Claim.STOPPED
    count = keeper_count(manifest, now=now, besides=video_id)
    if count is not None and count.is_enough_for_now:
        return Claim.ENOUGH if count.is_met else Claim.ENOUGH_FOR_NOW
    if (reason := manifest.refused_images.get(video.permalink)) is not None:
        video.status, video.category, video.message = Status.FAILED, Category.GENERATION_ERROR, reason
        return Claim.REFUSED_IMAGE
    if is_used_up(manifest, video, most):
        return Claim.USED_UP
    video.status = Status.IN_PROGRESS
    video.worker = worker
    number = len(video.attempts) + 1
    video.attempts.append(AttemptRecord(number=number, run=manifest.run, worker=worker, started_at=now))
    return Claim.GRANTED


def unclaim(manifest: Manifest, video_id: str) -> None:
    """Undo a claim and delete its attempt, because nothing was submitted."""
    video = manifest.videos[video_id]
    del video.attempts[-1]
    video.status = Status.PENDING if video.category in (None, Category.INTERRUPTED) else Status.FAILED


def put_off(manifest: Manifest, video_id: str) -> None:
    """Let other videos go first, because the result of the submit of `video_id` is not known yet; undo its claim."""
    if manifest.videos[video_id].status is Status.IN_PROGRESS:
        unclaim(manifest, video_id)
    if video_id not in manifest.put_off:
        manifest.put_off.append(video_id)


def is_yet_to_begin(manifest: Manifest, video_id: str) -> bool:
    """Whether this run has still to make `video_id` and has not begun with it, so that it can go before another one."""
    video = manifest.videos[video_id]
    if video.is_final or video.status is Status.IN_PROGRESS or video_id in manifest.put_off:
        return False
    return not was_tried(manifest, video)


def submitting(
    manifest: Manifest,
    video_id: str,
    known_ids: Iterable[str],
    now: datetime,
    sent: Instant | None = None,
    wait: float = 0.0,
) -> None:
    """Note that a submit of `video_id` follows, and the ids of the videos that are on the page before it.

    If nobody sees the result of the submit, it is looked for until `wait` seconds after `now`. `sent` is the same
    moment as `now`, by the monotonic clock.
    """
    attempt = manifest.videos[video_id].attempts[-1]
    attempt.submitted_at, attempt.sent = now, sent
    attempt.due_at = now + timedelta(seconds=wait)
    attempt.known_ids = sorted(known_ids)
    part = part_of_video(manifest, video_id)
    if (link := manifest.videos[video_id].permalink) not in part.begun:
        part.begun.append(link)


def named(manifest: Manifest, video_id: str, reply_ids: Iterable[str]) -> None:
    """Note the ids that the site's reply to the open attempt's submit gives its video."""
    attempt = manifest.videos[video_id].attempts[-1]
    attempt.reply_ids = sorted({*attempt.reply_ids, *reply_ids})


def opened(manifest: Manifest, video_id: str, present_ids: Iterable[str]) -> frozenset[str]:
    """Note the ids of the videos on a page that was just opened, and return those from before this run's first submit.

    A video of the image whose id is not among them was made by this run.
    """
    part = part_of_video(manifest, video_id)
    if manifest.videos[video_id].permalink not in part.begun:
        part.baseline_ids = sorted({*part.baseline_ids, *present_ids})
    return frozenset(part.baseline_ids)


def finish(
    manifest: Manifest, video_id: str, outcome: Outcome, now: datetime, limits: FailureLimits = _NO_LIMITS
) -> Outcome:
    """Record the outcome of the open attempt and return it, changed where other results give it another meaning.

    For instance, a success with a video that another entry already has becomes LAYOUT_CHANGED.
    """
    video = manifest.videos[video_id]
    if outcome.video is not None and outcome.video.video_id in credited_ids(manifest, besides=video_id):
        # The page was read wrongly, and another attempt would be paid again: the category is therefore one that is not
        # retried. The site may still make what was submitted for this video.
        message = "the page showed a video that another entry of the manifest already calls its own"
        wrong = Outcome.failure(Category.LAYOUT_CHANGED, message, evidence=outcome.evidence)
        outcome = replace(wrong, perhaps_made=True)
    part = part_of(manifest, video.account)
    outcome = weigh_refusal(part, weigh_silence(part, video_id, outcome))
    weigh_image(manifest, video.permalink, outcome)
    attempt = video.attempts[-1] if video.attempts else None
    _close_attempt(video, outcome.category, outcome.full_message, now)
    if attempt is not None:
        attempt.is_final, attempt.slept, attempt.is_excused = outcome.is_final, outcome.slept, outcome.is_excused
    if attempt is not None and outcome.is_unsent:
        attempt.submitted_at = None
    elif attempt is not None and attempt.submitted_at is not None:
        attempt.perhaps_made = outcome.perhaps_made
    video.status = outcome.status
    video.category = outcome.category
    video.message = outcome.message
    video.evidence = [*video.evidence, *outcome.evidence]
    if outcome.video is not None:
        _describe(video, outcome)
    _forget_the_known(video)
    weigh_video(manifest, video, limits, now)
    weigh_server_errors(manifest, video, limits, now)
    return outcome


def finish_late(
    manifest: Manifest,
    video_id: str,
    attempt: int,
    outcome: Outcome,
    now: datetime,
    limits: FailureLimits = _NO_LIMITS,
) -> bool:
    """Record the outcome of an attempt whose worker had lost its connection; return False if it comes too late.

    It does if the video is final, is worked on, or has been tried again since.
    """
    video = manifest.videos[video_id]
    if video.is_final or video.status is Status.IN_PROGRESS or not video.attempts:
        return False
    last = video.attempts[-1]
    if last.number != attempt or last.submitted_at is None:
        return False
    last.ended_at, last.category, last.message = None, None, ""
    finish(manifest, video_id, outcome, now, limits)
    return True


def _forget_the_known(video: VideoRecord) -> None:
    """Delete the ids from before each submit, except where the submit's result is still looked for.

    The page of an image may list all its videos: kept for each of n videos, the ids would be n times n.
    """
    for attempt in video.attempts:
        if attempt is not unresolved_attempt(video) or video.status is Status.COMPLETED:
            attempt.known_ids = []


def _describe(video: VideoRecord, outcome: Outcome) -> None:
    made = outcome.video
    if made is None:
        return
    video.video_id, video.video_url, video.page_url = made.video_id, made.video_url, made.page_url
    if video.attempts:
        video.attempts[-1].playable_at = made.playable_at
    video.width, video.height = made.width, made.height
    video.duration, video.size = made.duration, made.size
    video.adopted, video.degraded = outcome.adopted, outcome.degraded


def _close_attempt(video: VideoRecord, category: Category | None, message: str, now: datetime) -> None:
    if video.attempts and video.attempts[-1].ended_at is None:
        attempt = video.attempts[-1]
        # After a run that was killed, somebody may have set the clock back.
        attempt.ended_at, attempt.category, attempt.message = max(now, attempt.started_at), category, message


def stop(manifest: Manifest, status: RunStatus, reason: StopRecord, account: str = "") -> None:
    """Stop the run, so that no further video of this batch starts, or none of `account` if it is only about that one.

    The first reason is kept; but a run that waits and would go on by itself is ended by any other.
    """
    part = part_of(manifest, account) if reason.category.is_about_account else manifest
    if part.stop is None or (part.status.is_waiting and not status.is_waiting):
        part.stop = reason
        part.status = status


def fail_claim(
    manifest: Manifest,
    video_id: str,
    category: Category,
    message: str,
    now: datetime,
    limits: FailureLimits = _NO_LIMITS,
    *,
    is_left: bool = False,
) -> None:
    """Record that the worker of `video_id` is gone; a result that it has already written is kept.

    The video is pending again after INTERRUPTED, or if it `is_left` for this same run to make; else it has failed.
    """
    video = manifest.videos[video_id]
    if video.status is not Status.IN_PROGRESS:
        return
    _close_attempt(video, category, message, now)
    # What is left to this run has no result yet, so that undoing its next claim leaves it pending, too.
    video.category, video.message = (None, "") if is_left else (category, message)
    video.status = Status.PENDING if is_left or category is Category.INTERRUPTED else Status.FAILED
    weigh_video(manifest, video, limits, now)


def release_claims(manifest: Manifest, message: str, now: datetime) -> None:
    """Make every claimed video pending again, because its worker is gone."""
    for video_id in manifest.videos:
        fail_claim(manifest, video_id, Category.INTERRUPTED, message, now)


def close_run(manifest: Manifest, *, interrupted: bool, now: datetime) -> None:
    """End a run: release all claims and set the status of the run, unless it was stopped with another one.

    A run with several accounts gets the status of the worst that ended one of them.
    """
    release_claims(manifest, "the run was ended before the video was finished", now)
    for part in all_parts(manifest):
        if part.status.is_waiting and interrupted:
            part.stop = None
        elif part.status is RunStatus.WAITING_FOR_LIMIT:
            part.status = RunStatus.STOPPED_RATE_LIMIT
    for name, each in manifest.account_parts.items():
        if each.stop is None:
            own = [video for video in manifest.videos.values() if video.account == name]
            each.status = _came_to(manifest, own, interrupted=interrupted)
    has_enough = manifest.account_parts and is_met(manifest)
    if not has_enough and (worst := ended_worst(manifest)) is not None:
        manifest.status, manifest.stop = worst.status, worst.stop
    if manifest.stop is None:
        manifest.status = _came_to(manifest, manifest.videos.values(), interrupted=interrupted)


def _came_to(manifest: Manifest, videos: Iterable[VideoRecord], *, interrupted: bool) -> RunStatus:
    """Return what came of `videos` in a run that nothing has stopped."""
    statuses = {video.status for video in videos}
    if is_met(manifest) or (manifest.keepers is None and statuses <= {Status.COMPLETED}):
        return RunStatus.COMPLETED
    if interrupted:
        return RunStatus.INTERRUPTED
    has_failed = statuses & {Status.FAILED, Status.RATE_LIMITED} or statuses <= {Status.COMPLETED}
    return RunStatus.FAILED if has_failed else RunStatus.PENDING
