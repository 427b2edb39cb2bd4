"""When to try again at a limit, and what is left of a quota: learnt from the record of one account, never assumed.

Pure functions over a `QuotaRecord`; what windows fit the record is found in `quota_windows`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokbatch.record.model.quota import QuotaRecord

_MARGIN = 0.01, timedelta(seconds=2), timedelta(minutes=5)
"""What is added to an announced time: a part of the wait, and its bounds. The first try must not be a second early."""
_UNKNOWN = timedelta(minutes=30)
_AGAIN = timedelta(minutes=2)
_LONGEST = timedelta(hours=24)
_LONGEST_SAID = timedelta(days=31)


@dataclass(frozen=True)
class NextTry:
    """When to try again at a limit, and why then, for people."""

    at: datetime
    why: str


@dataclass(frozen=True)
class Estimate:
    """What is known of a quota; None where nothing is. Times of the window are seconds.

    `window` is how long it takes until the quota is there again, `allowance` how many videos it is, `left` how many of
    them are left now, and `next_free_at` when more can be made if none are. `basis` says what it was learnt from.
    """

    window: float | None = None
    window_uncertainty: float | None = None
    allowance: int | None = None
    allowance_uncertainty: int | None = None
    left: int | None = None
    next_free_at: datetime | None = None
    basis: str = ""


def next_try(
    record: QuotaRecord, now: datetime, said: datetime | None, refused_in_row: int, unknown: timedelta = _UNKNOWN
) -> NextTry:
    """Return when to try again with one video, and why then.

    `said` is the time that the site named at this limit, if it did. `refused_in_row` is 1 for the first refusal at this
    limit, 2 if the first try after the wait was refused again, and so on: each further one doubles the wait. `unknown`
    is the wait where nothing tells how long it lasts.
    """
    told = said if said is not None and now < said <= now + _LONGEST_SAID else None
    if told is not None and refused_in_row <= 1:
        return NextTry(told + _margin(told - now), f"the site said {span(told - now)}")
    window = _learnt(record)
    if window is None:
        wait = min(unknown * 2 ** max(0, refused_in_row - 1), _LONGEST)
        found = NextTry(now + wait, f"unknown: trying one video every {span(wait)}")
    else:
        limit = record.open_limit
        since = limit.at if limit is not None else now
        again = min(_AGAIN * 2 ** max(0, refused_in_row - 1), window)
        found = NextTry(max(since + window, now + again), f"learnt: this account's window is about {span(window)}")
    if told is not None and told > found.at:
        return NextTry(told + _margin(told - now), f"refused {refused_in_row} times; the site said {span(told - now)}")
    return found


def estimate(record: QuotaRecord, now: datetime) -> Estimate:
    """Return what is known of the account's quota at `now`."""
    window = _learnt(record)
    limit = record.open_limit
    if window is None:
        free = None if limit is None else limit.said
        return Estimate(left=None if limit is None else 0, next_free_at=free)
    used = sum(each.at > now - window for each in record.submits)
    allowances = [sum(each.at - window < one.at <= each.at for one in record.submits) for each in record.limits]
    allowance = max(allowances)
    left = 0 if limit is not None else max(0, allowance - used)
    free = None if limit is None else limit.at + window
    return Estimate(window.total_seconds(), None, allowance, None, left, free, f"{len(record.limits)} limits")


def span(time: timedelta) -> str:
    """Return a time in its two largest units, such as `18 h 49 min`."""
    seconds = max(0, round(time.total_seconds()))
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts = []
    for name, size in units:
        number, seconds = divmod(seconds, size)
        if number or parts:
            parts.append((number, name))
    return " ".join(f"{number} {name}" for number, name in parts[:2] if number) or "0 s"


def _margin(wait: timedelta) -> timedelta:
    part, least, most = _MARGIN
    return min(max(wait * part, least), most)


def _learnt(record: QuotaRecord) -> timedelta | None:
    waits = [each.over_at - each.at for each in record.limits if each.over_at is not None]
    return median(waits) if waits else None
