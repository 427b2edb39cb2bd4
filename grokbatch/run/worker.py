"""A process that makes videos: its claims, its results, and what it tells the controller.

With xdist that is each worker; without it, the one process that there is.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from filelock import FileLock, Timeout

from grokbatch.record import ledger
from grokbatch.record.ledger import Claim
from grokbatch.record.manifest import Manifest, StopRecord, VideoRecord
from grokbatch.record.outcome import Category, Outcome, RunStatus
from grokbatch.record.runlog import LOGGER
from grokbatch.record.store import transactions
from grokbatch.run.canary import Canary
from grokbatch.site.maker import Orphan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grokbatch.batch.video import VideoSpec
    from grokbatch.run.canary import Turn
    from grokbatch.run.plan import BatchPlan, RunPlan


Send = Callable[[dict[str, Any]], None]
"""Sends a message to the controller: strings, numbers, lists and dictionaries of these."""


class StoppedError(Exception):
    """The run was stopped between the claim and the click: nothing was submitted."""


class UnwritableError(Exception):
    """The manifest cannot be written, so nothing was started: what cannot be recorded must not be made."""


class Idle(pytest.Item):
    """Stands in for the next item, which a worker without look-ahead does not know."""

    def runtest(self) -> None:
        """Do nothing; it is never run."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Worker:
    """The videos' side of a process.

    `send` reports to the controller; `stopped` is set when a stop comes in. What is in `on_opened` is called
    whenever a page was opened and seen signed in.
    """

    id: str
    plan: RunPlan
    send: Send
    stopped: threading.Event = field(default_factory=threading.Event)
    on_opened: list[Callable[[], None]] = field(default_factory=list)

    def idle(self, session: pytest.Session) -> pytest.Item:
        """Return an item that has nothing but the session in common with any other."""
        return Idle.from_parent(session, name="idle")

    def tell(self, video_id: str | None, phase: str, percent: int | None = None) -> None:
        """Tell the controller what this worker does now."""
        self.send({"worker": self.id, "video": video_id, "phase": phase, "percent": percent})

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        """Ask for `video`; raises UnwritableError."""
        if self.stopped.is_set():
            return Claim.STOPPED
        with self.starting(batch) as manifest:
            answer = ledger.claim(manifest, video.id, self.id, _now())
        if answer is Claim.GRANTED:
            LOGGER.info("%s: started", video.id)
            self.tell(video.id, "starting")
        return answer

    @contextmanager
    def starting(self, batch: BatchPlan) -> Iterator[Manifest]:
        """Change the manifest before something starts; on UnwritableError this process starts nothing more."""
        store = batch.store()
        try:
            with store.transaction(starts=True) as manifest:
                yield manifest
        except OSError as error:
            self.stopped.set()
            LOGGER.error("the manifest cannot be written: %s", error.strerror)
            raise UnwritableError(
                f"{store.path}: cannot be written: {error.strerror}; nothing more is started; "
                "make room, then type: pytest --lf"
            ) from error

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Give back a claim with which nothing was submitted."""
        with batch.store().transaction() as manifest:
            ledger.unclaim(manifest, video.id)
        LOGGER.info("%s: not submitted, the run was stopped", video.id)
        self.tell(None, "idle")

    def record(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        """Return what the manifest says of `video`."""
        return batch.store().read().videos[video.id]

    def orphan(self, batch: BatchPlan, video: VideoSpec) -> Orphan | None:
        """Return what is known of an earlier submit whose end nobody saw, if there was one."""
        manifest = batch.store().read()
        attempt = ledger.cut_off_attempt(manifest, video.id)
        if attempt is None:
            return None
        return Orphan(frozenset(attempt.known_ids), ledger.credited_ids(manifest, besides=video.id))

    @contextmanager
    def witness(self, batch: BatchPlan, video: VideoSpec) -> Iterator[RecordingWitness]:
        """Yield what a maker of `video` tells its progress to, once the account is proven or it is our turn.

        Raises StoppedError when the run is stopped meanwhile.
        """
        canary = Canary(self.plan.folder, f"{batch.account} {batch.site}")
        with canary.turn(lambda: self.stopped.is_set() or batch.store().read().stop is not None) as turn:
            if turn is None:
                raise StoppedError
            yield RecordingWitness(self, batch, video, turn)

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> Outcome:
        """Record the outcome; if it stops the run, no video of this account starts once this returns."""
        status = outcome.category.stops_run if outcome.category else None
        batches = [batch] if status is None else self._same_account(batch)
        with transactions([each.store() for each in batches]) as manifests:
            outcome = ledger.finish(manifests[0], video.id, outcome, _now())
            if status is not None:
                _stop_all(manifests, status, video, outcome)
        _log(video, outcome)
        self.tell(None, "idle")
        return outcome

    def _same_account(self, batch: BatchPlan) -> list[BatchPlan]:
        same = [
            each
            for each in self.plan.batches
            if each is not batch and (each.account, each.site) == (batch.account, batch.site)
        ]
        return [batch, *same]

    def give_up(self, batch: BatchPlan, video: VideoSpec, error: BaseException) -> None:
        """Record that making `video` ended in an exception instead of an outcome."""
        is_user = isinstance(error, KeyboardInterrupt | pytest.exit.Exception)
        category = Category.INTERRUPTED if is_user else Category.WORKER_CRASHED
        with batch.store().transaction() as manifest:
            ledger.fail_claim(manifest, video.id, category, type(error).__name__, _now())
        LOGGER.error("%s: ended by %s", video.id, type(error).__name__)

    def leave(self) -> NoReturn:
        """End this process at once, but not in the middle of writing a result."""
        with ExitStack() as stack:
            for batch in self.plan.batches:
                stack.enter_context(batch.store().quiet())
            # Without clean-up: closing a browser that is at work takes seconds, and it ends with its parent.
            os._exit(1)


def _stop_all(manifests: Iterable[Manifest], status: RunStatus, video: VideoSpec, outcome: Outcome) -> None:
    reason = StopRecord(
        category=outcome.category or Category.INTERRUPTED,
        message=outcome.message,
        at=_now(),
        video=video.id,
        retry_at=outcome.retry_at,
    )
    for manifest in manifests:
        ledger.stop(manifest, status, reason)


def _log(video: VideoSpec, outcome: Outcome) -> None:
    if outcome.video is not None:
        how = "adopted" if outcome.adopted else "completed"
        LOGGER.info("%s: %s as %s", video.id, how, outcome.video.video_id)
    else:
        LOGGER.warning("%s: %s: %s", video.id, outcome.category, outcome.message)


@dataclass(frozen=True)
class RecordingWitness:
    """Writes what matters of a maker's progress to the manifest, and tells the rest to the controller."""

    worker: Worker
    batch: BatchPlan
    video: VideoSpec
    turn: Turn

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        """Return the ids that stood on the page before this run's first submit."""
        for each in self.worker.on_opened:
            each()
        self.turn.proven()
        self.worker.tell(self.video.id, "page opened")
        with self.worker.starting(self.batch) as manifest:
            return ledger.opened(manifest, present_ids)

    def submitting(self, known_ids: frozenset[str]) -> None:
        """Record the submit that follows; raises StoppedError if the run was stopped, and UnwritableError."""
        self._wait_for_person()
        with self.worker.starting(self.batch) as manifest:
            if manifest.stop is not None:
                raise StoppedError
            ledger.submitting(manifest, self.video.id, known_ids, _now())
        LOGGER.info("%s: submitting, prompt provided", self.video.id)
        self.worker.tell(self.video.id, "submitted")

    def adopts(self, video_id: str) -> bool:
        """Credit the site's video to this one, unless another one has it."""
        with self.batch.store().transaction() as manifest:
            return ledger.adopt(manifest, self.video.id, video_id)

    def progress(self, percent: int) -> None:
        """Pass the percentage on."""
        self.worker.tell(self.video.id, "generating", percent)

    @contextmanager
    def person_needed(self) -> Iterator[None]:
        """Ask for a person at this worker's window, and hold all new submits of the account meanwhile."""
        LOGGER.warning("%s: human check, waiting for a person", self.video.id)
        self.worker.send(
            {"notice": f"human check in the window of {self.worker.id}: answer it there; the run then goes on"}
        )
        with self._held:
            self.worker.tell(self.video.id, "waiting for you")
            yield

    def _wait_for_person(self) -> None:
        while not self.worker.stopped.is_set():
            try:
                with self._held.acquire(timeout=_LOOK_AGAIN):
                    return
            except Timeout:
                self.worker.tell(self.video.id, "held")

    @property
    def _held(self) -> FileLock:
        account = hashlib.sha256(f"{self.batch.account} {self.batch.site}".encode()).hexdigest()[:16]
        return FileLock(self.worker.plan.folder / f"held-{account}.lock", mode=0o600)


_LOOK_AGAIN = 0.5
"""Seconds between two looks at whether the run was stopped while submits are held."""

WORKER = pytest.StashKey[Worker]()
