"""The data model of `manifest.json`, which remembers the state of a batch, its runs and each of its videos.

The fields and their descriptions document the file. Times are ISO 8601 with a UTC offset, durations are in seconds,
the sizes of pictures in pixels and those of files in bytes.
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
    """Which files of a video the batch wants on disk, and whether the video is then deleted on the site."""

    download: bool = False
    hd: bool = False
    delete: bool = False


class _Record(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file. Fields that have their default value are not written, which saves a quarter of the file.

    A field whose default is made by a function of this module is always written, because other programs look for it.
    """


def _nothing() -> None:
    return None


def _no_text() -> str:
    return ""


def _no_attempts() -> list[AttemptRecord]:
    return []


class AttemptRecord(_Record, kw_only=True):
    """One submit of one video to the site, successful or not."""

    number: int
    run: int = 0
    """The number of the batch's run that made this attempt; 0: made by an old version, which did not count runs."""
    worker: str
    started_at: datetime
    searched: bool = False
    """Whether the page was searched for the result of an earlier attempt that was cut off."""
    submitted_at: datetime | None = field(default_factory=_nothing)
    """The time just before the click on the submit button; None: nothing was sent."""
    sent: Instant | None = None
    """The same moment on a clock that cannot be set back or forward."""
    due_at: datetime | None = None
    """Until when the site is searched for the video, if nobody saw how the attempt ended."""
    known_ids: list[str] = field(default_factory=list)
    """The ids of the videos that were on the page before the click."""
    reply_ids: list[str] = field(default_factory=list)
    """The ids that the site's reply to the submit gives for its video."""
    playable_at: datetime | None = None
    """When the page was first able to play the video."""
    ended_at: datetime | None = field(default_factory=_nothing)
    category: Category | None = field(default_factory=_nothing)
    message: str = field(default_factory=_no_text)
    is_final: bool = False
    """Whether another attempt in the same run would have the same result."""
    perhaps_made: bool | None = None
    """Whether the site may have made the video although the attempt failed; None: `category` decides."""
    slept: float = 0.0
    """For how many seconds of the attempt the computer slept, or the run was stopped."""
    is_excused: bool = False
    """Whether it failed because of that, so that it does not count."""

    @property
    def seconds(self) -> float | None:
        """How long the attempt took, in seconds, without what was slept through, or None while it is under way.

        It is never negative, even if somebody has set the clock back meanwhile.
        """
        if self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.started_at).total_seconds() - self.slept)


class FileState(StrEnum):
    """Whether a wanted file is on disk."""

    DONE = "done"
    FAILED = "failed"
    ON_HOST = "on host"
    """It is on the computer that downloaded it, and has not been collected from there yet."""
    DISCARDED = "discarded"
    """The user has deleted it, with `grokbatch picks trash --empty`: no run downloads it again."""


class FileRecord(_Record, kw_only=True):
    """A file of a video: its path and its properties, measured in the file itself; or the reason why it is missing."""

    state: FileState
    path: str = ""
    """Relative to the run directory if the file is inside of it, else absolute."""
    message: str = ""
    attempts: int = 0
    run: int = 0
    """The number of the batch's run that downloaded it; 0: not recorded."""
    worker: str = ""
    """The worker that downloaded it; empty: not recorded."""
    host: str = ""
    """The computer that holds it, as the hosts file calls it; empty: this one."""
    began_at: datetime | None = None
    """When the download began; None: not recorded."""
    at: datetime
    size: int | None = None
    """The size of the file in bytes."""
    sha256: str = ""
    duration: float | None = None
    """The length of the video in seconds."""
    width: int | None = None
    height: int | None = None
    frames_per_second: float | None = None
    has_audio: bool | None = None


class VideoRecord(_Record, kw_only=True):
    """One requested video: what was asked for, its present status, and its result."""

    id: str
    prompt: str
    digest: str
    """The digest of all parameters that are sent to the site for this video, the prompt included."""
    repetition: int = 0
    """Its number among the videos with the same digest, from 1; 0: not known yet."""
    index: int = 0
    """Its number in the batch, from 1, which never changes; 0: not assigned yet."""
    permalink: str = ""
    """The image post that it is made from; empty: the batch's permalink."""
    number: int = 1
    """The prompt's number in the batch, from 1."""
    name: str = ""
    """The name of the prompt in the batch; empty: it has none."""
    axes: dict[str, str] = field(default_factory=dict)
    """The chosen value of each named axis of the prompt."""
    account: str = ""
    """The account that makes it, in a batch with several, or that made it there; empty: the manifest's account."""
    status: Status = field(default_factory=lambda: Status.PENDING)
    category: Category | None = field(default_factory=_nothing)
    """The category of the last failure."""
    message: str = field(default_factory=_no_text)
    worker: str | None = field(default_factory=_nothing)
    attempts: list[AttemptRecord] = field(default_factory=_no_attempts)
    video_id: str | None = field(default_factory=_nothing)
    video_url: str | None = field(default_factory=_nothing)
    page_url: str | None = field(default_factory=_nothing)
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    """The length of the video in seconds, as the site states it."""
    size: int | None = None
    """The size of the file in bytes, as the site states it."""
    options: dict[str, str] = field(default_factory=dict)
    """The options that were requested on the page: their names and values."""
    degraded: str = ""
    """How it falls short of what was asked for, such as a lower resolution; empty: it does not."""
    adopted: bool = False
    """Whether it was found on the page after a crash, so that it was not submitted again."""
    download: FileRecord | None = field(default_factory=_nothing)
    """The video's file; None: not wanted, or not downloaded yet."""
    hd: FileRecord | None = None
    """The file of the upscaled video; None: not wanted, or not downloaded yet."""
    poster: str | None = None
    """The path of a still picture from the video, relative to the run directory."""
    fingerprint: str = ""
    """A fingerprint of the pictures in the file, by which videos that look almost the same are found."""
    misses: list[str] = field(default_factory=list)
    """A sentence for each expectation of the batch that the file does not meet."""
    is_inspected: bool = False
    """Whether the file has been inspected, so that `misses`, `poster` and `fingerprint` are known."""
    removed_at: datetime | None = None
    """When the video was deleted on the site."""
    not_removed: str = ""
    """Why it could not be deleted on the site, although the batch asks for it."""
    evidence: list[str] = field(default_factory=list)
    """The paths of the evidence files, relative to the run directory."""
    history: list[VideoRecord] = field(default_factory=list)
    """In manifests of older versions: the entries from before the prompt was edited."""

    def __repr__(self) -> str:
        """Leave the prompt out, which is private."""
        return f"VideoRecord({self.id!r}, {self.status.value})"

    @property
    def identity(self) -> str:
        """The key of this video, unlike that of any other; the same as `VideoSpec.identity`."""
        return f"{self.digest}-{self.repetition}"

    @property
    def is_final(self) -> bool:
        """Whether no later run may submit this video again: it is completed, or exactly this prompt was moderated."""
        return self.status is Status.COMPLETED or self.category is Category.CONTENT_MODERATED

    def lacks(self, wanted: Wanted) -> bool:
        """Whether this video is completed, but a wanted file is missing or a wanted deletion has not been done."""
        if self.status is not Status.COMPLETED:
            return False
        files = [(wanted.download, self.download), (wanted.hd, self.hd)]
        if any(asked and is_missing(file) for asked, file in files):
            return True
        return wanted.delete and self.removed_at is None

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took, in seconds, or None while it is under way or before the first attempt."""
        return self.attempts[-1].seconds if self.attempts else None


class Keepers(_Record, kw_only=True):
    """How many videos of a batch are wanted; the others are made only if these are not kept."""

    wanted: int
    has_checks: bool = False
    """Whether the batch expects something of the videos' files."""
    attempts: int = 10
    """How often a video is tried within a run."""


class StopRecord(_Record, kw_only=True):
    """The reason why a run was stopped before all its videos were done."""

    category: Category
    message: str
    at: datetime
    video: str | None = None
    retry_at: datetime | None = None
    """When the limit may end; None: the site did not say."""
    control: str = ""
    """If the page has changed: the control that `grokbatch learn` can teach."""


class WaitRecord(_Record, kw_only=True):
    """How long a run waits before it goes on by itself, and why. All times are the system clock's."""

    since: datetime
    until: datetime
    why: str
    """For people, such as "the site said 2 hours"."""
    refused: int = 0
    """How many submits in a row the site has refused because of this limit; 0: the run waits for its start."""


class AccountPart(_Record, kw_only=True):
    """The part of a run that one of several accounts makes; the fields mean the same as those of `Manifest`."""

    status: RunStatus = field(default_factory=lambda: RunStatus.IN_PROGRESS)
    stop: StopRecord | None = field(default_factory=_nothing)
    wait: WaitRecord | None = None
    baseline_ids: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    greyed_out: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def is_there(file: FileRecord | None) -> TypeGuard[FileRecord]:
    """Whether a file is on disk."""
    return file is not None and file.state is FileState.DONE


def is_missing(file: FileRecord | None) -> bool:
    """Whether a file would have to be downloaded: it is not on disk, and the user has not thrown it away."""
    return file is None or file.state is FileState.FAILED


class Manifest(_Record, kw_only=True, rename={"written_counts": "counts"}):
    """The state of one batch on one site. It decides what a run may do, and all reports are made from it."""

    version: int = field(default_factory=lambda: VERSION)
    id: str
    """The id of this manifest; a run with --fresh begins a new one."""
    batch: str
    account: str
    permalink: str
    site: str
    source: str = ""
    """The path of the batch file, relative to the run directory; empty in manifests of older versions."""
    browser: str = ""
    status: RunStatus = field(default_factory=lambda: RunStatus.PENDING)
    stop: StopRecord | None = field(default_factory=_nothing)
    wait: WaitRecord | None = None
    """What the run waits for or waited for last; None once the site has taken a submit after that."""
    created_at: datetime
    updated_at: datetime
    run: int = 0
    """How many runs there have been, including the present or last one."""
    run_started_at: datetime | None = None
    """When the present or last run started."""
    baseline_ids: list[str] = field(default_factory=list)
    """The ids of the videos that were on an image's page before that run's first submit for this image."""
    begun: list[str] = field(default_factory=list)
    """The permalinks of the images for which that run has submitted a video."""
    greyed_out: list[str] = field(default_factory=list)
    """The last consecutive videos for which the submit button stayed disabled without an explanation."""
    put_off: list[str] = field(default_factory=list)
    """The videos of this run that are tried after all others: they may have been made, and are searched for then."""
    refusals: list[str] = field(default_factory=list)
    """The kinds of the last consecutive refusals that do not concern the video itself."""
    refused_images: dict[str, str] = field(default_factory=dict)
    """The permalinks for which that run makes no more videos, each with the reason."""
    moderated_photos: dict[str, int] = field(default_factory=dict)
    """How many videos of each uploaded photograph were moderated in that run, by permalink."""
    failing: dict[str, Category] = field(default_factory=dict)
    """The last consecutive videos of that run that failed, each with its category."""
    account_parts: dict[str, AccountPart] = field(default_factory=dict)
    """The parts of that run, by account, if the batch has several; `stop` then holds what ended all of them, or once
    the run is over, the worst that ended one."""
    videos: dict[str, VideoRecord] = field(default_factory=dict)
    retired: list[VideoRecord] = field(default_factory=list)
    """The entries of videos that the batch file no longer asks for."""
    keepers: Keepers | None = None
    """How many videos are wanted in all; None: every one."""
    rejected: list[str] = field(default_factory=list)
    """The videos that the user has rejected, by the picks as they were read last."""
    written_counts: dict[Status, int] = field(default_factory=dict)
    """`counts` at the time when the file was written, for people who read it with other tools."""

    @property
    def counts(self) -> dict[Status, int]:
        """How many videos have each status."""
        present = Counter(video.status for video in self.videos.values())
        return {status: present.get(status, 0) for status in Status}
