"""Explains why a text cannot be read as YAML, in words that name the cause and quote nothing of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grokbatch.yaml_nodes import NotYamlError, compose

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.yaml_nodes import Mark, Node, Step

_NEEDS_QUOTES = frozenset("*&!%@`,?-")
_CLOSING = {"}": "{", "]": "["}
_BLOCKS = frozenset({"while parsing a block mapping", "while parsing a block collection"})


class NotABatchError(Exception):
    """A text is not a YAML mapping: `reason` says why, `line` and `column`, from 1, say where."""

    def __init__(self, line: int, reason: str, column: int | None = None) -> None:
        super().__init__(line, reason)
        self.line = line
        self.column = column
        self.reason = reason


def composed(text: str) -> Node | None:
    """Return the only document of `text` as nodes, or None if it is empty; raise NotABatchError."""
    try:
        return compose(text)
    except NotYamlError as error:
        raise _told(error, text) from None


_WITHOUT_COLUMN: dict[Step, str] = {
    "characters": "holds a character that YAML forbids: delete it and type it again",
    "nesting": "is nested too deeply",
    "values": "holds an escape or a number that does not exist",
}


def _told(error: NotYamlError, text: str) -> NotABatchError:
    if error.step in _WITHOUT_COLUMN:
        return NotABatchError(error.line, _WITHOUT_COLUMN[error.step])
    start, mark = error.start, error.at
    if start and text[start.index : start.index + 1].isalnum() and error.step == "tokens":
        return _at(start, "this line is not `key: value`")
    if start and mark and mark.index >= len(text):
        return _at(start, "what is opened here is never closed")
    if mark is None:
        return NotABatchError(1, "cannot be read as YAML")
    return _at(mark, next(reason for find in _CAUSES if (reason := find(error, text, mark.index))))


def _at(mark: Mark, reason: str) -> NotABatchError:
    return NotABatchError(mark.line, f"cannot be read as YAML: {reason}", mark.column)


def _sign(error: NotYamlError, text: str, at: int) -> str:  # noqa: ARG001 - one of the causes
    char = text[at : at + 1]
    if char == ":":
        return "a value that holds `: ` must stand in quotes, and all keys start in the same column"
    if char == "\t":
        return "lines are indented with spaces, not with tabs"
    if char in _NEEDS_QUOTES and _is_at_start(text, at):
        return f"a value that starts with {char} must stand in quotes"
    return ""


def _is_at_start(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return re.fullmatch(r"\s*(?:-\s+)*(?:[^\s:]+:\s+)?", line) is not None


def _second_document(error: NotYamlError, text: str, at: int) -> str:
    second = error.step == "references" and text[at : at + 1] not in {"*", "&"}
    return "a second document starts here, and a batch file holds one" if second else ""


def _block_text(error: NotYamlError, text: str, at: int) -> str:  # noqa: ARG001 - one of the causes
    if error.context != "while scanning a block scalar":
        return ""
    return "after > or | the text starts in the next line; a value that starts with one must stand in quotes"


def _escape(error: NotYamlError, text: str, at: int) -> str:  # noqa: ARG001 - one of the causes
    if error.context != "while scanning a double-quoted scalar" or "escape" not in str(error.problem):
        return ""
    return "between double quotes YAML does not know what follows the backslash: use single quotes"


def _after_the_end(error: NotYamlError, text: str, at: int) -> str:
    before = text[text.rfind("\n", 0, at) + 1 : at].rstrip()[-1:]
    if error.context not in _BLOCKS or not before:
        return ""
    if before in _CLOSING:
        return f"a value that starts with {_CLOSING[before]} must stand in quotes"
    if before in "'\"":
        return "words follow the closing quote: put the whole value in quotes of the other kind"
    return ""


def _anything(error: NotYamlError, text: str, at: int) -> str:  # noqa: ARG001 - the last of the causes
    return "check the quotes, the brackets and the indentation"


_CAUSES: tuple[Callable[[NotYamlError, str, int], str], ...] = (
    _second_document,
    _after_the_end,
    _block_text,
    _escape,
    _sign,
    _anything,
)
