"""The data model of a quota record: what one account on one site was allowed, and when. It holds no prompts.

Times are ISO 8601 with a UTC offset, durations are in seconds.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct, field

VERSION = 1

Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
"""A time that says its offset; a file with others cannot be read."""


class SubmitResult(StrEnum):
    """What an accepted submit came to; a site may count failures against the quota, or not."""

    UNKNOWN = "unknown"
    MADE = "made"
    FAILED = "failed"
    MODERATED = "moderated"


class LimitKind(StrEnum):
    """How the site let a limit be known."""

    SAID = "said"
    """In words, or with a status or a code that means nothing else."""
    SILENT = "silent"
    """The submit button stayed disabled for one video after another, without any words."""
    LOWER_QUALITY = "lower quality"
    """It went on with less than was asked for, which this batch takes for a limit."""


class SubmitEntry(Struct, kw_only=True, omit_defaults=True):
    """A submit that the site accepted."""

    at: Moment
    """The time just before the click."""
    resolution: str = ""
    """The resolution that was asked for; empty: the page's own choice."""
    result: SubmitResult = SubmitResult.UNKNOWN


class LimitEntry(Struct, kw_only=True, omit_defaults=True):
    """A limit of the account: its first refusal, those that followed while it lasted, and what ended it."""

    at: Moment
    """When a submit was refused first."""
    kind: LimitKind = LimitKind.SAID
    said: Moment | None = None
    """The end of the limit as the site named it at the latest refusal; None: it did not."""
    is_said_wrong: bool = False
    """Whether a submit was refused although the named time had come."""
    resolution: str = ""
    """The resolution that was asked for; empty: the page's own choice."""
    refused_at: Moment | None = None
    """The latest refusal; None: there was one only."""
    refusals: int = 1
    over_at: Moment | None = None
    """When a submit was accepted again; None: not yet."""

    @property
    def last_refusal(self) -> datetime:
        """When the limit was met the last time."""
        return self.refused_at or self.at


class QuotaReply(Struct, kw_only=True, omit_defaults=True, frozen=True):
    """What the site answered when its own page asked for the quota of videos."""

    at: Moment
    remaining: int | None = None
    window: float | None = None
    next_at: Moment | None = None
    """When there is more, if nothing remains."""

    @property
    def says_something(self) -> bool:
        """Whether there is a figure in it."""
        return self.remaining is not None or self.window is not None or self.next_at is not None


class QuotaRecord(Struct, kw_only=True):
    """Everything that is known of the quota of one account on one site, each list with the newest last."""

    version: int = VERSION
    submits: list[SubmitEntry] = field(default_factory=list)
    limits: list[LimitEntry] = field(default_factory=list)
    replies: list[QuotaReply] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.submits or self.limits or self.replies)

    @property
    def open_limit(self) -> LimitEntry | None:
        """The limit that was met last, if nothing was accepted after it."""
        last = self.limits[-1] if self.limits else None
        return last if last is not None and last.over_at is None else None
