"""Receives a maker's progress, writes it to the manifest and passes it on to the controller."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from grokbatch.record.model.outcome import Status
from grokbatch.record.rules import ledger, unresolved_attempts, waiting
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import browser_name
from grokbatch.run.worker.canary import Canary, FirstSubmit, page_account, submit_account
from grokbatch.run.worker.worker import PutOffError, StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.canary import Turn
    from grokbatch.run.worker.worker import Worker


@contextmanager
def recording_progress(
    worker: Worker, batch: BatchPlan, video: VideoSpec, others_wait: Callable[[], bool]
) -> Iterator[ProgressRecorder]:
    """Yield the listener for the maker of `video`, once the account is proven or it is this worker's turn to prove it.

    `others_wait` returns whether another video could be made instead of waiting. Raises StoppedError when the run is
    stopped meanwhile.
    """
    canary = Canary(worker.plan.folder, page_account(batch))
    worker.tell(video.id, "waiting for the first browser", batch=batch)
    with canary.turn(lambda: worker.is_stopped(batch) or batch.view.manifest().stop is not None) as turn:
        if turn is None:
            raise StoppedError
        worker.tell(video.id, "opening the page", batch=batch)
        first = FirstSubmit(worker.plan.folder, submit_account(batch), is_always=batch.until_done)
        try:
            yield ProgressRecorder(worker, batch, video, turn, first, others_wait)
        finally:
            first.end()


@dataclass(frozen=True)
class ProgressRecorder:
    """Writes what the next run must know of a maker's progress to the manifest, and tells the controller the rest."""

    worker: Worker
    batch: BatchPlan
    video: VideoSpec
    turn: Turn
    first: FirstSubmit
    others_wait: Callable[[], bool]

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        """Record the ids on the page; return those that were there before this run's first submit."""
        for each in self.worker.on_opened:
            each()
        self.worker.tell(self.video.id, "page opened", batch=self.batch)
        with self.worker.starting(self.batch) as manifest:
            return ledger.opened(manifest, self.video.id, present_ids)

    def may_submit(self) -> bool:
        """Whether a submit may follow now; raises StoppedError if the run was stopped, and UnwritableError."""
        # The page has all that a submit needs. Said before this worker waits: the others wait for it.
        self._prove()
        manifest = self.batch.view.manifest()
        if manifest.stop is not None or self.worker.is_stopped(self.batch):
            raise StoppedError
        if unresolved_attempts.is_searched_for(manifest, manifest.videos[self.video.id]):
            with self.worker.starting(self.batch) as manifest:
                unresolved_attempts.searched(manifest, self.video.id)
        if unresolved_attempts.is_search_running(manifest):
            phase = "waiting for others"
        elif self._is_held:
            phase = "held"
        elif not self.first.may_go():
            phase = "waiting for the first"
        else:
            return True
        self.worker.tell(self.video.id, phase, batch=self.batch)
        return False

    def submitting(self, known_ids: frozenset[str], *, is_under_way: bool = False) -> None:
        """Record the submit that follows; raises StoppedError if the run was stopped, and UnwritableError.

        `is_under_way`: the request has left the browser already, so nothing can stop it.
        """
        with self.worker.starting(self.batch) as manifest:
            if not is_under_way:
                if manifest.stop is not None or self.worker.is_stopped(self.batch):
                    raise StoppedError
                self.worker.check_output(self.batch, manifest.counts[Status.IN_PROGRESS])
            clock = self.worker.plan.clock
            wait = self.video.max_wait
            ledger.submitting(manifest, self.video.id, known_ids, clock.now(), clock.instant(), wait)
        LOGGER.info("%s: submitting, prompt provided", self.video.id)
        self.worker.tell(self.video.id, "submitted", batch=self.batch)

    def taken(self) -> None:
        """Let others submit: the site has begun with this video."""
        self.first.taken()
        self.worker.background.let_go()
        self.worker.note_accepted(self.batch, self.video)
        if self.batch.view.manifest().wait is not None:
            with self.batch.store().transaction() as manifest:
                waiting.taken(manifest)
            self.worker.send({"taken": True})

    def doubtful(self) -> None:
        """Let others wait: the site may not have taken the submit, or may be making something else."""
        self.first.doubtful()

    def named(self, reply_ids: frozenset[str]) -> None:
        """Record the ids that the site gave the video; a full disk is only logged, so that the attempt goes on."""
        try:
            with self.batch.store().transaction(starts=True) as manifest:
                ledger.named(manifest, self.video.id, reply_ids)
        except OSError as error:
            LOGGER.warning("%s: the name of its video cannot be recorded: %s", self.video.id, error.strerror)

    def searching(self, seconds: float) -> None:
        """Let others submit, and tell how long the video of an earlier attempt is searched for.

        Raises PutOffError if another video can be made meanwhile, and UnwritableError.
        """
        self._prove()
        if self.others_wait():
            raise PutOffError
        with self.worker.starting(self.batch) as manifest:
            unresolved_attempts.searched(manifest, self.video.id)
        until = self.worker.plan.clock.wall().astimezone() + timedelta(seconds=seconds)
        phase = f"looking for the video of an earlier attempt (until {until:%H:%M})"
        self.worker.tell(self.video.id, phase, batch=self.batch)
        LOGGER.info("%s: perhaps made already, looked for until %s", self.video.id, f"{until:%H:%M:%S}")

    def adopts(self, video_id: str) -> bool:
        """Credit the site's video to this one; return False if another one has it."""
        self._prove()
        with self.batch.store().transaction() as manifest:
            return unresolved_attempts.adopt(manifest, self.video.id, video_id)

    def _prove(self) -> None:
        if self.turn.proven():
            self.worker.send({"proven": True})

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
        with self._held:
            self.worker.tell(self.video.id, "waiting for you", batch=self.batch)
            yield

    @property
    def _is_held(self) -> bool:
        try:
            with self._held.acquire(timeout=0):
                return False
        except Timeout:
            return True

    @property
    def _held(self) -> FileLock:
        account = hashlib.sha256(f"{self.batch.account} {self.batch.site}".encode()).hexdigest()[:16]
        return FileLock(self.worker.plan.folder / f"held-{account}.lock", mode=0o600)
