"""The problems of a batch file. Each says where it is, what is wrong, and what to write instead."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


KeyPath: TypeAlias = tuple[int | str, ...]
"""The path to a value in a batch file: its keys, and its indices in lists, from 0."""

_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")


@dataclass(frozen=True)
class Problem:
    """One problem: in line `line` of the file `path`, or on the command line if `line` is None.

    Lines and columns count from 1. In a table, `column` is the number of the cell. None: the problem is about the whole
    line. On the command line, `path` is what was typed there, such as `--set count=0`. `key` is None if the problem is
    not about a single key. A problem never contains a prompt.
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
    """A file is not a valid batch; `problems` holds everything that is wrong, and the message has a line for each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def key_shown(key: str) -> str | None:
    """Return a key if a problem may show it: it looks like a word. Otherwise return None, as it may be a prompt."""
    return key if _PLAIN_WORD.fullmatch(key) else None


def label_of(place: KeyPath) -> str:
    """Return a place as problems show it: `prompts[2].duration`, with indices from 1, as people count."""
    label = str(place[0])
    for step in place[1:]:
        if isinstance(step, int):
            label += f"[{step + 1}]"
        elif key_shown(step):
            label += f".{step}"
    return label


def in_order(problems: Iterable[Problem], first: str) -> tuple[Problem, ...]:
    """Return the problems sorted and each once: those of the file `first`, of other files, of the command line."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: _place(problem, first)))


def _place(problem: Problem, first: str) -> tuple[bool, bool, str, int, int]:
    # Problems of the command line keep their order.
    if problem.line is None:
        return True, False, "", 0, 0
    return False, problem.path != first, problem.path, problem.line, problem.column or 0


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name in `known` that is most similar to `name`, or None if none is similar enough."""
    by_small = {each.lower(): each for each in reversed(list(known))}
    found = difflib.get_close_matches(name.strip().lower(), list(by_small), n=1)
    return by_small[found[0]] if found else None


def unknown(key: str, known: Iterable[str], what: str = "key") -> str:
    """Return a message that `key` is not in `known`, with the name that may be meant, or else all allowed names."""
    names = list(known)
    near = nearest(key, names)
    return f"unknown {what}, did you mean {near}?" if near else f"unknown {what}, allowed are {', '.join(names)}"
