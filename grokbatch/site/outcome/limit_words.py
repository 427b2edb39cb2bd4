"""Reads, in a text about a limit, when the site will make videos again. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from grokbatch.site.api.times import read_time
from grokbatch.site.locators.table import packaged_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.site.locators.table import LocatorTable, TextName

# In seconds, from the greatest to the smallest: the parts of one time have this order.
_UNITS: dict[TextName, float] = {
    "wait_weeks": 604_800,
    "wait_days": 86_400,
    "wait_hours": 3_600,
    "wait_minutes": 60,
    "wait_seconds": 1,
}
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+(?:[.,]\d+)?"
_CLOCK = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})(?![\d:])")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?")
# What may stand between the parts of one time, such as ", and ".
_BETWEEN = re.compile(r"[^.!?;:\d]{0,6}")
_LONGEST = timedelta(days=366)


def time_to_go_on(text: str, now: datetime, table: LocatorTable | None = None) -> datetime | None:
    """Return the time from which `text` says that more can be made, or None.

    A time in the past is ignored, and so is one more than a year away.
    """
    table = table or packaged_table()
    for line in (*text.splitlines(), " ".join(text.split())):
        for at in (*_moments(line), *_times_later(line, now, table)):
            if now <= at <= now + _LONGEST:
                return at
    return None


def _moments(line: str) -> Iterator[datetime]:
    for found in _MOMENT.finditer(line):
        at = read_time(found[0].replace("UTC", "Z").replace(" Z", "Z"))
        if at is not None:
            yield at


def _times_later(line: str, now: datetime, table: LocatorTable) -> Iterator[datetime]:
    """Yield the ends of the waiting times that a pattern of the table finds."""
    part = _part(table)
    matches = (found for each in table.texts["wait"] for found in re.finditer(each.text, line, re.IGNORECASE))
    for found in matches:
        words = (found[1] or "").strip() if found.re.groups else ""
        for start, end, seconds in _spans(words, part):
            # Right behind the pattern's own words, or right before them.
            is_there = start == 0 if found.start(1) > found.start() else end == len(words)
            if is_there and not words[end : end + 1].isdigit() and seconds <= _LONGEST.total_seconds():
                yield now + timedelta(seconds=seconds)


def _part(table: LocatorTable) -> re.Pattern[str]:
    """Return a pattern for a number and its unit; the unit has a group of its own after the number's group."""
    ones = "|".join(rf"\b(?:{each.text})\b" for each in table.texts["wait_one"])
    units = (f"(?P<{name}>{'|'.join(each.text for each in table.texts[name])})" for name in _UNITS)
    return re.compile(rf"((?<![\d.,:])(?:{_NUMBER})|{ones})\s*(?:{'|'.join(units)})", re.IGNORECASE)


def _spans(words: str, part: re.Pattern[str]) -> Iterator[tuple[int, int, float]]:
    """Yield where each time in `words` begins and ends, and its seconds."""
    for clock in _CLOCK.finditer(words):
        hours, minutes, seconds = map(int, clock.groups())
        yield clock.start(), clock.end(), hours * 3_600 + minutes * 60 + seconds
    for parts in _close_together(words, [*part.finditer(words)]):
        yield parts[0].start(), parts[-1].end(), sum(_number(each[1]) * _unit(each) for each in parts)


def _close_together(words: str, parts: list[re.Match[str]]) -> list[list[re.Match[str]]]:
    """Return the parts of one time together: ever smaller ones, with hardly anything between them."""
    times: list[list[re.Match[str]]] = []
    for part in parts:
        last = times[-1][-1] if times else None
        if last and _unit(part) < _unit(last) and _BETWEEN.fullmatch(words[last.end() : part.start()]):
            times[-1].append(part)
        else:
            times.append([part])
    return times


def _unit(part: re.Match[str]) -> float:
    return next(seconds for name, seconds in _UNITS.items() if part[name])


def _number(words: str) -> float:
    plain = re.sub(r",(?=\d{3}\b)", "", words).replace(",", ".")
    return float(plain) if plain[0].isdigit() else 1.0
