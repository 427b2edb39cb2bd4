"""What came of a video: statuses, failure categories, and the outcome that a maker returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime


Refusal = Literal["", "unexplained", "server error"]
"""How the site refused a submit without saying anything of the video: not why, or because of trouble of its own."""


class Status(StrEnum):
    """The state of one video in the manifest."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    RATE_LIMITED = "RATE_LIMITED"


class RunStatus(StrEnum):
    """The state of a whole run of a batch."""

    PENDING = "PENDING"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    STOPPED_RATE_LIMIT = "STOPPED_RATE_LIMIT"
    STOPPED_AUTH_REQUIRED = "STOPPED_AUTH_REQUIRED"
    INTERRUPTED = "INTERRUPTED"


class Category(StrEnum):
    """Why an attempt failed."""

    RATE_LIMIT = "RATE_LIMIT"
    AUTH_REQUIRED = "AUTH_REQUIRED"
    HUMAN_CHECK = "HUMAN_CHECK"
    ACCOUNT_REFUSED = "ACCOUNT_REFUSED"
    CONTENT_MODERATED = "CONTENT_MODERATED"
    NETWORK_ERROR = "NETWORK_ERROR"
    TIMEOUT = "TIMEOUT"
    GENERATION_ERROR = "GENERATION_ERROR"
    LAYOUT_CHANGED = "LAYOUT_CHANGED"
    BROWSER_CRASHED = "BROWSER_CRASHED"
    WORKER_CRASHED = "WORKER_CRASHED"
    DOWNLOAD_FAILED = "DOWNLOAD_FAILED"
    INTERRUPTED = "INTERRUPTED"
    REPEATED_FAILURE = "REPEATED_FAILURE"
    """Of runs only: so many videos in a row failed that the next one would most likely fail, too."""

    @property
    def is_tried_again(self) -> bool:
        """Whether another attempt within the same run makes sense."""
        return self in _TRIED_AGAIN

    @property
    def stops_run(self) -> RunStatus | None:
        """The run status that this failure brings about, or None when the run goes on."""
        return _STOPS_RUN.get(self)


_TRIED_AGAIN = frozenset(
    {Category.NETWORK_ERROR, Category.GENERATION_ERROR, Category.TIMEOUT, Category.BROWSER_CRASHED}
)
_STOPS_RUN = {
    Category.RATE_LIMIT: RunStatus.STOPPED_RATE_LIMIT,
    Category.AUTH_REQUIRED: RunStatus.STOPPED_AUTH_REQUIRED,
    Category.HUMAN_CHECK: RunStatus.STOPPED_AUTH_REQUIRED,
    Category.ACCOUNT_REFUSED: RunStatus.STOPPED_AUTH_REQUIRED,
    # What one worker does not find, no other will find either.
    Category.LAYOUT_CHANGED: RunStatus.FAILED,
}


@dataclass(frozen=True)
class MadeVideo:
    """A finished video as the site shows it; sizes in pixels and bytes, durations in seconds.

    `playable_at` is when the page could first play it, None if this browser cannot.
    """

    video_id: str
    video_url: str
    page_url: str
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    size: int | None = None
    playable_at: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What one attempt came to: a finished video, or a category with a message for people.

    `message` never holds the prompt. `retry_at` is the time when a limit may end, if the site told it.
    `evidence` are file names relative to the run directory. `adopted` marks a video that an earlier,
    interrupted attempt had already brought about, so that nothing was submitted this time. `control` is the
    part of the page that was not as it is known, `tried` the ways in which it was looked for. `degraded` says in
    what way the video is less than was asked for, or would have been; empty: it is not.

    `is_final`: another attempt within the same run would come to the same; `is_about_image`: so would any other video
    of the image. `perhaps_made`: the site may have made the video all the same, or may still make it; None: the
    category tells. `is_unsent`: it is certain that nothing of a submit left the browser. `is_greyed_out`: the button
    stayed disabled without a word. `is_uploaded_photo`: the site judges the image more strictly than others.
    `refusal`: the site refused the submit, in a way that says nothing of this video.
    """

    video: MadeVideo | None = None
    category: Category | None = None
    message: str = ""
    retry_at: datetime | None = None
    evidence: tuple[str, ...] = ()
    adopted: bool = False
    control: str = ""
    tried: tuple[str, ...] = ()
    degraded: str = ""
    is_final: bool = False
    is_about_image: bool = False
    perhaps_made: bool | None = None
    is_unsent: bool = False
    is_greyed_out: bool = False
    is_uploaded_photo: bool = False
    refusal: Refusal = ""

    @classmethod
    def success(cls, video: MadeVideo, *, adopted: bool = False, degraded: str = "") -> Outcome:
        """Return the outcome of a finished video."""
        return cls(video=video, adopted=adopted, degraded=degraded)

    @classmethod
    def failure(
        cls,
        category: Category,
        message: str,
        *,
        retry_at: datetime | None = None,
        evidence: tuple[str, ...] = (),
        control: str = "",
        tried: tuple[str, ...] = (),
        degraded: str = "",
    ) -> Outcome:
        """Return the outcome of a failed attempt."""
        return cls(
            category=category,
            message=message,
            retry_at=retry_at,
            evidence=evidence,
            control=control,
            tried=tried,
            degraded=degraded,
        )

    @property
    def is_tried_again(self) -> bool:
        """Whether another attempt within the same run makes sense."""
        return self.category is not None and self.category.is_tried_again and not self.is_final

    @property
    def full_message(self) -> str:
        """The message with everything that was tried, for files; it may be long."""
        return f"{self.message}: {'; '.join(self.tried)}" if self.tried else self.message

    @property
    def status(self) -> Status:
        """The status that the video gets in the manifest."""
        if self.category is None:
            return Status.COMPLETED
        return Status.RATE_LIMITED if self.category is Category.RATE_LIMIT else Status.FAILED
