"""What a batch has made and would still make, and how long that may take, judged by its own history."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.review.formatting import VideoState, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import AttemptRecord, Manifest, VideoRecord

# A worker that pauses for longer than this (seconds) belongs to another run, or somebody had to sign in.
_LONGEST_PAUSE = 120.0


@dataclass(frozen=True)
class Count:
    """How many videos there are, and how many of them stand where; those that a limit stopped are pending."""

    videos: int = 0
    done: int = 0
    pending: int = 0
    failed: int = 0
    moderated: int = 0

    @classmethod
    def of(cls, standings: Iterable[VideoState]) -> Count:
        """Count the standings of some videos."""
        found = Counter(standings)
        done, failed, moderated = (
            found[each] for each in (VideoState.COMPLETED, VideoState.FAILED, VideoState.MODERATED)
        )
        return cls(found.total(), done, found.total() - done - failed - moderated, failed, moderated)

    @property
    def left(self) -> int:
        """How many a run would make; what was moderated is not submitted again."""
        return self.pending + self.failed


@dataclass(frozen=True)
class Pace:
    """How long a worker takes from one video to the next (seconds), and from how many videos this is known."""

    seconds: float
    videos: int


def standings(videos: Iterable[VideoSpec], manifest: Manifest | None) -> list[VideoState]:
    """Return where each of the videos stands, told by what it asks for; without a manifest all are pending."""
    known = known_entries(manifest) if manifest else {}
    entries = (known.get(video.identity) for video in videos)
    return [standing(entry.status, entry.category) if entry else VideoState.PENDING for entry in entries]


def pace(manifest: Manifest | None) -> Pace | None:
    """Return the median pace of all videos that were made, or None when there are none to judge by."""
    entries = list(known_entries(manifest).values()) if manifest else []
    made = [attempt for entry in entries if (attempt := _made_by(entry))]
    if not made:
        return None
    pauses = [seconds for entry in _by_worker(entries) for seconds in _pauses(entry)]
    return Pace(median(attempt.seconds or 0.0 for attempt in made) + (median(pauses) if pauses else 0.0), len(made))


def time_left(parts: Iterable[tuple[int, Pace]], workers: int) -> float:
    """Return how long `workers` take (seconds) for parts of so many videos, each part at its own pace."""
    left = [(number, each) for number, each in parts if number]
    total = sum(number for number, _ in left)
    if not total:
        return 0.0
    mean = sum(number * each.seconds for number, each in left) / total
    return math.ceil(total / workers) * mean


def _made_by(entry: VideoRecord) -> AttemptRecord | None:
    """Return the attempt that made the video, if it was made and not only found."""
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
