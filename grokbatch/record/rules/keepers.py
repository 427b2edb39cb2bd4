"""How many of a batch's videos are kept, and whether another one is still needed: only so many are wanted.

Pure functions on a `Manifest`, like those of `grokbatch.record.rules.ledger`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import is_there
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.tries import is_lost_again, is_of_this_run, is_used_up

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grokbatch.record.model.manifest import Keepers, Manifest, VideoRecord


_LONGEST_PAUSE = 60.0


@dataclass(frozen=True)
class KeeperCount:
    """How far a batch is that wants a number of keepers.

    `kept`: completed, as expected, and not rejected. `under_way`: being made, or its file not looked into yet. `made`
    are all that were completed.
    """

    wanted: int
    kept: int
    under_way: int
    made: int
    rejected: int = 0

    @property
    def is_met(self) -> bool:
        """Whether so many are kept that no more are made."""
        return self.kept >= self.wanted

    @property
    def is_enough_for_now(self) -> bool:
        """Whether no more are needed if all that are under way are kept."""
        return self.kept + self.under_way >= self.wanted

    @property
    def is_open(self) -> bool:
        """Whether it depends on those under way whether more are needed."""
        return self.is_enough_for_now and not self.is_met

    def __str__(self) -> str:
        rejected = f", {self.rejected} rejected" if self.rejected else ""
        return f"{self.kept} of {self.wanted} keepers, {self.made} made{rejected}"


def keeper_count(
    manifest: Manifest, goal: Keepers | None = None, *, now: datetime | None = None, besides: str = ""
) -> KeeperCount | None:
    """Return how far the batch is, by `goal` or else by what its manifest says; None if it wants no keepers.

    With the time `now`, videos that a worker is about to try again are under way, too, unless it is `besides`.
    """
    goal = goal or manifest.keepers
    if goal is None:
        return None
    kept = under_way = made = rejected = 0
    for video in manifest.videos.values():
        is_made, is_rejected = video.status is Status.COMPLETED, video.id in manifest.rejected
        made += is_made
        rejected += is_made and is_rejected
        if is_made and not is_rejected and not video.misses:
            is_open = goal.has_checks and _is_to_be_looked_into(manifest, video)
            kept, under_way = kept + (not is_open), under_way + is_open
        is_retried = now is not None and video.id != besides and _is_to_be_tried_again(manifest, goal, video, now)
        under_way += video.status is Status.IN_PROGRESS or is_retried
    return KeeperCount(goal.wanted, kept, under_way, made, rejected)


def _is_to_be_tried_again(manifest: Manifest, goal: Keepers, video: VideoRecord, now: datetime) -> bool:
    """Whether a video has just failed in this run and its worker pauses before it tries again.

    After a minute somebody else need not wait for that: the worker may be gone, or it pauses for long.
    """
    ended = video.attempts[-1].ended_at if video.attempts else None
    if video.status is not Status.FAILED or ended is None or video.id in manifest.put_off:
        return False
    is_over = is_used_up(manifest, video, goal.attempts) or is_lost_again(manifest, video)
    is_new = is_of_this_run(manifest, video.attempts[-1]) and (now - ended).total_seconds() < _LONGEST_PAUSE
    return is_new and not is_over


def _is_to_be_looked_into(manifest: Manifest, video: VideoRecord) -> bool:
    """Whether the worker that has just made a video has still to bring its file, or to look into it."""
    is_new = bool(video.attempts) and is_of_this_run(manifest, video.attempts[-1])
    is_to_come = video.download is None or is_there(video.download)
    return is_new and is_to_come and not video.is_inspected


def reject(manifest: Manifest, video_ids: Iterable[str], at: datetime) -> None:
    """Note which videos the user has rejected at the time `at`; a video that was made after that is another one."""
    ended = {video.id: video.attempts[-1].ended_at for video in manifest.videos.values() if video.attempts}
    manifest.rejected = [each for each in video_ids if (made := ended.get(each)) is not None and made <= at]


def is_met(manifest: Manifest) -> bool:
    """Whether the batch wants so many keepers and has them, so that nothing more is needed of it."""
    count = keeper_count(manifest)
    return count is not None and count.is_met
