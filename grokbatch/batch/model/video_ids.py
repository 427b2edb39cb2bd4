"""Makes the ids of videos: short, readable names of words and a number, without any word of the prompt."""

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
    """Return `text` in the form of an id or mark: `Höhenflug, schnell` becomes `hohenflug-schnell`.

    It has at most 16 characters. Letters of other scripts are kept.
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", bare).casefold())
    return words.strip("-")[:_LONGEST_WORD].strip("-")


def base_for(words: Iterable[str]) -> str:
    """Return the beginning of the ids of videos with these words; `video` if there are none."""
    return "-".join(words)[:_LONGEST_BASE].strip("-") or _PLAIN


def base_of(video_id: str) -> str:
    """Return the beginning of `video_id`, without its number."""
    return video_id.rpartition("-")[0]


def numbered(base: str, number: int) -> str:
    """Return the id that begins with `base` and has this number: `video-001`, `pan-hills-03`."""
    return f"{base}-{number:0{3 if base == _PLAIN else 2}}"


def first_free(base: str, taken: Container[str], start: int = 1) -> tuple[str, int]:
    """Return the first id with this beginning that is not in `taken`, and its number, counting from `start`."""
    return next((name, number) for number in itertools.count(start) if (name := numbered(base, number)) not in taken)
