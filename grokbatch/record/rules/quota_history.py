"""The record of a quota as times, and what each way of counting would have made of it.

Times are seconds since the epoch. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from grokbatch.record.model.quota import SubmitResult

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.record.model.quota import LimitEntry, QuotaRecord

DAY = 86_400.0
CONSIDERED = 20
"""How many of the latest limits are considered."""
_TOLERANCE = 45.0, 0.02
"""By how much a click and the site's own count of it may differ: in seconds, but at most this part of the window."""
_SAID_TOLERANCE = 0.02, 90.0
"""How exact an announced time is: a part of the wait, and seconds."""
FAILED = frozenset({SubmitResult.FAILED, SubmitResult.MODERATED})


class Kind(Enum):
    """Where a window begins."""

    FIRST_VIDEO = "the first video in it"
    EACH_VIDEO = "each video, for that one only"
    """Each video is counted for as long as the window, so that the allowance comes back one by one."""
    DAY = "a time of day"
    WEEK = "a time of the week"


PERIODS = {Kind.DAY: DAY, Kind.WEEK: 7 * DAY}


@dataclass(frozen=True)
class Limit:
    """A limit: first and last refusal, and until when it was over at the latest; `over` is None while it lasts."""

    at: float
    refused: float
    over: float | None

    @classmethod
    def of(cls, entry: LimitEntry, *, is_site_trusted: bool) -> Limit:
        """Return the limit; if the site always kept its word, its end is better known than by our next submit."""
        over = None if entry.over_at is None else entry.over_at.timestamp()
        at, refused = entry.at.timestamp(), entry.last_refusal.timestamp()
        said = None if entry.said is None or not is_site_trusted else entry.said.timestamp()
        if over is not None and said is not None and refused < said <= over + _TOLERANCE[0]:
            exact = max(_SAID_TOLERANCE[0] * (said - refused), _SAID_TOLERANCE[1])
            return cls(at, max(refused, said - exact), min(over, said + exact))
        return cls(at, refused, over)


@dataclass(frozen=True)
class History:
    """A record as sorted times: of all accepted submits, of those that count, and the limits."""

    accepted: tuple[float, ...]
    times: tuple[float, ...]
    limits: tuple[Limit, ...]

    @classmethod
    def of(cls, record: QuotaRecord, *, counts_failures: bool) -> History:
        """Return the history; without `counts_failures`, submits that came to nothing do not count."""
        counted = (each.at.timestamp() for each in record.submits if counts_failures or each.result not in FAILED)
        is_trusted = not any(each.is_said_wrong for each in record.limits[-CONSIDERED:])
        return cls(
            tuple(sorted(each.at.timestamp() for each in record.submits)),
            tuple(sorted(counted)),
            tuple(Limit.of(each, is_site_trusted=is_trusted) for each in record.limits),
        )

    @cached_property
    def ended(self) -> tuple[Limit, ...]:
        """The latest limits that are over, the newest first; older ones only if they tell what was too early."""
        ended = [each for each in reversed(self.limits) if each.over is not None]
        telling = [each for each in ended[CONSIDERED:] if each.refused > each.at]
        return (*ended[:CONSIDERED], *telling[:CONSIDERED])

    @cached_property
    def safe_lengths(self) -> tuple[float, ...]:
        """The lengths with which these limits would have ended just when work succeeded again."""
        return tuple((each.over or 0.0) - self._anchors[each.at] for each in self.ended)

    @cached_property
    def _anchors(self) -> dict[float, float]:
        return {each.at: self._anchor(each.at) for each in self.limits}

    def _anchor(self, at: float) -> float:
        """Return the time of a submit that certainly began a window: the first one, or the first after a limit."""
        over = max((each.over for each in self.limits if each.over is not None and each.over <= at), default=None)
        index = 0 if over is None else bisect_left(self.accepted, over)
        return self.accepted[index] if index < len(self.accepted) and self.accepted[index] <= at else at

    def start(self, at: float, window: float) -> float:
        """Return when the window that contains `at` began, if windows begin with their first video."""
        start = self._anchors[at] if at in self._anchors else self._anchor(at)
        while start + window <= at:
            index = bisect_left(self.accepted, start + window)
            if index >= len(self.accepted) or self.accepted[index] > at:
                break
            start = self.accepted[index]
        return start

    def within(self, begin: float, end: float) -> Sequence[float]:
        """Return the times of the submits that count, after `begin` and until `end`."""
        return self.times[bisect_right(self.times, begin) : bisect_right(self.times, end)]

    def end_of(self, kind: Kind, value: float, at: float) -> float:
        """Return when a limit that was met at `at` ends; `value` is the length, or the time of the day or week."""
        if kind in PERIODS:
            return at + ((value - at) % PERIODS[kind] or PERIODS[kind])
        if kind is Kind.FIRST_VIDEO:
            return self.start(at, value) + value
        index = bisect_right(self.times, at - value)
        return (self.times[index] if index < len(self.times) and self.times[index] <= at else at) + value

    def used(self, kind: Kind, value: float, at: float) -> int:
        """Return how many videos count at `at`."""
        if kind in PERIODS:
            begin = self.end_of(kind, value, at) - PERIODS[kind]
        elif kind is Kind.EACH_VIDEO:
            begin = at - value
        else:
            begin = self.start(at, value) - 1e-6
            if at >= begin + value:
                return 0
        return bisect_right(self.times, at) - bisect_right(self.times, begin)

    def fits(self, kind: Kind, value: float, limit: Limit) -> bool:
        """Whether the limit would have ended after its last refusal, and before work succeeded again."""
        end = self.end_of(kind, value, limit.at)
        seconds, part = _TOLERANCE
        return end > limit.refused and (limit.over is None or end <= limit.over + min(seconds, part * (end - limit.at)))
