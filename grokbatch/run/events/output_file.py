"""Writes the events of a run as lines of JSON, into a file or to the standard output."""

from __future__ import annotations

import json
import os
import stat
import sys
from typing import IO, TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grokbatch.run.events.events import RunEvent


def open_event_file(path: Path) -> IO[bytes]:
    """Open the file for events, which are appended to it; only its owner may read it. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    if sys.platform == "win32":
        return os.fdopen(os.open(path, flags | os.O_BINARY), "wb", buffering=0)
    # Not blocking: a named pipe that nobody reads is an error instead of a wait for a reader.
    descriptor = os.open(path, flags | os.O_NONBLOCK, 0o600)
    os.set_blocking(descriptor, True)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        path.chmod(0o600)
    return os.fdopen(descriptor, "wb", buffering=0)


class EventLines:
    """Writes a line for each event it is called with, until a line cannot be written: then it writes no more.

    `name` is how the user typed the file; `notice` is given the line that says that it ended.
    """

    def __init__(self, file: IO[bytes], name: str, notice: Callable[[str], None]) -> None:
        self._file, self._name, self._notice = file, name, notice
        self._is_over = False

    def __call__(self, event: RunEvent) -> None:
        """Write the event, at once and whole."""
        if self._is_over:
            return
        left = memoryview(json.dumps(event.as_plain()).encode() + b"\n")
        try:
            while left:
                left = left[self._file.write(left) :]
        except OSError as error:
            self._is_over = True
            LOGGER.warning("no more events are written: %s", error.strerror)
            self._notice(f"--events {self._name}: {error.strerror}: no more events are written; the run goes on")
