"""Says in a line what fits into an account's quota before anything is spent; nothing is said where nothing is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from grokbatch.record.rules.quota import estimate
from grokbatch.record.rules.quota_forecast import forecast

if TYPE_CHECKING:
    from grokbatch.record.model.quota import QuotaRecord
    from grokbatch.record.rules.quota_forecast import Forecast


def fitting_line(record: QuotaRecord, videos: int, seconds: float = 0.0, now: datetime | None = None) -> str:
    """Return what of `videos` fits into what is left, and when all may be done; empty where nothing is known.

    `seconds` is how long a video takes, divided by the number of browsers.
    """
    now = now or datetime.now(UTC)
    found = forecast(estimate(record, now), videos, now, seconds)
    return "" if found is None else _line(found, now)


def day_and_time(when: datetime, now: datetime) -> str:
    """Return a coming time as people say it: `today 14:00`, `Saturday 14:00`, or with the date if it is far away."""
    here, today = when.astimezone(), now.astimezone().date()
    if here.date() == today:
        return f"today {here:%H:%M}"
    if today < here.date() <= today + timedelta(days=6):
        return f"{here:%A %H:%M}"
    return f"{here:%Y-%m-%d %H:%M}"


def _line(found: Forecast, now: datetime) -> str:
    if found.all_fit:
        all_of = "the video fits" if found.videos == 1 else f"all {found.videos} fit"
        return f"{all_of} into what is probably left of the quota"
    fits = "fits" if found.fitting == 1 else "fit"
    parts = [f"{found.fitting or 'none'} of {found.videos} {fits} into what is probably left of the quota"]
    if found.more_at is not None and not found.fitting:
        parts.append(f"more from {day_and_time(found.more_at, now)}")
    if found.done_at is not None:
        parts.append(f"done about {day_and_time(found.done_at, now)}")
    return "; ".join(parts)
