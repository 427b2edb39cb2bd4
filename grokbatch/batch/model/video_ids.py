"""What videos are called: short, readable names made of words and a number, and without a word of the prompt."""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_PLAIN = "video"
_LONGEST_WORD = 16
_LONGEST_BASE = 48


def slug(text: str) -> str:
    """Return `text` in a form that ids and marks can have: `Höhenflug, schnell` becomes `hohenflug-schnell`.

    Letters that have no Latin form stay as they are.
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", bare).casefold())
    return words.strip("-")[:_LONGEST_WORD].strip("-")


def base_for(words: Iterable[str]) -> str:
    """Return what the ids of the videos that have these words begin with."""
    return "-".join(words)[:_LONGEST_BASE].strip("-") or _PLAIN


def base_of(video_id: str) -> str:
    """Return what `video_id` begins with, its number left away."""
    return video_id.rpartition("-")[0]


def numbered(base: str, number: int) -> str:
    """Return the id number `number` with this beginning: `video-001`, `pan-hills-03`."""
    return f"{base}-{number:0{3 if base == _PLAIN else 2}}"


def first_free(base: str, taken: Container[str], start: int = 1) -> tuple[str, int]:
    """Return the first id with this beginning, from number `start` on, that is not taken, and its number."""
    return next((name, number) for number in itertools.count(start) if (name := numbered(base, number)) not in taken)
