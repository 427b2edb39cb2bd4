"""The records of a worker where the manifest is on this computer's disk: each call is a transaction, or a reading."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from msgspec import to_builtins

from grokbatch.record.model.outcome import Category, Outcome, RunStatus, Status
from grokbatch.record.rules import ledger, unresolved_attempts, video_files, waiting
from grokbatch.record.rules.account_parts import part_of, stop_at, stop_of
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.rules.tries import is_lost_again, is_used_up, was_tried
from grokbatch.record.storage.manifest_store import transactions
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.invocation import invocation
from grokbatch.review.next_steps import halt_lines
from grokbatch.run.records import stops
from grokbatch.run.records.canary import Canary, FirstSubmit, page_account, submit_account
from grokbatch.run.records.quota_recorder import QuotaRecorder
from grokbatch.run.records.records import BeforeSubmit, StoppedError, UnwritableError
from grokbatch.run.results import output_folder
from grokbatch.run.results.keepers import current_count, note_picks
from grokbatch.video_maker import Orphan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import FileRecord, Manifest, VideoRecord
    from grokbatch.record.rules.video_files import Inspection
    from grokbatch.run.plan import BatchPlan, RunPlan
    from grokbatch.run.records.canary import Proof


class DiskRecords:
    """The records of the worker called `worker`; `Records` explains the methods.

    `send` passes a message on to the controller. `is_stopped` returns whether this process knows that nothing more of a
    batch may be started, `halt` makes it know that of the batches with these keys, and `give_up_all` of all of them.
    """

    def __init__(
        self,
        plan: RunPlan,
        worker: str,
        send: Callable[[dict[str, Any]], None],
        *,
        is_stopped: Callable[[BatchPlan], bool],
        halt: Callable[[list[str]], None],
        give_up_all: Callable[[], None],
    ) -> None:
        self._plan, self._worker, self._send = plan, worker, send
        self._is_stopped, self._halt, self._give_up_all = is_stopped, halt, give_up_all
        self._canaries: dict[str, Canary] = {}
        self._first: dict[str, FirstSubmit] = {}
        self._held: dict[str, FileLock] = {}

    # claims

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        if self._is_stopped(batch):
            return Claim.STOPPED
        with self._starting(batch) as manifest:
            note_picks(batch, manifest)
            wanted = batch.files.wanted_of(video.id)
            return ledger.claim(manifest, video.id, self._worker, self._plan.clock.now(), wanted, batch.attempts)

    def is_enough_for_now(self, batch: BatchPlan, video: VideoSpec) -> bool:
        count = current_count(batch, self._plan.clock.now(), besides=video.id)
        return count is not None and count.is_open

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        with batch.store().transaction() as manifest:
            ledger.unclaim(manifest, video.id)

    def put_off(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        with batch.store().transaction() as manifest:
            ledger.put_off(manifest, video.id)
        return manifest.videos[video.id]

    # reading

    def record(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        return batch.view.manifest().videos[video.id]

    def orphan(self, batch: BatchPlan, video: VideoSpec) -> Orphan | None:
        manifest = batch.view.manifest()
        attempt = unresolved_attempts.unresolved_attempt(manifest.videos[video.id])
        if attempt is None:
            return None
        credited = unresolved_attempts.credited_ids(manifest, besides=video.id)
        is_sole = unresolved_attempts.is_sole(manifest, video.id)
        age = unresolved_attempts.seconds_since_submit(attempt, manifest, self._plan.clock)
        rivals = unresolved_attempts.known_to_rivals(manifest, video.id)
        return Orphan(frozenset(attempt.known_ids), credited, frozenset(attempt.reply_ids), age, is_sole, rivals)

    def was_tried(self, batch: BatchPlan, video: VideoSpec) -> bool:
        manifest = batch.view.manifest()
        return video.id in manifest.put_off and was_tried(manifest, manifest.videos[video.id])

    def is_lost_again(self, batch: BatchPlan, video: VideoSpec) -> bool:
        manifest = batch.view.manifest()
        return is_lost_again(manifest, manifest.videos[video.id])

    def is_left_for_later(self, batch: BatchPlan, video: VideoSpec) -> bool:
        manifest = batch.view.manifest()
        record = manifest.videos[video.id]
        is_over = is_used_up(manifest, record, batch.attempts) or is_lost_again(manifest, record)
        return not (record.is_final or is_over)

    def is_waiting(self, batch: BatchPlan) -> bool:
        manifest = batch.view.manifest()
        part = part_of(manifest, batch.part)
        return waiting.is_waiting(part) and (part is manifest or manifest.stop is None)

    def has_stopped(self, batch: BatchPlan) -> bool:
        return stop_of(batch.view.manifest(), batch.part) is not None

    def is_signed_in(self, batch: BatchPlan) -> bool:
        return part_of(batch.view.manifest(), batch.part).status is not RunStatus.STOPPED_AUTH_REQUIRED

    def others_wait(self, video_ids: Mapping[str, Sequence[str]]) -> bool:
        for batch in self._plan.parts:
            if not (asked := video_ids.get(batch.key)) or self._is_stopped(batch):
                continue
            manifest = batch.view.manifest()
            count = current_count(batch, self._plan.clock.now())
            is_enough = count is not None and count.is_enough_for_now
            if (
                stop_of(manifest, batch.part) is None
                and not is_enough
                and any(ledger.is_yet_to_begin(manifest, each) for each in asked)
            ):
                return True
        return False

    # one attempt

    def take_turn(self, batch: BatchPlan) -> Proof:
        account = page_account(batch)
        return self._canaries.setdefault(account, Canary(self._plan.folder, account)).take()

    def proven(self, batch: BatchPlan) -> bool:
        canary = self._canaries.get(page_account(batch))
        is_first = canary is not None and canary.proven()
        if is_first:
            self._send({"proven": True})
        return is_first

    def attempt_ended(self, batch: BatchPlan) -> None:
        for each in (self._first.pop(submit_account(batch), None), self._canaries.pop(page_account(batch), None)):
            if each is not None:
                each.end()

    def opened(self, batch: BatchPlan, video: VideoSpec, present_ids: frozenset[str]) -> frozenset[str]:
        with self._starting(batch) as manifest:
            return ledger.opened(manifest, video.id, present_ids)

    def before_submit(self, batch: BatchPlan, video: VideoSpec) -> BeforeSubmit:
        manifest = batch.view.manifest()
        if stop_of(manifest, batch.part) is not None or self._is_stopped(batch):
            raise StoppedError
        if unresolved_attempts.is_searched_for(manifest, manifest.videos[video.id]):
            with self._starting(batch) as manifest:
                unresolved_attempts.searched(manifest, video.id)
        if unresolved_attempts.is_search_running(manifest):
            return BeforeSubmit.OTHERS_SEARCH
        if self._is_held(batch):
            return BeforeSubmit.HELD
        return BeforeSubmit.READY if self._first_of(batch).may_go() else BeforeSubmit.FIRST

    def submitting(self, batch: BatchPlan, video: VideoSpec, known_ids: frozenset[str], *, is_under_way: bool) -> None:
        with self._starting(batch) as manifest:
            if not is_under_way:
                if stop_of(manifest, batch.part) is not None or self._is_stopped(batch):
                    raise StoppedError
                self._check_output(batch, manifest.counts[Status.IN_PROGRESS])
            clock = self._plan.clock
            ledger.submitting(manifest, video.id, known_ids, clock.now(), clock.instant(), video.max_wait)

    def taken(self, batch: BatchPlan, video: VideoSpec) -> None:
        self._first_of(batch).taken()
        QuotaRecorder(batch, video).accepted(self.record(batch, video))
        if part_of(batch.view.manifest(), batch.part).wait is not None:
            with batch.store().transaction() as manifest:
                waiting.taken(part_of(manifest, batch.part))
            self._send({"taken": True})

    def doubtful(self, batch: BatchPlan) -> None:
        self._first_of(batch).doubtful()

    def named(self, batch: BatchPlan, video: VideoSpec, reply_ids: frozenset[str]) -> None:
        try:
            with batch.store().transaction(starts=True) as manifest:
                ledger.named(manifest, video.id, reply_ids)
        except OSError as error:
            LOGGER.warning("%s: the name of its video cannot be recorded: %s", video.id, error.strerror)

    def searched(self, batch: BatchPlan, video: VideoSpec) -> None:
        with self._starting(batch) as manifest:
            unresolved_attempts.searched(manifest, video.id)

    def adopts(self, batch: BatchPlan, video: VideoSpec, video_id: str) -> bool:
        with batch.store().transaction() as manifest:
            return unresolved_attempts.adopt(manifest, video.id, video_id)

    def hold(self, batch: BatchPlan) -> None:
        self._held_lock(batch).acquire()

    def let_go(self, batch: BatchPlan) -> None:
        self._held_lock(batch).release()

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> tuple[Outcome, VideoRecord]:
        outcome, status = stops.with_stop(batch, outcome)
        now = self._plan.clock.now()
        # A stop that only the ledger can decide, such as after the fifth failure in a row, affects the same batches.
        may_stop = outcome.category is not None or status is not None
        batches = stops.affected(self._plan, batch, video, outcome) if may_stop else [batch]
        if status is not None:
            # Sent before it is written: neither a full disk nor a locked manifest may keep the stop from other workers.
            keys = stops.keys_of(batches, batch, stops.category_of(outcome))
            self._halt_everywhere(keys, is_limit=status is RunStatus.STOPPED_RATE_LIMIT)
        with transactions([each.store() for each in batches]) as manifests:
            outcome = ledger.finish(manifests[0], video.id, outcome, now, batch.row_of(video.id))
            if outcome.category is not None:
                # The ledger may have changed the category: it knows how often the same has happened.
                status = status or outcome.category.stops_run
            if status is not None:
                stops.stop_all(zip(batches, manifests, strict=True), batch, status, video, outcome, now)
            stops.stop_alike(manifests, video)
            quota, record = QuotaRecorder(batch, video), manifests[0].videos[video.id]
            if status is RunStatus.STOPPED_RATE_LIMIT:
                # Before the manifest tells of the limit: whoever reads it there decides when to try again.
                quota.limited(record, outcome, now)
        quota.finished(record, outcome)
        self._pass_on_stop(batches, manifests[0], video.id)
        return outcome, manifests[0].videos[video.id]

    def give_up(self, batch: BatchPlan, video: VideoSpec, category: Category, error: str) -> None:
        now, row = self._plan.clock.now(), batch.row_of(video.id)
        with batch.store().transaction() as manifest:
            ledger.fail_claim(manifest, video.id, category, error, now, row)
        self._pass_on_stop([batch], manifest, video.id)

    # files

    def brought(self, batch: BatchPlan, video: VideoSpec, file: FileRecord, *, hd: bool) -> VideoRecord:
        row = batch.row_of(video.id)
        return self._change(
            batch, video, lambda manifest: video_files.brought(manifest, video.id, file, hd=hd, limits=row)
        )

    def inspected(self, batch: BatchPlan, video: VideoSpec, found: Inspection) -> VideoRecord:
        return self._change(batch, video, lambda manifest: video_files.inspected(manifest, video.id, found))

    def removed(self, batch: BatchPlan, video: VideoSpec, reason: str) -> VideoRecord:
        now = self._plan.clock.now()
        if reason:
            return self._change(batch, video, lambda manifest: video_files.not_removed(manifest, video.id, reason))
        return self._change(batch, video, lambda manifest: video_files.removed(manifest, video.id, now))

    def release(self) -> None:
        """Let others have what this worker holds: it is gone."""
        for first in self._first.values():
            first.end()
        for canary in self._canaries.values():
            canary.end()
        for lock in self._held.values():
            lock.release()
        self._first.clear()
        self._canaries.clear()

    def leave(self, seconds: float) -> None:
        with ExitStack() as stack, suppress(Timeout):  # another process holds the lock: this one is writing nothing
            for batch in self._plan.batches:
                stack.enter_context(batch.store().quiet(seconds))

    # what the calls share

    def _change(self, batch: BatchPlan, video: VideoSpec, change: Callable[[Manifest], None]) -> VideoRecord:
        with batch.store().transaction() as manifest:
            change(manifest)
        self._pass_on_stop([batch], manifest, video.id)
        return manifest.videos[video.id]

    @contextmanager
    def _starting(self, batch: BatchPlan) -> Iterator[Manifest]:
        """Change the manifest before something starts.

        Raises UnwritableError if it cannot be written; this process then starts nothing more.
        """
        store = batch.store()
        try:
            with store.transaction(starts=True) as manifest:
                yield manifest
        except OSError as error:
            self._give_up_all()
            LOGGER.error("the manifest cannot be written: %s", error.strerror)
            raise UnwritableError(
                f"{store.path}: cannot be written: {error.strerror}; nothing more is started; "
                f"make room, then type: {invocation().resume}"
            ) from error

    def _check_output(self, batch: BatchPlan, number: int) -> None:
        """Raise UnwritableError if there is no room for so many files; this process then starts nothing more."""
        if not batch.files.wants_any:
            return
        try:
            output_folder.check(batch.files.folder, number)
        except output_folder.OutputError as error:
            self._give_up_all()
            LOGGER.error("nothing more is started: %s", error)
            raise UnwritableError(
                f"{error}; nothing more is started; solve that, then type: {invocation().resume}"
            ) from None

    def _pass_on_stop(self, batches: Sequence[BatchPlan], manifest: Manifest, video_id: str) -> None:
        """Send a stop to all workers and tell the user of it, if `manifest` holds one that `video_id` caused."""
        stop = stop_at(manifest, video_id)
        if stop is None:
            return
        batches = [self._plan.whole(each) for each in batches]
        part = batches[0].part_of(video_id)
        keys = stops.keys_of(batches, part, stop.category)
        self._halt_everywhere(keys, is_limit=stop.category is Category.RATE_LIMIT)
        self._send({"stopped": keys, "reason": to_builtins(stop)})
        for line in halt_lines(manifest, part.part):
            self._send({"notice": line})

    def _halt_everywhere(self, keys: list[str], *, is_limit: bool) -> None:
        self._halt(keys)
        self._send({"halt": keys, "is_limit": is_limit})

    def _first_of(self, batch: BatchPlan) -> FirstSubmit:
        account = submit_account(batch)
        if account not in self._first:
            self._first[account] = FirstSubmit(self._plan.folder, account, is_always=batch.until_done)
        return self._first[account]

    def _is_held(self, batch: BatchPlan) -> bool:
        lock = self._held_lock(batch)
        if lock.is_locked:
            return False
        try:
            with lock.acquire(timeout=0):
                return False
        except Timeout:
            return True

    def _held_lock(self, batch: BatchPlan) -> FileLock:
        account = hashlib.sha256(submit_account(batch).encode()).hexdigest()[:16]
        path = self._plan.folder / f"held-{account}.lock"
        return self._held.setdefault(account, FileLock(path, mode=0o600))
