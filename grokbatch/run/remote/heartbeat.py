"""Both ends of a connection tell each other again and again that they live, so that silence means it is lost.

A computer that loses its power, or a network that swallows everything, sends no end of the connection.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SECONDS = 5.0
"""Seconds between two signs of life."""

MOST_SILENT = 6
"""After so many of these periods without a sign of life the connection is lost."""


class Heartbeat:
    """Calls `beat` every few seconds, and `on_silence`, once, when nothing was heard for too long.

    Counted are periods, not seconds: a computer that slept has slept through a single one, and hears what was sent to
    it meanwhile before the next one is over.
    """

    def __init__(
        self,
        beat: Callable[[], object],
        on_silence: Callable[[], object],
        *,
        seconds: float = SECONDS,
        most_silent: int = MOST_SILENT,
    ) -> None:
        self._beat, self._on_silence = beat, on_silence
        self._seconds, self._most = seconds, most_silent
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
        silent = 0
        while not self._ended.wait(self._seconds):
            silent = 0 if self._heard.is_set() else silent + 1
            self._heard.clear()
            if silent >= self._most:
                self._on_silence()
                return
            self._beat()
