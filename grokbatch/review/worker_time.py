"""Computes when each worker of a run was busy with what, from the attempts and files in the manifests.

Only one run is shown, because hours may lie between two: this one, known by its number, or, if it had nothing to make,
the last one that made something.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import FileState
from grokbatch.record.model.outcome import Category
from grokbatch.review.formatting import VideoState, count_of, stretch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from grokbatch.record.model.manifest import AttemptRecord, FileRecord, Manifest, VideoRecord

QUIET = timedelta(minutes=10)
"""A longer time without an attempt separates two runs."""


class Use(StrEnum):
    """The uses of the workers' time."""

    MAKING = "generating"
    READY = "getting ready"
    LOST = "failed attempts"
    FILES = "files"
    WAITING = "waiting"


@dataclass(frozen=True)
class Stretch:
    """A period in which a worker was busy with one video: with an attempt, or with downloading a file.

    `sent_at`: when the attempt was submitted, None if it was not. `came_to`: its result, None while it is under way.
    `is_present`: it belongs to the present run.
    """

    worker: str
    account: str
    video: str
    what: str
    began_at: datetime
    ended_at: datetime
    came_to: VideoState | None
    category: Category | None = None
    sent_at: datetime | None = None
    is_file: bool = False
    is_present: bool = True

    @property
    def seconds(self) -> float:
        """The duration in seconds."""
        return (self.ended_at - self.began_at).total_seconds()

    def uses(self) -> Iterator[tuple[Use, float]]:
        """Yield the uses of this period, with the seconds of each."""
        if self.is_file or self.came_to not in {VideoState.COMPLETED, None}:
            yield (Use.FILES if self.is_file else Use.LOST), self.seconds
            return
        sent = self.sent_at or self.ended_at
        yield Use.READY, (sent - self.began_at).total_seconds()
        yield Use.MAKING, (self.ended_at - sent).total_seconds()


@dataclass(frozen=True)
class WorkTime:
    """The times of a run: its beginning, its end, and the stretches of each worker, in the order of the workers.

    `is_earlier`: it is not the present run, but the last one that made something.
    """

    began_at: datetime
    ended_at: datetime
    lanes: dict[str, list[Stretch]]
    is_earlier: bool = False

    @classmethod
    def of(cls, manifests: Sequence[Manifest], since: datetime, now: datetime) -> WorkTime | None:
        """Return the run that began at `since`, or else the last one that made something; None if none did."""
        everything = sorted(_stretches(manifests, now), key=lambda each: each.began_at)
        present = [each for each in everything if each.is_present]
        if present:
            return cls(since, max(now, _end(present)), _lanes(present))
        earlier = _last_of(everything)
        return cls(earlier[0].began_at, _end(earlier), _lanes(earlier), is_earlier=True) if earlier else None

    @property
    def seconds(self) -> float:
        """The duration of the run in seconds, which is never 0."""
        return max(0.001, (self.ended_at - self.began_at).total_seconds())

    @cached_property
    def accounts(self) -> list[str]:
        """The accounts that the workers used, sorted."""
        return sorted({each.account for lane in self.lanes.values() for each in lane})

    def shares(self) -> dict[Use, int]:
        """Return the shares of the workers' time, in whole percent with a sum of 100."""
        seconds: dict[Use, float] = dict.fromkeys(Use, 0.0)
        for lane in self.lanes.values():
            for each in lane:
                for use, spent in each.uses():
                    seconds[use] += max(0.0, spent)
        seconds[Use.WAITING] = max(0.0, self.seconds * len(self.lanes) - sum(seconds.values()))
        return _percents(seconds)

    def in_words(self) -> str:
        """Return the shares in words: `10 workers, 42 min: 83 % generating, 9 % failed attempts, …`."""
        shares = ", ".join(f"{share} % {use.value}" for use, share in self.shares().items() if share)
        return f"{count_of(len(self.lanes), 'worker')}, {stretch(self.seconds)}: {shares}"


def pauses(lane: Sequence[Stretch]) -> Iterator[tuple[Stretch, Stretch]]:
    """Yield each two attempts in a row for the same video between which the worker waited."""
    for first, second in pairwise(each for each in lane if not each.is_file):
        if first.video == second.video and second.began_at > first.ended_at:
            yield first, second


def _stretches(manifests: Sequence[Manifest], now: datetime) -> Iterator[Stretch]:
    for manifest in manifests:
        for video in _entries(manifest):
            name = video.id if len(manifests) == 1 else f"{manifest.batch}/{video.id}"
            account = video.account or manifest.account
            for attempt in video.attempts:
                yield replace(_attempt(attempt, name, account, now), is_present=attempt.run == manifest.run)
            for what, file in (("file", video.download), ("HD file", video.hd)):
                if file is not None and (brought := _file(file, what, video)) is not None:
                    is_present = file.run == manifest.run
                    yield replace(brought, video=name, account=account, is_present=is_present)


def _entries(manifest: Manifest) -> Iterable[VideoRecord]:
    for video in (*manifest.videos.values(), *manifest.retired):
        yield video
        yield from video.history


def _attempt(attempt: AttemptRecord, video: str, account: str, now: datetime) -> Stretch:
    ended = attempt.ended_at or max(now, attempt.started_at)
    return Stretch(
        worker=attempt.worker,
        account=account,
        video=video,
        what=f"attempt {attempt.number}",
        began_at=attempt.started_at,
        ended_at=ended,
        came_to=_came_to(attempt.category) if attempt.ended_at else None,
        category=attempt.category,
        sent_at=attempt.submitted_at,
    )


def _came_to(category: Category | None) -> VideoState:
    told = {
        Category.CONTENT_MODERATED: VideoState.MODERATED,
        Category.RATE_LIMIT: VideoState.RATE_LIMITED,
        Category.INTERRUPTED: VideoState.INTERRUPTED,
    }
    return told.get(category, VideoState.FAILED) if category else VideoState.COMPLETED


def _file(file: FileRecord, what: str, video: VideoRecord) -> Stretch | None:
    """Return the period of a download, or None if that is unknown: older manifests do not have its beginning."""
    last = video.attempts[-1] if video.attempts else None
    begun = file.began_at or (last.ended_at if last else None)
    worker = file.worker or (last.worker if last else "")
    if begun is None or not worker or file.at < begun or (file.began_at is None and file.at - begun > QUIET):
        return None
    came_to = VideoState.FAILED if file.state is FileState.FAILED else VideoState.COMPLETED
    return Stretch(worker, "", "", what, begun, file.at, came_to, is_file=True)


def _last_of(everything: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches of the last run: those after the last gap that is longer than `QUIET`."""
    last: list[Stretch] = []
    for each in everything:
        if last and each.began_at - _end(last) > QUIET:
            last = []
        last.append(each)
    return last


def _end(stretches: Iterable[Stretch]) -> datetime:
    return max(each.ended_at for each in stretches)


def _lanes(stretches: Iterable[Stretch]) -> dict[str, list[Stretch]]:
    lanes: dict[str, list[Stretch]] = defaultdict(list)
    for each in stretches:
        lanes[each.worker].append(each)
    return {name: lanes[name] for name in sorted(lanes, key=_rank)}


def _rank(worker: str) -> tuple[int, str]:
    number = worker.removeprefix("gw")
    return (int(number), "") if number.isdigit() else (-1, worker)


def _percents(amounts: dict[Use, float]) -> dict[Use, int]:
    """Return the shares in whole percent; those that rounding down cut most are rounded up, so that the sum is 100."""
    total = sum(amounts.values()) or 1.0
    exact = {use: 100 * amount / total for use, amount in amounts.items()}
    shares = {use: int(share) for use, share in exact.items()}
    for use in sorted(exact, key=lambda use: shares[use] - exact[use])[: 100 - sum(shares.values())]:
        shares[use] += 1
    return shares
