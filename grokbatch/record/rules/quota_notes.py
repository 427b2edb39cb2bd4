"""What the record of a quota is changed to by a submit, a limit or a reply. Called under the lock of its file."""

from __future__ import annotations

from bisect import insort
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.record.model.quota import LimitEntry, LimitKind, SubmitEntry, SubmitResult

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.quota import QuotaRecord, QuotaReply

KEPT = timedelta(weeks=5)
"""How long entries are kept: four windows of a week, and a part of a fifth."""
_SPARE = timedelta(days=1)
"""How much longer the oldest may stay, so that not each new entry moves the others."""
MOST_SUBMITS, MOST_LIMITS, MOST_REPLIES = 10_000, 300, 100


def note_accepted(record: QuotaRecord, at: datetime, resolution: str) -> None:
    """Note a submit that the site accepted; if a limit was met before it, that one is over. Safe to call twice."""
    if _find(record, at) is not None:
        return
    insort(record.submits, SubmitEntry(at=at, resolution=resolution), key=_time)
    for limit in record.limits:
        # A submit from before the refusal is accepted late, and another resolution may have a quota of its own.
        if limit.over_at is None and at > limit.last_refusal and limit.resolution == resolution:
            limit.over_at = at
    forget_old(record, at)


def note_outcome(record: QuotaRecord, at: datetime, resolution: str, result: SubmitResult) -> None:
    """Note what the submit of the time `at` came to; one that made a video was accepted, even if nobody noted it."""
    if _find(record, at) is None and result is not SubmitResult.MADE:
        return
    note_accepted(record, at, resolution)
    if (entry := _find(record, at)) is not None:
        entry.result = result


def note_limit(
    record: QuotaRecord,
    at: datetime,
    said: datetime | None,
    kind: LimitKind,
    resolution: str = "",
    submitted_at: datetime | None = None,
) -> None:
    """Note a refusal at `at`: a new limit, or that the one that was met last is not over.

    If the refused submit, that of the time `submitted_at`, was taken for an accepted one, it is none.
    """
    if submitted_at is not None:
        _take_back(record, submitted_at, is_made=kind is LimitKind.LOWER_QUALITY)
    last = record.limits[-1] if record.limits else None
    if last is not None and last.over_at is None and last.resolution == resolution and last.at <= at:
        last.is_said_wrong = last.is_said_wrong or (last.said is not None and last.said <= at)
        last.refused_at, last.said = max(at, last.last_refusal), said
        last.refusals += 1
    else:
        record.limits.append(LimitEntry(at=at, kind=kind, said=said, resolution=resolution))
    forget_old(record, at)


def _take_back(record: QuotaRecord, at: datetime, *, is_made: bool) -> None:
    """Let no limit be over because of the submit of the time `at`, and forget it, unless it made a video."""
    for limit in record.limits:
        if limit.over_at == at:
            limit.over_at = None
    if not is_made:
        record.submits = [each for each in record.submits if each.at != at]


def note_quota_reply(record: QuotaRecord, reply: QuotaReply) -> None:
    """Note what the site says of the quota; of replies that say the same, only the first and the latest are kept."""
    if not reply.says_something or any(each.at == reply.at for each in record.replies):
        return
    last_two = record.replies[-2:]
    if len(last_two) == 2 and all(_says_the_same(each, reply) for each in last_two):
        del record.replies[-1]
    insort(record.replies, reply, key=_time)
    forget_old(record, reply.at)


def forget_old(record: QuotaRecord, now: datetime) -> None:
    """Drop what is older than `KEPT`, and the oldest of what is too much.

    What is left begins where a limit was over, if possible: half a window would look like a small allowance.
    """
    record.replies = [each for each in record.replies if each.at >= now - KEPT][-MOST_REPLIES:]
    oldest = record.submits[0].at if record.submits else now
    if len(record.submits) <= MOST_SUBMITS and len(record.limits) <= MOST_LIMITS and oldest >= now - KEPT - _SPARE:
        return
    since = now - KEPT
    if len(record.submits) > MOST_SUBMITS:
        since = max(since, record.submits[-MOST_SUBMITS].at)
    ends = [each.over_at for each in record.limits if each.over_at is not None]
    since = min((end for end in ends if end >= since), default=since)
    record.submits = [each for each in record.submits if each.at >= since]
    record.limits = [each for each in record.limits if each.at >= since][-MOST_LIMITS:]


def _time(entry: SubmitEntry | QuotaReply) -> datetime:
    return entry.at


def _find(record: QuotaRecord, at: datetime) -> SubmitEntry | None:
    return next((each for each in reversed(record.submits) if each.at == at), None)


def _says_the_same(one: QuotaReply, other: QuotaReply) -> bool:
    return structs.replace(one, at=other.at) == other
