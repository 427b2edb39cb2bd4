"""Reads the moments that a user types for --until and --not-before: a time of day, a date with a time, or `+8h`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

FORMS = '"07:00", "2026-12-24 07:00" or +8h'
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_FROM_NOW = re.compile(r"\+(?=\d)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_DAY = timedelta(days=1)


def moment_of(option: str, text: str, now: datetime) -> datetime:
    """Return the moment that `text` means, in UTC; a time of day is the next one in the machine's time zone.

    `now` is aware. Raises pytest.UsageError if the text is no moment, or one that has passed; `option` names it then.
    """
    try:
        moment = _read(text.strip(), now)
    except (ValueError, OverflowError):
        raise pytest.UsageError(f"{option} {text}: this is no time; write it as {FORMS}") from None
    if moment <= now:
        raise pytest.UsageError(f"{option} {text}: this time has passed; write a later one, such as {FORMS}")
    return moment.astimezone(UTC)


def _read(text: str, now: datetime) -> datetime:
    if found := _FROM_NOW.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
        return now + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if found := _TIME.fullmatch(text):
        return _next(int(found[1]), int(found[2]), now)
    # Without a time zone it is local time, whatever is in force there on that day.
    return datetime.fromisoformat(text).astimezone()


def _next(hour: int, minute: int, now: datetime) -> datetime:
    """Return the next moment at which clocks here show this time."""
    today = now.astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
    # Made aware anew each time: tomorrow may have another offset.
    return min(moment for moment in (today.astimezone(), (today + _DAY).astimezone()) if moment > now)
