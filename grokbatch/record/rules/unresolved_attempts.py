"""Attempts that were submitted and whose result nobody saw: the site may have made the video all the same.

Before such a video is submitted again, its result is looked for on the page. Pure functions on a `Manifest`, as those
of `grokbatch.record.rules.ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Status

if TYPE_CHECKING:
    from grokbatch.record.model.clock import RunClock
    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord


# After these the site may have finished the video all the same.
_UNKNOWN_RESULT = frozenset(
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


def searched(manifest: Manifest, video_id: str) -> None:
    """Note that the page was looked at for the result of an earlier attempt of `video_id`, if there was one."""
    manifest.videos[video_id].attempts[-1].searched = True


def is_search_running(manifest: Manifest) -> bool:
    """Whether a worker still looks on the page for a video that an earlier run submitted and did not see end.

    Until then nothing new is to be submitted: what it finds could be that new one.
    """
    return any(_is_search_running(manifest, video) for video in manifest.videos.values())


def _is_search_running(manifest: Manifest, video: VideoRecord) -> bool:
    if video.status is not Status.IN_PROGRESS or video.attempts[-1].searched:
        return False
    earlier = unresolved_attempt(video)
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


def unresolved_attempt(video: VideoRecord) -> AttemptRecord | None:
    """Return the last attempt of `video` that was submitted, if nobody saw what came of it: perhaps it was made."""
    for attempt in reversed(video.attempts):
        if attempt.submitted_at is not None:
            return attempt if _is_unresolved(attempt) else None
    return None


def _is_unresolved(attempt: AttemptRecord) -> bool:
    return attempt.category in _UNKNOWN_RESULT if attempt.perhaps_made is None else attempt.perhaps_made


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
    return is_under_way or _is_unresolved(submitted[-1])


def seconds_since_submit(attempt: AttemptRecord, manifest: Manifest, clock: RunClock) -> float:
    """Return the seconds since the submit of `attempt`, never too many unless the machine was started anew since."""
    sent = attempt.submitted_at or attempt.started_at
    if (told := clock.instant().after(attempt.sent)) is not None:
        return max(0.0, told)
    now = clock.now()
    if attempt.run == manifest.run:
        return max(0.0, (now - sent).total_seconds())
    # Since then somebody may have set the clock back; before this run it was in any case.
    at_least = (now - (manifest.run_started_at or now)).total_seconds()
    return max(0.0, at_least, (clock.wall() - sent).total_seconds())
