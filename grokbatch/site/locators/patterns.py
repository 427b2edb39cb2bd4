"""What may stand in a locator table: patterns and selectors that mean the same in Python and in a page."""

from __future__ import annotations

import difflib
import re
from typing import Annotated

from pydantic import AfterValidator, Field

# All that WAI-ARIA knows and an element can have that somebody looks for.
_ROLES = (
    "alert alertdialog application article banner button cell checkbox columnheader combobox complementary contentinfo "
    "dialog document feed figure form grid gridcell group heading img link list listbox listitem log main marquee "
    "math menu menubar menuitem menuitemcheckbox menuitemradio meter navigation note option progressbar radio "
    "radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status switch tab "
    "table tablist tabpanel term textbox timer toolbar tooltip tree treegrid treeitem"
)
ROLES = frozenset(_ROLES.split())

_PYTHON_ONLY = re.compile(r"\\[AZ]|\(\?(?:P[<=>]|#|>|\(|[aiLmsux-]+[:)])|[*+?}]\+")
# What Playwright takes for a selector, but a page does not.
_NOT_CSS = re.compile(
    r">>|^\s*(?:xpath|text|css|id|role)=|^\s*(?://|\.\.)|:(?:has-text|text|text-is|visible|nth-match)\b(?!-)"
)
_QUOTED = re.compile(r"""\\.|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""")
_PAIRS = (("(", ")"), ("[", "]"))
# Whole escapes and character classes, so that nothing inside of them is taken for an anchor.
_ANCHORS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[$^]", re.DOTALL)
# As far as nothing is special; a sign that may be left out is not part of it.
_LITERAL_START = re.compile(r"\^((?:[\w/-](?![*?{]))+)")
_SPACIOUS = {"^": r"^\s*", "$": r"\s*$"}


def _check_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    found = _PYTHON_ONLY.search(pattern)
    if found:
        raise ValueError(f"{found[0]} is Python's alone: use what Python and JavaScript share")
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
        raise ValueError(f"{role} is no role of WAI-ARIA{f', did you mean {near[0]}?' if near else ''}")
    return role


Pattern = Annotated[str, Field(min_length=1), AfterValidator(_check_pattern)]
"""A regular expression that ignores case."""
Selector = Annotated[str, Field(min_length=1), AfterValidator(_check_selector)]
"""A CSS selector, as `document.querySelectorAll` takes it."""
Role = Annotated[str, AfterValidator(_check_role)]
"""A role of WAI-ARIA."""


def spacious(pattern: str) -> str:
    """Return `pattern` with anchors that overlook space: around most texts of a page there is some."""
    return _ANCHORS.sub(lambda found: _SPACIOUS.get(found[0], found[0]), pattern)


def literal_start(pattern: str) -> str:
    """Return what every text begins with that `pattern` matches; empty if that cannot be told."""
    found = _LITERAL_START.match(pattern)
    return found[1] if found else ""


def literal(text: str) -> str:
    """Return a pattern for exactly `text`, escaped as Python and JavaScript both understand it."""
    return "^" + re.sub(r"[\\^$.*+?()[\]{}|/]", r"\\\g<0>", text) + "$"
