"""The values in a locator table: patterns and selectors that mean the same in Python and in a page."""

from __future__ import annotations

import difflib
import re
from typing import Annotated

from pydantic import AfterValidator, Field

# The roles of WAI-ARIA that a control can have.
_ROLES = (
    "alert alertdialog application article banner button cell checkbox columnheader combobox complementary contentinfo "
    "dialog document feed figure form grid gridcell group heading img link list listbox listitem log main marquee "
    "math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation note option progressbar radio "
    "radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status switch tab "
    "table tablist tabpanel term textbox timer toolbar tooltip tree treegrid treeitem"
)
ROLES = frozenset(_ROLES.split())

_PYTHON_ONLY = re.compile(r"\\[AZ]|\(\?(?:P[<=>]|#|>|\(|[aiLmsux-]+[:)])|[*+?}]\+")
# Selectors of Playwright that are not CSS.
_NOT_CSS = re.compile(
    r">>|^\s*(?:xpath|text|css|id|role)=|^\s*(?://|\.\.)|:(?:has-text|text|text-is|visible|nth-match)\b(?!-)"
)
_QUOTED = re.compile(r"""\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
_PAIRS = (("(", ")"), ("[", "]"))
# Matches whole escapes and character classes, so that nothing inside of them counts as an anchor.
_ANCHORS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[$^]", re.DOTALL)
# The beginning without special characters; an optional character is not part of it.
_LITERAL_START = re.compile(r"\^((?:[\w/-](?![*?{]))+)")
_SPACIOUS = {"^": r"^\s*", "$": r"\s*$"}


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    found = _PYTHON_ONLY.search(pattern)
    if found:
        raise ValueError(f"{found[0]} is known to Python only; use what Python and JavaScript share")
    return pattern


def _check_selector(selector: str) -> str:
    found = _NOT_CSS.search(selector)
    if found:
        raise ValueError(f"{found[0].strip()} is not CSS")
    bare = _QUOTED.sub("", selector)
    if any(bare.count(left) != bare.count(right) for left, right in _PAIRS) or '"' in bare or "'" in bare:
        raise ValueError("not CSS: a quote or a bracket is left open")
    return selector


def _check_role(role: str) -> str:
    if role not in ROLES:
        near = difflib.get_close_matches(role, ROLES, n=1)
        raise ValueError(f"{role} is not a role of WAI-ARIA{f', did you mean {near[0]}?' if near else ''}")
    return role


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_check_pattern)]
"""A regular expression that ignores case."""
Selector = Annotated[str, Field(min_length=1), AfterValidator(_check_selector)]
"""A CSS selector, as `document.querySelectorAll` takes it."""
Role = Annotated[str, AfterValidator(_check_role)]
"""A role of WAI-ARIA."""


def spacious(pattern: str) -> str:
    """Return `pattern` with anchors that ignore spaces, because most texts of a page have some around them."""
    return _ANCHORS.sub(lambda found: _SPACIOUS.get(found[0], found[0]), pattern)


def literal_start(pattern: str) -> str:
    """Return the beginning of every text that `pattern` matches; empty if there is none in common."""
    found = _LITERAL_START.match(pattern)
    return found[1] if found else ""


def literal(text: str) -> str:
    """Return a pattern for exactly `text`, escaped as Python and JavaScript both understand it."""
    return "^" + re.sub(r"[\\^$.*+?()[\]{}|/]", r"\\\g<0>", text) + "$"
