"""Finds the axes and word lists that prompts mention, and checks that they exist and are used."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from grokbatch.batch.model.errors import Problem, nearest
from grokbatch.batch.model.fields import UNTYPEABLE
from grokbatch.batch.model.paths import NotReadError, read_whole
from grokbatch.batch.model.permalink import plain_link
from grokbatch.batch.prompts.expansion import Vocabulary, axes_in, names_in
from grokbatch.batch.prompts.parser import AXIS_NAME, Axis, Part, Words
from grokbatch.batch.source.yaml_document import NotABatchError, decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.prompts.combinations import Source
    from grokbatch.batch.source.reader import Reading
    from grokbatch.batch.source.yaml_document import Entry, Value

Mentions: TypeAlias = "list[tuple[tuple[Part, ...], Callable[[str, int | None], Problem]]]"
"""Parsed texts, each with the function that makes a problem from a reason and an index in the text."""

_FOLDER = "wordlists"
_SUFFIX = ".txt"
_MOST_NAMED = 20
_LINES = re.compile(r"\r\n|\r|\n")


def vocabulary(batch: Batch, mentions: Mentions, reading: Reading) -> Vocabulary | None:
    """Return the axes and the word lists that are mentioned, or None after reporting the mentions of missing ones."""
    words: dict[str, list[str]] = {}
    axes, found = _axis_names(reading), len(reading.problems)
    are_known = "axes" not in reading.said or bool(axes)
    for parts, problem in mentions:
        for each in names_in(parts):
            if isinstance(each, Words):
                missing = "" if each.name in words else _take_in(each.name, words, reading)
            else:
                missing = "" if each.name in axes or not are_known else _no_axis(each, axes)
            if missing:
                reading.problems.append(problem(missing, each.at))
    return Vocabulary(batch.axes, words) if len(reading.problems) == found else None


def _axis_names(reading: Reading) -> list[str]:
    said = reading.said.get("axes")
    return [entry.key for entry in said.value.entries if AXIS_NAME.fullmatch(entry.key)] if said else []


def _no_axis(mention: Axis, axes: Sequence[str]) -> str:
    near = nearest(mention.name, axes)
    there = f"known are {', '.join(axes)}" if axes else "the batch has no axes"
    meant = f"did you mean {{{near}}}?" if near else f"{there}; for literal braces, write \\{{ and \\}}"
    return f"these braces name an unknown axis: {meant}"


def _take_in(name: str, words: dict[str, list[str]], reading: Reading) -> str:
    """Read a word list into `words`, or return why it is not found; problems in its file are reported directly."""
    for folder, display in reading.folders.items():
        path = folder / _FOLDER / f"{name}{_SUFFIX}"
        if path.is_file():
            words[name] = _read(path, f"{display}/{_FOLDER}/{name}{_SUFFIX}".removeprefix("./"), reading)
            return ""
    there = sorted({each for folder in reading.folders for each in _lists_in(folder / _FOLDER)})
    near = nearest(name, there)
    if near:
        return f"names an unknown word list: did you mean __{near}__?"
    known = f"known are {', '.join(there[:_MOST_NAMED])}" if there else f"none is in {_FOLDER}/ beside the batch"
    return f"names an unknown word list ({known}); for a literal _, write \\_"


def _lists_in(folder: Path) -> Iterable[str]:
    return (each.stem for each in folder.glob(f"*{_SUFFIX}") if each.is_file())


def _read(path: Path, display: str, reading: Reading) -> list[str]:
    try:
        lines = _LINES.split(decode(read_whole(path)))
    except NotReadError as error:
        reading.problems.append(Problem(display, 1, None, str(error)))
        return []
    except NotABatchError as error:
        reading.problems.append(Problem(display, error.line, None, error.reason))
        return []
    for number, line in enumerate(lines, start=1):
        if UNTYPEABLE.search(line):
            reading.problems.append(Problem(display, number, None, "holds control characters"))
    found = list(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")))
    if not found:
        reading.problems.append(Problem(display, 1, None, "holds no words: write one a line"))
    return found


def check_axes(batch: Batch, reading: Reading) -> None:
    """Check the names and values of the axes, and that `exclude` mentions only existing ones."""
    said = reading.said.get("axes")
    for entry in said.value.entries if said else ():
        if not AXIS_NAME.fullmatch(entry.key):
            reason = "the name of an axis is made of letters, digits, - and _, such as camera"
            reading.problems.append(Problem(said.path if said else "", entry.line, "axes", reason, entry.column))
        _check_doubles("axes", entry.value, reading)
    if "permalinks" in reading.said:
        _check_doubles("permalinks", reading.said["permalinks"].value, reading)
    _check_exclude(batch, _axis_names(reading), reading)


def _check_doubles(key: str, value: Value, reading: Reading) -> None:
    lines: dict[str, int | None] = {}
    for item in value.items:
        text = item.plain.strip() if isinstance(item.plain, str) else ""
        text = plain_link(text) if key == "permalinks" else text
        if text and text in lines:
            reason = f"is in this list twice, first in line {lines[text]}"
            reading.problems.append(Problem(reading.said[key].path, item.line, key, reason, item.column))
        lines.setdefault(text, item.line)


def _check_exclude(batch: Batch, axes: Sequence[str], reading: Reading) -> None:
    said = reading.said.get("exclude")
    for item in said.value.items if said else ():
        for entry in item.entries:
            if entry.key not in axes:
                _tell_unknown_axis(entry, axes, reading)
            elif values := batch.axes.get(entry.key):
                for value in entry.value.items or (entry.value,):
                    _check_value(value, entry.key, values, reading)


def _tell_unknown_axis(entry: Entry, axes: Sequence[str], reading: Reading) -> None:
    near = nearest(entry.key, axes)
    there = f"known are {', '.join(axes)}" if axes else "the batch has none"
    reason = f"names an unknown axis, {f'did you mean {near}?' if near else there}"
    reading.problems.append(Problem(reading.said["exclude"].path, entry.line, "exclude", reason, entry.column))


def _check_value(value: Value, axis: str, values: Sequence[str], reading: Reading) -> None:
    if isinstance(value.plain, str) and value.plain.strip() not in values:
        reason = f"names a value that the axis {axis} does not have"
        reading.problems.append(Problem(reading.said["exclude"].path, value.line, "exclude", reason, value.column))


def check_use(batch: Batch, sources: Sequence[Source], reading: Reading) -> None:
    """Check that `axes`, `exclude` and `seed` have an effect, unless they come from the file that the batch extends."""
    used, known = [set(axes_in(source.parts)) for source in sources], _axis_names(reading)
    if reading.is_own("axes"):
        for entry in reading.said["axes"].value.entries:
            if entry.key in known and not any(entry.key in axes for axes in used):
                reason = f"no prompt uses this axis: write {{{entry.key}}} where it belongs, or remove it"
                reading.problems.append(Problem(reading.path, entry.line, f"axes.{entry.key}", reason, entry.column))
    if reading.is_own("exclude"):
        for at, combination in enumerate(batch.exclude):
            if combination.keys() <= set(known) and not any(combination.keys() <= axes for axes in used):
                reading.problem("exclude", f"never applies: no prompt uses {' and '.join(combination)} together", (at,))
    if reading.is_own("seed") and batch.sample is None:
        reading.problem("seed", "has no effect without sample")
