"""A process that makes videos: its claims, its results, and its messages to the controller.

With pytest-xdist that is each worker process; without it, the one pytest process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from filelock import Timeout
from msgspec import to_builtins

from grokbatch.media.service import MediaCalls
from grokbatch.record.model.awake_clock import AwakeClock
from grokbatch.record.model.manifest import Manifest, StopRecord, VideoRecord
from grokbatch.record.model.outcome import Category, Outcome, RunStatus
from grokbatch.record.rules import ledger, unresolved_attempts, waiting
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.storage.manifest_store import transactions
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import perhaps_made
from grokbatch.review.invocation import invocation
from grokbatch.review.next_steps import halt_lines
from grokbatch.run.results import output_folder
from grokbatch.run.results.keepers import current_count, note_picks
from grokbatch.run.worker.background import Background
from grokbatch.run.worker.download_retries import FileWays
from grokbatch.run.worker.quota_recorder import QuotaRecorder
from grokbatch.video_maker import Orphan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan, RunPlan


LEAVING_TIMEOUT = 5.0
"""Seconds for which a process that must end at once waits for a result that is being written."""

_LOOK_AGAIN = 0.2

Send = Callable[[dict[str, Any]], None]
"""Sends a message to the controller: strings, numbers, lists and dictionaries of these."""


class StoppedError(Exception):
    """The run was stopped between the claim and the click: nothing was submitted."""


class PutOffError(Exception):
    """It is not known yet what came of an earlier submit of this video: others go first, nothing was submitted."""


class UnwritableError(Exception):
    """Manifest or video files cannot be written, so nothing was started: a video that cannot be kept is not made."""


class Idle(pytest.Item):
    """Takes the place of the next item, which a worker without look-ahead does not know."""

    def runtest(self) -> None:
        """Do nothing; it is never run."""


@dataclass(frozen=True)
class Worker:
    """The part of a process that makes videos.

    `send` reports to the controller. `stopped` is set when the whole run is stopped; `halted` holds the paths of
    batches that are stopped alone. The functions in `on_opened` are called whenever a page was opened and seen signed
    in; those in `on_waiting` free what is not needed while the run waits. `wait_here` waits in this process until the
    batch goes on and returns False if the run ends instead; None: the controller has the worker's items run later.
    `ways` remembers which ways to the site's files do not work; `media` looks into video files; `background` does so
    while the next video is being made.
    `awake` measures timeouts: it leaves out the time for which the computer slept.
    """

    id: str
    plan: RunPlan
    send: Send
    stopped: threading.Event = field(default_factory=threading.Event)
    halted: set[str] = field(default_factory=set)
    on_opened: list[Callable[[], None]] = field(default_factory=list)
    on_waiting: list[Callable[[], None]] = field(default_factory=list)
    wait_here: Callable[[BatchPlan], bool] | None = None
    ways: FileWays = field(default_factory=FileWays)
    media: MediaCalls = field(default_factory=MediaCalls)
    awake: AwakeClock = field(default_factory=AwakeClock)
    background: Background = field(default_factory=Background, repr=False)

    def idle(self, session: pytest.Session) -> pytest.Item:
        """Return an item that shares nothing but the session with any other."""
        return Idle.from_parent(session, name="idle")

    def end(self) -> None:
        """Wait for the jobs in the background."""
        self.background.end()

    def now(self) -> datetime:
        """Return the current time of the run's clock."""
        return self.plan.clock.now()

    def tell(
        self, video_id: str | None, phase: str, percent: int | None = None, *, batch: BatchPlan | None = None
    ) -> None:
        """Tell the controller what this worker does now, with a video of `batch`, or with none."""
        path = None if batch is None else str(batch.path)
        self.send({"worker": self.id, "batch": path, "video": video_id, "phase": phase, "percent": percent})

    def is_stopped(self, batch: BatchPlan) -> bool:
        """Whether nothing more of `batch` may be started, as far as this process knows."""
        return self.stopped.is_set() or str(batch.path) in self.halted

    def is_waiting(self, batch: BatchPlan) -> bool:
        """Whether nothing more of `batch` may be started now, but will be later in this run."""
        if self.stopped.is_set():
            return False
        manifest = batch.view.manifest()
        # Another worker's limit is known here before it is in the manifest.
        is_told = batch.until_done and str(batch.path) in self.halted and manifest.stop is None
        return waiting.is_waiting(manifest) or is_told

    def halt(self, batches: Iterable[str]) -> None:
        """Start nothing more of these batches, which are given by their paths."""
        self.halted.update(batches)

    def go_on(self, batches: Iterable[str]) -> None:
        """Videos of these batches may start again, which are given by their paths."""
        self.halted.difference_update(batches)

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        """Claim `video` in the manifest and return the ledger's answer; raises UnwritableError.

        While those that are under way may be all that is still needed, it is waited for what becomes of them.
        """
        while (answer := self._ask(batch, video)) is Claim.ENOUGH_FOR_NOW:
            self.tell(None, "idle")
            while not self.is_stopped(batch) and self._is_enough_for_now(batch, video):
                self.stopped.wait(_LOOK_AGAIN)
        if answer is Claim.GRANTED:
            LOGGER.info("%s: started", video.id)
            self.tell(video.id, "starting", batch=batch)
        return answer

    def _is_enough_for_now(self, batch: BatchPlan, video: VideoSpec) -> bool:
        count = current_count(batch, self.now(), besides=video.id)
        return count is not None and count.is_open

    def _ask(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        if self.is_stopped(batch):
            return Claim.STOPPED
        with self.starting(batch) as manifest:
            note_picks(batch, manifest)
            wanted = batch.files.wanted_of(video.id)
            return ledger.claim(manifest, video.id, self.id, self.now(), wanted, batch.attempts)

    @contextmanager
    def starting(self, batch: BatchPlan) -> Iterator[Manifest]:
        """Change the manifest before something starts.

        Raises UnwritableError if it cannot be written; this process then starts nothing more.
        """
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
        """Check that there is room for so many files.

        Raises UnwritableError if there is none; this process then starts nothing more.
        """
        if not batch.files.wants_any:
            return
        try:
            output_folder.check(batch.files.folder, video_files)
        except output_folder.OutputError as error:
            self.stopped.set()
            LOGGER.error("nothing more is started: %s", error)
            raise UnwritableError(
                f"{error}; nothing more is started; solve that, then type: {invocation().resume}"
            ) from None

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Give back a claim with which nothing was submitted."""
        with batch.store().transaction() as manifest:
            ledger.unclaim(manifest, video.id)
        LOGGER.info("%s: not submitted, the run was stopped", video.id)
        self.tell(None, "idle")

    def put_off(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Let the other videos go first; the result of this video's submit is searched for after them."""
        with batch.store().transaction() as manifest:
            ledger.put_off(manifest, video.id)
        state = perhaps_made(manifest.videos[video.id])
        LOGGER.info("%s: %s; others go first", video.id, state)
        self.send({"notice": f"{video.id}: {state}; the other videos go first"})
        self.tell(None, "idle")

    def was_tried(self, batch: BatchPlan, video: VideoSpec) -> bool:
        """Whether this run submitted `video` and put it off after that."""
        manifest = batch.view.manifest()
        return video.id in manifest.put_off and ledger.was_tried(manifest, video.id)

    def record(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        """Return what the manifest says of `video`."""
        return batch.view.manifest().videos[video.id]

    def orphan(self, batch: BatchPlan, video: VideoSpec) -> Orphan | None:
        """Return what is known of an earlier submit whose end was not seen, None if there was none."""
        manifest = batch.view.manifest()
        attempt = unresolved_attempts.unresolved_attempt(manifest.videos[video.id])
        if attempt is None:
            return None
        credited = unresolved_attempts.credited_ids(manifest, besides=video.id)
        is_sole = unresolved_attempts.is_sole(manifest, video.id)
        age = unresolved_attempts.seconds_since_submit(attempt, manifest, self.plan.clock)
        rivals = unresolved_attempts.known_to_rivals(manifest, video.id)
        return Orphan(frozenset(attempt.known_ids), credited, frozenset(attempt.reply_ids), age, is_sole, rivals)

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> tuple[Outcome, VideoRecord]:
        """Record the outcome; if it stops the run, no video of this account starts after this returns.

        Returns the outcome as it was recorded, and the video's record.
        """
        outcome, status = _with_stop(batch, outcome)
        # A stop that only the ledger can decide, such as after the fifth failure in a row, affects the same batches.
        may_stop = outcome.category is not None or status is not None
        batches = self._affected(batch, video, outcome) if may_stop else [batch]
        if status is not None:
            # Sent before it is written: neither a full disk nor a locked manifest may keep the stop from other workers.
            self._halt_everywhere(batches, is_limit=status is RunStatus.STOPPED_RATE_LIMIT)
        with transactions([each.store() for each in batches]) as manifests:
            outcome = ledger.finish(manifests[0], video.id, outcome, self.now(), batch.row_of(video.id))
            if outcome.category is not None:
                # The ledger may have changed the category: it knows how often the same has happened.
                status = status or outcome.category.stops_run
            if status is not None:
                _stop_all(zip(batches, manifests, strict=True), status, video, outcome, self.now())
            _stop_alike(manifests, video)
            quota, record = QuotaRecorder(batch, video), manifests[0].videos[video.id]
            if status is RunStatus.STOPPED_RATE_LIMIT:
                # Before the manifest tells of the limit: whoever reads it there decides when to try again.
                quota.limited(record, outcome, self.now())
        quota.finished(record, outcome)
        self.pass_on_stop(batches, manifests[0], video.id)
        _log(video, outcome)
        self.tell(None, "idle")
        return outcome, manifests[0].videos[video.id]

    def note_accepted(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Note in the quota record that the site has begun to make the video."""
        QuotaRecorder(batch, video).accepted(self.record(batch, video))

    def pass_on_stop(self, batches: Sequence[BatchPlan], manifest: Manifest, video_id: str) -> None:
        """Send a stop to all workers and tell the user of it, if `manifest` holds one that `video_id` caused."""
        if manifest.stop is None or manifest.stop.video != video_id:
            return
        self._halt_everywhere(batches, is_limit=manifest.stop.category is Category.RATE_LIMIT)
        self.send({"stopped": [str(each.path) for each in batches], "reason": to_builtins(manifest.stop)})
        for line in halt_lines(manifest):
            self.send({"notice": line})

    def _halt_everywhere(self, batches: Sequence[BatchPlan], *, is_limit: bool) -> None:
        paths = [str(each.path) for each in batches]
        self.halt(paths)
        self.send({"halt": paths, "is_limit": is_limit})

    def _affected(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> list[BatchPlan]:
        """Return the batches that a stop ends: `batch`, and all of the account that would end in the same way."""

        def scope(each: BatchPlan) -> tuple[str, ...]:
            if outcome.category is not Category.LAYOUT_CHANGED:
                return each.account, each.site
            # Without a control, only the page of this image is missing.
            is_shared = bool(outcome.control) or video.permalink in each.links
            return each.account, each.site, each.locators, str(is_shared)

        same = [each for each in self.plan.batches if scope(each) == scope(batch)]
        return [batch, *(each for each in same if each is not batch)]

    def give_up(self, batch: BatchPlan, video: VideoSpec, error: BaseException) -> None:
        """Record that making `video` ended in an exception instead of an outcome."""
        is_user = isinstance(error, KeyboardInterrupt | pytest.exit.Exception)
        category = Category.INTERRUPTED if is_user else Category.WORKER_CRASHED
        with batch.store().transaction() as manifest:
            row = batch.row_of(video.id)
            ledger.fail_claim(manifest, video.id, category, type(error).__name__, self.now(), row)
        self.pass_on_stop([batch], manifest, video.id)
        LOGGER.error("%s: ended by %s", video.id, type(error).__name__)

    def leave(self) -> NoReturn:
        """End this process at once, though not while a result is being written."""
        with ExitStack() as stack:
            with suppress(Timeout):  # another process holds the lock, so this one is writing nothing
                for batch in self.plan.batches:
                    stack.enter_context(batch.store().quiet(LEAVING_TIMEOUT))
            # Without clean-up: closing a busy browser takes seconds, and it ends with its parent process.
            os._exit(1)


def _with_stop(batch: BatchPlan, outcome: Outcome) -> tuple[Outcome, RunStatus | None]:
    """Return the outcome and the status with which it stops the run, None if it does not.

    A batch may ask that a video of less than the wanted quality stops the run like a limit.
    """
    if not outcome.degraded or batch.on_degraded != "stop":
        return outcome, outcome.category.stops_run if outcome.category else None
    if outcome.category is not None:
        outcome = replace(outcome, category=Category.RATE_LIMIT)
    return outcome, RunStatus.STOPPED_RATE_LIMIT


def _stop_all(
    stopped: Iterable[tuple[BatchPlan, Manifest]], status: RunStatus, video: VideoSpec, outcome: Outcome, now: datetime
) -> None:
    reason = StopRecord(
        # A video that was made stops a run when it is less than was asked for.
        category=outcome.category or Category.RATE_LIMIT,
        message=outcome.message or outcome.degraded,
        at=now,
        video=video.id,
        retry_at=outcome.retry_at,
        control=outcome.control,
    )
    for batch, manifest in stopped:
        ledger.stop(manifest, waiting.status_at_stop(status, goes_on=batch.until_done), reason)


def _stop_alike(manifests: Sequence[Manifest], video: VideoSpec) -> None:
    """Stop the other batches too if the ledger stopped the first one because of `video`."""
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
