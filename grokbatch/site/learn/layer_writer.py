"""Writes learned locators into the user's table, and leaves everything else in it unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.site.locators.layer_file import BELOW
from grokbatch.yaml_nodes import CollectionNode, compose, entry, last_line, load_texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grokbatch.site.learn.candidates import Part
    from grokbatch.site.locators.table import Alternative
    from grokbatch.yaml_nodes import Node

_HEAD = """\
# Locators of one's own, laid over the packaged ones control by control: a list here replaces the one below it, and
# the word `packaged` in a list stands for what it replaces. See what is in force with: grokbatch locators show
version: 1
"""
_BARE = ("version", "era", "language", "role", "any_use")


def with_learned(text: str, learned: Mapping[Part, Sequence[Alternative]], remark: str) -> str:
    """Return the table `text` with the learned alternatives of each control before those that it has.

    `remark` is a comment above them. `text` must be a valid table, or empty.
    """
    text = text if text.strip() else _HEAD
    for control, alternatives in learned.items():
        entries = [_line(_told(each)) for each in alternatives]
        text = _with_control(text, control, entries, remark)
    return text


def _with_control(text: str, control: str, entries: list[str], remark: str) -> str:
    section = _collection(compose(text), "controls")
    if section is None or not section.value:
        kept = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("controls:"))
        block = [f"  {control}:", *_items(entries, "    ", remark), f"    - {BELOW}"]
        return kept.rstrip("\n") + "\n\ncontrols:\n" + "\n".join(block) + "\n"
    own = _collection(section, control)
    if section.flow_style or (own is not None and own.flow_style):
        return _with_control(_unfolded(text), control, entries, remark)
    if own is None:
        indent = " " * section.value[0][0].start_mark.column
        block = [f"{indent}{control}:", *_items(entries, f"{indent}  ", remark), f"{indent}  - {BELOW}"]
        return _inserted(text, last_line(section), block)
    first = own.value[0].start_mark
    indent = text.splitlines()[first.line].partition("-")[0]
    known = text.splitlines()[first.line : last_line(own)]
    fresh = [each for each in entries if f"- {each}" not in map(str.strip, known)]
    return _inserted(text, own.start_mark.line, _items(fresh, indent, remark)) if fresh else text


def _items(entries: list[str], indent: str, remark: str) -> list[str]:
    return [f"{indent}# {remark}", *(f"{indent}- {each}" for each in entries)]


def _inserted(text: str, line: int, block: list[str]) -> str:
    lines = text.splitlines()
    return "\n".join([*lines[:line], *block, *lines[line:]]) + "\n"


def _collection(node: Node | None, key: str) -> CollectionNode | None:
    found = entry(node, key)
    return found if isinstance(found, CollectionNode) else None


def _unfolded(text: str) -> str:
    """Return the same table in block style; its comments are lost."""
    told = load_texts(text)
    lines = [*_HEAD.splitlines()[:-1]]
    for section, content in told.items():
        if not isinstance(content, dict):
            lines.append(f"{section}: {content}")
            continue
        lines += ["", f"{section}:"]
        for name, items in content.items():
            lines += [f"  {name}:", *(f"    - {_line(item)}" for item in items)]
    return "\n".join(lines) + "\n"


def _told(alternative: Alternative) -> dict[str, str]:
    """Return the keys of an alternative that are written to the table, without those that have no value."""
    told = alternative.model_dump(exclude_defaults=True)
    return {key: "true" if value is True else str(value) for key, value in told.items()}


def _line(item: Mapping[str, str] | str) -> str:
    if isinstance(item, str):
        return item if item == BELOW else _quoted(item)
    return "{" + ", ".join(f"{key}: {value if key in _BARE else _quoted(value)}" for key, value in item.items()) + "}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
