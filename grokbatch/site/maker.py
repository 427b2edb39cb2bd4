"""What the runner asks of whatever makes videos: one small protocol, so that a stub can stand in for a page."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from grokbatch.batch.video import VideoSpec
    from grokbatch.record.outcome import Outcome


@dataclass(frozen=True)
class Orphan:
    """An earlier attempt that was cut off after its submit: its result may be on the page already.

    `known_ids` were on the page before that submit; `credited_ids` belong to other videos of the manifest;
    `reply_ids` are what the reply to that submit called its video, if it came that far; `age` is how many seconds
    ago that submit was: within the video's `max_wait` it may still be being made.
    """

    known_ids: frozenset[str]
    credited_ids: frozenset[str]
    reply_ids: frozenset[str] = frozenset()
    age: float = math.inf


class Witness(Protocol):
    """What a maker tells while it works. Calls are cheap but for those that write the manifest."""

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        """Take the ids of the videos on the freshly opened page; return those older than this run."""

    def submitting(self, known_ids: frozenset[str]) -> None:
        """Take note, durably, that a submit follows; raises to forbid it."""

    def named(self, reply_ids: frozenset[str]) -> None:
        """Take note, durably, of what the reply to the submit calls the video that is being made."""

    def adopts(self, video_id: str) -> bool:
        """Take the site's finished video for this one; False when another video has it, or got it just now."""

    def progress(self, percent: int) -> None:
        """Take note of the percentage that the page shows."""

    def person_needed(self) -> AbstractContextManager[None]:
        """Ask for a person at this worker's window, and hold all new submits of the account meanwhile."""


class VideoMaker(Protocol):
    """Makes one video at a time."""

    def make(self, video: VideoSpec, witness: Witness, orphan: Orphan | None = None) -> Outcome:
        """Make `video` (or adopt the orphan of its earlier attempt) and say what came of it.

        Whatever goes wrong on the page or in the browser becomes an Outcome with a category, never an
        exception; after BROWSER_CRASHED the next call starts a new browser.
        """

    def close(self) -> None:
        """End the browser; safe to call twice."""
