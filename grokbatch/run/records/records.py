"""What a worker asks of the manifest and records in it, whether the manifest is on its own computer or on another.

The rules stay the same, because one implementation applies them: `on_disk.DiskRecords`. `over_channel.ChannelRecords`
only passes each call on to one of these, in the controller.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import FileRecord, VideoRecord
    from grokbatch.record.model.outcome import Category, Outcome
    from grokbatch.record.rules.ledger import Claim
    from grokbatch.record.rules.video_files import Inspection
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.records.canary import Proof
    from grokbatch.video_maker import Orphan


class StoppedError(Exception):
    """The run was stopped between the claim and the click: nothing was submitted."""


class UnwritableError(Exception):
    """The manifest cannot be written, so nothing may be submitted; the message says what to do."""


class BeforeSubmit(Enum):
    """Whether a submit may follow now; if not, what it waits for, in words for the live view."""

    READY = "ready"
    OTHERS_SEARCH = "waiting for others"
    HELD = "held"
    FIRST = "waiting for the first"


class Records(Protocol):
    """The manifest as one worker sees it. A call that changes it returns when the change is on disk."""

    # claims

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        """Claim `video` and return the ledger's answer; raises UnwritableError."""

    def is_enough_for_now(self, batch: BatchPlan, video: VideoSpec) -> bool:
        """Whether the videos under way, without `video`, may be all that is still needed."""

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Give back a claim with which nothing was submitted."""

    def put_off(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        """Let the other videos go first; the result of this video's submit is searched for after them."""

    # reading

    def record(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        """Return what the manifest says of `video`."""

    def orphan(self, batch: BatchPlan, video: VideoSpec) -> Orphan | None:
        """Return what is known of an earlier submit whose end was not seen, None if there was none."""

    def was_tried(self, batch: BatchPlan, video: VideoSpec) -> bool:
        """Whether this run submitted `video` and put it off after that."""

    def is_lost_again(self, batch: BatchPlan, video: VideoSpec) -> bool:
        """Whether so many accepted submits of `video` came to nothing that no more is paid in this run."""

    def is_left_for_later(self, batch: BatchPlan, video: VideoSpec) -> bool:
        """Whether `video` may still be made in this run, when that goes on."""

    def is_waiting(self, batch: BatchPlan) -> bool:
        """Whether the run waits with this batch, and goes on by itself."""

    def has_stopped(self, batch: BatchPlan) -> bool:
        """Whether the manifest says that nothing more of `batch` is started."""

    def is_signed_in(self, batch: BatchPlan) -> bool:
        """Whether nobody has found the account of `batch` signed out in this run."""

    def others_wait(self, video_ids: Mapping[str, Sequence[str]]) -> bool:
        """Whether one of these videos, given by batch path, could be made now and was begun by no worker."""

    # one attempt

    def take_turn(self, batch: BatchPlan) -> Proof:
        """Return whether the account is proven, or it is this worker's turn to prove it; waits a moment for that."""

    def proven(self, batch: BatchPlan) -> bool:
        """Let the other workers start, if it was this worker's turn to prove the account; True once."""

    def attempt_ended(self, batch: BatchPlan) -> None:
        """Let the next worker prove the account, or submit first, if this one has not come to that."""

    def opened(self, batch: BatchPlan, video: VideoSpec, present_ids: frozenset[str]) -> frozenset[str]:
        """Record the ids on the page; return those that were there before this run's first submit."""

    def before_submit(self, batch: BatchPlan, video: VideoSpec) -> BeforeSubmit:
        """Return whether a submit may follow now; raises StoppedError if the run was stopped, and UnwritableError."""

    def submitting(self, batch: BatchPlan, video: VideoSpec, known_ids: frozenset[str], *, is_under_way: bool) -> None:
        """Record the submit that follows; raises StoppedError if the run was stopped, and UnwritableError.

        `is_under_way`: the request has left the browser already, so nothing can stop it.
        """

    def taken(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Let others submit: the site has begun with `video`."""

    def doubtful(self, batch: BatchPlan) -> None:
        """Let others wait: the site may not have taken the submit, or may be making something else."""

    def named(self, batch: BatchPlan, video: VideoSpec, reply_ids: frozenset[str]) -> None:
        """Record the ids that the site gave the video; a full disk is only logged, so that the attempt goes on."""

    def searched(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Record that the page was searched for an earlier attempt's result; raises UnwritableError."""

    def adopts(self, batch: BatchPlan, video: VideoSpec, video_id: str) -> bool:
        """Credit the site's video to this one; return False if another one has it."""

    def hold(self, batch: BatchPlan) -> None:
        """Let no worker of the account submit until `let_go`: a person is busy with the site."""

    def let_go(self, batch: BatchPlan) -> None:
        """Let workers of the account submit again."""

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> tuple[Outcome, VideoRecord]:
        """Record the outcome; if it stops the run, no video of this account starts after this returns.

        Returns the outcome as it was recorded, and the video's record.
        """

    def give_up(self, batch: BatchPlan, video: VideoSpec, category: Category, error: str) -> None:
        """Record that making `video` ended in an exception, of the class `error`, instead of an outcome."""

    # files

    def brought(self, batch: BatchPlan, video: VideoSpec, file: FileRecord, *, hd: bool) -> VideoRecord:
        """Record that a file was downloaded, or why not; return the video's record after that."""

    def inspected(self, batch: BatchPlan, video: VideoSpec, found: Inspection) -> VideoRecord:
        """Record what was found in the video's file; return the video's record after that."""

    def removed(self, batch: BatchPlan, video: VideoSpec, reason: str) -> VideoRecord:
        """Record that the video was deleted on the site, or with a `reason` why not; return its record after that."""

    def leave(self, seconds: float) -> None:
        """Return when no result of this process is being written any more, or after so many seconds."""
