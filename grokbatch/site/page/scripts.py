"""Reads and combines the scripts that run inside the page."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from grokbatch.javascript import without_comments

PAGE = "grokbatch.site.page"
"""The package of the scripts that watch a page."""


@lru_cache
def script(name: str, package: str = PAGE) -> str:
    """Return the text of one of the scripts of `package`, a JavaScript function, as it is sent into a page."""
    return without_comments(files(package).joinpath(name).read_text(encoding="utf-8"))


def finder() -> str:
    """Return an expression that makes a finder, as finder.js describes it."""
    return f"({script('finder.js')})({script('names.js')})"


def with_finder(function: str) -> str:
    """Return a function of one argument that calls `function` with that and a finder."""
    return f"(argument) => ({function})(argument, {finder()})"
