"""Finds the windows that fit the record of a quota: how long they are, where they begin, and how many videos they hold.

Three kinds are tried, each with many lengths. Of a length (for a calendar: of a time of day or week) the record tells
whether each limit would have ended after its last refusal and before work succeeded again; what fits the latest limits
best is taken. Times are seconds since the epoch. Pure.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from grokbatch.record.model.quota import SubmitResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grokbatch.record.model.quota import LimitEntry, QuotaRecord

MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
_SHORTEST, _LONGEST, _STEP = 10 * MINUTE, 8 * DAY, 1.01
_ROUND = tuple(hours * HOUR for hours in (1, 2, 3, 4, 6, 8, 12, 24, 48, 168))
_PHASES = 288
"""How many times of a day, or of a week, are tried as the beginning of a calendar's window."""
_TOLERANCE = 45.0
"""Seconds by which a click and the site's own count of it may differ."""
_SAID_TOLERANCE = 0.02, 90.0
"""How exact an announced time is: a part of the wait, and seconds."""
_CONSIDERED, _FADING = 6, 0.6
"""How many of the latest limits are considered, and how much less each counts than the next newer one.

A single odd limit is outvoted by those before it; two that agree outvote all that were before them.
"""
_COUNTED_SPREAD = 0.5
"""What differing numbers of videos before the limits cost a kind, in limits."""


class Kind(Enum):
    """Where a window begins."""

    FIRST_VIDEO = "the first video in it"
    EACH_VIDEO = "each video for itself"
    """Each video is counted for as long as the window, so that the allowance comes back one by one."""
    DAY = "a time of day"
    WEEK = "a time of the week"


_PERIODS = {Kind.DAY: DAY, Kind.WEEK: 7 * DAY}


@dataclass(frozen=True)
class _Limit:
    """A limit: first and last refusal, and until when it was over at the latest; `over` is None while it lasts."""

    at: float
    refused: float
    over: float | None

    @classmethod
    def of(cls, entry: LimitEntry) -> _Limit:
        over = None if entry.over_at is None else entry.over_at.timestamp()
        at, refused = entry.at.timestamp(), entry.last_refusal.timestamp()
        said = None if entry.said is None else entry.said.timestamp()
        if over is not None and said is not None and refused < said <= over + _TOLERANCE:
            # The site kept its word, so that its end is better known than by our next submit.
            exact = max(_SAID_TOLERANCE[0] * (said - refused), _SAID_TOLERANCE[1])
            return cls(at, max(refused, said - exact), min(over, said + exact))
        return cls(at, refused, over)


@dataclass(frozen=True)
class Fit:
    """The windows of one kind that fit the record best.

    `values` are what fits, ascending: lengths, for a calendar times of the day or week. `weight` is how many of the
    latest limits they fit, older ones counting less, and `limits` their number. `counts` are the numbers of videos that
    were made in the window before each of these limits, the newest first. `ends`: when the limit that was met last
    would end with each value.
    """

    kind: Kind
    counts_failures: bool
    values: tuple[float, ...]
    weight: float
    limits: int
    counts: tuple[int, ...]
    ends: tuple[float, ...]
    history: History

    @property
    def window(self) -> float:
        """The most likely length: the roundest of those that fit, else the longest, with which no try is too early."""
        if self.kind in _PERIODS:
            return _PERIODS[self.kind]
        return self.value

    @property
    def value(self) -> float:
        """The most likely of `values`."""
        return max(self.values, key=lambda each: (roundness(self.kind, each), each))

    @property
    def uncertainty(self) -> float:
        """By how many seconds the window, or its beginning, may be another one."""
        return (self.values[-1] - self.values[0]) / 2

    @property
    def allowance(self) -> int | None:
        """How many videos a window holds."""
        return round(median(self.counts)) if self.counts else None

    @property
    def spread(self) -> float:
        """By what part the counts differ, from 0 to 1: much if this is not how the site counts."""
        most, least = max(self.counts, default=0), min(self.counts, default=0)
        return (most - least) / most if most else 0.0

    @property
    def score(self) -> float:
        """How well this kind fits."""
        return self.weight - _COUNTED_SPREAD * self.spread * min(2, self.limits)


@dataclass(frozen=True)
class History:
    """A record as sorted times: of the submits that count, and the limits."""

    times: tuple[float, ...]
    limits: tuple[_Limit, ...]

    @classmethod
    def of(cls, record: QuotaRecord, *, counts_failures: bool) -> History:
        """Return the history; without `counts_failures`, submits that came to nothing are left out."""
        times = (each.at.timestamp() for each in record.submits if counts_failures or each.result not in _FAILED)
        return cls(tuple(sorted(times)), tuple(map(_Limit.of, record.limits)))

    @cached_property
    def safe_lengths(self) -> tuple[float, ...]:
        """The lengths with which the last limits would have ended just when work succeeded again."""
        ended = [each for each in self.limits if each.over is not None][-_CONSIDERED:]
        return tuple((each.over or 0.0) - self.start(each.at, each.at - self._anchor(each.at) + 1.0) for each in ended)

    def start(self, at: float, window: float) -> float:
        """Return when the window that contains `at` began, if windows begin with their first video."""
        start = self._anchor(at)
        while start + window <= at:
            index = bisect_left(self.times, start + window)
            if index >= len(self.times) or self.times[index] > at:
                break
            start = self.times[index]
        return start

    def _anchor(self, at: float) -> float:
        """Return the time of a submit that certainly began a window: the first one, or the first after a limit."""
        over = max((each.over for each in self.limits if each.over is not None and each.over <= at), default=None)
        index = 0 if over is None else bisect_left(self.times, over)
        return self.times[index] if index < len(self.times) and self.times[index] <= at else at

    def within(self, begin: float, end: float) -> Sequence[float]:
        """Return the times of the submits after `begin` and until `end`."""
        return self.times[bisect_right(self.times, begin) : bisect_right(self.times, end)]

    def end_of(self, kind: Kind, value: float, at: float) -> float:
        """Return when a limit that was met at `at` ends."""
        if kind in _PERIODS:
            return at + ((value - at) % _PERIODS[kind] or _PERIODS[kind])
        if kind is Kind.FIRST_VIDEO:
            return self.start(at, value) + value
        index = bisect_right(self.times, at - value)
        return (self.times[index] if index < len(self.times) and self.times[index] <= at else at) + value

    def used(self, kind: Kind, value: float, at: float) -> int:
        """Return how many videos count at `at`."""
        if kind in _PERIODS:
            return len(self.within(self.end_of(kind, value, at) - _PERIODS[kind], at))
        if kind is Kind.EACH_VIDEO:
            return len(self.within(at - value, at))
        start = self.start(at, value)
        return len(self.within(start - 1e-6, at)) if at < start + value else 0


_FAILED = frozenset({SubmitResult.FAILED, SubmitResult.MODERATED})


def best_fit(record: QuotaRecord) -> Fit | None:
    """Return the windows that fit the record best; None if no limit has ended yet that tells of one."""
    fits = [fit for fit in _fits(record) if fit.weight > 0]
    # The first of equals: the kinds are in the order of how simple they are.
    return max(fits, key=lambda fit: fit.score, default=None)


def roundness(kind: Kind, value: float) -> int:
    """Return how likely somebody has chosen this value: 2 for the usual ones, 1 for whole hours, else 0."""
    if kind not in _PERIODS and any(abs(value - each) < 1.0 for each in _ROUND):
        return 2
    if kind in _PERIODS and value % DAY < 1.0:
        return 2
    return int(value % HOUR < 1.0)


def _fits(record: QuotaRecord) -> Iterable[Fit]:
    if not any(each.over_at is not None for each in record.limits):
        return
    has_failures = any(each.result in _FAILED for each in record.submits)
    for counts_failures in (True, False) if has_failures else (True,):
        history = History.of(record, counts_failures=counts_failures)
        for kind in Kind:
            fit = _fit(history, kind, _values(history, kind, record), counts_failures=counts_failures)
            if fit is not None:
                yield fit


def _values(history: History, kind: Kind, record: QuotaRecord) -> list[float]:
    if kind in _PERIODS:
        return [number * _PERIODS[kind] / _PHASES for number in range(_PHASES)]
    told = {each.window for each in record.replies if each.window}
    found = {*_ROUND, *(hours * HOUR for hours in range(1, 49)), *told, *history.safe_lengths}
    length = _SHORTEST
    while length < _LONGEST:
        found.add(length)
        length *= _STEP
    return sorted(each for each in found if each >= _SHORTEST)


def _fit(history: History, kind: Kind, values: Sequence[float], *, counts_failures: bool) -> Fit | None:
    limits = [*reversed(history.limits)]
    last = limits[0] if limits[0].over is None else None
    ended = [each for each in limits if each.over is not None][:_CONSIDERED]
    weighed = [
        (sum(_FADING**age for age, limit in enumerate(ended) if _fits_limit(history, kind, value, limit)), value)
        for value in values
        if last is None or _fits_limit(history, kind, value, last)
    ]
    weight = max((each for each, _ in weighed), default=0.0)
    if not weight:
        return None
    best = tuple(value for each, value in weighed if each > weight - 1e-9)
    likely = max(best, key=lambda each: (roundness(kind, each), each))
    fitting = [each for each in ended if _fits_limit(history, kind, likely, each)]
    counted = [*([last] if last else []), *fitting]
    return Fit(
        kind,
        counts_failures,
        best,
        weight,
        len(fitting),
        tuple(history.used(kind, likely, each.at) for each in counted),
        tuple(history.end_of(kind, each, limits[0].at) for each in best),
        history,
    )


def _fits_limit(history: History, kind: Kind, value: float, limit: _Limit) -> bool:
    end = history.end_of(kind, value, limit.at)
    return end > limit.refused and (limit.over is None or end <= limit.over + _TOLERANCE)
