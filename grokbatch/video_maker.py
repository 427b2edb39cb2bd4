"""What the runner asks of whatever makes videos: one small protocol, so that a stub can stand in for a page."""

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
    """An earlier attempt that was cut off after its submit: its result may be on the page already.

    `known_ids` were on the page before that submit; `credited_ids` belong to other videos of the manifest;
    `reply_ids` are what the reply to that submit called its video, if it came that far; `age` is how many seconds
    ago that submit was: within the video's `max_wait` it may still be being made. `is_sole`: a new video of the image
    that belongs to nobody can only be this one's.
    """

    known_ids: frozenset[str]
    credited_ids: frozenset[str]
    reply_ids: frozenset[str] = frozenset()
    age: float = math.inf
    is_sole: bool = False


class TransferError(Exception):
    """A file did not arrive whole; the text says why.

    `is_early`: the site may still be writing it. `is_refusal`: it gave something else on purpose.
    """

    def __init__(self, reason: str, *, is_early: bool = False, is_refusal: bool = False) -> None:
        super().__init__(reason)
        self.is_early, self.is_refusal = is_early, is_refusal


class VideoActionError(Exception):
    """What was asked of the site about a finished video did not happen; the text says why."""


@dataclass(frozen=True)
class SiteVideo:
    """A finished video on the site: the address of its file, the page that shows it, and the site's id."""

    address: str
    page: str
    video_id: str


class ProgressListener(Protocol):
    """What a maker tells while it works. Calls are cheap but for those that write the manifest."""

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        """Take the ids of the videos on the freshly opened page; return those older than this run."""

    def may_submit(self) -> bool:
        """Whether a submit may follow now; if not, ask again later. Raises to forbid it for good."""

    def submitting(self, known_ids: frozenset[str], *, is_under_way: bool = False) -> None:
        """Take note, durably, that a submit follows; raises to forbid it, unless it `is_under_way` already."""

    def taken(self) -> None:
        """Take note that the site has begun with the video."""

    def doubtful(self) -> None:
        """Take note that nobody knows yet what the site makes of the submit, so that others wait for its end."""

    def named(self, reply_ids: frozenset[str]) -> None:
        """Take note, durably, of what the reply to the submit calls the video that is being made."""

    def searching(self, seconds: float) -> None:
        """Take note that the page was looked at for an earlier attempt's result, which is looked for so much longer.

        Raises to have it looked for at another time.
        """

    def adopts(self, video_id: str) -> bool:
        """Take the site's finished video for this one; False when another video has it, or got it just now."""

    def progress(self, percent: int) -> None:
        """Take note of the percentage that the page shows."""

    def person_needed(self) -> AbstractContextManager[None]:
        """Ask for a person at this worker's window, and hold all new submits of the account meanwhile."""


class VideoMaker(Protocol):
    """Makes one video at a time."""

    def make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None = None, /) -> Outcome:
        """Make `video` (or adopt the orphan of its earlier attempt) and say what came of it.

        Whatever goes wrong on the page or in the browser becomes an Outcome with a category, never an
        exception; after BROWSER_CRASHED the next call starts a new browser.
        """

    def download(self, video: VideoSpec, made: SiteVideo, file: IO[bytes], /, *, by_button: bool = False) -> None:
        """Write the file of `made`, which came of `video`, into `file`; `by_button` with the page's own button.

        Raises TransferError, and OSError when `file` cannot be written. Submits nothing.
        """

    def upscale(self, video: VideoSpec, made: SiteVideo, /) -> SiteVideo:
        """Have `made` upscaled on the site, if it is not yet, and return the HD one; raises VideoActionError."""

    def remove(self, video: VideoSpec, made: SiteVideo, /) -> None:
        """Remove `made` from the site, and see it gone; raises VideoActionError."""

    def close(self) -> None:
        """End the browser; safe to call twice."""
