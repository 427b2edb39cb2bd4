"""The manifest's form: what `manifest.json` remembers of a run and of each of its videos.

The model is the documentation of the file. Times are ISO 8601 with a UTC offset, durations are seconds,
sizes are pixels and bytes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeGuard

from msgspec import Struct, field

from grokbatch.record.model.clock import Instant  # noqa: TC001 - msgspec reads it
from grokbatch.record.model.outcome import Category, RunStatus, Status

VERSION = 1


@dataclass(frozen=True)
class Wanted:
    """Which files of a video are wanted on disk, and whether it is to be removed from the site then."""

    download: bool = False
    hd: bool = False
    delete: bool = False


class _Record(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file. What is at its default is not written: that is half of what 1,000 videos would take.

    A default made by a lambda is always written, for those who read the file with other tools.
    """


class AttemptRecord(_Record, kw_only=True):
    """One submit of one video to the site, successful or not."""

    number: int
    run: int = 0
    """Of which run of the batch; 0: of one that did not count them."""
    worker: str
    started_at: datetime
    searched: bool = False
    """The page was looked at for the result of an earlier, cut-off attempt."""
    submitted_at: datetime | None = None
    """Just before the click; None: nothing was sent."""
    sent: Instant | None = None
    """The same moment, by a clock that nobody sets."""
    due_at: datetime | None = None
    """Until when its video is looked for, if nobody saw its end."""
    known_ids: list[str] = field(default_factory=list)
    """Videos on the page before the click."""
    reply_ids: list[str] = field(default_factory=list)
    """What the reply to the submit calls its video."""
    playable_at: datetime | None = None
    """When the page could first play the video."""
    ended_at: datetime | None = None
    category: Category | None = None
    message: str = ""
    is_final: bool = False
    """Another attempt within the same run would come to the same."""
    perhaps_made: bool | None = None
    """The site may have made its video all the same; None: the category tells."""

    @property
    def seconds(self) -> float | None:
        """How long it took, or None while it is under way; never less than nothing, whoever set the clock."""
        return None if self.ended_at is None else max(0.0, (self.ended_at - self.started_at).total_seconds())


class FileState(StrEnum):
    """Whether a wanted file is on disk."""

    DONE = "done"
    FAILED = "failed"


class FileRecord(_Record, kw_only=True):
    """A file of a video: where it is and what is in it, measured from the file itself; or why it is not there."""

    state: FileState
    path: str = ""
    """Relative to the run directory where it lies below it."""
    message: str = ""
    attempts: int = 0
    run: int = 0
    """In which run of the batch; 0: not taken down."""
    worker: str = ""
    """Who brought it; empty: not taken down."""
    began_at: datetime | None = None
    """When bringing it began; None: not taken down."""
    at: datetime
    size: int | None = None
    """Bytes."""
    sha256: str = ""
    duration: float | None = None
    """Seconds."""
    width: int | None = None
    height: int | None = None
    frames_per_second: float | None = None
    has_audio: bool | None = None


class VideoRecord(_Record, kw_only=True):
    """One requested video: what was asked, where it stands, what came of it."""

    id: str
    prompt: str
    digest: str
    """Of everything that is asked of the site for this video."""
    repetition: int = 0
    """Which repetition of what is asked this is, from 1; 0: not known yet."""
    index: int = 0
    """Its number in the batch, from 1, which it keeps; 0: not told yet."""
    permalink: str = ""
    """The image post that it starts from; empty: the batch's."""
    number: int = 1
    """The prompt's number in the batch, from 1."""
    name: str = ""
    """What the batch calls the prompt."""
    axes: dict[str, str] = field(default_factory=dict)
    """The values of named axes in the prompt."""
    status: Status = field(default_factory=lambda: Status.PENDING)
    category: Category | None = None
    """Of the last failure."""
    message: str = ""
    worker: str | None = None
    attempts: list[AttemptRecord] = field(default_factory=list)
    video_id: str | None = None
    video_url: str | None = None
    page_url: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    """Of the video, seconds."""
    size: int | None = None
    """Of the file, bytes."""
    options: dict[str, str] = field(default_factory=dict)
    """Asked for on the page, by name."""
    degraded: str = ""
    """In what way it is less than was asked for; empty: it is not."""
    adopted: bool = False
    """Found on the page after a crash, not submitted anew."""
    download: FileRecord | None = None
    """The video's file; None: not asked for, or not yet."""
    hd: FileRecord | None = None
    """The same for the upscaled one."""
    poster: str | None = None
    """A picture out of the file, relative to the run directory."""
    fingerprint: str = ""
    """Of what the file shows, to find near twins."""
    misses: list[str] = field(default_factory=list)
    """Expectations that the file misses, in words."""
    is_inspected: bool = False
    """The file was looked into: misses, poster and fingerprint are told."""
    removed_at: datetime | None = None
    """When the video was deleted on the site."""
    not_removed: str = ""
    """Why it could not be deleted there, though that is wanted."""
    evidence: list[str] = field(default_factory=list)
    """Files, relative to the run directory."""
    history: list[VideoRecord] = field(default_factory=list)
    """In older manifests: entries before the prompt was edited."""

    def __repr__(self) -> str:
        """Leave the prompt out, which is private."""
        return f"VideoRecord({self.id!r}, {self.status.value})"

    @property
    def identity(self) -> str:
        """What tells this video from every other; the same as `VideoSpec.identity`."""
        return f"{self.digest}-{self.repetition}"

    @property
    def is_final(self) -> bool:
        """Whether no rerun may submit this video again: completed, or moderated with this very prompt."""
        return self.status is Status.COMPLETED or self.category is Category.CONTENT_MODERATED

    def lacks(self, wanted: Wanted) -> bool:
        """Whether something that is wanted of this completed video has not been done yet."""
        if self.status is not Status.COMPLETED:
            return False
        files = [(wanted.download, self.download), (wanted.hd, self.hd)]
        if any(asked and not is_there(file) for asked, file in files):
            return True
        return wanted.delete and self.removed_at is None

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took, or None while it is under way or before there was one."""
        return self.attempts[-1].seconds if self.attempts else None


class StopRecord(_Record, kw_only=True):
    """Why a run was stopped before its end."""

    category: Category
    message: str
    at: datetime
    video: str | None = None
    retry_at: datetime | None = None
    """When the limit may end, if the site told it."""
    control: str = ""
    """Of a changed layout: the control that could be taught."""


def is_there(file: FileRecord | None) -> TypeGuard[FileRecord]:
    """Whether a file is on disk."""
    return file is not None and file.state is FileState.DONE


class Manifest(_Record, kw_only=True, rename={"written_counts": "counts"}):
    """The state of one batch on one site: the truth that reports are drawn from."""

    version: int = field(default_factory=lambda: VERSION)
    id: str
    """Of this manifest; a --fresh run gets a new one."""
    batch: str
    account: str
    permalink: str
    site: str
    source: str = ""
    """The batch file, seen from the run directory; empty in older manifests."""
    browser: str = ""
    status: RunStatus = field(default_factory=lambda: RunStatus.PENDING)
    stop: StopRecord | None = None
    created_at: datetime
    updated_at: datetime
    run: int = 0
    """How many runs there were, the present or last one included."""
    run_started_at: datetime | None = None
    """Of the present or the last run."""
    baseline_ids: list[str] = field(default_factory=list)
    """Videos on an image's page before the first submit of that run from it."""
    begun: list[str] = field(default_factory=list)
    """Permalinks from which that submit has been made."""
    greyed_out: list[str] = field(default_factory=list)
    """Videos in a row for which the button stayed disabled without a word."""
    put_off: list[str] = field(default_factory=list)
    """Videos of this run that others go before: perhaps made, to be looked for."""
    refusals: list[str] = field(default_factory=list)
    """Kinds of the refusals in a row that say nothing of the video."""
    refused_images: dict[str, str] = field(default_factory=dict)
    """Permalinks from which nothing more is made in that run, and why."""
    moderated_photos: dict[str, int] = field(default_factory=dict)
    """How many videos of an uploaded photograph were moderated in that run."""
    failing: dict[str, Category] = field(default_factory=dict)
    """The videos in a row that have failed last in that run, and how each did."""
    videos: dict[str, VideoRecord] = field(default_factory=dict)
    retired: list[VideoRecord] = field(default_factory=list)
    """Entries that the batch file no longer asks for."""
    written_counts: dict[Status, int] = field(default_factory=dict)
    """`counts` when the file was written: for those who read the file with other tools."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many videos have each status."""
        present = Counter(video.status for video in self.videos.values())
        return {status: present.get(status, 0) for status in Status}
