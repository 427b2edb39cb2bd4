"""Lays text out in lines that fit the terminal: sentences, facts beside their names, and tables.

Lines break at spaces only. What is copied stays whole, however long: a path, an address, a command; it stands alone on
its line then.
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NARROWEST = 30
"""In a narrower terminal nothing is readable, however it is laid out."""
_LEAST_ROOM = 20
"""From how many columns on a text stands beside its name, and not below it."""
_HANG = 2
BELOW = 4
"""The indentation of a text that stands below its name."""
_BETWEEN = 2
_WORD = re.compile(r"`[^`\n]*`\S*|\S+")
_COMMANDS = frozenset({"grokbatch", "pytest", "python", "python3", "xvfb-run"})


def output_width() -> int:
    """Return how many columns a line may take: those of the terminal, or of COLUMNS, and 80 where there is neither."""
    # The console of Windows goes to the next line by itself after a line that fills it.
    return max(_NARROWEST, shutil.get_terminal_size().columns - (sys.platform == "win32"))


def wrapped(text: str, width: int, hang: int = _HANG) -> list[str]:
    """Return `text` in lines of at most `width` columns, the second and later ones of each line indented by `hang`."""
    lines = text.split("\n")
    return [part for line in lines for part in _wrapped_line(line, width, hang)]


def beside(name: str, text: str, width: int, column: int | None = None) -> list[str]:
    """Return `text` in lines beside its `name`, from `column` on (None: directly behind); below it in a narrow room."""
    begin = name if column is None else padded(name, column)
    room = width - cell_len(begin)
    if not fits_beside(text, room):
        below = [" " * BELOW + line for line in wrapped(text, width - BELOW, hang=0)]
        return [name.rstrip(), *below] if name.strip() else below
    first, *rest = wrapped(text, room, hang=0)
    return [begin + first, *(" " * cell_len(begin) + line for line in rest)]


def padded(text: str, columns: int) -> str:
    """Return `text` with spaces up to so many columns; signs of East Asia take two."""
    return text + " " * (columns - cell_len(text))


def fits_beside(text: str, room: int) -> bool:
    """Whether `text` can be read in lines of `room` columns, beside its name; otherwise it goes below the name."""
    return cell_len(text) <= room or (room >= _LEAST_ROOM and _longest_unit(text) <= room)


def slices(text: str, width: int, hang: int) -> Iterator[tuple[int, int]]:
    """Yield the begin and end of each line of `text`, a single line; later ones have `hang` columns less room."""
    begin = end = 0
    for unit in _units(text):
        room = width - (hang if begin else 0)
        is_whole = cell_len(text[begin : unit.end]) <= room
        # A sign at the beginning, such as a hook, stays with the word behind it.
        is_sign = end == 1 and not text[0].isalnum()
        if end and not is_whole and not is_sign:
            yield begin, end
            begin = unit.begin
        end = unit.end
    yield begin, end


def table_lines(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return `rows`, the first of which is the head, as lines with aligned columns.

    Where they do not fit, the widest columns are wrapped; where that is not enough, each row becomes a list.
    """
    count = len(rows[0])
    widths = [max(cell_len(row[column]) for row in rows) for column in range(count)]
    words = [max(_longest_unit(row[column]) for row in rows) for column in range(count)]
    least = [max(word, min(size, _LEAST_ROOM)) for word, size in zip(words, widths, strict=True)]
    fitting = _fitting(widths, least, width - _BETWEEN * (count - 1))
    if fitting is None:
        return list(_as_lists(rows, width))
    cells = [[wrapped(cell, size, hang=0) for cell, size in zip(row, fitting, strict=True)] for row in rows]
    lines = (line for row in cells for line in zip_longest(*row, fillvalue=""))
    between = " " * _BETWEEN
    return [between.join(map(padded, line, fitting)).rstrip() for line in lines]


@dataclass(frozen=True)
class _Unit:
    """What stands between two possible breaks: a word, or a command with its arguments."""

    begin: int
    end: int


def _units(text: str) -> Iterator[_Unit]:
    words = list(_WORD.finditer(text))
    while words:
        count = _command_length(text, words) if words[0][0] in _COMMANDS else 1
        # A single word keeps its indentation.
        begin = 0 if words[0].start() == len(text) - len(text.lstrip()) else words[0].start()
        yield _Unit(begin, words[count - 1].end())
        words = words[count:]


def _command_length(text: str, words: Sequence[re.Match[str]]) -> int:
    """Return how many words make the command that begins here, or 1 if it is a word of a sentence."""
    before = text[: words[0].start()].rstrip()
    if before and before[-1] not in ":(" and not before.endswith(("type", "then")):
        return 1
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else None
        is_end = word[0][-1] in ";,)" or following is None
        if is_end or (following is not None and (following[0][0] == "(" or following.start() - word.end() > 1)):
            return number + 1
    return 1


def _wrapped_line(line: str, width: int, hang: int) -> Iterator[str]:
    if cell_len(line) <= width:
        yield line
        return
    indent = len(line) - len(line.lstrip(" ")) + hang
    for number, (begin, end) in enumerate(slices(line, width, indent)):
        yield (" " * indent if number else "") + line[begin:end]


def _longest_unit(text: str) -> int:
    """Return how many columns the longest part of `text` takes that is never broken."""
    return max((cell_len(text[unit.begin : unit.end]) for unit in _units(text)), default=0)


def _fitting(widths: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Return widths of columns that fit into `room`, the widest ones made narrower first; None if none do."""
    sizes = list(widths)
    while sum(sizes) > room:
        column = max(range(len(sizes)), key=lambda number: (sizes[number] > least[number], sizes[number]))
        if sizes[column] <= least[column]:
            return None
        sizes[column] -= 1
    return sizes


def _as_lists(rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    head, *others = rows
    column = max(map(cell_len, head[1:]), default=0) + 2 * _BETWEEN
    for row in others:
        yield from wrapped(row[0], width)
        for name, cell in zip(head[1:], row[1:], strict=True):
            if cell.strip():
                yield from beside(f"{' ' * _BETWEEN}{name.lower()}", cell.strip(), width, column)
