"""What is wrong with a batch file, said so that one can find it and knows what to write instead."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


Place: TypeAlias = tuple[int | str, ...]
"""Where something stands in a batch: keys, and numbers from 0 in lists."""

_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Problem:
    """One thing wrong: in line `line` of the file `path`, or on the command line (`line` is None).

    `column` counts from 1; in a table of cells it is the number of the cell. None: the whole line is meant.

    On the command line `path` is what was typed there, such as `--set count=0`. `key` is None when the
    problem is not about one key. No problem ever holds a prompt.
    """

    path: str
    line: int | None
    key: str | None
    reason: str
    column: int | None = None

    def __str__(self) -> str:
        if self.line is None:
            return f"{self.path}: {self.reason}"
        key = f"{self.key}: " if self.key else ""
        column = f":{self.column}" if self.column else ""
        return f"{self.path}:{self.line}{column}: {key}{self.reason}"


class BatchError(Exception):
    """A batch cannot be made out of a file; `problems` are all that is wrong, and the text is one a line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def key_shown(key: str) -> str | None:
    """Return a key as a problem may show it: what looks like a word; anything else may be a prompt."""
    return key if _PLAIN_WORD.fullmatch(key) else None


def label_of(place: Place) -> str:
    """Return what a problem calls a place: `prompts[2].duration`, with numbers from 1 as people count."""
    label = str(place[0])
    for step in place[1:]:
        if isinstance(step, int):
            label += f"[{step + 1}]"
        elif key_shown(step):
            label += f".{step}"
    return label


def in_order(problems: Iterable[Problem], first: str) -> tuple[Problem, ...]:
    """Return the problems by place, each once: those of the file `first`, of other files, of the command line."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _place(problem, first)))


def _place(problem: Problem, first: str) -> tuple[bool, bool, str, int, int]:
    # Those of the command line stay as they were given.
    if problem.line is None:
        return True, False, "", 0, 0
    return False, problem.path != first, problem.path, problem.line, problem.column or 0


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that `name` is nearly spelt like, or None."""
    by_small = {each.lower(): each for each in reversed(list(known))}
    found = difflib.get_close_matches(name.strip().lower(), list(by_small), n=1)
    return by_small[found[0]] if found else None


def unknown(key: str, known: Iterable[str], what: str = "key") -> str:
    """Say that `key` is none of `known`, and which one may be meant."""
    names = list(known)
    near = nearest(key, names)
    return f"unknown {what}, did you mean {near}?" if near else f"unknown {what}, allowed are {', '.join(names)}"
