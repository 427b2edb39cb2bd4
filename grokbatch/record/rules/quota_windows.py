"""Finds the windows that fit the record of a quota: how long they are, where they begin, and how many videos they hold.

Several kinds are tried, each with many lengths (for a calendar: times of the day or week). Of each the record tells
whether the limits would have ended after their last refusal and before work succeeded again, whether all windows held
the same number of videos, and whether none held more. What fits the latest limits best is taken. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from grokbatch.record.rules.quota_history import DAY, FAILED, PERIODS, History, Kind, Limit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grokbatch.record.model.quota import QuotaRecord

HOUR = 3_600.0
_SHORTEST, _LONGEST, _STEP = 5.0, 8 * DAY, 1.01
_ROUND = tuple(hours * HOUR for hours in (1, 2, 3, 4, 6, 8, 12, 24, 48, 168))
USUAL = 2
"""The roundness of the values that are chosen most."""
_UNITS = ((600.0, 60.0), (3 * HOUR, 600.0), (12 * HOUR, 0.5 * HOUR), (48 * HOUR, HOUR))
"""Up to which length which multiples are round."""
_SIMPLEST_FIRST = tuple(Kind)
_PHASES = 288
"""How many times of a day, or of a week, are tried as the beginning of a calendar's window."""
_LATEST, _FADING, _OLDER = 6, 0.6, 0.03
"""Each of the latest limits counts less than the next newer one, and those before them next to nothing.

A single odd limit is outvoted by those before it; two that agree outvote all that were before them.
"""
_SPREAD, _AS_GOOD = 0.8, 0.02
"""What it costs if the windows held different numbers of videos, in limits; and which difference does not matter."""
_SAMPLES, _MORE, _TOO_MANY = 40, 1.1, 0.5
"""Of how many submits it is seen whether more were accepted than were allowed, by what part, and what that costs."""


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
        return PERIODS.get(self.kind, self.value)

    @property
    def uncertainty(self) -> float:
        """By how many seconds the window, or its beginning, may be another one."""
        return max(self.values[-1] - self.value, self.value - self.values[0])

    @property
    def allowance(self) -> int:
        """How many videos a window holds."""
        return round(median(self.counts))


def best_fit(record: QuotaRecord) -> Fit | None:
    """Return the windows that fit the record best; None if no limit has ended yet that tells of one."""
    fits = sorted(_fits(record), key=lambda fit: _SIMPLEST_FIRST.index(fit.kind))
    best = max((fit.score for fit in fits), default=0.0)
    return next((fit for fit in fits if fit.score >= best - _AS_GOOD), None)


def roundness(kind: Kind, value: float) -> int:
    """Return how likely somebody has chosen this value: `USUAL`, 1 for other round ones, else 0."""
    if kind in PERIODS:
        return USUAL if value % DAY < 1.0 else int(value % HOUR < 1.0)
    if any(abs(value - each) < 1.0 for each in _ROUND):
        return USUAL
    unit = next((unit for most, unit in _UNITS if value <= most), DAY)
    return int(abs(value - unit * round(value / unit)) < 1.0)


def _fits(record: QuotaRecord) -> Iterable[Fit]:
    if not any(each.over_at is not None for each in record.limits):
        return
    has_failures = any(each.result in FAILED for each in record.submits)
    for counts_failures in (True, False) if has_failures else (True,):
        history = History.of(record, counts_failures=counts_failures)
        for kind in Kind:
            fit = _fit(history, kind, _values(history, kind, record), counts_failures=counts_failures)
            if fit is not None:
                yield fit


def _values(history: History, kind: Kind, record: QuotaRecord) -> list[float]:
    if kind in PERIODS:
        return [number * PERIODS[kind] / _PHASES for number in range(_PHASES)]
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
    shortest = max(_SHORTEST, min(each.refused - each.at for each in history.ended))
    longest = max(history.safe_lengths) * _STEP if kind is Kind.FIRST_VIDEO else _LONGEST
    return sorted(each for each in found if shortest <= each <= longest)


def _fit(history: History, kind: Kind, values: Sequence[float], *, counts_failures: bool) -> Fit | None:
    last = history.limits[-1] if history.limits[-1].over is None else None
    possible = [each for each in values if last is None or history.fits(kind, each, last)]
    weighed = [weighed for each in possible if (weighed := _weigh(history, kind, each)).fitting]
    if not weighed:
        return None
    best = max(each.score for each in weighed)
    # Looking into all of them would take long, and what is worse by more than that cannot win.
    near = [each for each in weighed if each.score > best - _TOO_MANY]
    near = [replace(each, score=each.score - _TOO_MANY * _is_too_much(history, kind, each)) for each in near]
    best = max(each.score for each in near)
    fitting = [each for each in near if each.score >= best - _AS_GOOD]
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
    fitting: tuple[Limit, ...]
    counts: tuple[int, ...]


def _weigh(history: History, kind: Kind, value: float) -> _Weighed:
    fits = [(age, each) for age, each in enumerate(history.ended) if history.fits(kind, value, each)]
    fitting = tuple(each for _, each in fits)
    if not fitting:
        return _Weighed(value, 0.0, (), ())
    last = history.limits[-1]
    latest = [*([last] if last.over is None else []), *fitting][:_LATEST]
    counts = tuple(history.used(kind, value, each.at) for each in latest)
    most, least = max(counts), min(counts)
    spread = (most - least) / most if most else 1.0
    score = sum(_FADING**age if age < _LATEST else _OLDER for age, _ in fits) - _SPREAD * spread
    return _Weighed(value, score, fitting, counts)


def _is_too_much(history: History, kind: Kind, found: _Weighed) -> bool:
    """Whether the site accepted more videos in some window than this way of counting allows."""
    times = history.within(found.fitting[:_LATEST][-1].at, history.limits[-1].at)
    allowed = median(found.counts) * _MORE + 0.5
    return any(history.used(kind, found.value, each) > allowed for each in times[:: len(times) // _SAMPLES + 1])
