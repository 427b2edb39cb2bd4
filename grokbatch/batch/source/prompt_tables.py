"""Reads tables of prompts: CSV, TSV, JSON Lines, or plain text with one prompt on each line.

In CSV and TSV, the first row names the columns, in any order and case; an empty cell means that the value is not set.
In plain text, a line that begins with # is a comment.
"""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from grokbatch.batch.model.batch import PromptEntry
from grokbatch.batch.model.errors import Problem, key_shown, unknown
from grokbatch.batch.model.expectations import Expectations
from grokbatch.batch.model.fields import words_of
from grokbatch.batch.source.other_links import where_to_look
from grokbatch.batch.source.yaml_document import NotABatchError, Value, decode, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grokbatch.batch.model.permalink import ImageLink

_KEYS = tuple(PromptEntry.model_fields)
_CELLS = tuple(key for key in _KEYS if key != "expect")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")
_LINES = re.compile(r"\r\n|\r|\n")
_SEPARATORS = ",;\t"
_SEP_LINE = re.compile(r"\"?sep=(.)\"?(?:\r\n|\r|\n)", re.IGNORECASE)
# The contents of a cell that a spreadsheet took for a formula, such as a text that begins with a dash.
_FAILED = frozenset({"#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NULL!", "#NUM!"})


@dataclass(frozen=True)
class TablePrompt:
    """A prompt of a table; `value` is its text with its position."""

    entry: PromptEntry
    value: Value


@dataclass
class Table:
    """The prompts of a table and its problems; `display` is its path as problems show it.

    `links` collects the permalinks in it, with their spelling.
    """

    display: str
    links: list[ImageLink] = field(default_factory=list)
    rows: list[TablePrompt] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, key: str | None, reason: str, column: int | None = None) -> None:
        """Add a problem of a line, or of its cell number `column`, from 1."""
        self.problems.append(Problem(self.display, line, key, reason, column))

    def add(self, line: int, said: Mapping[str, Any], columns: Mapping[str, int], text: Value | None = None) -> None:
        """Add the prompt of a row, or its problems.

        `said` are the row's values and `columns` the numbers of their cells, from 1, both by key. `text` is the prompt
        with its position, if that is known more exactly than by the cell.
        """
        said = {key: _unixed(each) for key, each in said.items()}
        value = text or Value(said.get("prompt"), "", line=line, column=columns.get("prompt"))
        try:
            self.rows.append(TablePrompt(PromptEntry.model_validate(dict(said), context=self.links), value))
        except ValidationError as error:
            details = error.errors(include_url=False, include_context=False, include_input=False)
            for loc, kind in dict.fromkeys((_within(detail["loc"], said), detail["type"]) for detail in details):
                self._tell(line, loc, kind, said, columns)

    def _tell(
        self, line: int, loc: tuple[str, ...], kind: str, said: Mapping[str, Any], columns: Mapping[str, int]
    ) -> None:
        column, label = columns.get(loc[0]), ".".join(loc)
        model = Expectations if len(loc) > 1 else PromptEntry
        if kind == "missing":
            self.problem(line, label, "is missing, or its cell is empty" if columns else "is missing", column)
        elif kind == "extra_forbidden":
            self.problem(line, ".".join(loc[:-1]) or None, unknown(loc[-1], model.model_fields), column)
        else:
            value = said[loc[0]] if len(loc) == 1 else said[loc[0]][loc[1]]
            self.problem(line, label, f"must be {words_of(model, loc[-1])}, {_but(label, value)}", column)


def _unixed(value: Any) -> Any:
    return "\n".join(_LINES.split(value)) if isinstance(value, str) else value


def _within(loc: Sequence[int | str], said: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys in an error's location, without the names of union members that pydantic adds to it."""
    key, inner = str(loc[0]), said.get(str(loc[0]))
    is_inner = key == "expect" and len(loc) > 1 and isinstance(inner, dict) and loc[1] in inner
    return (key, str(loc[1])) if is_inner else (key,)


def _but(label: str, value: object) -> str:
    if value is None or (isinstance(value, str) and not value.strip()):
        return "but is empty"
    if label == "prompt":
        return "but holds control characters" if isinstance(value, str) else "but is no text"
    text = f"not {shown(value) if isinstance(value, str) else json.dumps(value)[:80]}"
    where = where_to_look(value) if label == "permalink" and isinstance(value, str) else ""
    return f"{text}: {where}" if where else text


def read_table(suffix: str, data: bytes, display: str) -> Table:
    """Return the prompts and the problems of a table with the content `data`, in the format that `suffix` names."""
    table = Table(display)
    reader = _READERS.get(suffix.lower())
    if reader is None:
        table.problem(1, None, f"is no table: its name must end with {', '.join(_READERS)}")
        return table
    try:
        reader(decode(data, " (Excel calls it CSV UTF-8)"), table)
    except NotABatchError as error:
        table.problem(error.line, None, error.reason)
    if not table.rows and not table.problems:
        table.problem(1, None, "holds no prompt")
    return table


def _separated(text: str, table: Table) -> None:
    # Excel may name the separator of the cells in the first line.
    if found := _SEP_LINE.match(text):
        _cells(text[found.end() :], table, found[1], lines_before=1)
        return
    first = _LINES.split(text, maxsplit=1)[0]
    # In countries with decimal commas, spreadsheets separate cells with semicolons.
    separator = max(_SEPARATORS, key=lambda sign: (first.count(sign), -_SEPARATORS.index(sign)))
    _cells(text, table, separator)


def _cells(text: str, table: Table, separator: str, lines_before: int = 0) -> None:
    rows = _rows(text, table, separator, lines_before)
    first, header = next(rows, (1, []))
    names = [name.strip().lower() for name in header]
    if not _is_header(names, first, table):
        return
    columns = {name: number for number, name in enumerate(names, start=1) if name}
    for line, cells in rows:
        if _fits(cells, names, line, table):
            said = {name: _meant(name, cell) for name, cell in zip(names, cells, strict=False) if cell.strip()}
            if said.get("prompt") in _FAILED:
                reason = "holds a formula that failed in the spreadsheet: write ' before the text there"
                table.problem(line, "prompt", reason, columns["prompt"])
            else:
                table.add(line, said, columns)


def _rows(text: str, table: Table, separator: str, lines_before: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not empty, each with the number of the line in which it begins."""
    line = lines_before + 1
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = lines_before + reader.line_num + 1
    except (csv.Error, ValueError):
        reason = "cannot be read from here on: a quote is not closed, or text follows it; within quotes it is doubled"
        table.problem(line, None, reason)


def _is_header(names: Sequence[str], line: int, table: Table) -> bool:
    found = len(table.problems)
    if not any(name in _KEYS for name in names):
        table.problem(line, None, "the first row must name the columns, prompt among them")
        return False
    for number, name in enumerate(names, start=1):
        if name == "expect":
            table.problem(line, name, "is not possible in a cell: set it in the batch, or use a .jsonl table", number)
        elif name and name not in _CELLS:
            table.problem(line, key_shown(name), unknown(name, _CELLS, "column"), number)
        elif name and name in names[: number - 1]:
            table.problem(line, name, "names two columns of this table", number)
    if "prompt" not in names and len(table.problems) == found:
        table.problem(line, "prompt", "is missing: one of the columns must have this name")
    return len(table.problems) == found


def _fits(cells: Sequence[str], names: Sequence[str], line: int, table: Table) -> bool:
    # Spreadsheets write empty cells at the end of rows, and empty columns without a name: these are accepted.
    for number, cell in enumerate(cells, start=1):
        if cell.strip() and (number > len(names) or not names[number - 1]):
            reason = "is in a column without a name: a text that contains the separator must be in quotes"
            table.problem(line, None, reason, number)
            return False
    return True


def _meant(name: str, cell: str) -> object:
    text = cell.strip()
    return int(text) if name == "count" and _WHOLE_NUMBER.fullmatch(text) else text


def _json_lines(text: str, table: Table) -> None:
    for number, line in enumerate(_LINES.split(text), start=1):
        if not line.strip():
            continue
        try:
            said = json.loads(line, object_pairs_hook=_once, parse_constant=_no_constant)
        except _TwiceError:
            table.problem(number, None, "names a key twice")
        except RecursionError:
            table.problem(number, None, "is nested too deeply")
        except ValueError as error:
            table.problem(number, None, "is not JSON", getattr(error, "colno", None))
        else:
            _json_row(said, number, table)


def _json_row(said: object, number: int, table: Table) -> None:
    if isinstance(said, str):
        table.add(number, {"prompt": said}, {})
    elif isinstance(said, dict):
        table.add(number, said, {})
    else:
        table.problem(number, None, 'must be a text in quotes or keys such as {"prompt": "…", "count": 2}')


class _TwiceError(ValueError):
    """A JSON object has the same key twice."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise _TwiceError
    return said


def _no_constant(name: str) -> object:
    raise ValueError(name)


def _lines(text: str, table: Table) -> None:
    for number, line in enumerate(_LINES.split(text), start=1):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            column = len(line) - len(line.lstrip()) + 1
            table.add(
                number, {"prompt": bare}, {}, Value(bare, "", line=number, column=column, written=bare, start=column)
            )


_READERS: Mapping[str, Callable[[str, Table], None]] = {
    ".csv": _separated,
    ".tsv": lambda text, table: _cells(text, table, "\t"),
    ".jsonl": _json_lines,
    ".txt": _lines,
}
