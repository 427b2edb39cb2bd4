"""Prepares the JavaScript of the package for the pages that it runs in."""

from __future__ import annotations

import re

_COMMENTS = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/)[\s\S])*\*/[ \t]*)\n", re.MULTILINE)


def without_comments(text: str) -> str:
    """Return a script without the comments that have lines of their own: a page is sent the program, not its types.

    It is right for scripts whose texts of several lines have no line that begins as a comment does.
    """
    return _COMMENTS.sub("", text)
