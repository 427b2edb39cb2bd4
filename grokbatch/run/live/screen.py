"""The part of the live view that is redrawn in place, below the permanent lines."""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleDimensions, Group
from rich.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.text import Text

# Seconds between two drawings.
_SECONDS_BETWEEN = 0.2
# Lines of the terminal that are left to the permanent lines.
_KEPT_FREE = 4
_SIZE_UNKNOWN = os.terminal_size((100, 24))


class Picture:
    """Draws what `lines(width, height)` returns, several times a second, while lines are printed above it."""

    def __init__(self, console: Console, stream: TextIO, lines: Callable[[int, int], Sequence[Text]]) -> None:
        self._console, self._stream, self._lines = console, stream, lines
        # rich places the cursor and prints in two steps; only one thread may be between them.
        self._lock = threading.RLock()
        self._over = threading.Event()
        self._live: Live | None = None
        self._drawn: tuple[int, ...] = ()
        self._width = 0
        self._not_before = 0.0
        self._ticker = threading.Thread(target=self._tick, name="grokbatch-live", daemon=True)

    def begin(self) -> None:
        """Start to draw."""
        with self._lock:
            self._draw()
        self._ticker.start()

    def print(self, line: Text) -> None:
        """Print a permanent line above the picture."""
        with self._lock:
            if self._live is None:
                self._clear_line()
            else:
                self._refresh()  # before printing, because the terminal may have become narrower
            self._console.print(line, soft_wrap=True)
            self._refresh()

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Hide the picture while other code writes to the terminal, and for a moment longer.

        pytest-xdist goes on writing after the hook in which it starts.
        """
        with self._lock:
            self._erase()
            try:
                yield
            finally:
                self._not_before = time.monotonic() + _SECONDS_BETWEEN

    def end(self) -> None:
        """Remove the picture for good; safe to call twice."""
        self._over.set()
        with self._lock:
            self._erase()
        if self._ticker.is_alive():
            self._ticker.join()

    def _tick(self) -> None:
        while not self._over.wait(_SECONDS_BETWEEN):
            with self._lock:
                if self._over.is_set() or time.monotonic() < self._not_before:
                    continue
                if self._live is None:
                    self._draw()
                else:
                    self._refresh()

    def _draw(self) -> None:
        self._clear_line()
        self._live = Live(
            get_renderable=self._frame,
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start(refresh=True)

    def _refresh(self) -> None:
        if self._live is None:
            return
        if terminal_size(self._stream).columns < self._width:
            self._erase()
            self._draw()
        else:
            self._live.refresh()

    def _clear_line(self) -> None:
        # The cursor may be in a line of other code, such as pytest-xdist's line of worker states.
        self._stream.write("\r\x1b[2K")

    def _erase(self) -> None:
        live, self._live = self._live, None
        if live is None:
            return
        rows = self._rows_more()
        live.stop()
        if rows:
            self._stream.write(f"\x1b[{rows}A\x1b[J")

    def _rows_more(self) -> int:
        """Return how many rows the drawn lines take more than their number, in a terminal that became narrower."""
        width = terminal_size(self._stream).columns
        return sum(max(0, (length - 1) // width) for length in self._drawn) if width < self._width else 0

    def _frame(self) -> Group:
        size = terminal_size(self._stream)
        # rich would take the size from the standard streams, which pytest may have replaced by files meanwhile.
        self._console.size = ConsoleDimensions(size.columns, size.lines)
        lines = self._lines(size.columns - 1, max(3, size.lines - _KEPT_FREE))
        self._drawn, self._width = tuple(cell_len(line.plain.rstrip()) for line in lines), size.columns
        return Group(*lines)


def terminal_size(stream: TextIO) -> os.terminal_size:
    """Return the columns and lines of the terminal behind `stream`, or a usual size if it is no terminal."""
    try:
        size = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return _SIZE_UNKNOWN
    return size if size.columns and size.lines else _SIZE_UNKNOWN
