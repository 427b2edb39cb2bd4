"""What the folder of a batch's results is called: a name that survives addresses, shells and every file system."""

from __future__ import annotations

import re

DEMO_ENDING = ".demo"
"""What the name of a rehearsal's folder ends with; no batch file's may."""

_EARLIER_DEMO_ENDING = "@demo"
# Blanks and all signs but letters, digits, `-`, `.` and `_`; of other alphabets everything stays.
_UNSAFE = re.compile(r"[\s!-,/:-@\[-^`{-~\x00-\x1f\x7f]+")


def run_name(stem: str, *, is_demo: bool) -> str:
    """Return the name for a batch file that is called `stem`: letters, digits, `-`, `.` and `_` stay as they are."""
    return _UNSAFE.sub("-", stem.strip()).rstrip(".") + (DEMO_ENDING if is_demo else "")


def earlier_run_name(stem: str, *, is_demo: bool) -> str:
    """Return the name that earlier versions gave it."""
    return stem + (_EARLIER_DEMO_ENDING if is_demo else "")
