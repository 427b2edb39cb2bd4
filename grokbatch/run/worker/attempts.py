"""Making one video inside a worker: claim it, try it, and record each attempt before it is reported to pytest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.rules.tries import is_excused
from grokbatch.run.records.records import StoppedError, UnwritableError
from grokbatch.run.worker import one_item
from grokbatch.run.worker.downloads import Delivery
from grokbatch.run.worker.item_result import VideoFailed
from grokbatch.run.worker.progress_recorder import recording_progress
from grokbatch.run.worker.worker import WORKER, PutOffError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.record.model.outcome import Outcome
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.video_items import VideoItem
    from grokbatch.run.worker.worker import Worker
    from grokbatch.video_maker import VideoMaker

CLAIM = pytest.StashKey[Claim | UnwritableError]()
_IS_SPENT = pytest.StashKey[bool]()

FIRST_PAUSE = 2.0
"""Seconds before the second attempt; each further pause is three times as long."""


RECONNECTING_PAUSE = 5.0
"""The same after an attempt that the computer slept through: the network may need a moment."""


def run_claimed(item: VideoItem) -> bool | None:
    """Claim the item's video and run the item; return True when that is done, None to leave the item to pytest.

    True is also returned when the run is stopped, or enough videos are kept: the item then neither runs nor reports.
    """
    if CLAIM in item.stash:
        return None  # this function calls the hook below, which calls this function again: pytest runs the item now
    worker = item.config.stash[WORKER]
    item.is_later = False
    try:
        claim = _claim(item, worker)
    except UnwritableError as error:
        item.stash[CLAIM] = error
    else:
        if claim is None:
            one_item.run_later(item, worker)
            return True
        if claim is Claim.ENOUGH or (claim is Claim.STOPPED and not worker.records.was_tried(item.batch, item.video)):
            return True
        item.stash[CLAIM] = claim
    # The next item is not known, because there is no look-ahead and a stop may come. A stand-in that shares only the
    # session makes pytest tear down everything below the session, whichever item comes next.
    try:
        item.ihook.pytest_runtest_protocol(item=item, nextitem=worker.idle(item.session))
    finally:
        is_done = item.report_unless_put_off()
    if not is_done:
        # Not earlier: what is printed while an item runs is captured by pytest.
        if item.waits:
            worker.tell(None, "idle")
        else:
            worker.put_off(item.batch, item.video)
        item.waits = False
        del item.stash[CLAIM]
        item.stash[_IS_SPENT] = False
        one_item.run_later(item, worker)
    return True


def _claim(item: VideoItem, worker: Worker) -> Claim | None:
    """Claim the item's video; while the run waits, return None if the item is to run later, or wait here for the end.

    Raises UnwritableError.
    """
    claim = worker.claim(item.batch, item.video)
    while claim is Claim.STOPPED and worker.is_waiting(item.batch):
        if worker.wait_here is None or _others_wait(item) or _is_another_ready(item, worker):
            return None
        for free in worker.on_waiting:
            free()
        if not worker.wait_here(item.batch):
            break
        claim = worker.claim(item.batch, item.video)
    return claim


def _is_another_ready(item: VideoItem, worker: Worker) -> bool:
    """Whether a video that was to run later may be made now, such as one of an account whose wait is over."""
    later = [each for each in item.session.items if isinstance(each, type(item)) and each.is_later]
    return any(not worker.is_stopped(each.batch) and not worker.is_waiting(each.batch) for each in later)


def check_claim(item: VideoItem) -> None:
    """End an item in its setup, before any browser starts, if there is nothing to make.

    Raises VideoFailed for a video that may not be tried, and pytest's outcomes for a failure or a skip.
    """
    claim = item.stash[CLAIM]
    if isinstance(claim, UnwritableError):
        pytest.fail(str(claim), pytrace=False)
    if claim is Claim.COMPLETED:
        pytest.skip("already completed")
    if claim in (Claim.MODERATED, Claim.REFUSED_IMAGE, Claim.USED_UP, Claim.STOPPED):
        raise VideoFailed(item.config.stash[WORKER].records.record(item.batch, item.video))


def make_video(request: pytest.FixtureRequest, video_maker: VideoMaker) -> None:
    """Make the item's video and bring its files to disk; this is the test function of every video item.

    Raises VideoFailed if the video was not made, is not on disk, or is not what the batch expects.
    """
    item: VideoItem = request.node
    worker = item.config.stash[WORKER]
    try:
        claim = _spend_claim(item)
        attempts = _Attempts(item.batch, item.video, worker, video_maker, partial(_others_wait, item))
        record = attempts.run() if claim is Claim.GRANTED else None
    except UnwritableError as error:
        pytest.fail(str(error), pytrace=False)
    except PutOffError:
        item.is_put_off = True
        pytest.skip("put off")
    if _is_left_for_later(item, claim):
        item.is_put_off = item.waits = True
        pytest.skip("the run waits")
    if claim is not Claim.FETCH:
        _check_made(item, claim, record)
    record = Delivery(item.batch, item.video, worker, video_maker).run()
    worker.tell(None, "idle")
    # Where keepers are wanted, a video that is none is no failure: another one is made in its place.
    is_unexpected = bool(record.misses) and item.batch.keepers is None
    if record.lacks(item.batch.files.wanted_of(item.video.id)) or is_unexpected:
        raise VideoFailed(record)


def _spend_claim(item: VideoItem) -> Claim:
    """Return the item's claim the first time; when the item runs again, ask the ledger for a new claim."""
    worker, given = item.config.stash[WORKER], item.stash[CLAIM]
    if isinstance(given, UnwritableError):
        raise given
    if item.stash.get(_IS_SPENT, False):
        return worker.claim(item.batch, item.video)
    item.stash[_IS_SPENT] = True
    return given


def _check_made(item: VideoItem, claim: Claim, record: VideoRecord | None) -> None:
    """End the item unless its video was made now, or is completed and was asked for once more."""
    if claim is Claim.GRANTED and record is None:
        pytest.skip("not started: the run was stopped")
    record = record or item.config.stash[WORKER].records.record(item.batch, item.video)
    if record.status is not Status.COMPLETED:
        raise VideoFailed(record)


def _is_left_for_later(item: VideoItem, claim: Claim) -> bool:
    """Whether the video was not made because the run waits now, and may be made when it goes on."""
    worker = item.config.stash[WORKER]
    if claim not in (Claim.GRANTED, Claim.STOPPED) or not worker.is_waiting(item.batch):
        return False
    return worker.records.is_left_for_later(item.batch, item.video)


def _others_wait(item: VideoItem) -> bool:
    """Whether there is another video of this run that could be made now and that no worker has begun with."""
    worker = item.config.stash[WORKER]
    # `type(item)`, because the module of VideoItem imports this one.
    others = [each for each in item.session.items if isinstance(each, type(item)) and each is not item]
    video_ids = {
        batch.key: [each.video.id for each in others if each.batch.key == batch.key]
        for batch in worker.plan.parts
        if not worker.is_stopped(batch)
    }
    return worker.records.others_wait(video_ids)


def pause_before(attempt: int) -> float:
    """Return the seconds to wait before attempt number `attempt`, which is 2 or more."""
    return FIRST_PAUSE * 3.0 ** (attempt - 2)


@dataclass(frozen=True)
class _Attempts:
    batch: BatchPlan
    video: VideoSpec
    worker: Worker
    maker: VideoMaker
    others_wait: Callable[[], bool]

    def run(self) -> VideoRecord | None:
        """Try until the video is made or must not be tried again; return None if the run stopped before a submit.

        Raises PutOffError if the video may have been made already and another one can be made meanwhile, and
        UnwritableError.
        """
        outcome, record = self._attempt()
        number = 1
        while outcome is not None and outcome.is_tried_again and not self._is_lost_again():
            number += not outcome.is_excused
            if number > self.batch.attempts:
                break
            if self._is_open() and self.others_wait():
                raise PutOffError
            if not self._is_to_go_on(RECONNECTING_PAUSE if outcome.is_excused else pause_before(number)):
                break
            outcome, record = self._attempt()
        return record

    def _is_lost_again(self) -> bool:
        return self.worker.records.is_lost_again(self.batch, self.video)

    def _is_open(self) -> bool:
        """Whether the site may still be making what was submitted."""
        orphan = self.worker.records.orphan(self.batch, self.video)
        return orphan is not None and orphan.age < self.video.max_wait

    def _is_to_go_on(self, pause: float) -> bool:
        self.worker.tell(self.video.id, f"trying again in {pause:.0f} s", batch=self.batch)
        if self.worker.stopped.wait(pause):
            return False
        return self.worker.claim(self.batch, self.video) is Claim.GRANTED

    def _attempt(self) -> tuple[Outcome, VideoRecord] | tuple[None, None]:
        worker = self.worker
        try:
            with recording_progress(worker, self.batch, self.video, self.others_wait) as listener:
                lost = worker.awake.lost
                outcome = self.maker.make(self.video, listener, worker.records.orphan(self.batch, self.video))
                outcome = replace(outcome, slept=worker.awake.lost - lost)
                outcome = replace(outcome, is_excused=is_excused(outcome, worker.awake.since_pause))
                # Recorded before another worker may check the account next: that worker must see a stop.
                return worker.finish(self.batch, self.video, outcome)
        except StoppedError:
            worker.unclaim(self.batch, self.video)
            return None, None
        except UnwritableError:
            worker.unclaim(self.batch, self.video)
            raise
        except PutOffError:
            raise  # `run_claimed` gives the claim back
        # Whatever ends the attempt, Ctrl+C and SystemExit too: the manifest must not keep an open claim.
        except BaseException as error:
            worker.give_up(self.batch, self.video, error)
            raise
