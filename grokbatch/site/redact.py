"""Keeps a prompt out of everything that is written down."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, quote_plus

MARK = "[prompt]"
_SHORTEST_LINE = 12


@dataclass(frozen=True)
class Redactor:
    """Replaces one prompt, in every form in which a page or an error may hold it."""

    prompt: str = field(repr=False)

    def text(self, text: str) -> str:
        """Return `text` without the prompt."""
        return self._pattern.sub(MARK, text) if self._pattern else text

    def holds_prompt(self, text: str) -> bool:
        """Whether the prompt can still be read in `text`."""
        return bool(self._pattern and self._pattern.search(text))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # A line of a long prompt tells as much as the whole; a short one would tear up the text around it.
        lines = [line for line in self.prompt.splitlines() if len(line.strip()) >= _SHORTEST_LINE]
        forms = {form for part in (self.prompt, *lines) if part.strip() for form in _forms(part)}
        longest_first = sorted(forms, key=len, reverse=True)
        return re.compile("|".join(map(_loosely, longest_first)), re.IGNORECASE) if forms else None


def _forms(part: str) -> set[str]:
    plain = " ".join(part.split())
    forms = {plain, html.escape(plain), html.escape(plain, quote=False), plain.replace("'", "&#39;")}
    for text in (part.strip(), plain):
        for ascii_only in (True, False):
            forms.add(json.dumps(text, ensure_ascii=ascii_only)[1:-1])
        forms |= {quote(text), quote(text, safe=""), quote_plus(text), repr(text)[1:-1]}
    return forms


def _loosely(form: str) -> str:
    words = [re.escape(word) for word in form.split()]
    pattern = r"(?:\s|&nbsp;|<br\s*/?>)+".join(words)
    # A very short prompt is only taken out where it stands alone.
    return rf"(?<!\w){pattern}(?!\w)" if len(form) < 4 else pattern
