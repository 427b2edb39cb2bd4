"""Finds the choice on the page that means a batch's value, because the two are written differently. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grokbatch.site.locators.table import ControlName, LocatorTable
    from grokbatch.site.page.observation import Choice

OPTIONS: tuple[ControlName, ...] = ("duration", "resolution", "aspect", "preset")
"""The options of a batch, in the order in which they are chosen on the page."""

MAX = "max"
VIDEO = "video"
"""The value that is chosen for the control `mode`."""

_NUMBER = {"duration": re.compile(r"\d{1,2}(?!\d)"), "resolution": re.compile(r"\d{3,4}(?!\d)")}
_RATIO = re.compile(r"(\d{1,2})\s*:\s*(\d{1,2})(?!\d)")


def number_of(control: str, words: str) -> int | None:
    """Return the seconds of a duration such as `10 sec`, or the lines of a resolution such as `720p`."""
    found = _NUMBER[control].search(words) if control in _NUMBER else None
    return int(found[0]) if found else None


def is_value(control: str, value: str, words: str, table: LocatorTable) -> bool:
    """Whether a choice with the text `words` means `value`, which is written as in a batch: `10`, `720p`, `16:9`."""
    if control == "mode":
        return table.matches("video_mode", words)
    if control in _NUMBER:
        return number_of(control, words) is not None and number_of(control, words) == number_of(control, value)
    if control == "aspect":
        return bool(_ratio(words)) and _ratio(words) == _ratio(value)
    return _plain(words) == _plain(value) or any(_plain(line) == _plain(value) for line in words.splitlines())


def find_choice(control: str, value: str, choices: Iterable[Choice], table: LocatorTable) -> Choice | None:
    """Return the choice that means `value`; an enabled one is preferred, then a disabled one, then a menu's button."""
    same = [each for each in choices if any(is_value(control, value, words, table) for words in (each.text, each.name))]
    return min(same, key=lambda each: (each.opens, each.disabled), default=None)


def greatest(control: str, choices: Iterable[Choice]) -> str | None:
    """Return the greatest value that can be chosen, written as in a batch; None if there is none."""
    usable = [each for each in choices if not (each.opens or each.disabled)]
    numbers = [number for each in usable if (number := number_of(control, each.text or each.name)) is not None]
    unit = "p" if control == "resolution" else ""
    return f"{max(numbers)}{unit}" if numbers else None


def is_chosen(choice: Choice, choices: Iterable[Choice]) -> bool | None:
    """Whether `choice`, one of `choices`, is chosen; None if the page does not show that for its group."""
    if choice.chosen is not None:
        return choice.chosen
    return False if any(each.chosen for each in choices if each.group == choice.group) else None


def offered(choices: Iterable[Choice]) -> str:
    """Return the names of the choices on the page, for people: `6s, 10s`."""
    words = [" ".join((each.text or each.name).split()) for each in choices if not each.opens]
    return ", ".join(dict.fromkeys(word for word in words if word))


def _ratio(words: str) -> tuple[str, str] | None:
    found = _RATIO.search(words)
    return (str(int(found[1])), str(int(found[2]))) if found else None


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
