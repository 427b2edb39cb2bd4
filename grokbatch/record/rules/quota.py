"""When to try again at a limit, and what is left of a quota: learnt from the record of one account, never assumed.

Pure functions over a `QuotaRecord`; what windows fit the record is found in `quota_windows`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.record.model.quota import LimitEntry
from grokbatch.record.rules.quota_history import Kind
from grokbatch.record.rules.quota_windows import USUAL, Fit, best_fit, roundness

if TYPE_CHECKING:
    from grokbatch.record.model.quota import QuotaRecord

_MARGIN = 0.01, timedelta(seconds=2), timedelta(minutes=5)
"""What is added to the time of the next try: a part of the wait, and its bounds. It must not be a second early."""
_UNKNOWN = timedelta(minutes=30)
"""The first wait where nothing is known."""
_AGAIN = 0.01, timedelta(seconds=2), timedelta(minutes=2)
"""The shortest wait where a window is known: a part of the window, and its bounds."""
_LONGEST = timedelta(hours=24)
_LONGEST_SAID = timedelta(days=31)
_EXACT = 0.03
"""The part of a window that may be lost by waiting; where its end is known less exactly, it is narrowed down."""
_PROBES, _LEARNING = 4, 2
"""How many tries a window may cost for that, and how many windows; later ones cost the refusal at the limit only."""
_RECENT = timedelta(minutes=5)
_PACED = 30
"""How many of the latest videos tell how fast they are made."""


@dataclass(frozen=True)
class NextTry:
    """When to try again at a limit, and why then, for people."""

    at: datetime
    why: str


@dataclass(frozen=True)
class Estimate:
    """What is known of a quota; None where nothing is. Times of the window are seconds.

    `window` is how long it takes until the quota is there again, `allowance` how many videos it is, `left` how many of
    them are left now, `next_free_at` when more can be made if none are, and `renews_at` when all of it is there again.
    `basis` says what it was learnt from.
    """

    window: float | None = None
    window_uncertainty: float | None = None
    allowance: int | None = None
    allowance_uncertainty: int | None = None
    left: int | None = None
    next_free_at: datetime | None = None
    renews_at: datetime | None = None
    basis: str = ""


def next_try(
    record: QuotaRecord, now: datetime, said: datetime | None, refused_in_row: int, unknown: timedelta = _UNKNOWN
) -> NextTry:
    """Return when to try again with one video, and why then.

    `said` is the time that the site named at this limit, if it did. `refused_in_row` is 1 for the first refusal at this
    limit, 2 if the first try after the wait was refused again, and so on: each further one doubles the wait. `unknown`
    is the first wait where nothing tells how long the limit lasts.
    """
    told = _believable(said, now) or _replied(record, now)
    if told is not None and refused_in_row <= 1 and not _is_often_wrong(record):
        return NextTry(told + _part(told - now, _MARGIN), f"the site said {span(told - now)}")
    found = _learnt(record, now, refused_in_row) or _unknown(record, now, refused_in_row, unknown)
    if told is None or told <= found.at:
        return found
    return NextTry(told + _part(told - now, _MARGIN), f"the site said {span(told - now)}, after a time that was wrong")


def estimate(record: QuotaRecord, now: datetime) -> Estimate:
    """Return what is known of the account's quota at `now`."""
    fit, limit = best_fit(record), record.open_limit
    if fit is None:
        free = None if limit is None else next_try(record, now, _believable(limit.said, now), limit.refusals).at
        return _with_reply(Estimate(left=None if limit is None else 0, next_free_at=free), record, now)
    allowance = fit.allowance
    used = fit.history.used(fit.kind, fit.value, now.timestamp())
    end = _moment(fit.history.end_of(fit.kind, fit.value, (now if limit is None else limit.at).timestamp()))
    if limit is not None:
        said = _believable(limit.said, now)
        end = said or end
        used = allowance if end > now else used
    left = max(0, allowance - used)
    found = Estimate(
        window=fit.window,
        window_uncertainty=fit.uncertainty,
        allowance=allowance,
        allowance_uncertainty=round((max(fit.counts) - min(fit.counts)) / 2),
        left=left,
        next_free_at=None if left else max(end, now),
        renews_at=max(end, now) if used else None,
        basis=_basis(fit),
    )
    return _with_reply(found, record, now)


def span(time: timedelta) -> str:
    """Return a time in its two largest units, such as `18 h 49 min`."""
    seconds = max(0, round(time.total_seconds()))
    units = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))
    parts: list[tuple[int, str]] = []
    for name, size in units:
        number, seconds = divmod(seconds, size)
        if number or parts:
            parts.append((number, name))
    return " ".join(f"{number} {name}" for number, name in parts[:2] if number) or "0 s"


def _part(time: timedelta, bounds: tuple[float, timedelta, timedelta]) -> timedelta:
    part, least, most = bounds
    return min(max(time * part, least), most)


def _believable(said: datetime | None, now: datetime) -> datetime | None:
    return said if said is not None and now < said <= now + _LONGEST_SAID else None


def _replied(record: QuotaRecord, now: datetime) -> datetime | None:
    """Return the time that the site's own page was told at about this limit."""
    reply, limit = record.replies[-1] if record.replies else None, record.open_limit
    if reply is None or limit is None or reply.remaining != 0 or reply.at < limit.last_refusal - _RECENT:
        return None
    return _believable(reply.next_at, now)


def _is_often_wrong(record: QuotaRecord) -> bool:
    """Whether the site named a wrong time more often than a right one, at the latest limits that tell of that."""
    tested = [each for each in record.limits if each.is_said_wrong or _is_right(each)][-3:]
    return sum(each.is_said_wrong for each in tested) > len(tested) / 2


def _is_right(limit: LimitEntry) -> bool:
    """Whether work succeeded soon after the named time; later it would have in any case."""
    if limit.said is None or limit.over_at is None:
        return False
    return limit.over_at <= limit.said + max(0.1 * (limit.said - limit.at), _RECENT)


def _doubled(first: timedelta, refused_in_row: int, longest: timedelta) -> timedelta:
    return min(first * (1 << min(max(0, refused_in_row - 1), 20)), longest)


def _unknown(record: QuotaRecord, now: datetime, refused_in_row: int, first: timedelta) -> NextTry:
    told = next((each.window for each in reversed(record.replies) if each.window), None)
    longest = min(timedelta(seconds=told), _LONGEST) if told else _LONGEST
    wait = _doubled(first, refused_in_row, longest)
    return NextTry(now + wait, f"unknown: trying one video every {span(wait)}")


def _learnt(record: QuotaRecord, now: datetime, refused_in_row: int) -> NextTry | None:
    """Return when a try is due by the windows that fit the record; None if none is known."""
    if record.open_limit is None:
        record = structs.replace(record, limits=[*record.limits, LimitEntry(at=now)])
    fit = best_fit(record)
    if fit is None:
        return None
    window = timedelta(seconds=fit.window)
    end = _moment(_probe(fit, refused_in_row))
    at = max(end + _part(end - now, _MARGIN), now + _doubled(_part(window, _AGAIN), refused_in_row, window))
    return NextTry(at, f"learnt: this account's window is about {span(window)}")


def _probe(fit: Fit, refused_in_row: int) -> float:
    """Return the time to try at, between the earliest and the latest end of the limit that fit the record.

    At the latest one no try was ever too early. Where much time would be lost by waiting for it, the first windows are
    used to find out more: the uncertain time is divided, and a try made at the end of each part, preferably at a round
    number, and just before a usual one, so that a success at that one leaves nothing to find out.
    """
    earliest, latest = min(fit.ends), max(fit.ends)
    exact = _EXACT * fit.window
    if latest - earliest <= exact or refused_in_row > _PROBES or fit.limits > _LEARNING:
        return _steady(fit, latest)
    part = (latest - earliest) / (_PROBES + 2 - refused_in_row)
    aim = earliest + part
    near = [each for each in zip(fit.ends, fit.values, strict=True) if abs(each[0] - aim) <= part / 2]
    end, value = max(near, key=lambda each: (roundness(fit.kind, each[1]), -abs(each[0] - aim)), default=(aim, 0.0))
    is_usual = roundness(fit.kind, value) == USUAL
    return end - exact if is_usual and end - exact > earliest + exact else end


def _steady(fit: Fit, end: float) -> float:
    """Return the time from which work can go on for long, rather than for a single video.

    Where each video is counted for itself, the allowance comes back as it was used up; work that goes on a bit later
    than that does not meet the limit at once again.
    """
    limit = fit.history.limits[-1]
    times = fit.history.within(limit.at - fit.value, limit.at)
    if fit.kind is not Kind.EACH_VIDEO or len(times) < 2:
        return end
    latest = times[-_PACED:]
    pace = median(after - before for before, after in pairwise(latest))
    lasting = max(each + fit.value - number * pace for number, each in enumerate(times))
    return max(end, min(lasting, end + _EXACT * fit.window))


def _with_reply(found: Estimate, record: QuotaRecord, now: datetime) -> Estimate:
    """Return the estimate with the number that the site itself told last, as long as that can still be true."""
    reply = next((each for each in reversed(record.replies) if each.remaining is not None), None)
    if reply is None or reply.remaining is None or record.open_limit is not None:
        return found
    over = reply.next_at or reply.at + min(timedelta(seconds=reply.window or found.window or 0.0), _LONGEST)
    if now >= over:
        return found
    left = max(0, reply.remaining - sum(each.at > reply.at for each in record.submits))
    told = f"the site said {reply.remaining} left"
    return replace(
        found,
        left=left,
        next_free_at=None if left else found.next_free_at or reply.next_at,
        basis=f"{told}; {found.basis}" if found.basis else told,
    )


def _basis(fit: Fit) -> str:
    number = "1 limit" if fit.limits == 1 else f"{fit.limits} limits"
    failures = "" if fit.counts_failures else "; failed ones do not count"
    return f"learnt from {number}; a window begins with {fit.kind.value}{failures}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
