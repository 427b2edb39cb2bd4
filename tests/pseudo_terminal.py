"""Pseudo terminals, which Windows does not have."""

from __future__ import annotations

import os
import struct
import sys

_NONE = "there are no pseudo terminals on Windows"


def open_terminal(rows: int, columns: int) -> tuple[int, int]:
    """Return both ends of a new terminal: that of whoever sits in front of it, and that of the program."""
    if sys.platform == "win32":
        raise NotImplementedError(_NONE)
    import pty

    ours, theirs = pty.openpty()
    resize(theirs, rows, columns)
    return ours, theirs


def resize(end: int, rows: int, columns: int) -> None:
    """Change the terminal's size."""
    if sys.platform == "win32":
        raise NotImplementedError(_NONE)
    import fcntl
    import termios

    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def take_signs_as_they_are(end: int) -> None:
    """Let what is written arrive as it was written, line ends included."""
    if sys.platform == "win32":
        raise NotImplementedError(_NONE)
    import tty

    tty.setraw(end)


def take_over() -> None:
    """Let this process, the first of its session, hear the Ctrl+C of the terminal that is its standard input."""
    if sys.platform == "win32":
        raise NotImplementedError(_NONE)
    # The first terminal that a session's leader opens becomes its own.
    os.close(os.open(os.ttyname(0), os.O_RDWR))
