"""How one video is made: prepare, press, watch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grokbatch.record.outcome import Category, MadeVideo, Outcome
from grokbatch.site.opening import open_page
from grokbatch.site.orphans import OrphanSearch
from grokbatch.site.preparing import Enter, Preparation, Press, Uncover, Usher
from grokbatch.site.replies import Failure
from grokbatch.site.submit import Submit
from grokbatch.site.verdict import Found, Judge, Unplayable, Waiting
from grokbatch.site.video_file import read_whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.batch.video import VideoSpec
    from grokbatch.site.maker import Orphan, Witness
    from grokbatch.site.network import Heard
    from grokbatch.site.observation import Observation, Sighting
    from grokbatch.site.scene import Scene
    from grokbatch.site.watch import Watch

# A click that reached the button is repeated once; one that missed it, because the node was just being
# replaced, cannot have started anything.
_REPEATS_IGNORED = 1
_REPEATS_MISSED = 3
_FILE_SECONDS = 30.0
# What an open page may suffer from and a fresh one not.
_WORTH_A_FRESH_PAGE = frozenset({Category.LAYOUT_CHANGED, Category.TIMEOUT, Category.GENERATION_ERROR})


class Making:
    """One video being made; `known` are all videos that the page is known to have shown."""

    def __init__(self, scene: Scene, watch: Watch, video: VideoSpec, witness: Witness, known: frozenset[str]) -> None:
        self.known = known
        self.doc = ""
        self._scene = scene
        self._watch = watch
        self._video = video
        self._witness = witness
        self._usher = Usher(scene.table, scene.patience)
        self._judge = Judge(scene.table, scene.patience)
        self._started_at = scene.clock()
        self._deadline = self._started_at + video.max_wait
        self._mark = scene.ear.mark
        self._percent: int | None = None
        self._checked_at = float("-inf")
        scene.ear.listen_for(video.prompt)

    def on_open_page(self) -> Outcome | None:
        """Make the video on the page as it is; None, before any click, when only a fresh page may help."""
        ready = self._prepare(0.0, None)
        if isinstance(ready, Failure) and ready.category in _WORTH_A_FRESH_PAGE:
            return None
        return self._finish(ready)

    def on_fresh_page(self, orphan: Orphan | None) -> Outcome:
        """Open the address anew, adopt what `orphan` left there if anything, else make the video."""
        self._mark = self._scene.ear.mark
        patience = self._scene.patience
        status = open_page(self._scene.page, self._video.address, patience.open)
        if isinstance(status, Failure):
            return failed(status)
        ready = self._prepare(patience.settle if orphan is None else patience.settle_orphan, status)
        seen = self._watch.now() if isinstance(ready, Failure) else ready
        if isinstance(ready, Failure) and (orphan is None or seen.prompt is None):
            return failed(ready)
        older = self._witness.opened(seen.ids)
        if orphan is None:
            return self._finish(ready)
        found = OrphanSearch(self._scene, self._watch, self._witness, self._deadline).find(seen, older, orphan)
        if isinstance(found, MadeVideo):
            self.doc = seen.doc
            return Outcome.success(found, adopted=True)
        # Selecting thumbnails has changed the page, so the way to the button starts over.
        return self._finish(found or (ready if isinstance(ready, Failure) else self._prepare(0.0, status)))

    def _prepare(
        self, settle: float, status: int | None, is_over: Callable[[Observation], bool] = lambda _: False
    ) -> Observation | Failure:
        """Return the page when nothing is left but to press the button, or when `is_over` says so."""
        seen = self._watch.now()
        now = self._scene.clock()
        prep = Preparation(seen, now, self._video.timeout, self._deadline, settle=settle, status=status)
        while not is_over(seen):
            now = self._scene.clock()
            prep = prep.seeing(seen, now)
            step = self._usher.step(prep, seen, self._heard(), now)
            if isinstance(step, Failure):
                return step
            if isinstance(step, Press):
                break
            if isinstance(step, Waiting):
                seen = self._watch.until_change(seen.signature, step.until - now)
            else:
                prep = self._act(step, prep, seen)
                seen = self._watch.now()
        return seen

    def _act(self, step: Enter | Uncover, prep: Preparation, seen: Observation) -> Preparation:
        if isinstance(step, Enter):
            self._scene.hands.enter(self._video.prompt, seen, anew=step.anew)
            return prep.entered(self._scene.clock())
        self._scene.hands.uncover()
        return replace(prep, uncovered_at=self._scene.clock())

    def _heard(self) -> Heard:
        return self._scene.ear.since(self._mark, self._started_at)

    def _finish(self, ready: Observation | Failure) -> Outcome:
        if isinstance(ready, Failure):
            return failed(ready)
        others = (call.facts.ids for call in self._heard().calls)
        self.known = self.known.union(ready.ids, *others)
        self._mark = self._scene.ear.mark
        self._press(ready)
        now = self._scene.clock()
        submit = Submit(ready, self.known, now, self._video.timeout, self._deadline, sign_at=now)
        return self._watch_submit(submit)

    def _press(self, seen: Observation) -> None:
        self.doc = seen.doc
        self._witness.submitting(self.known)
        self._scene.hands.press(seen)

    def _watch_submit(self, submit: Submit) -> Outcome:
        seen, repeats = self._watch.now(), 0
        while True:
            now, heard = self._scene.clock(), self._heard()
            submit = submit.seeing(seen, heard, now)
            self._tell(seen.percent)
            verdict = self._conclude(submit, seen, heard, now)
            if isinstance(verdict, Failure):
                return failed(verdict)
            if isinstance(verdict, MadeVideo):
                self.known |= seen.ids
                return Outcome.success(verdict)
            until = self._repeat_at(submit, seen, heard, repeats)
            if now >= until:
                repeats += 1
                again = self._press_again(submit)
                if isinstance(again, Failure):
                    return failed(again)
                submit = again
                seen = self._watch.now()
            else:
                seen = self._watch.until_change(seen.signature, min(until, verdict.until) - now)

    def _tell(self, percent: int | None) -> None:
        if percent is not None and percent != self._percent:
            self._percent = percent
            self._witness.progress(percent)

    def _conclude(self, submit: Submit, seen: Observation, heard: Heard, now: float) -> Failure | MadeVideo | Waiting:
        verdict = self._judge.judge(submit, seen, heard, now)
        if isinstance(verdict, Found):
            return self._scene.made(verdict.sighting)
        if not isinstance(verdict, Unplayable):
            return verdict
        again = self._checked_at + self._scene.patience.check_again
        if now < again:
            return self._judge.timed(submit, seen, now) or Waiting(again)
        made = self._look_into_file(verdict.sighting)
        self._checked_at = self._scene.clock()
        return made or self._judge.timed(submit, seen, now) or Waiting(self._checked_at)

    def _look_into_file(self, sighting: Sighting) -> MadeVideo | None:
        facts = read_whole_file(self._scene.page, sighting.address, _FILE_SECONDS)
        return None if facts is None else self._scene.made(sighting, facts)

    def _repeat_at(self, submit: Submit, seen: Observation, heard: Heard, repeats: int) -> float:
        limit = _REPEATS_IGNORED if submit.has_reached(seen) else _REPEATS_MISSED
        if repeats >= limit or submit.has_started(seen, heard):
            return float("inf")
        return submit.repeat_at(seen, self._scene.patience)

    def _press_again(self, submit: Submit) -> Submit | Failure:
        """Press once more, unless anything shows meanwhile that the first click took effect."""

        def is_over(seen: Observation) -> bool:
            now, heard = self._scene.clock(), self._heard()
            return submit.seeing(seen, heard, now).has_started(seen, heard)

        ready = self._prepare(0.0, None, is_over)
        if isinstance(ready, Failure):
            return ready
        if not is_over(ready):
            self._press(ready)
        return submit.repeated(ready, self._scene.clock())


def failed(failure: Failure) -> Outcome:
    """Return the outcome of a failure."""
    return Outcome.failure(failure.category, failure.message, retry_at=failure.retry_at)
