"""The rules of the manifest: what may be claimed, what a result changes, what a stop means.

Pure functions on a `Manifest`; `grokbatch.record.storage.manifest_store` runs them under the lock.
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
from grokbatch.record.rules.failing import Row, weigh_refusal, weigh_server_errors, weigh_video
from grokbatch.record.rules.tries import MOST_ATTEMPTS, is_of_this_run, is_used_up
from grokbatch.record.rules.video_identity import known_entries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.clock import Instant


# After these the site may have finished the video all the same.
_END_UNSEEN = frozenset(
    {
        Category.AUTH_REQUIRED,
        Category.BROWSER_CRASHED,
        Category.HUMAN_CHECK,
        Category.INTERRUPTED,
        Category.NETWORK_ERROR,
        Category.TIMEOUT,
        Category.WORKER_CRASHED,
    }
)


# What the batch file says of a video each time, whatever has become of it.
_TOLD_ANEW = ("id", "prompt", "index", "permalink", "number", "name", "axes")
_NOTHING = Wanted()
_NO_ROW = Row()
_GREYED_OUT = 2
_MODERATED_PHOTOS = 3


class Claim(Enum):
    """The answer to a worker that wants to make a video."""

    GRANTED = auto()
    COMPLETED = auto()
    FETCH = auto()
    MODERATED = auto()
    STOPPED = auto()
    REFUSED_IMAGE = auto()
    USED_UP = auto()


def new_manifest(*, batch: str, account: str, permalink: str, site: str, now: datetime) -> Manifest:
    """Return the manifest of a batch that was never run."""
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
    """Begin a run: take over the batch as it is written now, and release what a dead run had claimed."""
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
    """Let `manifest` hold what is asked for now; what else was tried is retired."""
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
    """Grant `video_id` to `worker` and open an attempt, or say why not.

    FETCH: it is completed, and only `wanted` files of it are to be brought. USED_UP: this run has tried it `most`
    times, or in vain for good.
    """
    video = manifest.videos[video_id]
    is_stopped = manifest.stop is not None or manifest.status is not RunStatus.IN_PROGRESS
    if video.lacks(wanted):
        return Claim.STOPPED if is_stopped else Claim.FETCH
    if video.status is Status.COMPLETED:
        video.not_removed = ""  # not wanted any more
        return Claim.COMPLETED
    if video.is_final:
        return Claim.MODERATED
    if is_stopped:
        return Claim.STOPPED
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
    """Take a claim back as if it had never been: nothing was submitted."""
    video = manifest.videos[video_id]
    del video.attempts[-1]
    video.status = Status.FAILED if video.category else Status.PENDING


def put_off(manifest: Manifest, video_id: str) -> None:
    """Let other videos go first: it is not known yet what came of what was submitted for `video_id`."""
    if manifest.videos[video_id].status is Status.IN_PROGRESS:
        unclaim(manifest, video_id)
    if video_id not in manifest.put_off:
        manifest.put_off.append(video_id)


def is_yet_to_begin(manifest: Manifest, video_id: str) -> bool:
    """Whether this run is to make `video_id` and nobody has begun with it, so that it could go before another."""
    video = manifest.videos[video_id]
    if video.is_final or video.status is Status.IN_PROGRESS or video_id in manifest.put_off:
        return False
    return not was_tried(manifest, video_id)


def was_tried(manifest: Manifest, video_id: str) -> bool:
    """Whether an attempt of this run has been made for `video_id`."""
    return any(is_of_this_run(manifest, attempt) for attempt in manifest.videos[video_id].attempts)


def submitting(
    manifest: Manifest,
    video_id: str,
    known_ids: Iterable[str],
    now: datetime,
    sent: Instant | None = None,
    wait: float = 0.0,
) -> None:
    """Note that a submit of `video_id` follows, and which videos stood on the page before it.

    For `wait` seconds its video is looked for, should nobody see what comes of it.
    """
    attempt = manifest.videos[video_id].attempts[-1]
    attempt.submitted_at, attempt.sent = now, sent
    attempt.due_at = now + timedelta(seconds=wait)
    attempt.known_ids = sorted(known_ids)
    if (link := manifest.videos[video_id].permalink) not in manifest.begun:
        manifest.begun.append(link)


def named(manifest: Manifest, video_id: str, reply_ids: Iterable[str]) -> None:
    """Note what the reply to the open attempt's submit calls the video that it brings about."""
    attempt = manifest.videos[video_id].attempts[-1]
    attempt.reply_ids = sorted({*attempt.reply_ids, *reply_ids})


def opened(manifest: Manifest, video_id: str, present_ids: Iterable[str]) -> frozenset[str]:
    """Return the ids that stood on the image's page before this run's first submit; those seen later are its own."""
    if manifest.videos[video_id].permalink not in manifest.begun:
        manifest.baseline_ids = sorted({*manifest.baseline_ids, *present_ids})
    return frozenset(manifest.baseline_ids)


def searched(manifest: Manifest, video_id: str) -> None:
    """Note that the page was looked at for the result of an earlier attempt of `video_id`, if there was one."""
    manifest.videos[video_id].attempts[-1].searched = True


def is_searched_for(manifest: Manifest) -> bool:
    """Whether a worker still looks on the page for a video that an earlier run submitted and did not see end.

    Until then nothing new is to be submitted: what it finds could be that new one.
    """
    return any(_is_searched_for(manifest, video) for video in manifest.videos.values())


def _is_searched_for(manifest: Manifest, video: VideoRecord) -> bool:
    if video.status is not Status.IN_PROGRESS or video.attempts[-1].searched:
        return False
    earlier = cut_off_attempt(manifest, video.id)
    return earlier is not None and earlier.run < manifest.run


def credited_ids(manifest: Manifest, *, besides: str) -> frozenset[str]:
    """Return the site's ids of all videos that any entry, old ones included, but `besides` calls its own.

    Those that a reply named count as well, whether or not they were seen to be finished.
    """
    entries = [*manifest.videos.values(), *manifest.retired]
    own = manifest.videos[besides]
    others = [entry for entry in entries if entry is not own]
    replied = (name for entry in others for attempt in entry.attempts for name in attempt.reply_ids)
    return frozenset([*(entry.video_id for entry in others if entry.video_id), *replied])


def adopt(manifest: Manifest, video_id: str, made: str) -> bool:
    """Credit the site's video `made` to `video_id` before its outcome is known; False if another one has it."""
    if made in credited_ids(manifest, besides=video_id):
        return False
    manifest.videos[video_id].video_id = made
    return True


def cut_off_attempt(manifest: Manifest, video_id: str) -> AttemptRecord | None:
    """Return the last attempt of `video_id` that was submitted and whose end nobody saw, if there is one."""
    return unseen_end(manifest.videos[video_id])


def unseen_end(video: VideoRecord) -> AttemptRecord | None:
    """Return the last attempt of `video` that was submitted, if nobody saw what came of it: perhaps it was made."""
    for attempt in reversed(video.attempts):
        if attempt.submitted_at is not None:
            return attempt if _is_end_unseen(attempt) else None
    return None


def _is_end_unseen(attempt: AttemptRecord) -> bool:
    return attempt.category in _END_UNSEEN if attempt.perhaps_made is None else attempt.perhaps_made


def is_sole(manifest: Manifest, video_id: str) -> bool:
    """Whether a new video of the image that nobody can name can only be that of `video_id`, or as good as that.

    It could be another's if something else was asked for there, too, and nothing is known of what came of it.
    """
    own = manifest.videos[video_id]
    others = (each for each in manifest.videos.values() if each.id != video_id and each.permalink == own.permalink)
    return not any(each.digest != own.digest and _may_turn_up(each) for each in others)


def _may_turn_up(video: VideoRecord) -> bool:
    """Whether a video that no reply has named may come of what was submitted for `video`."""
    submitted = [attempt for attempt in video.attempts if attempt.submitted_at is not None]
    if not submitted or submitted[-1].reply_ids:
        return False
    is_under_way = video.status is Status.IN_PROGRESS and submitted[-1].ended_at is None
    return is_under_way or _is_end_unseen(submitted[-1])


def finish(manifest: Manifest, video_id: str, outcome: Outcome, now: datetime, row: Row = _NO_ROW) -> Outcome:
    """Record what came of the open attempt and return it, corrected if it claims somebody else's video."""
    video = manifest.videos[video_id]
    if outcome.video is not None and outcome.video.video_id in credited_ids(manifest, besides=video_id):
        # Tried again it would be paid again: a wrong credit is a fault in reading the page, not of the site. What was
        # submitted for this video may be made all the same.
        message = "the page showed a video that another entry of the manifest already calls its own"
        wrong = Outcome.failure(Category.LAYOUT_CHANGED, message, evidence=outcome.evidence)
        outcome = replace(wrong, perhaps_made=True)
    outcome = weigh_refusal(manifest, _weigh_silence(manifest, video_id, outcome))
    _weigh_image(manifest, video.permalink, outcome)
    attempt = video.attempts[-1] if video.attempts else None
    _close_attempt(video, outcome.category, outcome.full_message, now)
    if attempt is not None:
        attempt.is_final = outcome.is_final
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
    weigh_video(manifest, video, row, now)
    weigh_server_errors(manifest, video, row, now)
    return outcome


def _forget_the_known(video: VideoRecord) -> None:
    """Let go of what stood on the page before a submit unless its result is still to be looked for.

    On a post that lists all its videos these are as many as the batch has: kept for each, they would be their square.
    """
    for attempt in video.attempts:
        if attempt is not unseen_end(video) or video.status is Status.COMPLETED:
            attempt.known_ids = []


def _weigh_silence(manifest: Manifest, video_id: str, outcome: Outcome) -> Outcome:
    """Take a button that stays disabled without a word for a limit once it has happened to two videos in a row."""
    is_silent = outcome.is_unsent and not outcome.is_greyed_out
    if is_silent or outcome.category in (Category.BROWSER_CRASHED, Category.NETWORK_ERROR):
        return outcome  # says nothing of it
    before = manifest.greyed_out if outcome.is_greyed_out else []
    manifest.greyed_out = [*before, video_id] if outcome.is_greyed_out and video_id not in before else before
    if len(manifest.greyed_out) < _GREYED_OUT:
        return outcome
    message = (
        "the site takes no more submits, and does not say why: its button stays disabled for one video after another"
    )
    return replace(outcome, category=Category.RATE_LIMIT, message=message)


def _weigh_image(manifest: Manifest, permalink: str, outcome: Outcome) -> None:
    """Make nothing more of an image that the site does not accept, whatever the prompt."""
    if outcome.is_uploaded_photo:
        photos = manifest.moderated_photos
        manifest.moderated_photos = photos | {permalink: photos.get(permalink, 0) + 1}
    if outcome.is_about_image or manifest.moderated_photos.get(permalink, 0) >= _MODERATED_PHOTOS:
        manifest.refused_images = manifest.refused_images | {permalink: f"not submitted; {outcome.message}"}


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
        # Of a run that was killed, somebody may have set the clock back since.
        attempt.ended_at, attempt.category, attempt.message = max(now, attempt.started_at), category, message


def stop(manifest: Manifest, status: RunStatus, reason: StopRecord) -> None:
    """Let no further video of this batch start; the first reason given is kept."""
    if manifest.stop is None:
        manifest.stop = reason
        manifest.status = status


def fail_claim(
    manifest: Manifest, video_id: str, category: Category, message: str, now: datetime, row: Row = _NO_ROW
) -> None:
    """Record that the worker of `video_id` will not report back; a result that it still wrote is kept."""
    video = manifest.videos[video_id]
    if video.status is not Status.IN_PROGRESS:
        return
    _close_attempt(video, category, message, now)
    video.category, video.message = category, message
    video.status = Status.PENDING if category is Category.INTERRUPTED else Status.FAILED
    weigh_video(manifest, video, row, now)


def release_claims(manifest: Manifest, message: str, now: datetime) -> None:
    """Make every claimed video pending again: whoever claimed it is gone."""
    for video_id in manifest.videos:
        fail_claim(manifest, video_id, Category.INTERRUPTED, message, now)


def close_run(manifest: Manifest, *, interrupted: bool, now: datetime) -> None:
    """End a run: nothing is in progress any more, and the run status tells how it went."""
    release_claims(manifest, "the run was ended before the video was finished", now)
    if manifest.stop is not None:
        return
    statuses = {video.status for video in manifest.videos.values()}
    if statuses <= {Status.COMPLETED}:
        manifest.status = RunStatus.COMPLETED
    elif interrupted:
        manifest.status = RunStatus.INTERRUPTED
    elif statuses & {Status.FAILED, Status.RATE_LIMITED}:
        manifest.status = RunStatus.FAILED
    else:
        manifest.status = RunStatus.PENDING
