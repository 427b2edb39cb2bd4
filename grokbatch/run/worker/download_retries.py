"""How often and in which way a file is requested from the site: at its address, or with the page's own button."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

TRIES = 4
"""How often a file is requested whose download breaks off or brings something else."""

_REFUSALS = 2
_FIRST_PAUSE = 1.0
_EARLY_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""Seconds between two requests for a file that the site is still writing: a minute in all."""


class FileWay(Enum):
    """A way to download a file."""

    ADDRESS = "address"
    BUTTON = "button"


@dataclass(frozen=True)
class FileWays:
    """The ways to files that did not work, remembered so that the next videos do not try them again."""

    closed: set[FileWay] = field(default_factory=set)


class Tries:
    """The tries at one file: how many there were, by which way, and the pauses between them.

    `made` counts the tries, `reason` says why they failed. Setting `stopped` ends the pauses.
    """

    def __init__(self, ways: FileWays, stopped: threading.Event) -> None:
        self.made = 0
        self.reason = ""
        self._ways = ways
        self._stopped = stopped
        self._early = list(_EARLY_PAUSES)
        self._late = [_FIRST_PAUSE * 3.0**number for number in range(TRIES - 1)]
        self._pause: float | None = 0.0
        self._refusals = 0

    @property
    def way(self) -> FileWay:
        """The way of the current try: the address first.

        The button, which is slower and does not always work, comes at the last try, or when the site refuses the
        file at its address.
        """
        if FileWay.BUTTON in self._ways.closed:
            return FileWay.ADDRESS
        if FileWay.ADDRESS in self._ways.closed:
            return FileWay.BUTTON if self._late else FileWay.ADDRESS
        return FileWay.BUTTON if not self._late or self._is_refused else FileWay.ADDRESS

    @property
    def _is_refused(self) -> bool:
        return self._refusals >= _REFUSALS

    def __iter__(self) -> Iterator[FileWay]:
        """Yield the way of each try; end when another try would not help, or the run is stopped."""
        # The first try is made even when the run is stopped: the video was under way, and its file belongs to it.
        while self._pause is not None and not (self.made and self._stopped.wait(self._pause)):
            self.made += 1
            self._pause = None
            yield self.way

    def succeeded(self) -> None:
        """Record that the file was downloaded."""
        if self._is_refused and self.way is FileWay.BUTTON:
            self._ways.closed.add(FileWay.ADDRESS)

    def failed(self, reason: str, *, is_early: bool = False, is_refusal: bool = False) -> None:
        """Record why a try failed.

        `is_early`: the site may still be writing the file. `is_refusal`: the site sent something else on purpose.
        """
        was_button = self.way is FileWay.BUTTON
        self._refusals += is_refusal
        # The first reason is kept: it says more than the last one, which is about the button.
        self.reason = self.reason or reason
        pauses = self._early if is_early and self._early else self._late
        self._pause = pauses.pop(0) if pauses else None
        if self._pause is None and self._is_refused and was_button:
            self._ways.closed.add(FileWay.BUTTON)
        if self._is_refused and FileWay.BUTTON in self._ways.closed:
            self._pause = None
