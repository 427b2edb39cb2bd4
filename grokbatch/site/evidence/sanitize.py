"""Removes what is private from a page's texts: prompts, cookies, and the queries and fragments of addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.site.evidence.redactor import Redactor

_TAGS = re.compile(r"<[^>]*>")
# Bounded, so that a long text is not searched again from each of its positions.
_DATA = re.compile(r"""data:[^\s"'<>(),;]{0,80}(?:;[^\s"'<>(),;]{0,80}){0,5},[^\s"'<>)]*""")
_WORD = re.compile(r"""[^\s"'<>`]+""")
_QUERY = re.compile(r"\?|#")
_FILE = re.compile(r"\.\w{2,5}$")
# A box in Playwright's accessibility tree: role, name and states, and then its text.
_BOX = re.compile(
    r"""(?P<indent>\s*)-\ (?P<mark>['"]?)(?P<key>(?:textbox|searchbox|spinbutton|combobox)\b
        (?:\ "(?:[^"\\]|\\.)*")?(?:\ \[[^\]]*\])*)(?P=mark)(?P<colon>:?)""",
    re.VERBOSE,
)
_PROPERTY = re.compile(r"\s*- /")
_LONGEST_TEXT = 4000


def clean_text(text: str, redactor: Redactor) -> str:
    """Return `text` without prompts, cookies, and the queries and fragments of addresses."""
    return _without_queries(redactor.text(text))


def clean_line(text: str, redactor: Redactor) -> str:
    """Return `text` cleaned; a far too long text is left out, because a part of it could not be cleaned reliably."""
    if len(text) > _LONGEST_TEXT:
        return f"[{len(text)} characters, left out]"
    return clean_text(text, redactor)


def clean_html(text: str, redactor: Redactor) -> str | None:
    """Return `text` cleaned; None if a prompt cannot be removed."""
    cleaned = clean_text(text, redactor)
    return None if redactor.holds_prompt(_TAGS.sub("", cleaned)) else cleaned


def clean_tree(text: str, redactor: Redactor) -> str:
    """Return an accessibility tree cleaned, and without the texts in boxes, which are private."""
    return clean_text("\n".join(_without_entries(text.splitlines())), redactor)


def clean_address(address: str, redactor: Redactor) -> str:
    """Return scheme, host and path of `address`, cleaned; of a data address only that it is one."""
    parts = urlsplit(address)
    if parts.scheme in {"data", "blob", "javascript"}:
        return f"{parts.scheme}:…"
    host = parts.netloc.rpartition("@")[2]
    return redactor.text(unquote(f"{parts.scheme}://{host}{parts.path}"))


def _without_queries(text: str) -> str:
    return _WORD.sub(_cut, _DATA.sub("data:…", text))


def _cut(word: re.Match[str]) -> str:
    found = _QUERY.search(word[0])
    if found is None:
        return word[0]
    head, tail = word[0][: found.start()], word[0][found.end() :]
    is_address = "/" in head or _FILE.search(head) or "=" in tail
    return f"{head}{found[0]}…" if is_address and tail else word[0]


def _without_entries(lines: list[str]) -> Iterator[str]:
    inside: int | None = None
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if inside is not None and depth > inside:
            if _PROPERTY.match(line):
                yield line
            continue
        box = _BOX.match(line)
        inside = None if box is None or box["key"].startswith("combobox") else depth
        yield line if box is None else f"{box['indent']}- {box['mark']}{box['key']}{box['mark']}{box['colon']}"
