"""The protocol between the runner and the code that makes videos: the page of the site, or a stub in tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.outcome import Outcome


@dataclass(frozen=True)
class Orphan:
    """An earlier attempt that was cut off after its submit: its result may already be on the page.

    All ids are the site's ids of videos. `known_ids`: the videos on the page before that submit. `credited_ids`: the
    videos that other entries of the manifest have as theirs. `reply_ids`: the ids in the site's reply to that submit,
    if there was a reply. `age`: the seconds since that submit; while they are fewer than the video's `max_wait`, the
    site may still be making the video. `is_sole`: a new video of the image in neither of the first two sets can only
    come from that submit. `rivals` has the known ids of each other video of the image whose result is also unknown.
    """

    known_ids: frozenset[str]
    credited_ids: frozenset[str]
    reply_ids: frozenset[str] = frozenset()
    age: float = math.inf
    is_sole: bool = False
    rivals: tuple[frozenset[str], ...] = ()


class TransferError(Exception):
    """The file of a video could not be downloaded completely; the message says why.

    `is_early`: the site may still be writing the file. `is_refusal`: the site deliberately sent something else.
    """

    def __init__(self, reason: str, *, is_early: bool = False, is_refusal: bool = False) -> None:
        super().__init__(reason)
        self.is_early, self.is_refusal = is_early, is_refusal


class VideoActionError(Exception):
    """The site did not upscale or delete a finished video as it was asked to; the message says why."""


@dataclass(frozen=True)
class SiteVideo:
    """A finished video on the site: the address of its file, the address of its page, and the site's id of it."""

    address: str
    page: str
    video_id: str


class ProgressListener(Protocol):
    """Receives the progress of one attempt while a VideoMaker works on it.

    Most calls write to the manifest before they return; `taken`, `doubtful` and `progress` are cheap. If a method
    raises an exception, the maker must submit nothing more and let the exception pass to its caller.
    """

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        """Receive the ids of the videos on the page that was just opened; return those that are older than this run."""

    def may_submit(self) -> bool:
        """Return whether the maker may submit now; if False, it asks again later. Raises if it must never submit."""

    def submitting(self, known_ids: frozenset[str], *, is_under_way: bool = False) -> None:
        """Record in the manifest that a submit follows, and the ids of the videos that are on the page before it.

        Raises if it must not be submitted. With `is_under_way` the submit has already happened, so nothing is raised.
        """

    def taken(self) -> None:
        """Note that the site has started to make the video."""

    def doubtful(self) -> None:
        """Note that nobody knows yet whether the site accepted the submit: other workers wait until that is known."""

    def named(self, reply_ids: frozenset[str]) -> None:
        """Record in the manifest the ids that the site's reply to the submit gives the video being made."""

    def searching(self, seconds: float) -> None:
        """Record that the page was searched for an earlier attempt's result; the search goes on for `seconds` more.

        Raises if the search must be continued at another time, because other videos go first.
        """

    def adopts(self, video_id: str) -> bool:
        """Credit the site's finished video `video_id` to this attempt; return False if another entry already has it."""

    def progress(self, percent: int) -> None:
        """Note the percentage that the page shows."""

    def person_needed(self) -> AbstractContextManager[None]:
        """Ask for a person at this worker's window; within the context no worker of the account submits anything."""


class VideoMaker(Protocol):
    """Makes videos, one at a time; one for each worker."""

    def make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None = None, /) -> Outcome:
        """Make `video`, or find the result of its earlier attempt `orphan`, and return the outcome.

        A failure of the page or the browser is returned as an Outcome with a category and never raised. After
        BROWSER_CRASHED the next call starts a new browser.
        """

    def download(self, video: VideoSpec, made: SiteVideo, file: IO[bytes], /, *, by_button: bool = False) -> None:
        """Write the file of `made`, the result of `video`, into `file`; with `by_button`, use the page's own button.

        Submits nothing. Raises TransferError, and OSError if `file` cannot be written.
        """

    def upscale(self, video: VideoSpec, made: SiteVideo, /) -> SiteVideo:
        """Have the site upscale `made`, unless it already has, and return the HD video. Raises VideoActionError."""

    def remove(self, video: VideoSpec, made: SiteVideo, /) -> None:
        """Delete `made` on the site and check that it is gone. Raises VideoActionError."""

    def close(self) -> None:
        """End the browser. It is safe to call this twice."""
