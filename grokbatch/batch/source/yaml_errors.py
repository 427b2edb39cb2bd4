"""Why a text cannot be read as YAML, in words that name the cause and hold nothing of the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

_NEEDS_QUOTES = frozenset("*&!%@`,?-")
_CLOSING = {"}": "{", "]": "["}
_BLOCKS = frozenset({"while parsing a block mapping", "while parsing a block collection"})


class NotABatchError(Exception):
    """The text is no YAML mapping at all: `reason` says why, `line` and `column` say where, from 1."""

    def __init__(self, line: int, reason: str, column: int | None = None) -> None:
        super().__init__(line, reason)
        self.line = line
        self.column = column
        self.reason = reason


def composed(text: str) -> yaml.Node | None:
    """Return the only document of `text` as PyYAML takes it apart, None if it is empty; raise NotABatchError."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        return loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = "holds a character that YAML forbids: delete it and type it anew"
    except yaml.MarkedYAMLError as error:
        raise _told(error, text) from None
    except RecursionError:
        line, reason = _line_of(loader), "is nested too deeply"
    except (ValueError, OverflowError):
        # PyYAML lets escapes such as "\U99999999" and endless version numbers through to chr() and int().
        line, reason = _line_of(loader), "holds an escape or a number that does not exist"
    raise NotABatchError(line, reason)


def _line_of(loader: yaml.SafeLoader | None) -> int:
    line: int = loader.line + 1 if loader else 1
    return line


def _told(error: yaml.MarkedYAMLError, text: str) -> NotABatchError:
    start, mark = error.context_mark, error.problem_mark
    if start and text[start.index : start.index + 1].isalnum() and isinstance(error, yaml.scanner.ScannerError):
        return _at(start, "this line is not `key: value`")
    if start and mark and mark.index >= len(text):
        return _at(start, "what is opened here is never closed")
    if mark is None:
        return NotABatchError(1, "cannot be read as YAML")
    return _at(mark, next(reason for find in _CAUSES if (reason := find(error, text, mark.index))))


def _at(mark: yaml.Mark, reason: str) -> NotABatchError:
    return NotABatchError(mark.line + 1, f"cannot be read as YAML: {reason}", mark.column + 1)


def _sign(error: yaml.MarkedYAMLError, text: str, at: int) -> str:  # noqa: ARG001 - one of the causes
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


def _second_document(error: yaml.MarkedYAMLError, text: str, at: int) -> str:
    second = isinstance(error, yaml.composer.ComposerError) and text[at : at + 1] not in {"*", "&"}
    return "a second document starts here, and a batch file holds one" if second else ""


def _block_text(error: yaml.MarkedYAMLError, text: str, at: int) -> str:  # noqa: ARG001 - one of the causes
    if error.context != "while scanning a block scalar":
        return ""
    return "after > or | the text starts in the next line; a value that starts with one must stand in quotes"


def _escape(error: yaml.MarkedYAMLError, text: str, at: int) -> str:  # noqa: ARG001 - one of the causes
    if error.context != "while scanning a double-quoted scalar" or "escape" not in str(error.problem):
        return ""
    return "between double quotes YAML does not know what follows the backslash: use single quotes"


def _after_the_end(error: yaml.MarkedYAMLError, text: str, at: int) -> str:
    before = text[text.rfind("\n", 0, at) + 1 : at].rstrip()[-1:]
    if error.context not in _BLOCKS or not before:
        return ""
    if before in _CLOSING:
        return f"a value that starts with {_CLOSING[before]} must stand in quotes"
    if before in "'\"":
        return "words follow the closing quote: put the whole value in quotes of the other kind"
    return ""


def _anything(error: yaml.MarkedYAMLError, text: str, at: int) -> str:  # noqa: ARG001 - the last of the causes
    return "check the quotes, the brackets and the indentation"


_CAUSES: tuple[Callable[[yaml.MarkedYAMLError, str, int], str], ...] = (
    _second_document,
    _after_the_end,
    _block_text,
    _escape,
    _sign,
    _anything,
)
