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

HOUR, DAY = 3_600.0, 86_400.0
_SHORTEST, _LONGEST, _STEP = 5.0, 8 * DAY, 1.01
_ROUND = tuple(hours * HOUR for hours in (1, 2, 3, 4, 6, 8, 12, 24, 48, 168))
USUAL = 2
"""The roundness of the values that are chosen most."""
_UNITS = ((600.0, 60.0), (3 * HOUR, 600.0), (12 * HOUR, 0.5 * HOUR), (48 * HOUR, HOUR))
"""Up to which length which multiples are round."""
_PHASES = 288
"""How many times of a day, or of a week, are tried as the beginning of a calendar's window."""
_TOLERANCE = 45.0, 0.02
"""By how much a click and the site's own count of it may differ: in seconds, but at most this part of the window."""
_SAID_TOLERANCE = 0.02, 90.0
"""How exact an announced time is: a part of the wait, and seconds."""
_CONSIDERED, _FADING = 6, 0.6
"""How many of the latest limits are considered, and how much less each counts than the next newer one.

A single odd limit is outvoted by those before it; two that agree outvote all that were before them.
"""
_SPREAD, _AS_GOOD = 0.8, 0.05
"""What it costs if the windows held different numbers of videos, in limits; and which difference does not matter."""


class Kind(Enum):
    """Where a window begins."""

    FIRST_VIDEO = "the first video in it"
    EACH_VIDEO = "each video, for that one only"
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
        is_kept = not entry.is_said_wrong and said is not None and refused < said
        if over is not None and said is not None and is_kept and said <= over + _TOLERANCE[0]:
            # The site kept its word, so that its end is better known than by our next submit.
            exact = max(_SAID_TOLERANCE[0] * (said - refused), _SAID_TOLERANCE[1])
            return cls(at, max(refused, said - exact), min(over, said + exact))
        return cls(at, refused, over)


@dataclass(frozen=True)
class Fit:
    """The windows of one kind that fit the record best.

    `values` are what fits, ascending: lengths, for a calendar times of the day or week; `value` is the most likely of
    them: the roundest, of several the longest, with which no try is too early. `score` is how many of the latest limits
    they fit, older ones counting less, and `limits` their number. `counts` are the numbers of videos that were made in
    the windows of these limits, the newest first. `ends`: when the limit that was met last ends with each of `values`.
    """

    kind: Kind
    counts_failures: bool
    values: tuple[float, ...]
    value: float
    score: float
    limits: int
    counts: tuple[int, ...]
    ends: tuple[float, ...]
    history: History

    @property
    def window(self) -> float:
        """The most likely length."""
        return _PERIODS.get(self.kind, self.value)

    @property
    def uncertainty(self) -> float:
        """By how many seconds the window, or its beginning, may be another one."""
        return max(self.values[-1] - self.value, self.value - self.values[0])

    @property
    def allowance(self) -> int:
        """How many videos a window holds."""
        return round(median(self.counts))


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
        starts = (self.start(each.at, each.at - self._anchor(each.at) + 1.0) for each in self.ended)
        return tuple((each.over or 0.0) - start for each, start in zip(self.ended, starts, strict=True))

    @cached_property
    def ended(self) -> tuple[_Limit, ...]:
        """The latest limits that are over, the newest first."""
        return tuple(each for each in reversed(self.limits) if each.over is not None)[:_CONSIDERED]

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
    # The first of equals: the kinds are in the order of how simple they are.
    return max(_fits(record), key=lambda fit: round(fit.score / _AS_GOOD), default=None)


def roundness(kind: Kind, value: float) -> int:
    """Return how likely somebody has chosen this value: `USUAL`, 1 for other round ones, else 0."""
    if kind in _PERIODS:
        return USUAL if value % DAY < 1.0 else int(value % HOUR < 1.0)
    if any(abs(value - each) < 1.0 for each in _ROUND):
        return USUAL
    unit = next((unit for most, unit in _UNITS if value <= most), DAY)
    return int(abs(value - unit * round(value / unit)) < 1.0)


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
    found = {*_ROUND, *told, *history.safe_lengths}
    begin = 0.0
    for most, unit in _UNITS:
        found.update(unit * number for number in range(int(begin / unit) + 1, int(most / unit) + 1))
        begin = most
    length = _SHORTEST
    while length < _LONGEST:
        found.add(length)
        length *= _STEP
    # No window that is shorter than the waits at all limits fits any of them.
    shortest = min(each.refused - each.at for each in history.ended)
    return sorted(each for each in found if each >= max(_SHORTEST, shortest))


def _fit(history: History, kind: Kind, values: Sequence[float], *, counts_failures: bool) -> Fit | None:
    last = history.limits[-1] if history.limits[-1].over is None else None
    possible = [each for each in values if last is None or _fits_limit(history, kind, each, last)]
    weighed = [weighed for each in possible if (weighed := _weigh(history, kind, each)).fitting]
    if not weighed:
        return None
    best = max(each.score for each in weighed)
    fitting = [each for each in weighed if each.score >= best - _AS_GOOD]
    likely = max(fitting, key=lambda each: (roundness(kind, each.value), each.value))
    at = history.limits[-1].at
    return Fit(
        kind=kind,
        counts_failures=counts_failures,
        values=tuple(each.value for each in fitting),
        value=likely.value,
        score=best,
        limits=len(likely.fitting),
        counts=likely.counts,
        ends=tuple(history.end_of(kind, each.value, at) for each in fitting),
        history=history,
    )


@dataclass(frozen=True)
class _Weighed:
    """A value with the limits that it fits, the newest first, and how many videos each of these windows held."""

    value: float
    score: float
    fitting: tuple[_Limit, ...]
    counts: tuple[int, ...]


def _weigh(history: History, kind: Kind, value: float) -> _Weighed:
    fits = [(age, each) for age, each in enumerate(history.ended) if _fits_limit(history, kind, value, each)]
    fitting = tuple(each for _, each in fits)
    if not fitting:
        return _Weighed(value, 0.0, (), ())
    last = history.limits[-1]
    counts = tuple(history.used(kind, value, each.at) for each in (*((last,) if last.over is None else ()), *fitting))
    most, least = max(counts), min(counts)
    spread = (most - least) / most if most else 0.0
    return _Weighed(value, sum(_FADING**age for age, _ in fits) - _SPREAD * spread, fitting, counts)


def _fits_limit(history: History, kind: Kind, value: float, limit: _Limit) -> bool:
    end = history.end_of(kind, value, limit.at)
    seconds, part = _TOLERANCE
    return end > limit.refused and (limit.over is None or end <= limit.over + min(seconds, part * (end - limit.at)))
