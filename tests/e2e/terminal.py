"""A terminal: what a user sees of a program that runs in it, and the keys that are pressed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from tests.pseudo_terminal import open_terminal, take_over

if TYPE_CHECKING:
    from tests.e2e.user import User

ROWS, COLUMNS = 30, 100
_PIECE = re.compile(r"\x1b\[(?P<number>\??\d*)(?:;\d+)*(?P<code>[A-Za-z])|(?P<sign>[\r\n])|(?P<text>[^\x1b\r\n]+)")


class Screen:
    """What is on the screen, scrolled-off lines included: just the control codes that our programs use."""

    def __init__(self) -> None:
        self.lines = [""]
        self.cursor_is_shown = True
        self._row = self._column = 0

    def feed(self, said: str) -> None:
        """Show what a program has written; fails at a code that is not known here."""
        position = 0
        for piece in _PIECE.finditer(said):
            assert piece.start() == position, f"unknown control code {said[position : piece.start()]!r}"
            position = piece.end()
            if piece["text"]:
                self._put(piece["text"])
            elif piece["sign"]:
                self._move(piece["sign"])
            else:
                self._obey(piece["code"], piece["number"])

    def _put(self, text: str) -> None:
        line = self.lines[self._row].ljust(self._column)
        self.lines[self._row] = line[: self._column] + text + line[self._column + len(text) :]
        self._column += len(text)

    def _move(self, sign: str) -> None:
        if sign == "\r":
            self._column = 0
            return
        self._row += 1
        if self._row == len(self.lines):
            self.lines.append("")

    def _obey(self, code: str, number: str) -> None:
        if code == "A":
            self._row = max(0, self._row - int(number or 1))
        elif code == "K":
            line = self.lines[self._row]
            self.lines[self._row] = "" if number == "2" else line[: self._column]
        elif code in "hl" and number == "?25":
            self.cursor_is_shown = code == "h"
        else:
            assert code == "m", f"unknown control code {number}{code}"


class Terminal:
    """A call of pytest on a terminal of its own."""

    def __init__(self, user: User, *arguments: str, **environment: str) -> None:
        self._keys, theirs = open_terminal(ROWS, COLUMNS)
        self._written = bytearray()
        # The terminal itself says how wide it is.
        own = {key: value for key, value in user.environment().items() if key != "COLUMNS"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=user.path,
            env=own | {"TERM": "xterm-256color"} | environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=take_over,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        try:
            while piece := os.read(self._keys, 4096):
                self._written += piece
        except OSError:
            return  # the program has ended

    def written(self) -> str:
        """Return all that was written so far, control codes included."""
        return self._written.decode("utf-8", "replace")

    def screen(self) -> Screen:
        """Return what is on the screen."""
        screen = Screen()
        # What was just being written may be cut off in the middle of a code.
        screen.feed(re.sub(r"\x1b[^A-Za-z]*\Z", "", self.written()))
        return screen

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self._keys, key.encode())

    def wait(self, seconds: float = 120.0) -> int:
        """Return the exit code once the program has ended and all was read."""
        code = self.process.wait(seconds)
        self._reader.join(60)
        os.close(self._keys)
        return code
