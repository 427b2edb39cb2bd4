"""Unresolved attempts: they were submitted, but nobody saw their result, so the site may have made the video.

Before such a video is submitted again, its result is looked for on the page. Pure functions on a `Manifest`, like those
of `grokbatch.record.rules.ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules.video_identity import known_entries

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grokbatch.record.model.clock import RunClock
    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord


# After these failures the site may still have finished the video.
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
    """Note that the search on the page for the result of an earlier attempt of `video_id` has ended."""
    manifest.videos[video_id].attempts[-1].searched = True


def is_search_running(manifest: Manifest) -> bool:
    """Whether a worker is still searching a page for the result of an unresolved attempt of an earlier run.

    Until it is done, nothing new is submitted: the search could take the new video for the one it looks for.
    """
    return any(is_searched_for(manifest, video) for video in manifest.videos.values())


def is_searched_for(manifest: Manifest, video: VideoRecord) -> bool:
    """Whether a worker is still searching a page for the result of an attempt of an earlier run at `video`."""
    if video.status is not Status.IN_PROGRESS or video.attempts[-1].searched:
        return False
    earlier = unresolved_attempt(video)
    return earlier is not None and earlier.run < manifest.run


def credited_ids(manifest: Manifest, *, besides: str) -> frozenset[str]:
    """Return the site's ids of the videos that belong to any entry, retired ones included, except `besides`.

    Ids from the site's replies to submits count, too, even if nobody saw the videos finished.
    """
    entries = [*manifest.videos.values(), *manifest.retired]
    own = manifest.videos[besides]
    others = [entry for entry in entries if entry is not own]
    replied = (name for entry in others for attempt in entry.attempts for name in attempt.reply_ids)
    return frozenset([*(entry.video_id for entry in others if entry.video_id), *replied])


def adopt(manifest: Manifest, video_id: str, made: str) -> bool:
    """Credit the site's video `made` to `video_id` before its outcome is recorded; False if another entry has it."""
    if made in credited_ids(manifest, besides=video_id):
        return False
    manifest.videos[video_id].video_id = made
    return True


def unresolved_attempt(video: VideoRecord) -> AttemptRecord | None:
    """Return the last attempt of `video` that was submitted if nobody saw its result, else None."""
    for attempt in reversed(video.attempts):
        if attempt.submitted_at is not None:
            return attempt if _is_unresolved(attempt) else None
    return None


def _is_unresolved(attempt: AttemptRecord) -> bool:
    return attempt.category in _UNKNOWN_RESULT if attempt.perhaps_made is None else attempt.perhaps_made


def out_of_sight(manifest: Manifest, accounts: Mapping[str, str]) -> dict[str, str]:
    """Return by id the videos that one account has perhaps made and another one is to make, with the former account.

    `accounts` has the account of each video by `VideoSpec.identity`. An account does not see what another one has made,
    so the video would be paid twice.
    """
    found = {}
    for identity, entry in known_entries(manifest).items():
        account = entry.account or manifest.account
        is_open = entry.status is not Status.COMPLETED and unresolved_attempt(entry) is not None
        if is_open and accounts.get(identity, account) != account:
            found[entry.id] = account
    return found


def is_sole(manifest: Manifest, video_id: str) -> bool:
    """Whether a new video on the image's page that belongs to no entry can only be the result for `video_id`.

    It could be another entry's if that has asked for something else from the same image, with an unknown result.
    """
    own = manifest.videos[video_id]
    others = (each for each in manifest.videos.values() if each.id != video_id and each.permalink == own.permalink)
    return not any(each.digest != own.digest and _may_turn_up(each) for each in others)


def known_to_rivals(manifest: Manifest, video_id: str) -> tuple[frozenset[str], ...]:
    """Return the ids that were known before its submit, for each other video of the image that may also turn up.

    What was known before a submit cannot be its result, so it is left for those who submitted earlier.
    """
    own = manifest.videos[video_id]
    others = (each for each in manifest.videos.values() if each.id != video_id and each.permalink == own.permalink)
    last = (_last_submitted(each) for each in others if _may_turn_up(each))
    return tuple(frozenset(attempt.known_ids) for attempt in last if attempt is not None)


def _last_submitted(video: VideoRecord) -> AttemptRecord | None:
    return next((attempt for attempt in reversed(video.attempts) if attempt.submitted_at is not None), None)


def _may_turn_up(video: VideoRecord) -> bool:
    """Whether a video whose id no reply has named may be the result of the last submit for `video`."""
    submitted = [attempt for attempt in video.attempts if attempt.submitted_at is not None]
    if not submitted or submitted[-1].reply_ids:
        return False
    is_under_way = video.status is Status.IN_PROGRESS and submitted[-1].ended_at is None
    return is_under_way or _is_unresolved(submitted[-1])


def seconds_since_submit(attempt: AttemptRecord, manifest: Manifest, clock: RunClock) -> float:
    """Return the seconds since the submit of `attempt`, without those of the attempt that were slept through.

    Setting the clock does not change them, unless the machine has been restarted or its system has no boot id. Then
    they are an estimate: at least the time since this run began.
    """
    return max(0.0, _seconds_since_submit(attempt, manifest, clock) - attempt.slept)


def _seconds_since_submit(attempt: AttemptRecord, manifest: Manifest, clock: RunClock) -> float:
    sent = attempt.submitted_at or attempt.started_at
    if (told := clock.instant().after(attempt.sent)) is not None:
        return max(0.0, told)
    now = clock.now()
    if attempt.run == manifest.run:
        return max(0.0, (now - sent).total_seconds())
    # The submit was before this run began. The system clock may have been set back since.
    at_least = (now - (manifest.run_started_at or now)).total_seconds()
    return max(0.0, at_least, (clock.wall() - sent).total_seconds())
