"""Reads a page as a browser does: which elements it has, and what text stands in them."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

NASTY = (
    """</script></title></style><script>alert(1)</script><!-- --><img src=x onerror="alert(2)"> & \u2028 'x' {{ x }}"""
)
"""A text that breaks out of its place in any page that does not escape it."""


class Reader(HTMLParser):
    """Collects the elements of a page, the text of each kind of them, and the whole text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.whole = ""
        self._within = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within = tag
        self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within.removeprefix(tag)

    def handle_data(self, data: str) -> None:
        self.whole += data
        if self._within:
            self.texts[self._within][-1] += data

    @property
    def shape(self) -> list[tuple[str, list[str]]]:
        """The elements and the names of their attributes, in their order: what no text may change."""
        return [(tag, list(attributes)) for tag, attributes in self.elements]

    @property
    def told(self) -> Any:
        """What the page's first script element holds as JSON."""
        return json.loads(self.texts["script"][0])
