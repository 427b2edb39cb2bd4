"""Receives a maker's progress, writes it to the manifest and passes it on to the controller."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import browser_name
from grokbatch.run.records.canary import Proof
from grokbatch.run.records.records import BeforeSubmit, StoppedError
from grokbatch.run.worker.worker import PutOffError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.worker import Worker


@contextmanager
def recording_progress(
    worker: Worker, batch: BatchPlan, video: VideoSpec, others_wait: Callable[[], bool]
) -> Iterator[ProgressRecorder]:
    """Yield the listener for the maker of `video`, once the account is proven or it is this worker's turn to prove it.

    `others_wait` returns whether another video could be made instead of waiting. Raises StoppedError when the run is
    stopped meanwhile.
    """
    records = worker.records
    worker.tell(video.id, "waiting for the first browser", batch=batch)
    try:
        while not (is_over := _is_over(worker, batch)) and records.take_turn(batch) is Proof.OTHERS:
            pass
        if is_over or _is_over(worker, batch):
            raise StoppedError
        worker.tell(video.id, "opening the page", batch=batch)
        yield ProgressRecorder(worker, batch, video, others_wait)
    finally:
        records.attempt_ended(batch)


def _is_over(worker: Worker, batch: BatchPlan) -> bool:
    return worker.is_stopped(batch) or worker.records.has_stopped(batch)


@dataclass(frozen=True)
class ProgressRecorder:
    """Writes what the next run must know of a maker's progress to the manifest, and tells the controller the rest."""

    worker: Worker
    batch: BatchPlan
    video: VideoSpec
    others_wait: Callable[[], bool]

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        """Record the ids on the page; return those that were there before this run's first submit."""
        for each in self.worker.on_opened:
            each()
        self.worker.tell(self.video.id, "page opened", batch=self.batch)
        return self.worker.records.opened(self.batch, self.video, present_ids)

    def may_submit(self) -> bool:
        """Whether a submit may follow now; raises StoppedError if the run was stopped, and UnwritableError."""
        # The page has all that a submit needs. Said before this worker waits: the others wait for it.
        self.worker.records.proven(self.batch)
        if self.worker.is_stopped(self.batch):
            raise StoppedError
        state = self.worker.records.before_submit(self.batch, self.video)
        if state is BeforeSubmit.READY:
            return True
        self.worker.tell(self.video.id, state.value, batch=self.batch)
        return False

    def submitting(self, known_ids: frozenset[str], *, is_under_way: bool = False) -> None:
        """Record the submit that follows; raises StoppedError if the run was stopped, and UnwritableError.

        `is_under_way`: the request has left the browser already, so nothing can stop it.
        """
        self.worker.records.submitting(self.batch, self.video, known_ids, is_under_way=is_under_way)
        LOGGER.info("%s: submitting, prompt provided", self.video.id)
        self.worker.tell(self.video.id, "submitted", batch=self.batch)

    def taken(self) -> None:
        """Let others submit: the site has begun with this video."""
        self.worker.records.taken(self.batch, self.video)
        self.worker.background.let_go()

    def doubtful(self) -> None:
        """Let others wait: the site may not have taken the submit, or may be making something else."""
        self.worker.records.doubtful(self.batch)

    def named(self, reply_ids: frozenset[str]) -> None:
        """Record the ids that the site gave the video; a full disk is only logged, so that the attempt goes on."""
        self.worker.records.named(self.batch, self.video, reply_ids)

    def searching(self, seconds: float) -> None:
        """Let others submit, and tell how long the video of an earlier attempt is searched for.

        Raises PutOffError if another video can be made meanwhile, and UnwritableError.
        """
        self.worker.records.proven(self.batch)
        if self.others_wait():
            raise PutOffError
        self.worker.records.searched(self.batch, self.video)
        until = self.worker.plan.clock.wall().astimezone() + timedelta(seconds=seconds)
        phase = f"looking for the video of an earlier attempt (until {until:%H:%M})"
        self.worker.tell(self.video.id, phase, batch=self.batch)
        LOGGER.info("%s: perhaps made already, looked for until %s", self.video.id, f"{until:%H:%M:%S}")

    def adopts(self, video_id: str) -> bool:
        """Credit the site's video to this one; return False if another one has it."""
        self.worker.records.proven(self.batch)
        return self.worker.records.adopts(self.batch, self.video, video_id)

    def progress(self, percent: int) -> None:
        """Pass the percentage on to the controller."""
        self.worker.tell(self.video.id, "generating", percent, batch=self.batch)

    @contextmanager
    def person_needed(self) -> Iterator[None]:
        """Ask for a person at this worker's window; no worker of the account submits meanwhile."""
        LOGGER.warning("%s: human check, waiting for a person", self.video.id)
        self.worker.send(
            {
                "notice": f"human check in the window of {browser_name(self.worker.id)}: answer it there; "
                "the run then goes on"
            }
        )
        self.worker.records.hold(self.batch)
        try:
            self.worker.tell(self.video.id, "waiting for you", batch=self.batch)
            yield
        finally:
            self.worker.records.let_go(self.batch)
