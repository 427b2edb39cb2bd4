"""Reads one file with the user's locators, and finds every problem in it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from pydantic import TypeAdapter, ValidationError

from grokbatch.batch.model.errors import BatchError, Problem
from grokbatch.site.locators.patterns import Pattern
from grokbatch.site.locators.table import Alternative, ControlName, PathName, TextName, TextPattern
from grokbatch.yaml_nodes import TAG, MappingNode, NotYamlError, ScalarNode, SequenceNode, compose, line, pairs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grokbatch.yaml_nodes import Node

Section = Literal["controls", "texts", "paths"]
Entry: TypeAlias = Alternative | TextPattern | str

BELOW = "packaged"
"""An item of a list that means all entries of the list below it."""

SECTIONS: tuple[Section, ...] = get_args(Section)
_NAMES: dict[Section, tuple[str, ...]] = {
    "controls": get_args(ControlName),
    "texts": get_args(TextName),
    "paths": get_args(PathName),
}
_KINDS: dict[Section, str] = {"controls": "control", "texts": "text", "paths": "path"}
_ENTRIES: dict[Section, TypeAdapter[Any]] = {
    "controls": TypeAdapter(Alternative),
    "texts": TypeAdapter(TextPattern),
    "paths": TypeAdapter(Pattern),
}
_KEYS = {"controls": tuple(Alternative.model_fields), "texts": tuple(TextPattern.model_fields), "paths": ()}
_MEANT = {
    "controls": "an alternative in braces, such as {role: button, name: '^send$'}",
    "texts": "a text in braces, such as {text: 'enough for today'}",
    "paths": "a regular expression",
}


@dataclass(frozen=True)
class Layer:
    """The contents of one file: lists by section and name, in which None means the entries of the list below."""

    path: str
    lists: Mapping[tuple[Section, str], tuple[Entry | None, ...]]


def read_layer(file: Path) -> Layer:
    """Return the contents of `file`; raises BatchError with all problems."""
    reading = _Reading(_relative(file))
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reading.blame(None, None, f"cannot be read: {error.strerror or error}")
    except UnicodeDecodeError:
        reading.blame(None, None, "is not UTF-8 text: save the file with the encoding UTF-8")
    else:
        reading.take(text)
    if reading.problems:
        raise BatchError(tuple(sorted(reading.problems, key=lambda problem: problem.line or 0)))
    return Layer(reading.path, reading.lists)


def _relative(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


@dataclass(frozen=True)
class _Reading:
    """What was read from one file so far, and its problems."""

    path: str
    lists: dict[tuple[Section, str], tuple[Entry | None, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def blame(self, node: Node | None, key: str | None, reason: str) -> None:
        """Add a problem."""
        self.problems.append(Problem(self.path, line(node) if node else 1, key, reason))

    def take(self, text: str) -> None:
        """Read the whole file."""
        try:
            root = compose(text)
        except NotYamlError as error:
            mark = error.at or error.start
            reason = f"cannot be read as YAML: {error.problem or error}"
            self.problems.append(Problem(self.path, mark.line if mark else 1, None, reason))
            return
        for key, value in self._pairs(root, "", "the sections controls, texts and paths"):
            if key.value == "version":
                self._check_version(value)
            elif key.value in SECTIONS:
                self._section(key.value, value)
            else:
                self.blame(key, None, _unknown("section", key.value, SECTIONS))

    def _pairs(self, node: Node | None, key: str, what: str) -> Iterator[tuple[ScalarNode, Node]]:
        """Yield the items of a mapping, each key once; a missing value counts as an empty mapping."""
        if node is None or node.tag == f"{TAG}null":
            return
        if not isinstance(node, MappingNode):
            self.blame(node, key or None, f"must hold {what}, each as a key with a colon")
            return
        lines: dict[str, int] = {}
        for name, value in node.value:
            if not isinstance(name, ScalarNode):
                self.blame(name, key or None, "a key must be a word")
            elif name.value in lines:
                full = ".".join(filter(None, (key, name.value)))
                self.blame(name, full, f"is here twice, first in line {lines[name.value]}")
            else:
                lines[name.value] = line(name)
                yield name, value

    def _check_version(self, node: Node) -> None:
        if node.value != "1":
            self.blame(node, "version", "must be 1")

    def _section(self, section: Section, node: Node) -> None:
        names = _NAMES[section]
        for name, value in self._pairs(node, section, f"{_KINDS[section]}s by name, such as {names[0]}"):
            key = f"{section}.{name.value}"
            if name.value in names:
                self._list(section, name.value, key, value)
            else:
                self.blame(name, key, _unknown(_KINDS[section], name.value, names))

    def _list(self, section: Section, name: str, key: str, node: Node) -> None:
        if not isinstance(node, SequenceNode):
            self.blame(node, key, f"must be a list; each item begins with a dash and is {_MEANT[section]}, or {BELOW}")
        elif not node.value:
            self.blame(node, key, f"must not be empty: leave it out, or write - {BELOW}")
        else:
            found = [self._item(section, f"{key}[{number}]", item) for number, item in enumerate(node.value, start=1)]
            self.lists[section, name] = tuple(found)

    def _item(self, section: Section, key: str, node: Node) -> Entry | None:
        if isinstance(node, ScalarNode) and node.value == BELOW:
            return None
        wanted = ScalarNode if section == "paths" else MappingNode
        if not isinstance(node, wanted):
            self.blame(node, key, f"must be {_MEANT[section]}, or {BELOW}")
            return None
        try:
            entry: Entry = _ENTRIES[section].validate_python(_plain(node))
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                self._explain(section, key, node, detail)
            return None
        return entry

    def _explain(self, section: Section, key: str, node: Node, detail: Any) -> None:
        part = str(detail["loc"][0]) if detail["loc"] else ""
        at = next((name for name, _ in pairs(node) if name.value == part), node)
        if detail["type"] == "extra_forbidden":
            self.blame(at, key, _unknown("key", part, _KEYS[section]))
        elif detail["type"] == "missing":
            self.blame(at, key, f"{part} is missing")
        else:
            reason = detail["msg"].removeprefix("Value error, ")
            self.blame(at, f"{key}.{part}" if part else key, reason[0].lower() + reason[1:])


def _plain(node: Node) -> object:
    """Return a value as text, because YAML would read some patterns as numbers or dates."""
    if isinstance(node, MappingNode):
        return {_plain(key): _plain(value) for key, value in node.value}
    return node.value if isinstance(node, ScalarNode) else object()


def _unknown(kind: str, word: str, allowed: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word.lower(), allowed, n=1)
    return f"unknown {kind} {word}, " + (f"did you mean {near[0]}?" if near else f"allowed are {', '.join(allowed)}")
