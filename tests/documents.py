"""The code blocks of the pages in docs/, for tests that run them."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(page: str) -> list[tuple[str, str]]:
    """Return each code block of a page, with the language that it names."""
    return _BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


def printing(page: str) -> list[tuple[str, str]]:
    """Return each Python block that is followed by a block of text, with that text: what it prints."""
    pairs = itertools.pairwise(blocks(page))
    return [(code, text) for (first, code), (second, text) in pairs if (first, second) == ("python", "text")]
