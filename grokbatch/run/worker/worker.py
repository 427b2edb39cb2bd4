"""A process that makes videos: its claims, its results, and its messages to the controller.

With pytest-xdist that is each worker process; without it, the one pytest process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from grokbatch.media.service import MediaCalls
from grokbatch.record.model.awake_clock import AwakeClock
from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import perhaps_made
from grokbatch.run.records.on_disk import DiskRecords
from grokbatch.run.records.records import Records  # noqa: TC001 - a dataclass field
from grokbatch.run.worker.background import Background
from grokbatch.run.worker.download_retries import FileWays

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan, RunPlan


LEAVING_TIMEOUT = 5.0
"""Seconds for which a process that must end at once waits for a result that is being written."""

_LOOK_AGAIN = 0.2

Send = Callable[[dict[str, Any]], None]
"""Sends a message to the controller: strings, numbers, lists and dictionaries of these."""


class PutOffError(Exception):
    """It is not known yet what came of an earlier submit of this video: others go first, nothing was submitted."""


class Idle(pytest.Item):
    """Takes the place of the next item, which a worker without look-ahead does not know."""

    def runtest(self) -> None:
        """Do nothing; it is never run."""


@dataclass(frozen=True)
class Worker:
    """The part of a process that makes videos.

    `send` reports to the controller. `stopped` is set when the whole run is stopped; `halted` holds the keys of
    batches, or of their accounts, that are stopped alone. The functions in `on_opened` are called whenever a page was
    opened and seen signed in; those in `on_waiting` free what is not needed while the run waits. `wait_here` waits in
    this process until the batch, or another one that waits, goes on, and returns False if the run ends instead; None:
    the controller has the worker's items run later.
    `ways` remembers which ways to the site's files do not work; `media` looks into video files; `background` does so
    while the next video is being made. `awake` measures timeouts: it leaves out the time for which the computer slept.
    `given_records` are those of a worker whose manifest is on another computer.
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
    given_records: Records | None = None
    background: Background = field(default_factory=Background, repr=False)

    @cached_property
    def records(self) -> Records:
        """The manifest, as this worker sees and changes it."""
        if self.given_records is not None:
            return self.given_records
        return DiskRecords(
            self.plan,
            self.id,
            self.send,
            is_stopped=self.is_stopped,
            halt=self.halt,
            give_up_all=self.stopped.set,
        )

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
        path = None if batch is None else batch.key
        self.send({"worker": self.id, "batch": path, "video": video_id, "phase": phase, "percent": percent})

    def is_stopped(self, batch: BatchPlan) -> bool:
        """Whether nothing more of `batch` may be started, as far as this process knows."""
        return self.stopped.is_set() or batch.key in self.halted

    def is_waiting(self, batch: BatchPlan) -> bool:
        """Whether nothing more of `batch` may be started now, but will be later in this run."""
        if self.stopped.is_set():
            return False
        if self.records.is_waiting(batch):
            return True
        # Another worker's limit is known here before it is in the manifest.
        return batch.until_done and batch.key in self.halted and not self.records.has_stopped(batch)

    def halt(self, keys: Iterable[str]) -> None:
        """Start nothing more of these batches, or of these accounts in them."""
        self.halted.update(keys)

    def go_on(self, keys: Iterable[str]) -> None:
        """Let their videos start again."""
        self.halted.difference_update(keys)

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        """Claim `video` in the manifest and return the ledger's answer; raises UnwritableError.

        While those that are under way may be all that is still needed, it is waited for what becomes of them.
        """
        while (answer := self._ask(batch, video)) is Claim.ENOUGH_FOR_NOW:
            self.tell(None, "idle")
            while not self.is_stopped(batch) and self.records.is_enough_for_now(batch, video):
                self.stopped.wait(_LOOK_AGAIN)
        if answer is Claim.GRANTED:
            LOGGER.info("%s: started", video.id)
            self.tell(video.id, "starting", batch=batch)
        return answer

    def _ask(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        return Claim.STOPPED if self.is_stopped(batch) else self.records.claim(batch, video)

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Give back a claim with which nothing was submitted."""
        self.records.unclaim(batch, video)
        LOGGER.info("%s: not submitted, the run was stopped", video.id)
        self.tell(None, "idle")

    def put_off(self, batch: BatchPlan, video: VideoSpec) -> None:
        """Let the other videos go first; the result of this video's submit is searched for after them."""
        state = perhaps_made(self.records.put_off(batch, video))
        LOGGER.info("%s: %s; others go first", video.id, state)
        self.send({"notice": f"{video.id}: {state}; the other videos go first"})
        self.tell(None, "idle")

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> tuple[Outcome, VideoRecord]:
        """Record the outcome; return it as it was recorded, and the video's record."""
        outcome, record = self.records.finish(batch, video, outcome)
        _log(video, outcome)
        self.tell(None, "idle")
        return outcome, record

    def give_up(self, batch: BatchPlan, video: VideoSpec, error: BaseException) -> None:
        """Record that making `video` ended in an exception instead of an outcome."""
        is_user = isinstance(error, KeyboardInterrupt | pytest.exit.Exception)
        category = Category.INTERRUPTED if is_user else Category.WORKER_CRASHED
        self.records.give_up(batch, video, category, type(error).__name__)
        LOGGER.error("%s: ended by %s", video.id, type(error).__name__)

    def listen(self, message: str | dict[str, Any]) -> None:
        """Obey a message of the controller."""
        if isinstance(message, dict):
            self.halt(message.get("halt", ()))
            self.go_on(message.get("go_on", ()))
            return
        self.stopped.set()
        if message == "abort":
            self.leave()

    def leave(self) -> NoReturn:
        """End this process at once, though not while a result is being written."""
        self.records.leave(LEAVING_TIMEOUT)
        # Without clean-up: closing a busy browser takes seconds, and it ends with its parent process.
        os._exit(1)


def _log(video: VideoSpec, outcome: Outcome) -> None:
    if outcome.video is not None:
        how = "adopted" if outcome.adopted else "completed"
        LOGGER.info("%s: %s as %s", video.id, how, outcome.video.video_id)
        if outcome.degraded:
            LOGGER.warning("%s: %s", video.id, outcome.degraded)
    else:
        LOGGER.warning("%s: %s: %s", video.id, outcome.category, outcome.full_message)


WORKER = pytest.StashKey[Worker]()
