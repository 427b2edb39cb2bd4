"""The text of a batch file, taken apart into keys and values with their lines.

Values are read as YAML reads them, but what YAML would quietly turn into something else is not: a number
must be written in plain decimal digits, and a prompt must reach the site as it stands in the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_TAG = "tag:yaml.org,2002:"
_KINDS = {"bool": "true or false", "int": "a number", "float": "a number", "timestamp": "a date"}
_TRUTH = {"yes": True, "no": False, "true": True, "false": False, "on": True, "off": False}
_RATIO = re.compile(r"[0-9]+:[0-9]+")
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?([0-9]{1,18}\.[0-9]{0,18}|\.[0-9]{1,18})")
_NEEDS_QUOTES = frozenset("*&!%@`")
_LONGEST_SHOWN = 160


@dataclass(frozen=True)
class Unusable:
    """Stands for a value that no key may have."""


@dataclass(frozen=True)
class Value:
    """A value as it is validated (`plain`), and as an error shows it.

    `kind` says what YAML takes it for where that is not text; `trap` says which part of it YAML drops.
    """

    plain: object = field(repr=False)
    shown: str = field(repr=False)
    kind: str = ""
    trap: str = ""


@dataclass(frozen=True)
class Entry:
    """One key of the file's top level, the line that it stands in, and its value."""

    key: str
    line: int
    value: Value


class NotABatchError(Exception):
    """The text is no YAML mapping at all: `reason` says why, `line` says where."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason


def decode(data: bytes) -> str:
    """Return the text of a UTF-8 file, without its byte order mark; raise NotABatchError if it has none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    raise NotABatchError(line, "is not UTF-8 text: save the file with the encoding UTF-8")


def entries(text: str) -> Iterator[Entry]:
    """Yield the keys of the top level in order, repeated ones too; raise NotABatchError if there are none."""
    root = _compose(text)
    if root is None:
        raise NotABatchError(1, "is empty: a batch needs at least permalink and prompt")
    if not isinstance(root, yaml.MappingNode):
        line = root.start_mark.line + 1
        raise NotABatchError(line, "must be lines of `key: value`, such as `count: 12`, not a list or a text")
    for key, value in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        yield Entry(name, key.start_mark.line + 1, _value(value, text))


def ratio(value: Value) -> Value:
    """Return a value that is meant as a ratio: YAML 1.1 takes `16:9` for 969, a number in base 60."""
    return Value(value.shown, shown(value.shown)) if _RATIO.fullmatch(value.shown) else value


def scalar(text: str) -> Value:
    """Return the value that `text`, from the command line, would have in a file."""
    try:
        node = _compose(text)
    except NotABatchError:
        return Value(Unusable(), shown(text))
    return Value(Unusable(), "") if node is None else _value(node, text)


def shown(text: str) -> str:
    """Return `text` in quotes as an error shows it: on one line, and not endlessly long."""
    line = "".join(char if char.isprintable() else "?" for char in text)
    return f'"{line}"' if len(line) <= _LONGEST_SHOWN else f'"{line[:_LONGEST_SHOWN]}…"'


def _compose(text: str) -> yaml.Node | None:
    loader = None
    try:
        loader = yaml.SafeLoader(text)
        return loader.get_single_node()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        reason = "holds a character that YAML forbids: delete it and type it anew"
    except yaml.MarkedYAMLError as error:
        line, reason = _syntax(error, text)
    except RecursionError:
        line, reason = (loader.line + 1 if loader else 1), "is nested too deeply"
    except (ValueError, OverflowError):
        # PyYAML lets escapes such as "\U99999999" and endless version numbers through to chr() and int().
        line, reason = (loader.line + 1 if loader else 1), "holds an escape or a number that does not exist"
    raise NotABatchError(line, reason)


def _syntax(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Say in which line the YAML breaks and why, in our words: PyYAML's quote the file, and so the prompt."""
    start, mark = error.context_mark, error.problem_mark
    if start and text[start.index : start.index + 1].isalnum() and isinstance(error, yaml.scanner.ScannerError):
        return start.line + 1, "cannot be read as YAML: this line is not `key: value`"
    if start and mark and mark.index >= len(text):
        return start.line + 1, "cannot be read as YAML: what is opened here is never closed"
    if mark is None:
        return 1, "cannot be read as YAML"
    reason = _stumbled_over(text[mark.index : mark.index + 1], error)
    return mark.line + 1, f"cannot be read as YAML: {reason}"


def _stumbled_over(char: str, error: yaml.MarkedYAMLError) -> str:
    if char == ":":
        return "a value that holds `: ` must stand in quotes, and all keys start in the same column"
    if char == "\t":
        return "lines are indented with spaces, not with tabs"
    if char in _NEEDS_QUOTES:
        return f"a value that starts with {char} must stand in quotes"
    if isinstance(error, yaml.composer.ComposerError):
        return "a second document starts here, and a batch file holds one"
    return "check the quotes, the brackets and the indentation"


def _value(node: yaml.Node, text: str) -> Value:
    if not isinstance(node, yaml.ScalarNode):
        return Value(_inner(node, text), "a list" if isinstance(node, yaml.SequenceNode) else "a mapping")
    tag = node.tag.removeprefix(_TAG)
    if tag == "str":
        return Value(node.value, shown(node.value), trap=_trap(node, text))
    if tag == "null":
        return Value(Unusable(), "")
    if tag not in _KINDS:
        return Value(Unusable(), "a tagged value", "a tag")
    return Value(_plain(tag, node.value), shown(node.value)[1:-1], _KINDS[tag])


def _inner(node: yaml.Node, text: str) -> object:
    """Return a value with all that is in it; keys of a mapping are taken as text."""
    if isinstance(node, yaml.SequenceNode):
        return [_inner(each, text) for each in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: _inner(value, text) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    return None if node.tag == f"{_TAG}null" else _value(node, text).plain


def _plain(tag: str, text: str) -> object:
    if tag == "bool":
        return _TRUTH.get(text.lower(), Unusable())
    if tag == "int" and _WHOLE.fullmatch(text):
        return int(text)
    if tag == "float" and _DECIMAL.fullmatch(text):
        return float(text)
    return Unusable()


def _trap(node: yaml.ScalarNode, text: str) -> str:
    """Say what YAML drops from a value whose author may have meant it, or return an empty text."""
    if re.match(r"&|!\s", text[node.start_mark.index :]):
        return "its first word"
    if node.style is None and re.match(r"[ \t]+#", text[node.end_mark.index :]):
        return "everything from the # on"
    return ""
