"""Writes `run.log`: what the controller and the workers do, with times in UTC and without prompts."""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future

LOGGER = logging.getLogger("grokbatch")


class _PrivateFileHandler(logging.FileHandler):
    def _open(self) -> logging.TextIOWrapper:  # type: ignore[name-defined]
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8")

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Drop the line if the disk is full, instead of printing a traceback on the terminal."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


def open_log(path: Path, worker: str) -> logging.Handler:
    """Append this process's `grokbatch` log to the file `path`, with `worker` in each line; return the handler.

    Lines of workers on other computers carry the names of those, as their attribute `worker`.
    """
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(worker)10s %(levelname)-7s %(message)s",
        "%Y-%m-%dT%H:%M:%S",
        defaults={"worker": worker},
    )
    formatter.converter = time.gmtime
    handler = _PrivateFileHandler(path)
    handler.setFormatter(formatter)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    return handler


def close_log(handler: logging.Handler) -> None:
    """Close the log that `open_log` opened."""
    LOGGER.removeHandler(handler)
    handler.close()


def log_error(what: str, done: Future[Any]) -> None:
    """Log the exception of `done`, if it has one, after the words `what`: its class and where it was raised.

    Its message is left out, because it may quote a prompt. Messages of the operating system do not, and are logged.
    """
    error = done.exception()
    if error is None:
        return
    kind = type(error).__name__
    told = f"{kind} ({error.strerror})" if isinstance(error, OSError) else kind
    frames = traceback.extract_tb(error.__traceback__)[1:]
    way = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    LOGGER.error("%s: %s at %s", what, told, way)
