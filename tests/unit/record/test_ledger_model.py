"""No history of a batch pays a video twice: the ledger against a model of workers, crashes, late results and time.

The model knows what every press was, and what anybody could have learnt of it; the ledger only knows what it was told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.clock import Instant, RunClock
from grokbatch.record.model.manifest import Manifest, StopRecord
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome, RunStatus, Status
from grokbatch.record.rules import ledger, unresolved_attempts
from grokbatch.record.rules.failing import FailureLimits
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.rules.tries import may_follow_death

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import VideoRecord

NOON = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
MAX_WAIT = 300.0
MOST = 3
LONGEST = 5
WORKERS = ("gw0", "gw1")
PAGE = "https://grok.com/imagine/post/1"
UNSEEN = [
    Category.TIMEOUT,
    Category.NETWORK_ERROR,
    Category.BROWSER_CRASHED,
    Category.HUMAN_CHECK,
    Category.AUTH_REQUIRED,
]
REFUSALS = [Category.GENERATION_ERROR, Category.RATE_LIMIT, Category.ACCOUNT_REFUSED, Category.CONTENT_MODERATED]


@dataclass(frozen=True)
class Clock(RunClock):
    """The clock of a run on a machine whose wall clock can be set."""

    up: float = 0.0
    set_by: float = 0.0

    def now(self) -> datetime:
        return self.began_at + timedelta(seconds=self.up - self.began)

    def wall(self) -> datetime:
        return NOON + timedelta(seconds=self.up + self.set_by)

    def instant(self) -> Instant:
        return Instant("boot", self.up)


@dataclass
class Press:
    """One press of the button: what it asked for, when, and the video that the site made of it, if any.

    `known` is what has been learnt of it: nothing yet, that it came to nothing, or its finished video.
    """

    identity: str
    prompt: str
    at: float
    made: str = ""
    done_at: float = 0.0
    known: Literal["perhaps accepted", "nothing", "finished"] = "perhaps accepted"


@dataclass
class Worker:
    """A worker: the video that it has claimed, whether it has looked for an earlier result, and what it has pressed."""

    name: str
    video: str = ""
    has_looked: bool = False
    press: Press | None = None
    is_late: bool = False


def videos_of(counts: tuple[int, int]) -> list[VideoSpec]:
    """Return so many videos of each of two prompts, all of one image."""
    asked = [(prompt, number) for prompt, count in zip("ab", counts, strict=True) for number in range(1, count + 1)]
    return [
        VideoSpec(f"video-{index:03}", PAGE, prompt, permalink=PAGE, index=index, repetition=number)
        for index, (prompt, number) in enumerate(asked, start=1)
    ]


batches = st.sampled_from([(2, 1), (2, 0), (1, 2), (1, 1)]).map(videos_of)
endings = st.sampled_from(
    ["seen", "seen", "seen", "named", "another's", "refused", "unsent", "lost", "lost", "unclear", "error"]
)


class Ledger(RuleBasedStateMachine):
    """Two workers, one site, and whatever may happen to them in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock(NOON, 0.0)
        self.presses: list[Press] = []
        self.workers = {name: Worker(name) for name in WORKERS}
        self.completed: dict[str, str] = {}
        self.manifest = ledger.new_manifest(batch="cats", account="me", permalink=PAGE, site="demo", now=NOON)

    @initialize(videos=batches)
    def first_run(self, videos: list[VideoSpec]) -> None:
        ledger.open_run(self.manifest, videos, browser="", now=self.clock.now())

    # what a worker does, step by step; it may die between any two

    @rule(name=st.sampled_from(WORKERS), steps=st.integers(1, 12), data=st.data())
    def works(self, name: str, steps: int, data: st.DataObject) -> None:
        for _ in range(steps):
            worker = self.workers[name]
            if not worker.video:
                self.claim(worker, data)
            elif worker.press is not None:
                self.end(worker, data.draw(endings), data)
            elif not worker.has_looked:
                self.look(worker, data)
            else:
                self.press(worker, data)

    def claim(self, worker: Worker, data: st.DataObject) -> None:
        taken = {each.video for each in self.workers.values()}
        free = sorted(self.manifest.videos.keys() - taken)
        if not free or worker.is_late:
            return
        video = data.draw(st.sampled_from(free))
        answer = ledger.claim(self.manifest, video, worker.name, self.clock.now(), most=MOST)
        if self.manifest.videos[video].identity in self.completed:
            assert answer is not Claim.GRANTED, "what is completed is never made again"
        if answer is Claim.GRANTED:
            worker.video = video

    def look(self, worker: Worker, data: st.DataObject) -> None:
        """Open the page, and adopt what an earlier submit has left there; the worker may die right after."""
        worker.has_looked = True
        entry, present = self.manifest.videos[worker.video], self.on_page()
        ledger.opened(self.manifest, worker.video, present)
        attempt = unresolved_attempts.unresolved_attempt(self.manifest.videos[worker.video])
        unresolved_attempts.searched(self.manifest, worker.video)
        if attempt is None:
            return None
        found = present - set(attempt.known_ids) - unresolved_attempts.credited_ids(self.manifest, besides=worker.video)
        if attempt.reply_ids:
            found &= set(attempt.reply_ids)
        elif not unresolved_attempts.is_sole(self.manifest, worker.video) or data.draw(st.booleans()):
            found &= {each.made for each in self.presses if each.prompt == entry.prompt}
        for made in sorted(found):
            if unresolved_attempts.adopt(self.manifest, worker.video, made):
                if data.draw(st.booleans()):
                    return self.write(worker, replace(found_one(made), adopted=True))
                return self.lose(worker, Category.WORKER_CRASHED)
        return None

    def press(self, worker: Worker, data: st.DataObject) -> None:
        """Press the button, if the ledger lets it: not while something is looked for that may still come."""
        attempt = unresolved_attempts.unresolved_attempt(self.manifest.videos[worker.video])
        if (
            attempt is not None
            and unresolved_attempts.seconds_since_submit(attempt, self.manifest, self.clock) < MAX_WAIT
        ):
            return self.end_unpressed(worker, data)
        if unresolved_attempts.is_search_running(self.manifest):
            return None
        if self.manifest.stop is not None or worker.is_late:
            ledger.unclaim(self.manifest, worker.video)
            return self.free(worker)
        entry = self.manifest.videos[worker.video]
        self.check_may_submit(entry)
        ledger.submitting(self.manifest, worker.video, self.on_page(), self.clock.now(), self.clock.instant())
        worker.press = Press(entry.identity, entry.prompt, self.clock.up)
        self.presses.append(worker.press)
        if data.draw(st.sampled_from([True, True, False])):
            worker.press.made = f"made-{len(self.presses)}"
            worker.press.done_at = self.clock.up + data.draw(st.sampled_from([1, 60, 290]))
        return None

    def check_may_submit(self, entry: VideoRecord) -> None:
        assert entry.identity not in self.completed, "what is completed is never made again"
        for each in self.presses:
            if each.identity == entry.identity and each.known == "perhaps accepted":
                assert self.clock.up - each.at >= MAX_WAIT, "submitted while an earlier submit is perhaps accepted"

    def end_unpressed(self, worker: Worker, data: st.DataObject) -> None:
        """Give up looking for now: it was in vain so far."""
        match data.draw(st.sampled_from(["fail", "look again", "put off"])):
            case "fail":
                self.write(worker, Outcome.failure(data.draw(st.sampled_from(UNSEEN)), ""))
            case "put off":
                ledger.put_off(self.manifest, worker.video)
                self.free(worker)
            case _:
                worker.has_looked = False

    def end(self, worker: Worker, how: str, data: st.DataObject) -> None:
        """Let the worker learn something of its submit, as far as it can be learnt."""
        press = worker.press
        assert press is not None
        if how == "seen" and press.made:
            self.pass_time(max(0.0, press.done_at - self.clock.up))
            self.write(worker, found_one(press.made))
        elif how == "named" and press.made:
            ledger.named(self.manifest, worker.video, {press.made})
        elif how == "another's" and self.others(press):
            self.write(worker, found_one(data.draw(st.sampled_from(self.others(press)))))
        elif how in ("refused", "unsent") and not press.made:
            press.known = "nothing"
            category = data.draw(st.sampled_from(REFUSALS)) if how == "refused" else Category.TIMEOUT
            told = Outcome.failure(category, "")
            self.write(worker, replace(told, is_unsent=True) if how == "unsent" else replace(told, perhaps_made=False))
        elif how in ("lost", "unclear"):
            told = Outcome.failure(data.draw(st.sampled_from(UNSEEN)), "")
            self.write(worker, told if how == "unclear" else replace(told, perhaps_made=True))
        elif how == "error":
            self.write(worker, replace(Outcome.failure(Category.GENERATION_ERROR, ""), perhaps_made=True))

    def others(self, press: Press) -> list[str]:
        """Return the finished videos that other entries call their own."""
        return sorted(made for identity, made in self.completed.items() if identity != press.identity)

    def write(self, worker: Worker, outcome: Outcome) -> None:
        """Have a worker write its outcome, and stop the run where it does."""
        entry = self.manifest.videos[worker.video]
        outcome = ledger.finish(
            self.manifest, worker.video, outcome, self.clock.now(), FailureLimits(attempts=MOST, longest=LONGEST)
        )
        if outcome.category is not None and (status := outcome.category.stops_run) is not None:
            self.stop(status, outcome.category)
        if outcome.video is not None:
            self.completed[entry.identity] = outcome.video.video_id
            for each in self.presses:
                if each.made == outcome.video.video_id:
                    each.known = "finished"
        self.free(worker)

    def free(self, worker: Worker) -> None:
        self.workers[worker.name] = Worker(worker.name, is_late=worker.is_late)

    def stop(self, status: RunStatus, category: Category) -> None:
        ledger.stop(self.manifest, status, StopRecord(category=category, message="", at=self.clock.now()))

    def on_page(self) -> set[str]:
        """Return the site's finished videos, as a page that is opened now shows them."""
        return {each.made for each in self.presses if each.made and each.done_at <= self.clock.up}

    def pass_time(self, seconds: float) -> None:
        self.clock = replace(self.clock, up=self.clock.up + seconds)

    # what happens to it

    @rule(seconds=st.sampled_from([1.0, 30.0, 150.0, 299.0, 301.0]))
    def time_passes(self, seconds: float) -> None:
        self.pass_time(seconds)

    @rule(what=st.sampled_from(["death", "death", "error", "clock", "Ctrl+C", "end", "kill"]), data=st.data())
    def is_disturbed(self, what: str, data: st.DataObject) -> None:
        if what in ("death", "error"):
            category = Category.WORKER_CRASHED if what == "death" else Category.INTERRUPTED
            goes_on = category is Category.WORKER_CRASHED and data.draw(st.booleans())
            self.lose(self.workers[data.draw(st.sampled_from(WORKERS))], category, goes_on=goes_on)
        elif what == "clock":
            seconds = data.draw(st.sampled_from([-7200.0, 7200.0, 2 * 86_400.0]))
            self.clock = replace(self.clock, set_by=self.clock.set_by + seconds)
        elif what == "Ctrl+C":
            self.stop(RunStatus.INTERRUPTED, Category.INTERRUPTED)
        elif what == "end":
            self.close(is_interrupted=data.draw(st.booleans()))
        else:
            self.another_run(data.draw(batches))

    def lose(self, worker: Worker, category: Category, *, goes_on: bool = False) -> None:
        """End a worker's process, or the making of its video in an error; the run may take that up once more."""
        if worker.video:
            row = FailureLimits(attempts=MOST, longest=LONGEST)
            entry = self.manifest.videos[worker.video]
            crashed = [each for each in entry.attempts if each.category is category and each.run == self.manifest.run]
            is_left = goes_on and may_follow_death(self.manifest, entry, MOST, len(crashed) + 1)
            ledger.fail_claim(self.manifest, worker.video, category, "", self.clock.now(), row, is_left=is_left)
            self.free(worker)

    def close(self, *, is_interrupted: bool) -> None:
        """Close the run; a worker that does not end in time may still write a result."""
        ledger.close_run(self.manifest, interrupted=is_interrupted, now=self.clock.now())
        for worker in [*self.workers.values()]:
            worker.is_late = True
            if worker.press is None:
                self.free(worker)

    @precondition(lambda self: self.manifest.status is not RunStatus.IN_PROGRESS)
    @rule(videos=batches)
    def another_run_begins(self, videos: list[VideoSpec]) -> None:
        self.another_run(videos)

    def another_run(self, videos: list[VideoSpec]) -> None:
        """Begin a run: every process of the last one is gone, whatever it had written; the batch may be edited."""
        self.manifest = msgspec.json.decode(msgspec.json.encode(self.manifest), type=Manifest)
        self.workers = {name: Worker(name) for name in WORKERS}
        self.clock = replace(self.clock, began_at=self.clock.wall(), began=self.clock.up)
        ledger.open_run(self.manifest, videos, browser="", now=self.clock.now())

    # what must hold

    @invariant()
    def no_video_of_the_site_is_credited_twice(self) -> None:
        credited = [each.video_id for each in self.entries() if each.video_id]
        assert len(credited) == len(set(credited))

    @invariant()
    def what_is_completed_stays_so(self) -> None:
        known = {each.identity: each.video_id for each in self.entries() if each.status is Status.COMPLETED}
        assert known == self.completed

    @invariant()
    def the_counts_add_up(self) -> None:
        counts = self.manifest.counts
        assert sum(counts.values()) == len(self.manifest.videos)
        at_work = [each.video for each in self.workers.values() if each.video and not each.is_late]
        assert counts[Status.IN_PROGRESS] == len(at_work)
        for each in self.entries():
            assert [attempt.number for attempt in each.attempts] == list(range(1, len(each.attempts) + 1))
            assert all(attempt.ended_at is not None for attempt in each.attempts[:-1])

    def entries(self) -> list[VideoRecord]:
        return [*self.manifest.videos.values(), *self.manifest.retired]


def found_one(made: str) -> Outcome:
    return Outcome.success(MadeVideo(made, "url", "page"))


Ledger.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLedger = Ledger.TestCase
