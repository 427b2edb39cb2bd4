"""The outcome of an attempt, as a VideoMaker returns it, and the statuses and failure categories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from grokbatch.record.model.quota import QuotaReply  # noqa: TC001 - msgspec reads it

Refusal = Literal["", "unexplained", "server error"]
"""A refusal of a submit that says nothing about the video: without any reason, or because of an error of the site."""


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
    STOPPED_TIME_UP = "STOPPED_TIME_UP"
    WAITING_FOR_LIMIT = "WAITING_FOR_LIMIT"
    WAITING_TO_START = "WAITING_TO_START"
    INTERRUPTED = "INTERRUPTED"

    @property
    def is_waiting(self) -> bool:
        """Whether the run goes on by itself later."""
        return self in {RunStatus.WAITING_FOR_LIMIT, RunStatus.WAITING_TO_START}


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
    """Only for runs: so many videos in a row failed that the next one would most likely fail as well."""
    TIME_UP = "TIME_UP"
    """Only for runs: the time that --until names has come."""

    @property
    def is_tried_again(self) -> bool:
        """Whether another attempt within the same run makes sense."""
        return self in _TRIED_AGAIN

    @property
    def stops_run(self) -> RunStatus | None:
        """The status of a run that this failure stops, or None if the run goes on."""
        return _STOPS_RUN.get(self)

    @property
    def is_about_account(self) -> bool:
        """Whether this failure stops the videos of one account only."""
        return self in _ABOUT_ACCOUNT


_TRIED_AGAIN = frozenset(
    {Category.NETWORK_ERROR, Category.GENERATION_ERROR, Category.TIMEOUT, Category.BROWSER_CRASHED}
)
_ABOUT_ACCOUNT = frozenset(
    {Category.RATE_LIMIT, Category.AUTH_REQUIRED, Category.HUMAN_CHECK, Category.ACCOUNT_REFUSED}
)
_STOPS_RUN = {
    Category.RATE_LIMIT: RunStatus.STOPPED_RATE_LIMIT,
    Category.AUTH_REQUIRED: RunStatus.STOPPED_AUTH_REQUIRED,
    Category.HUMAN_CHECK: RunStatus.STOPPED_AUTH_REQUIRED,
    Category.ACCOUNT_REFUSED: RunStatus.STOPPED_AUTH_REQUIRED,
    # A part of the page that one worker cannot find will not be found by any other worker.
    Category.LAYOUT_CHANGED: RunStatus.FAILED,
}


@dataclass(frozen=True)
class MadeVideo:
    """A finished video as the site shows it; sizes in pixels and bytes, durations in seconds.

    `playable_at` is the time when the page could first play it, or None if this browser cannot play it.
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
    """The result of one attempt: a finished video, or a failure category with a message for people.

    `message` never contains the prompt. `retry_at`: when a limit may end, if the site says so, whatever the clock of
    this computer shows. `evidence`: file names, relative to the run directory. `adopted`: the video was found as the
    result of an earlier, interrupted attempt, so nothing was submitted this time. `control`: the part of the page that
    was not found as expected; `tried`: the ways in which it was looked for. `degraded`: how the video falls short of
    what was asked for, or would have; empty if it does not.

    `is_final`: another attempt in the same run would have the same result. `is_about_image`: any other video of the
    image would have it, too. `perhaps_made`: the site may have made the video nevertheless, or may still make it; None:
    the category decides. `is_unsent`: it is certain that no request of a submit left the browser. `is_greyed_out`: the
    button stayed disabled without an explanation. `is_uploaded_photo`: the image is an uploaded photograph, which the
    site moderates more strictly. `refusal`: how the site refused the submit, if that says nothing about this video.
    `quota`: what the site last told its own page of the account's quota.
    `slept`: the seconds of the attempt for which the computer slept, or this process was stopped. `is_excused`: it
    failed because of that, and does not count.
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
    quota: QuotaReply | None = None
    slept: float = 0.0
    is_excused: bool = False

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
        """The message, followed by everything that was tried. It may be long and is meant for files."""
        return f"{self.message}: {'; '.join(self.tried)}" if self.tried else self.message

    @property
    def status(self) -> Status:
        """The status of the video in the manifest after this outcome."""
        if self.category is None:
            return Status.COMPLETED
        return Status.RATE_LIMITED if self.category is Category.RATE_LIMIT else Status.FAILED
