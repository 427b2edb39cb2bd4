"""Removes prompts and the values of cookies from everything that is written to disk."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARK = "[prompt]"
HIDDEN = "[cookie]"
_SHORTEST_LINE = 12
# So many letters and digits in a row that also are in a prompt count as a part of it.
_WINDOW = 16
_WINDOW_OF_SIGNS = 6
_FIRST_SIGN = "\u2e80"
_WORDS = re.compile(r"[A-Za-z0-9]{2,}")


@dataclass(frozen=True)
class Redactor:
    """Replaces one prompt, whole or in part, in every form in which a page or an error may hold it.

    `others` are prompts of other videos that the same page may still show, `secrets` values of cookies.
    """

    prompt: str = field(repr=False)
    others: tuple[str, ...] = field(default=(), repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def text(self, text: str) -> str:
        """Return `text` without prompts and secrets."""
        if not text:
            return text  # the usual case: most outcomes have no message
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
        # Both search the original text: what one of them removes could keep the other from finding the rest.
        pattern = self._pattern(text)
        whole = [found.span() for found in pattern.finditer(text)] if pattern else []
        return _without(text, sorted([*whole, *self._parts(text)]))

    def holds_prompt(self, text: str) -> bool:
        """Whether a whole prompt can still be read in `text`."""
        pattern = self._pattern(text)
        return bool(pattern and pattern.search(text))

    @property
    def rule(self) -> dict[str, Any]:
        """What the page needs to recognise prompts: `size` letters in a row of any of `letters`, or a `short` part."""
        short = [part for part in self._traces if len(_squeezed(part)[0]) < self._size]
        return {"size": self._size, "letters": [_squeezed(prompt)[0] for prompt in self._prompts], "short": short}

    def _parts(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where parts of prompts begin and end, because sites and consoles may cut long texts anywhere."""
        if not self._windows:
            return
        letters, places = _squeezed(text)
        for at in range(len(letters) - self._size + 1):
            if letters[at : at + self._size] in self._windows:
                yield places[at], places[at + self._size - 1] + 1

    @cached_property
    def _prompts(self) -> tuple[str, ...]:
        return (self.prompt, *self.others)

    @cached_property
    def _traces(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        """The passages that are removed as a whole, each with the traces that it leaves in any form."""
        # A line of a long prompt reveals as much as the whole; a short line would also match in unrelated text.
        passages = [part for prompt in self._prompts for part in (prompt, *_lines(prompt))]
        return {part: _traces(part) for part in passages if part.strip()}

    @cached_property
    def _size(self) -> int:
        letters = _squeezed(self.prompt)[0]
        signs = sum(letter >= _FIRST_SIGN for letter in letters)
        return _WINDOW_OF_SIGNS if signs * 2 > len(letters) else _WINDOW

    @cached_property
    def _windows(self) -> frozenset[str]:
        squeezed = [_squeezed(prompt)[0] for prompt in self._prompts]
        size = self._size
        return frozenset(text[at : at + size] for text in squeezed for at in range(len(text) - size + 1))

    def _pattern(self, text: str) -> re.Pattern[str] | None:
        """Return what finds the passages that `text` may hold; None: it holds none.

        One for all passages of a worker's 500 videos would take seconds.
        """
        lowered = text.lower()
        is_there = cache(lambda trace: any(form in lowered for form in trace))
        found = [part for part, traces in self._traces.items() if all(map(is_there, traces))]
        forms = {form for part in found for form in _forms(part)}
        longest_first = sorted(forms, key=len, reverse=True)
        return re.compile("|".join(map(_loosely, longest_first)), re.IGNORECASE) if forms else None


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, end = [""], 0
    for first, last in spans:
        if first >= end:
            kept[-1] += text[end:first]
            kept.append("")
        end = max(end, last)
    kept[-1] += text[end:]
    return MARK.join(kept)


def _lines(prompt: str) -> list[str]:
    return [line for line in prompt.splitlines() if len(line.strip()) >= _SHORTEST_LINE]


def _squeezed(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of `text` in lower case, and the position of each."""
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    return "".join(text[place].lower()[0] for place in places), places


def _forms(part: str) -> set[str]:
    plain = " ".join(part.split())
    forms = {plain, html.escape(plain), html.escape(plain, quote=False), plain.replace("'", "&#39;")}
    for text in (part.strip(), plain):
        for ascii_only in (True, False):
            forms.add(json.dumps(text, ensure_ascii=ascii_only)[1:-1])
        forms |= {quote(text), quote(text, safe=""), quote_plus(text), repr(text)[1:-1]}
    return forms


def _traces(part: str) -> tuple[tuple[str, ...], ...]:
    """Return what is found in small letters in every form of `part`: of each, one of the spellings.

    ASCII words are the same in all forms; other letters stand as they are, or are written as in addresses or JSON.
    """
    # Not of the text in small letters: "İ" would become an ASCII letter, which its other spellings do not hold.
    words = [(word.lower(),) for word in _WORDS.findall(part)]
    signs = [sign for sign in dict.fromkeys(part) if sign.isalnum() and not sign.isascii()]
    spelled = [(sign.lower(), quote(sign).lower(), json.dumps(sign)[1:-1].lower()) for sign in signs]
    return tuple(dict.fromkeys([*words, *spelled]))


def _loosely(form: str) -> str:
    words = [re.escape(word) for word in form.split()]
    pattern = r"(?:\s|&nbsp;|<br\s*/?>)+".join(words)
    # A very short prompt is removed only as a word of its own.
    return rf"(?<!\w){pattern}(?!\w)" if len(form) < 4 else pattern
