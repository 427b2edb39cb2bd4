"""A terminal that breaks its lines anew when its width changes."""

from __future__ import annotations

import os
import re
import select

from tests.pseudo_terminal import open_terminal, resize, take_signs_as_they_are

_ROWS = 30


class Reflowing:
    """A terminal on a pty that breaks its lines anew when it becomes narrower, as most do."""

    def __init__(self, width: int) -> None:
        self.rows, self.at, self.column, self.width = [""], 0, 0, 0
        self._read, write = open_terminal(_ROWS, width)
        take_signs_as_they_are(write)
        self.stream = os.fdopen(write, "w", encoding="utf-8", buffering=1)
        self.resize(width)

    def resize(self, width: int) -> None:
        """Change the width; what is on the screen is broken into rows of it."""
        self.feed()
        resize(self.stream.fileno(), _ROWS, width)
        rows: list[str] = []
        for number, row in enumerate(self.rows):
            pieces = [row.rstrip()[at : at + width] for at in range(0, max(1, len(row.rstrip())), width)]
            if number == self.at:
                self.at, self.column = len(rows) + len(pieces) - 1, len(pieces[-1])
            rows += pieces
        self.rows = rows

    def feed(self) -> None:
        """Show what was written."""
        self.stream.flush()
        written = b""
        while select.select([self._read], [], [], 0)[0]:
            written += os.read(self._read, 65536)
        for code, text in re.findall(r"\x1b\[([?\d;]*[a-zA-Z])|([^\x1b\n\r]+|\n|\r)", written.decode()):
            if code == "2K":
                self.rows[self.at] = ""
            elif code == "J":
                self.rows[self.at :] = [self.rows[self.at][: self.column]]
            elif code.endswith("A"):
                self.at = max(0, self.at - int(code[:-1]))
            elif text == "\n":
                self.at += 1
                self.rows += [""] * (self.at + 1 - len(self.rows))
                self.column = 0
            elif text == "\r":
                self.column = 0
            elif text:
                row = self.rows[self.at].ljust(self.column)
                self.rows[self.at] = row[: self.column] + text + row[self.column + len(text) :]
                self.column += len(text)
