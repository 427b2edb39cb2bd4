"""A process that makes videos: its claims, its results, and what it tells the controller.

With xdist that is each worker; without it, the one process that there is.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from filelock import Timeout

from grokbatch.record.model.manifest import Manifest, StopRecord, VideoRecord
from grokbatch.record.model.outcome import Category, Outcome, RunStatus
from grokbatch.record.rules import ledger, unresolved_attempts
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.storage.manifest_store import transactions
from grokbatch.record.storage.run_log import LOGGER, log_error
from grokbatch.review.formatting import perhaps_made
from grokbatch.review.invocation import invocation
from grokbatch.review.next_steps import halt_lines
from grokbatch.run.results import output_folder
from grokbatch.run.worker.download_retries import FileWays
from grokbatch.video_maker import Orphan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan, RunPlan


LEAVING_TIMEOUT = 5.0
"""Seconds to wait for a result that is just being written, before the process ends at once."""

Send = Callable[[dict[str, Any]], None]
"""Sends a message to the controller: strings, numbers, lists and dictionaries of these."""


class StoppedError(Exception):
    """The run was stopped between the claim and the click: nothing was submitted."""


class PutOffError(Exception):
    """Nobody knows yet what came of an earlier submit of this video: others go first, nothing was submitted."""


class UnwritableError(Exception):
    """Manifest or video files cannot be written, so nothing was started: what cannot be kept must not be made."""


class Idle(pytest.Item):
    """Stands in for the next item, which a worker without look-ahead does not know."""

    def runtest(self) -> None:
        """Do nothing; it is never run."""


@dataclass(frozen=True)
class Worker:
    """The videos' side of a process.

    `send` reports to the controller; `stopped` is set when a stop comes in, and `halted` holds the files of batches of
    which alone nothing more is started. What is in `on_opened` is called
    whenever a page was opened and seen signed in; `ways` are those to the site's files.
    """

    id: str
    plan: RunPlan
    send: Send
    stopped: threading.Event = field(default_factory=threading.Event)
    halted: set[str] = field(default_factory=set)
    on_opened: list[Callable[[], None]] = field(default_factory=list)
    ways: FileWays = field(default_factory=FileWays)
    _beside: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=1), repr=False)

    def idle(self, session: pytest.Session) -> pytest.Item:
        """Return an item that has nothing but the session in common with any other."""
        return Idle.from_parent(session, name="idle")

    def later(self, job: Callable[[], object], otherwise: str) -> None:
        """Do `job` beside everything else; most of its time a worker waits for the site.

        If it ends in an error, the log says `otherwise`, and which error it was.
        """
        self._beside.submit(job).add_done_callback(partial(log_error, otherwise))

    def end(self) -> None:
        """Wait for what is done beside."""
        self._beside.shutdown(wait=True)

    def now(self) -> datetime:
        """Return the time of the run."""
        return self.plan.clock.now()

    def tell(self, video_id: str | None, phase: str, percent: int | None = None) -> None:
        """Tell the controller what this worker does now."""
        self.send({"worker": self.id, "video": video_id, "phase": phase, "percent": percent})

    def is_stopped(self, batch: BatchPlan) -> bool:
        """Whether nothing more of `batch` is to be started, as far as this process has heard."""
        return self.stopped.is_set() or str(batch.path) in self.halted

    def halt(self, batches: Iterable[str]) -> None:
        """Start nothing more of these batches."""
        self.halted.update(batches)

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        """Ask for `video`; raises UnwritableError."""
        if self.is_stopped(batch):
            return Claim.STOPPED
        with self.starting(batch) as manifest:
            wanted = batch.files.wanted_of(video.id)
            answer = ledger.claim(manifest, video.id, self.id, self.now(), wanted, batch.attempts)
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
                f"make room, then type: {invocation().resume}"
            ) from error

    def check_output(self, batch: BatchPlan, video_files: int) -> None:
        """Check that there is room for so many files; on UnwritableError this process starts nothing more."""
        if not batch.files.wants_any:
            return
        try:
            output_folder.check(batch.files.folder, video_files)
        except output_folder.OutputError as error:
            self.stopped.set()
            LOGGER.error("nothing more is started: %s", error)
            raise UnwritableError(
                f"{error}; nothing more is started; once that is mended, type: {invocation().resume}"
            ) from None

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Give back a claim with which nothing was submitted."""
        with batch.store().transaction() as manifest:
            ledger.unclaim(manifest, video.id)
        LOGGER.info("%s: not submitted, the run was stopped", video.id)
        self.tell(None, "idle")

    def put_off(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Let the other videos go first; what was submitted for this one is looked for after them."""
        with batch.store().transaction() as manifest:
            ledger.put_off(manifest, video.id)
        told = perhaps_made(manifest.videos[video.id])
        LOGGER.info("%s: %s; others go first", video.id, told)
        self.send({"notice": f"{video.id}: {told}; the other videos go first"})
        self.tell(None, "idle")

    def was_tried(self, batch: BatchPlan, video: VideoSpec) -> bool:
        """Whether this run has submitted `video` and put it off since."""
        manifest = batch.view.manifest()
        return video.id in manifest.put_off and ledger.was_tried(manifest, video.id)

    def record(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        """Return what the manifest says of `video`."""
        return batch.view.manifest().videos[video.id]

    def orphan(self, batch: BatchPlan, video: VideoSpec) -> Orphan | None:
        """Return what is known of an earlier submit whose end nobody saw, if there was one."""
        manifest = batch.view.manifest()
        attempt = unresolved_attempts.unresolved_attempt(manifest.videos[video.id])
        if attempt is None:
            return None
        credited = unresolved_attempts.credited_ids(manifest, besides=video.id)
        is_sole = unresolved_attempts.is_sole(manifest, video.id)
        age = unresolved_attempts.seconds_since_submit(attempt, manifest, self.plan.clock)
        return Orphan(frozenset(attempt.known_ids), credited, frozenset(attempt.reply_ids), age, is_sole)

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> tuple[Outcome, VideoRecord]:
        """Record the outcome; if it stops the run, no video of this account starts once this returns.

        Returns what it counts as, and the entry as it was written.
        """
        outcome, status = _weighed(batch, outcome)
        # What only the ledger can tell, such as the fifth failure in a row, stops the same batches.
        may_stop = outcome.category is not None or status is not None
        batches = self._affected(batch, video, outcome) if may_stop else [batch]
        if status is not None:
            # Told before it is written: neither a full disk nor somebody who holds a manifest keeps it from others.
            self._halt_everywhere(batches)
        with transactions([each.store() for each in batches]) as manifests:
            outcome = ledger.finish(manifests[0], video.id, outcome, self.now(), batch.row_of(video.id))
            if outcome.category is not None:
                # Only the ledger knows how often the site has done the same.
                status = status or outcome.category.stops_run
            if status is not None:
                _stop_all(manifests, status, video, outcome, self.now())
            _stop_alike(manifests, video)
        self.heed(batches, manifests[0], video.id)
        _log(video, outcome)
        self.tell(None, "idle")
        return outcome, manifests[0].videos[video.id]

    def heed(self, batches: Sequence[BatchPlan], manifest: Manifest, video_id: str) -> None:
        """Let everybody hear of a stop that `video_id` has brought about, if the manifest tells of one."""
        if manifest.stop is None or manifest.stop.video != video_id:
            return
        self._halt_everywhere(batches)
        for line in halt_lines(manifest):
            self.send({"notice": line})

    def _halt_everywhere(self, batches: Sequence[BatchPlan]) -> None:
        paths = [str(each.path) for each in batches]
        self.halt(paths)
        self.send({"halt": paths})

    def _affected(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> list[BatchPlan]:
        """Return what a stop ends: all batches of the account that would meet the same."""

        def what_meets_it(each: BatchPlan) -> tuple[str, ...]:
            if outcome.category is not Category.LAYOUT_CHANGED:
                return each.account, each.site
            # Without a control it is this image's page alone that is not there.
            is_shared = bool(outcome.control) or video.permalink in each.links
            return each.account, each.site, each.locators, str(is_shared)

        same = [each for each in self.plan.batches if what_meets_it(each) == what_meets_it(batch)]
        return [batch, *(each for each in same if each is not batch)]

    def give_up(self, batch: BatchPlan, video: VideoSpec, error: BaseException) -> None:
        """Record that making `video` ended in an exception instead of an outcome."""
        is_user = isinstance(error, KeyboardInterrupt | pytest.exit.Exception)
        category = Category.INTERRUPTED if is_user else Category.WORKER_CRASHED
        with batch.store().transaction() as manifest:
            row = batch.row_of(video.id)
            ledger.fail_claim(manifest, video.id, category, type(error).__name__, self.now(), row)
        self.heed([batch], manifest, video.id)
        LOGGER.error("%s: ended by %s", video.id, type(error).__name__)

    def leave(self) -> NoReturn:
        """End this process at once, but not in the middle of writing a result."""
        with ExitStack() as stack:
            with suppress(Timeout):  # somebody else's lock: nothing of ours is being written then
                for batch in self.plan.batches:
                    stack.enter_context(batch.store().quiet(LEAVING_TIMEOUT))
            # Without clean-up: closing a browser that is at work takes seconds, and it ends with its parent.
            os._exit(1)


def _weighed(batch: BatchPlan, outcome: Outcome) -> tuple[Outcome, RunStatus | None]:
    """Return the outcome and how it stops the run: less than was asked for is a limit to a batch that says so."""
    if not outcome.degraded or batch.on_degraded != "stop":
        return outcome, outcome.category.stops_run if outcome.category else None
    if outcome.category is not None:
        outcome = replace(outcome, category=Category.RATE_LIMIT)
    return outcome, RunStatus.STOPPED_RATE_LIMIT


def _stop_all(
    manifests: Iterable[Manifest], status: RunStatus, video: VideoSpec, outcome: Outcome, now: datetime
) -> None:
    reason = StopRecord(
        # A video that was made stops a run by what it lacks.
        category=outcome.category or Category.RATE_LIMIT,
        message=outcome.message or outcome.degraded,
        at=now,
        video=video.id,
        retry_at=outcome.retry_at,
        control=outcome.control,
    )
    for manifest in manifests:
        ledger.stop(manifest, status, reason)


def _stop_alike(manifests: Sequence[Manifest], video: VideoSpec) -> None:
    """Stop the other batches if the ledger has stopped the first one at `video`."""
    first, *others = manifests
    if first.stop is not None and first.stop.video == video.id:
        for manifest in others:
            ledger.stop(manifest, first.status, first.stop)


def _log(video: VideoSpec, outcome: Outcome) -> None:
    if outcome.video is not None:
        how = "adopted" if outcome.adopted else "completed"
        LOGGER.info("%s: %s as %s", video.id, how, outcome.video.video_id)
        if outcome.degraded:
            LOGGER.warning("%s: %s", video.id, outcome.degraded)
    else:
        LOGGER.warning("%s: %s: %s", video.id, outcome.category, outcome.full_message)


WORKER = pytest.StashKey[Worker]()
