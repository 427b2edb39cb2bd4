"""YAML as nodes that know their lines and columns: the only module that uses PyYAML.

PyYAML was kept when it was weighed against ruamel.yaml 0.19: with 1,000 prompts that takes twice as long (342 ms
against 165 ms), still reads numbers and dates in more forms than a batch allows, and by default rewrites spaces and
quotes when it saves.
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
"""What the tags of YAML's own kinds of values start with."""

Step: TypeAlias = Literal["characters", "tokens", "structure", "references", "nesting", "values"]
"""A step of reading, in which it may fail."""

_BROKEN = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
# PyYAML lets escapes such as "\U99999999" and endless version numbers through to chr() and int().

# libyaml's, where PyYAML was built with it: some ten times as fast, but its errors are less exact.
_FAST_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Mark:
    """A place in a text: its character from 0, its line and column from 1."""

    index: int
    line: int
    column: int


class NotYamlError(Exception):
    """A text cannot be read as YAML; as a text it is what PyYAML says.

    `step` is the one that failed, in or before the line `line`. Where they are known, `problem` stands at the mark
    `at`, in what `context` names, which begins at the mark `start`.
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
    """Return the only document of `text`, None if it is empty; raise NotYamlError."""
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        return loader.get_single_node()
    except _BROKEN as error:
        reached = loader.line + 1 if loader else 1
        raise _not_yaml(error, text, reached) from None


def construct(node: Node) -> Any:
    """Return the value that a node stands for; raise NotYamlError, such as for a day that no month has."""
    try:
        return yaml.SafeLoader("").construct_document(node)
    except _BROKEN as error:
        raise _not_yaml(error, "", line(node)) from None


def load(text: str) -> Any:
    """Return the value of the only document of `text`, read fast; raise NotYamlError."""
    try:
        return yaml.load(text, Loader=_FAST_LOADER)  # noqa: S506 - one of the two safe ones
    except _BROKEN as error:
        raise _not_yaml(error, text, 1) from None


def load_texts(text: str) -> Any:
    """Return the value of the only document of `text`, in which each value is a text as it is written."""
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the base loader makes texts and nothing else


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
    """Return the line in which a node ends, from 1; what only looks indented, such as a comment, is not part of it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return last_line(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.line) + 1


def pairs(node: Node | None) -> list[tuple[Node, Node]]:
    """Return the keys and values of a mapping; what is none has none."""
    return node.value if isinstance(node, MappingNode) else []


def entry(node: Node | None, key: str) -> Node | None:
    """Return the value of `key` in a mapping, or None."""
    return next((value for name, value in pairs(node) if name.value == key), None)


def within(node: Node, place: Iterable[int | str]) -> Node:
    """Return the innermost node on the way to `place`, as far as the way leads."""
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
