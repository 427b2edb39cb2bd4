"""The controller's side of a run: opening it, following its workers, stopping and closing it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import convert

from grokbatch.browser.process.cleanup import sweep
from grokbatch.record.model.manifest import Manifest, StopRecord
from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.rules import ledger
from grokbatch.record.storage.manifest_store import transactions
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.run.controller import lost_workers, publish
from grokbatch.run.controller.clock_jumps import ClockJumps
from grokbatch.run.controller.items import RunItems
from grokbatch.run.controller.pauses import Pauses
from grokbatch.run.controller.waits import Waits
from grokbatch.run.controller.worker_starts import WorkerStarts
from grokbatch.run.events.events import RunEvents
from grokbatch.run.events.sources import EventSources
from grokbatch.run.remote.remote_workers import RemoteWorkers
from grokbatch.run.remote.specs import is_elsewhere
from grokbatch.run.results import locks
from grokbatch.run.results.keepers import note_picks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grokbatch.review.counts import BatchResult
    from grokbatch.run.command_line.options import Options
    from grokbatch.run.live.view import LiveView
    from grokbatch.run.plan import BatchPlan, RunPlan
    from grokbatch.run.planning.remember import RememberedCall
    from grokbatch.run.worker.worker import Worker

    OwnWorker = Callable[[], Worker | None]

CLOSING_TIMEOUT = 10.0
"""Seconds to wait at the end for workers that were told to end."""

SUBSCRIBERS_TIMEOUT = 90.0
"""Seconds to wait at the end for those who handle the run's events: longer than a command may take."""


class Controller:
    """One run in the process that the user started.

    `own_worker` returns the worker of this process, None if the videos are made in others.
    """

    def __init__(
        self, plan: RunPlan, options: Options, memory: RememberedCall, live: LiveView, own_worker: OwnWorker
    ) -> None:
        self.plan = plan
        self._memory = memory
        self.options = options
        self.live = live
        self.started_at = plan.clock.now()
        self.events = RunEvents(plan.clock.wall)
        self.sources = EventSources(plan, self.events)
        self._clock_jumps = ClockJumps(plan.clock)
        self._own_worker = own_worker
        self.pauses = Pauses(plan.clock, live.notice, lambda pause: self.sources.suspended(pause.seconds))
        self.items = RunItems(plan)
        self._put_off: set[str] = set()
        self._deaths: Counter[str] = Counter()
        self._channels: list[Any] = []
        self.remote = RemoteWorkers(plan, self.receive, self._is_stopped)
        self.starts = WorkerStarts(
            self._wants_workers,
            max(batch.worker_start_delay for batch in plan.batches),
            live.notice,
            self.remote.give_arguments,
            self._cut_off,
            self.remote.why_not,
            self._takes_up,
        )
        self.remote.on_silence = self.starts.is_silent
        self.waits = Waits(plan, live, self.sources, self._go_on, self._time_is_up)
        self.starts.wait = self.waits.wait_until
        self._halted: set[str] = set()
        self.is_open = True
        self._is_shown = False
        self._is_interrupted = self._is_ending = False

    # following

    def configure_node(self, node: Any) -> None:
        """Give a worker that is about to start the plan, and a channel for its messages."""
        self.remote.give_arguments(node.config, None)
        channel = node.gateway.newchannel()
        if is_elsewhere(node.gateway.spec):
            self.remote.configure_node(node, channel)
        else:
            channel.setcallback(self.receive)
            node.workerinput["grokbatch_plan"] = self.plan.to_wire()
        node.workerinput["grokbatch_channel"] = channel
        self._channels.append(channel)

    def receive(self, message: dict[str, Any]) -> None:
        """Handle a worker's message; runs in a thread that receives messages, so it does nothing slow."""
        self._clock_jumps.log_new()
        if "collected" in message:
            self.items.add(message["collected"])
        elif "halt" in message:
            self._halted.update(message["halt"])
            if message["is_limit"]:
                self.waits.limited(message["halt"])
            else:
                self.waits.stopped(message["halt"])
            self._send({"halt": message["halt"]})
        elif "proven" in message:
            self.starts.proven()
        elif "taken" in message:
            self.starts.submit_taken()
        elif "later" in message:
            self._put_off.add(message["later"])
        elif "stopped" in message:
            self._emit_stop(message["stopped"], convert(message["reason"], StopRecord))
        elif "notice" in message:
            self.live.notice(message["notice"])
        else:
            if message["phase"] == "page opened":
                self.starts.has_started(message["worker"])
            self.live.worker(message["worker"], message["video"], message["phase"], message["percent"])
            self.sources.worker_told(message)

    def _emit_stop(self, keys: Iterable[str], stop: StopRecord) -> None:
        for part in self.plan.parts:
            if part.key in keys:
                self.sources.stopped(part, stop, goes_on=part.until_done)

    def remember(self) -> None:
        """Save what was selected, so that `--lf` can go on with it."""
        self._memory.select(self.plan, {str(batch.file): self.items.selected(batch) for batch in self.plan.batches})

    def show(self) -> None:
        """Start the live view; called at every video, it acts at the first one only."""
        if self._is_shown:
            return
        self._is_shown = True
        numbers, several = self.items.numbers(), len(self.plan.batches) > 1
        total, done = (sum(column) for column in zip((0, 0), *numbers.values(), strict=True))
        accounts = {account: each for account, each in numbers.items() if account}
        self.live.start(total, done, max(1, self.starts.total), several_batches=several, accounts=accounts)

    def video_finished(self, node_id: str) -> None:
        """Emit the outcome of an item's video, and print what subscribers of the events had to say meanwhile."""
        if (found := self.items.record_of(node_id)) is not None:
            self.sources.video_finished(*found)
        for line in self.events.take_notices():
            self.live.notice(line)

    def is_put_off(self, node_id: str) -> bool:
        """Whether the item's worker put it off; forgotten once asked, as it is when the worker is free again."""
        is_put_off = node_id in self._put_off
        self._put_off.discard(node_id)
        return is_put_off

    def crashed(self, node_id: str, report: pytest.TestReport) -> None:
        """Complete, in place of a worker that died, the manifest's record and the report of its video."""
        if (found := self.items.of(node_id)) is None:
            return
        batch, video_id = found
        manifest = lost_workers.record_death(batch, video_id, self.plan.clock.now())
        if manifest.stop is not None and manifest.stop.video == video_id:
            keys = self.plan.whole(batch).keys
            self.waits.stopped(keys)
            self._send({"halt": [*keys]})
            self.sources.stopped(batch, manifest.stop)
        lost_workers.complete_report(report, batch, manifest, video_id)

    def _cut_off(self, node_id: str, host: str) -> None:
        if (found := self.items.of(node_id)) is not None:
            lost_workers.record_cut(*found, host, self.plan.clock.now())

    def is_held(self, node_id: str) -> bool:
        """Whether the item's batch waits, or the account that makes the item's video."""
        batch = self.items.batch_of(node_id)
        return batch is not None and self.waits.is_held(batch)

    def node_down(self, node: Any, error: object | None) -> None:
        """Start another worker in place of one that ended while it was starting; wait if all that is left waits."""
        self.starts.has_started(node.gateway.id)
        self.remote.ended(node)
        if error is None:
            # Its process would live as long as the run.
            node.gateway.exit()
            self.starts.wait_or_end(node, self.waits.wait_until)

    def _go_on(self, batches: Sequence[BatchPlan]) -> None:
        """Let videos of these batches, or of these parts of batches, start again after a wait."""
        keys = [batch.key for batch in batches]
        self._halted.difference_update(keys)
        self._send({"go_on": keys})
        if (worker := self._own_worker()) is not None:
            worker.go_on(keys)
        self.starts.start_anew()

    def _time_is_up(self) -> None:
        """Start nothing more, as after Ctrl+C: the time of --until has come."""
        self._is_ending = True
        self._stop_workers()
        LOGGER.warning("the time of --until has come")
        self.live.notice("the time of --until has come: what is under way will finish, nothing new starts")

    def _stop_workers(self) -> None:
        self._send("stop")
        if (worker := self._own_worker()) is not None:
            worker.stopped.set()

    # ending

    def drain(self) -> None:
        """Start nothing more; videos under way are finished. After the run, wait no longer for who is told of it."""
        if not self.is_open:
            self.events.hurry()
            return
        self._is_interrupted = True
        # Sent before it is written: neither a full disk nor a locked manifest may keep the stop from the workers.
        self._stop_workers()
        under_way = sum(manifest.counts[Status.IN_PROGRESS] for manifest in self.manifests())
        LOGGER.warning("stopped by Ctrl+C, %d under way", under_way)
        self.live.notice(
            f"stopping: {under_way} under way will finish, nothing new starts; press Ctrl+C again to abort"
        )
        self._record_stop()
        self.waits.end()

    def _record_stop(self) -> None:
        reason = StopRecord(category=Category.INTERRUPTED, message="stopped by Ctrl+C", at=self.plan.clock.now())
        try:
            with transactions([batch.store() for batch in self.plan.batches]) as manifests:
                for manifest in manifests:
                    ledger.stop(manifest, RunStatus.INTERRUPTED, reason)
                stops = [manifest.stop or reason for manifest in manifests]
        except OSError as error:
            LOGGER.error("the stop could not be recorded: %s", error.strerror)
            stops = [reason for _ in self.plan.batches]
        for batch, stop in zip(self.plan.batches, stops, strict=True):
            self.sources.stopped(batch, stop)

    def abort(self) -> None:
        """End the workers at once; their videos become pending again."""
        if not self.is_open:
            self.events.hurry()
        self._is_interrupted = True
        self._send("abort")
        self.waits.end()

    def _send(self, message: str | dict[str, Any]) -> None:
        for channel in self._channels:
            try:
                channel.send(message)
            except OSError:
                continue  # that worker is gone
        self.starts.look_again()

    def _is_stopped(self, batch: BatchPlan) -> bool:
        """Whether nothing more of `batch` may be started, as far as this process knows."""
        return self._is_interrupted or self._is_ending or batch.key in self._halted

    def _takes_up(self, node_id: str, worker: str) -> bool:
        """Whether an item whose worker died is to run once more: the run makes all by itself, and that is safe.

        A limit only holds such a run up; anything else that stops it ends it. A process that is not gone may still
        write what its attempt came to.
        """
        if (found := self.items.of(node_id)) is None:
            return False
        batch, video_id = found
        self._deaths[node_id] += 1
        has_ended = self._is_ending or (self._is_stopped(batch) and not self.waits.is_held(batch))
        if not batch.until_done or has_ended or locks.has_worker(batch.run_root, worker):
            return False
        if not lost_workers.take_up(batch, video_id, self.plan.clock.now(), self._deaths[node_id]):
            return False
        self.live.worker(worker, None)
        self.live.notice(f"{video_id}: its worker process died; it is taken up once more")
        return True

    def _wants_workers(self) -> bool:
        """Whether there is a batch of which more may be started."""
        return not all(map(self._is_stopped, self.plan.parts))

    def make_room(self) -> None:
        """Free the disk space that was set aside for results."""
        for batch in self.plan.batches:
            batch.store().reserve.unlink(missing_ok=True)

    def close(self, *, interrupted: bool = False) -> None:
        """End the run and write to each manifest how it ended; safe to call twice."""
        if not self.is_open:
            return
        self.is_open = False
        self.waits.end()
        self._clock_jumps.log_new()
        self.live.stop()
        self.make_room()
        for batch in self.plan.batches:
            try:
                locks.wait_for_workers(batch.run_root, CLOSING_TIMEOUT)
            except locks.RunBusyError as error:
                LOGGER.warning("%s does not end; a result that it still writes is kept", error)
            with batch.store().transaction() as manifest:
                note_picks(batch, manifest)
                ledger.close_run(manifest, interrupted=interrupted or self._is_interrupted, now=self.plan.clock.now())
            if not batch.keep_profiles:
                sweep(batch.run_directory.profiles)  # of workers that were killed
            LOGGER.info("%s: run ended: %s", batch.display, manifest.status)
            publish.show(batch, self.live.notice, self.plan.report)
            if self.options.share:
                publish.share(batch, self.started_at, self.plan.clock.now(), self.live.notice)

    def end_unstarted(self) -> None:
        """End the events of a call in which no video was selected: nobody is told of an end."""
        self.events.close(CLOSING_TIMEOUT)

    def end_events(self, says: Callable[[str], None], seconds: float = SUBSCRIBERS_TIMEOUT) -> None:
        """Emit the end of each batch, and wait a while for those who are told of it; safe to call twice.

        `says` is given what they have to say to the user.
        """
        for batch, manifest in zip(self.plan.batches, self.manifests(), strict=True):
            self.sources.run_finished(batch, manifest, self.plan.report)
        self.events.close(seconds, says)
        for line in self.events.take_notices():
            says(line)

    def manifests(self) -> list[Manifest]:
        """Return the current manifests of all batches."""
        return [batch.store().read() for batch in self.plan.batches]

    def results(self) -> list[BatchResult]:
        """Return the result of each batch."""
        return [
            batch.result(manifest, self.started_at, self.plan.report, self.pauses.lines)
            for batch, manifest in zip(self.plan.batches, self.manifests(), strict=True)
        ]


CONTROLLER = pytest.StashKey[Controller]()
