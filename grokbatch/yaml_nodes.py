"""Reads YAML into nodes that know their lines and columns. No other module uses PyYAML.

Why not ruamel.yaml (compared with version 0.19): for 1,000 prompts it takes twice as long, 342 ms instead of 165 ms; it
too reads numbers and dates in more forms than a batch allows; and by default it changes spaces and quotes when it
saves a file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import yaml
from yaml import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "TAG",
    "CollectionNode",
    "MappingNode",
    "Mark",
    "Node",
    "NotYamlError",
    "ScalarNode",
    "SequenceNode",
    "Step",
    "column",
    "compose",
    "construct",
    "entry",
    "last_line",
    "line",
    "load",
    "load_texts",
    "pairs",
    "quoted",
    "within",
]

TAG = "tag:yaml.org,2002:"
"""The prefix of the tags of YAML's standard types."""

Step: TypeAlias = Literal["characters", "tokens", "structure", "references", "nesting", "values"]
"""The step of reading in which an error occurred."""

_BROKEN = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
# PyYAML passes escapes such as "\U99999999" on to chr(), and numbers of any length to int(): these raise other errors.

# If PyYAML was built with libyaml, this loader is about ten times as fast, but its error messages are less exact.
_FAST_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Mark:
    """A position in a text: `index` counts its characters from 0, `line` and `column` count from 1."""

    index: int
    line: int
    column: int


class NotYamlError(Exception):
    """A text cannot be read as YAML; the message is PyYAML's.

    `step` failed in the line `line`, or before it. `problem` and its position `at` describe the error; `context` and
    its position `start` describe what was being read there. Each of these four is None if it is unknown.
    """

    def __init__(self, step: Step, line: int, error: Exception) -> None:
        super().__init__(str(error))
        marked = error if isinstance(error, yaml.MarkedYAMLError) else yaml.MarkedYAMLError()
        self.step = step
        self.line = line
        self.problem: str | None = marked.problem
        self.context: str | None = marked.context
        self.at = _mark(marked.problem_mark)
        self.start = _mark(marked.context_mark)


def compose(text: str) -> Node | None:
    """Return the only document of `text` as nodes, or None if it is empty; raise NotYamlError."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        return loader.get_single_node()
    except _BROKEN as error:
        reached = loader.line + 1 if loader else 1
        raise _not_yaml(error, text, reached) from None


def construct(node: Node) -> Any:
    """Return the value of a node; raise NotYamlError, for instance for the date 2026-02-30."""
    try:
        return yaml.SafeLoader("").construct_document(node)
    except _BROKEN as error:
        raise _not_yaml(error, "", line(node)) from None


def load(text: str) -> Any:
    """Return the value of the only document of `text`, without lines and columns, but fast; raise NotYamlError."""
    try:
        return yaml.load(text, Loader=_FAST_LOADER)  # noqa: S506 - one of the two safe loaders
    except _BROKEN as error:
        raise _not_yaml(error, text, 1) from None


def load_texts(text: str) -> Any:
    """Return the only document of `text` with every scalar as the string that is written there, `true` and `12` too."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader creates no objects


def quoted(text: str) -> str:
    """Return `text` between double quotes, on one line."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=10**9).rstrip()


def line(node: Node) -> int:
    """Return the line in which a node begins, from 1."""
    return int(node.start_mark.line) + 1


def column(node: Node) -> int:
    """Return the column in which a node begins, from 1."""
    return int(node.start_mark.column) + 1


def last_line(node: Node) -> int:
    """Return the line in which a node ends, from 1. A comment after it is not part of it, even if it is indented."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.line) + 1


def pairs(node: Node | None) -> list[tuple[Node, Node]]:
    """Return the keys and values of a mapping; for any other node, and for None, return an empty list."""
    return node.value if isinstance(node, MappingNode) else []


def entry(node: Node | None, key: str) -> Node | None:
    """Return the value of `key` in a mapping, or None."""
    return next((value for name, value in pairs(node) if name.value == key), None)


def within(node: Node, place: Iterable[int | str]) -> Node:
    """Return the node that the keys and list indices in `place` lead to, or the last one that exists on the way."""
    for part in place:
        inner = _item(node, part) if isinstance(part, int) else entry(node, part)
        if inner is None:
            break
        node = inner
    return node


def _item(node: Node, at: int) -> Node | None:
    return node.value[at] if isinstance(node, SequenceNode) else None


def _mark(mark: yaml.Mark | None) -> Mark | None:
    return Mark(mark.index, mark.line + 1, mark.column + 1) if mark else None


def _not_yaml(error: Exception, text: str, reached: int) -> NotYamlError:
    if isinstance(error, yaml.reader.ReaderError):
        return NotYamlError("characters", text.count("\n", 0, error.position) + 1, error)
    if isinstance(error, yaml.MarkedYAMLError) and (mark := error.problem_mark or error.context_mark):
        reached = mark.line + 1
    return NotYamlError(next((step for kind, step in _STEPS if isinstance(error, kind)), "values"), reached, error)


_STEPS: tuple[tuple[type[Exception], Step], ...] = (
    (yaml.scanner.ScannerError, "tokens"),
    (yaml.parser.ParserError, "structure"),
    (yaml.composer.ComposerError, "references"),
    (RecursionError, "nesting"),
)
