"""Reads the text of a batch file into keys and values with their positions.

Values have YAML's types, except where YAML would silently change what was meant: a number must be written in plain
decimal digits, and a prompt must reach the site exactly as it is in the file.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grokbatch.batch.source.yaml_errors import NotABatchError, composed
from grokbatch.yaml_nodes import TAG, MappingNode, ScalarNode, SequenceNode, column, line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grokbatch.yaml_nodes import Node

__all__ = ["Entry", "NotABatchError", "Unusable", "Value", "decode", "entries", "held", "ratio", "scalar", "shown"]

MERGE = "<<"
"""YAML's merge key, which adds the keys of one mapping to another. Batch files must not use it."""

_KINDS = {"bool": "true or false", "int": "a number", "float": "a number", "timestamp": "a date"}
_TRUTH = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}
_RATIO = re.compile(r"[0-9]+:[0-9]+")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})")
_PROPERTIES = re.compile(r"(?:[!&]\S*[ \t]+)*")
_SIGNS = {'"': re.compile(r"\\(?:x.{2}|u.{4}|U.{8}|.)|."), "'": re.compile("''|.")}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LONGEST_SHOWN = 160
_DEEPEST = 40
_MOST_VALUES = 200_000


@dataclass(frozen=True)
class Unusable:
    """A value that is wrong for every key, such as a number in an unusual form."""


@dataclass(frozen=True)
class Value:
    """A value: `plain` is validated, `shown` is its form in messages.

    `kind`: YAML's type in words, if that is not text. `trap`: a warning about a text that YAML reads differently from
    what its author probably meant. `line` and `column` count from 1; None: the value is not from a file. `entries` and
    `items`: the contents of a mapping or a list; `size`: the number of all values in it. `written`: a text on a single
    line as it is in the file, quotes included, from the column `start` on; `quote`: the kind of its quotes.
    """

    plain: object = field(repr=False)
    shown: str = field(repr=False)
    kind: str = ""
    trap: str = ""
    line: int | None = None
    column: int | None = None
    entries: tuple[Entry, ...] = ()
    items: tuple[Value, ...] = ()
    size: int = 1
    written: str = field(default="", repr=False)
    start: int = 1
    quote: str = ""

    def within(self, place: Sequence[int | str]) -> Value:
        """Return the value at `place`; keys and indices in it that do not exist are skipped."""
        here = self
        for step in place:
            if isinstance(step, int):
                here = here.items[step] if step < len(here.items) else here
            else:
                here = here.entry(step) or here
        return here

    def entry(self, key: str) -> Value | None:
        """Return the value of `key`, or None."""
        return next((entry.value for entry in self.entries if entry.key == key), None)

    def column_of(self, at: int) -> int | None:
        """Return the column of the character with the index `at`, or None if the text is on several lines."""
        if not self.written:
            return None
        signs = _SIGNS.get(self.quote)
        if signs is None:
            return self.start + at
        begins = [found.start() for found in signs.finditer(self.written[1:-1])]
        return self.start + 1 + begins[at] if at < len(begins) else None


@dataclass(frozen=True)
class Entry:
    """One key of a mapping, its position, and its value."""

    key: str
    line: int
    column: int
    value: Value


def decode(data: bytes, hint: str = "") -> str:
    """Return the text of a UTF-8 file, without the byte order mark; raise NotABatchError if it is not UTF-8.

    `hint` is added to that message.
    """
    if data.startswith(_UTF_16):
        raise NotABatchError(1, "is UTF-16 text: save the file with the encoding UTF-8 (Excel calls it CSV UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise NotABatchError(line, f"is not UTF-8 text: save the file with the encoding UTF-8{hint}")


def entries(
    text: str, needs: str = "a batch needs at least permalink and prompt", example: str = "such as `count: 12`"
) -> Iterator[Entry]:
    """Yield the keys of the top level in order, repeated ones too; raise NotABatchError if it is not a mapping.

    `needs` and `example` say in messages what the file must hold.
    """
    root = composed(text)
    if root is None:
        raise NotABatchError(1, f"is empty: {needs}")
    if not isinstance(root, MappingNode):
        raise NotABatchError(line(root), f"must be lines of `key: value`, {example}, not a list or a text")
    value = _Reader(text).value(root)
    if value.size > _MOST_VALUES:
        raise NotABatchError(1, "is too large, because its aliases (*) repeat too much")
    yield from value.entries


def ratio(value: Value) -> Value:
    """Return a ratio such as `16:9` as text, because YAML 1.1 reads it as 969, a number in base 60."""
    if not _RATIO.fullmatch(value.shown):
        return value
    return replace(value, plain=value.shown, shown=shown(value.shown), kind="")


def scalar(text: str) -> Value:
    """Return the value that `text`, from the command line, would have in a batch file."""
    try:
        node = composed(text)
        value = Value(Unusable(), "") if node is None else _Reader(text).value(node)
    except NotABatchError:
        return Value(Unusable(), shown(text))
    return _without_places(value) if value.size <= _MOST_VALUES else Value(Unusable(), "too much")


def _without_places(value: Value) -> Value:
    items = tuple(map(_without_places, value.items))
    inner = tuple(replace(entry, value=_without_places(entry.value)) for entry in value.entries)
    return replace(value, line=None, column=None, items=items, entries=inner)


def shown(text: str) -> str:
    """Return `text` in quotes as messages show it: on one line, and shortened if it is long."""
    line = "".join(char if char.isprintable() else "?" for char in text)
    return f'"{line}"' if len(line) <= _LONGEST_SHOWN else f'"{line[:_LONGEST_SHOWN]}…"'


class _Reader:
    """Makes a value from each of PyYAML's nodes, once, because an alias is the same node as its anchor."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.known: dict[int, Value] = {}
        self.open: set[int] = set()

    def value(self, node: Node) -> Value:
        if id(node) in self.open:
            raise NotABatchError(line(node), "contains itself: an alias (*) is within its own anchor (&)", column(node))
        if len(self.open) > _DEEPEST:
            raise NotABatchError(line(node), "is nested too deeply", column(node))
        if id(node) not in self.known:
            self.open.add(id(node))
            self.known[id(node)] = replace(self._read(node), line=line(node), column=column(node))
            self.open.remove(id(node))
        return self.known[id(node)]

    def _read(self, node: Node) -> Value:
        if isinstance(node, SequenceNode):
            items = tuple(map(self.value, node.value))
            size = 1 + sum(each.size for each in items)
            plain = [held(each) for each in items]
            return Value(plain, "a list", "a list, because of the [" if node.flow_style else "", items=items, size=size)
        if isinstance(node, MappingNode):
            return self._mapping(node)
        return self._scalar(node) if isinstance(node, ScalarNode) else Value(Unusable(), "")

    def _mapping(self, node: MappingNode) -> Value:
        entries = tuple(self._entry(key, value) for key, value in node.value)
        size = 1 + sum(1 + each.value.size for each in entries)
        kind = f"keys and values, because of the {'{' if node.flow_style else '`: `'}"
        plain = {each.key: held(each.value) for each in entries}
        return Value(plain, "a mapping", kind, entries=entries, size=size)

    def _entry(self, key: Node, value: Node) -> Entry:
        name = key.value if isinstance(key, ScalarNode) else ""
        return Entry(name, line(key), column(key), self.value(value))

    def _scalar(self, node: ScalarNode) -> Value:
        tag = node.tag.removeprefix(TAG)
        if tag == "str":
            return self._text(node)
        if tag == "null":
            return Value(Unusable(), "")
        if tag not in _KINDS:
            return Value(Unusable(), "a tagged value", "a tag")
        return Value(_plain(tag, node.value), shown(node.value)[1:-1], _KINDS[tag])

    def _text(self, node: ScalarNode) -> Value:
        written = self.text[node.start_mark.index : node.end_mark.index]
        skipped = _PROPERTIES.match(written).end()  # type: ignore[union-attr]
        start = column(node) + skipped
        is_line = node.style not in {"|", ">"} and node.start_mark.line == node.end_mark.line
        one_line = written[skipped:] if is_line else ""
        return Value(
            node.value, shown(node.value), trap=self._trap(node), written=one_line, start=start, quote=node.style or ""
        )

    def _trap(self, node: ScalarNode) -> str:
        """Return a warning if YAML reads a text differently from what was probably meant, else an empty string."""
        start, end = node.start_mark.index, node.end_mark.index
        if node.style == '"' and any(sign[0] == r"\_" for sign in _SIGNS['"'].finditer(self.text, start, end)):
            return r"YAML takes \_ between double quotes for a space: use single quotes"
        if node.style is not None:
            return ""
        if re.match(r"&|!\s", self.text[start : start + 2]):
            return "YAML drops its first word: put it in quotes"
        if re.match(r"[ \t]+#", self.text[end : end + 80]):
            return "YAML drops everything from the # on: put it in quotes"
        return ""


def held(value: Value) -> object:
    """Return the plain value for a list or mapping, in which an empty value is None."""
    return None if isinstance(value.plain, Unusable) and not value.shown else value.plain


def _plain(tag: str, text: str) -> object:
    if tag == "bool":
        return _TRUTH.get(text.lower(), Unusable())
    if tag == "int" and _WHOLE.fullmatch(text):
        return int(text)
    if tag == "float" and _DECIMAL.fullmatch(text):
        return float(text)
    return Unusable()
