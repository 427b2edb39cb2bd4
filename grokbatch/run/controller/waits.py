"""When a run waits and goes on by itself: at a limit of the account, before `--not-before`, and until `--until`."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import StopRecord, WaitRecord
from grokbatch.record.model.outcome import Category, RunStatus
from grokbatch.record.rules import waiting
from grokbatch.record.rules.account_parts import part_of, stop_of
from grokbatch.record.rules.quota import next_try
from grokbatch.record.storage.manifest_store import transactions
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import joined
from grokbatch.review.next_steps import wait_text
from grokbatch.run.records.canary import forget_proofs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from grokbatch.run.events.sources import EventSources
    from grokbatch.run.live.view import LiveView
    from grokbatch.run.plan import BatchPlan, RunPlan

_LOOK_AGAIN = 0.25
"""Seconds between two looks at the system clock, which a sleeping machine or its user may set at any moment."""
_LATEST = 60.0
"""Seconds after which a limit that a worker has told of is in the manifest, if ever."""


class Waits:
    """The batches that may start nothing now, and until when; may be used from any thread.

    Batches of one account on one site wait together; of a batch with several accounts, each part waits for its own. A
    thread of its own compares the system clock with these times, because a monotonic clock stands still while the
    machine sleeps. A run that never waits needs no such thread.

    `go_on` is called with the batches whose wait is over, `time_is_up` when the time of `--until` has come.
    """

    def __init__(
        self,
        plan: RunPlan,
        live: LiveView,
        sources: EventSources,
        go_on: Callable[[Sequence[BatchPlan]], None],
        time_is_up: Callable[[], None],
    ) -> None:
        self._plan, self._live, self._sources = plan, live, sources
        self._go_on, self._time_is_up = go_on, time_is_up
        self._changed = threading.Condition()
        self._held: dict[str, WaitRecord | None] = {}
        self._heard: dict[str, float] = {}
        self._told: dict[tuple[str, datetime, str], None] = {}
        self._is_over = False
        self._thread: threading.Thread | None = None

    # what the others ask

    def is_held(self, batch: BatchPlan) -> bool:
        """Whether `batch` waits, and nothing of it may be started now."""
        with self._changed:
            return batch.key in self._held and not self._is_over

    def wait_until(self, is_ready: Callable[[], bool]) -> bool:
        """Wait until `is_ready` returns true, which a change of what waits may cause; False if the run ends instead."""
        while not self._is_over and not is_ready():
            with self._changed:
                # In short pieces, because Windows delivers no Ctrl+C to a thread that waits for long.
                self._changed.wait(_LOOK_AGAIN)
        return not self._is_over

    def wait_for(self, batch: BatchPlan) -> bool:
        """Wait until `batch` may go on, or another one that waits now; return False if the run ends instead."""
        with self._changed:
            before = {*self._held}
        return self.wait_until(lambda: not (self.is_held(batch) and before <= self._held.keys()))

    # what happens

    def begin(self) -> None:
        """Hold what must not start yet: all batches before --not-before, and those that an earlier run saw limited."""
        now, start = self._plan.clock.wall(), self._plan.not_before
        if self._plan.idle:
            return
        for batch in self._plan.parts:
            with batch.store().transaction() as manifest:
                part = part_of(manifest, batch.part)
                if part.wait is not None and batch.until_done and waiting.is_limited(part, max(now, start or now)):
                    waiting.wait_again(part, part.wait)
                elif start is not None:
                    waiting.wait_to_start(part, since=now, until=start, why="--not-before")
            if waiting.is_waiting(part) and part.wait is not None:
                self._sources.waiting(batch, part.wait.until, part.wait.why)
                with self._changed:
                    self._held[batch.key] = part.wait
        self._tell()
        if self._held or self._plan.until is not None:
            self._watch()

    def limited(self, keys: Iterable[str]) -> None:
        """Hold the batches with these keys that go on over limits: a limit has stopped them."""
        batches = [batch for batch in self._plan.parts if batch.key in set(keys) and batch.until_done]
        with self._changed:
            for batch in batches:
                self._held.setdefault(batch.key, None)
                self._heard[batch.key] = time.monotonic()
        if batches:
            self._watch()

    def stopped(self, keys: Iterable[str]) -> None:
        """Hold these batches no longer: something has stopped them for good."""
        with self._changed:
            for key in keys:
                self._held.pop(key, None)
            self._changed.notify_all()

    def end(self) -> None:
        """Wait for nothing any more; safe to call twice."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        self._live.waiting("")

    # the thread

    def _watch(self) -> None:
        with self._changed:
            if self._thread is None and not self._is_over:
                self._thread = threading.Thread(target=self._run, name="grokbatch-waits", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        said = ""
        try:
            while not self._is_over:
                try:
                    self._look()
                    self._tell()
                except OSError as error:  # a full disk, for instance: tried again until there is room
                    if said != (said := f"the wait cannot be recorded: {error.strerror}"):
                        LOGGER.error("%s", said)
                with self._changed:
                    self._changed.wait(_LOOK_AGAIN)
        finally:
            # Whatever ends this thread: without it the run would wait for ever.
            self.end()

    def _look(self) -> None:
        now = self._plan.clock.wall()
        if self._plan.until is not None and now >= self._plan.until:
            try:
                self._record_end(now)
            finally:
                # Neither a full disk nor a locked manifest may keep the run from ending.
                self._time_is_up()
                self.end()
            return
        for batch in self._unknown():
            self._decide(batch, now)
        self._release([batch for batch in self._plan.parts if self._is_due(batch, now)])

    def _unknown(self) -> list[BatchPlan]:
        with self._changed:
            return [batch for batch in self._plan.parts if self._held.get(batch.key, "") is None]

    def _is_due(self, batch: BatchPlan, now: datetime) -> bool:
        with self._changed:
            wait = self._held.get(batch.key)
        return wait is not None and wait.until <= now

    def _decide(self, batch: BatchPlan, now: datetime) -> None:
        """Find out until when `batch` waits, as soon as its worker has written the limit to the manifest."""
        manifest = batch.view.manifest()
        part = part_of(manifest, batch.part)
        is_ended = part is not manifest and manifest.stop is not None  # the whole run, not this account
        if part.status is not RunStatus.WAITING_FOR_LIMIT or part.stop is None or is_ended:
            is_late = time.monotonic() - self._heard.get(batch.key, 0.0) > _LATEST
            if stop_of(manifest, batch.part) is not None or is_late:
                # Something else had stopped it before, or the worker died before it could write.
                self.stopped([batch.key])
            return
        limit, said = part.stop, part.stop.retry_at
        unknown = timedelta(seconds=batch.limit_retry)
        found = next_try(batch.quota_file.read(), now, said, waiting.refused_in_row(part), unknown)
        with batch.store().transaction() as manifest:
            part = part_of(manifest, batch.part)
            if part.status is not RunStatus.WAITING_FOR_LIMIT:
                return
            waiting.wait_for_limit(part, since=now, until=found.at, why=found.why)
        with self._changed:
            if batch.key in self._held:
                self._held[batch.key] = part.wait
        self._sources.stopped(batch, limit, goes_on=True)  # unless its worker's message came before this
        self._sources.waiting(batch, found.at, found.why)
        LOGGER.info("%s: waits until %s: %s", _named(batch), f"{found.at:%Y-%m-%d %H:%M:%S} UTC", found.why)
        self._tell()

    def _release(self, batches: Sequence[BatchPlan]) -> None:
        if not batches:
            return
        now = self._plan.clock.wall()
        # Of a batch with several accounts, several parts may be due: it has only one manifest.
        stores = {batch.run_root: batch.store() for batch in batches}
        with transactions([*stores.values()]) as manifests:
            of = dict(zip(stores, manifests, strict=True))
            parts = [part_of(of[batch.run_root], batch.part) for batch in batches]
            was_limited = any(part.status is RunStatus.WAITING_FOR_LIMIT for part in parts)
            for part in parts:
                waiting.go_on(part)
        for batch, part in zip(batches, parts, strict=True):
            forget_proofs(self._plan.folder, batch)
            if part.wait is not None:
                self._sources.resumed(batch, (now - part.wait.since).total_seconds())
        LOGGER.info("%s: the wait is over", ", ".join(map(_named, batches)))
        self._live.notice("the wait is over" + (": one video is tried first" if was_limited else ""))
        self._go_on(batches)
        with self._changed:
            for batch in batches:
                self._held.pop(batch.key, None)
            self._changed.notify_all()
        self._tell()

    def _record_end(self, now: datetime) -> None:
        message = "the time that --until names has come"
        reason = StopRecord(category=Category.TIME_UP, message=message, at=now)
        with transactions([batch.store() for batch in self._plan.batches]) as manifests:
            for manifest in manifests:
                waiting.end(manifest, reason)

    def _tell(self) -> None:
        """Show until when the run waits, and why: once as a line, and in the live view how much of it is left."""
        with self._changed:
            waits = [(part.part, self._held.get(part.key)) for part in self._plan.parts]
        known = dict.fromkeys((name, wait.until, wait.why) for name, wait in waits if wait is not None)
        now = self._plan.clock.wall()
        text = "; ".join(joined([name, wait_text(until, why, now)], ": ") for name, until, why in known)
        self._live.waiting(text)
        if known != self._told:
            self._told = known
            if text:
                self._live.notice(text)


def _named(batch: BatchPlan) -> str:
    return f"{batch.display}, account {batch.part}" if batch.part else batch.display
