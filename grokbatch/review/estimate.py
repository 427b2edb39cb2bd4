"""Estimates how long a batch will take for its remaining videos, from the attempts in its manifest."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.review.formatting import VideoState, video_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord

# Seconds. A longer pause of a worker is not counted: another run has begun, or somebody had to sign in.
_LONGEST_PAUSE = 120.0


@dataclass(frozen=True)
class Count:
    """The number of videos, in total and in each state; those that a limit stopped count as pending."""

    videos: int = 0
    done: int = 0
    pending: int = 0
    failed: int = 0
    moderated: int = 0

    @classmethod
    def of(cls, states: Iterable[VideoState]) -> Count:
        """Count the states of some videos."""
        found = Counter(states)
        done, failed, moderated = (
            found[each] for each in (VideoState.COMPLETED, VideoState.FAILED, VideoState.MODERATED)
        )
        return cls(found.total(), done, found.total() - done - failed - moderated, failed, moderated)

    @property
    def left(self) -> int:
        """The number of videos that a run would make; moderated ones are not submitted again."""
        return self.pending + self.failed


@dataclass(frozen=True)
class TimePerVideo:
    """The seconds that a worker needs from one video to the next, and the number of videos they were measured on."""

    seconds: float
    videos: int


def video_states(videos: Iterable[VideoSpec], manifest: Manifest | None) -> list[VideoState]:
    """Return the state of each video, matched with the manifest by what it asks for; without one, all are pending."""
    known = known_entries(manifest) if manifest else {}
    entries = (known.get(video.identity) for video in videos)
    return [video_state(entry.status, entry.category) if entry else VideoState.PENDING for entry in entries]


def time_per_video(manifest: Manifest | None) -> TimePerVideo | None:
    """Return the median time of all videos that were made, with the median pause between them; None if there are none.

    Videos that were found on the page, and not made by an attempt that is recorded completely, do not count.
    """
    entries = list(known_entries(manifest).values()) if manifest else []
    made = [attempt for entry in entries if (attempt := _made_by(entry))]
    if not made:
        return None
    pauses = [seconds for entry in _by_worker(entries) for seconds in _pauses(entry)]
    pause = median(pauses) if pauses else 0.0
    return TimePerVideo(median(attempt.seconds or 0.0 for attempt in made) + pause, len(made))


def time_left(parts: Iterable[tuple[int, TimePerVideo]], workers: int) -> float:
    """Return the seconds that `workers` need together for all parts: a number of videos and the time for each."""
    left = [(number, each) for number, each in parts if number]
    total = sum(number for number, _ in left)
    if not total:
        return 0.0
    mean = sum(number * each.seconds for number, each in left) / total
    return math.ceil(total / workers) * mean


def _made_by(entry: VideoRecord) -> AttemptRecord | None:
    """Return the attempt that made the video, unless the video was only found on the page."""
    last = entry.attempts[-1] if entry.attempts else None
    is_made = entry.status is Status.COMPLETED and not entry.adopted
    return last if last and is_made and last.submitted_at and last.ended_at else None


def _by_worker(entries: Iterable[VideoRecord]) -> Iterable[Sequence[AttemptRecord]]:
    found: dict[str, list[AttemptRecord]] = defaultdict(list)
    for entry in entries:
        for attempt in entry.attempts:
            found[attempt.worker].append(attempt)
    return [sorted(attempts, key=lambda attempt: attempt.started_at) for attempts in found.values()]


def _pauses(attempts: Sequence[AttemptRecord]) -> Iterable[float]:
    between = (
        (after.started_at - before.ended_at).total_seconds() for before, after in pairwise(attempts) if before.ended_at
    )
    return [seconds for seconds in between if 0 <= seconds <= _LONGEST_PAUSE]
