"""Both ends of a connection tell each other again and again that they live, so that silence means it is lost.

A computer that loses its power, or a network that swallows everything, sends no end of the connection.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 4.0
"""Seconds between two signs of life."""

MOST_SILENT = 6
"""After so many of these periods without a sign of life the connection is lost."""

MOST_SILENT_AT_FIRST = 45
"""The same before the first sign of life: on a slow computer, Python and pytest take a while to start."""


def silent_seconds() -> float:
    """Return after how many seconds without a sign of life a connection is lost."""
    return SECONDS * MOST_SILENT


class Heartbeat:
    """Calls `beat` every few seconds, and `on_silence`, once, when nothing was heard for too long.

    Counted are periods, not seconds: a computer that slept has slept through a single one, and hears what was sent to
    it meanwhile before the next one is over. The first sign of life may take longer.
    """

    def __init__(
        self,
        beat: Callable[[], object],
        on_silence: Callable[[], object],
        *,
        seconds: float | None = None,
        most_silent: int | None = None,
        most_silent_at_first: int | None = None,
    ) -> None:
        self._beat, self._on_silence = beat, on_silence
        self._seconds = SECONDS if seconds is None else seconds
        self._most = MOST_SILENT if most_silent is None else most_silent
        self._most_at_first = MOST_SILENT_AT_FIRST if most_silent_at_first is None else most_silent_at_first
        self._heard, self._ended = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="grokbatch-heartbeat", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def heard(self) -> None:
        """Take note that the other end lives."""
        self._heard.set()

    def end(self) -> None:
        """Stop listening; safe to call twice."""
        self._ended.set()

    def _run(self) -> None:
        silent, most = 0, self._most_at_first
        while not self._ended.wait(self._seconds):
            if self._heard.is_set():
                silent, most = 0, self._most
                self._heard.clear()
            else:
                silent += 1
            if silent >= most:
                self._on_silence()
                return
            self._beat()
