"""Brings a page to the point where only the submit button is left to press: carries out the steps of `preparation`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grokbatch.site.actions.options import Choosing
from grokbatch.site.make.composer import take_step
from grokbatch.site.make.preparation import Preparation, PreparationRules
from grokbatch.site.make.steps import (
    CloseMenu,
    Enter,
    OpenComposer,
    PickItem,
    Press,
    ReturnToImage,
    SwitchMode,
    Uncover,
    Unformat,
)
from grokbatch.site.outcome.failures import Failure, layout_changed
from grokbatch.site.outcome.rules import Waiting
from grokbatch.site.page.listening import ASK_AGAIN
from grokbatch.site.page.option_values import MAX, OPTIONS, VIDEO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.site.actions.context import PageContext
    from grokbatch.site.locators.table import ControlName
    from grokbatch.site.make.steps import Step
    from grokbatch.site.network.listener import NetworkEvents
    from grokbatch.site.page.observation import Observation
    from grokbatch.site.page.watcher import Watch

# How often the page may fall back into another mode before one submit.
_MODE_TRIES = 3
# Seconds after which the page is looked at again though nothing has changed: what is heard from the network while a
# document is being replaced wakes nobody.
_LOOK_AGAIN = 5.0
# A page that does not listen yet loses what is done in these.
_HEARD_STEPS = (Enter, OpenComposer, SwitchMode, Press)


class PreparationDriver:
    """Prepares one page for the submits of one video.

    `events` returns what the page has received since the attempt's mark. `deadline` (seconds of the page context's
    clock) ends all waiting. `chosen` are the options that were asked for, as far as they can be compared with the
    finished video: its values are the page's own once options were chosen.
    """

    def __init__(
        self,
        page_context: PageContext,
        watch: Watch,
        video: VideoSpec,
        deadline: float,
        events: Callable[[], NetworkEvents],
    ) -> None:
        self.deadline = deadline
        asked = video.options.asked()
        # Needed from the start: what comes out may be an orphan's video, for which nothing is chosen on the page.
        self.chosen = {name: value for name, value in asked.items() if value != MAX and name != "aspect"}
        self._page_context = page_context
        self._watch = watch
        self._video = video
        self._events = events
        self._rules = PreparationRules(page_context.table, page_context.timeouts)
        self._mode_tries = 0

    def pressed(self) -> None:
        """Begin to count anew how often the mode was chosen: the submit button was pressed."""
        self._mode_tries = 0

    def prepare(
        self,
        settle: float,
        status: int | None,
        is_over: Callable[[Observation], bool] = lambda _: False,
        home: str = "",
        seen: Observation | None = None,
    ) -> Observation | Failure:
        """Prepare the page; return it when only the submit button is left to press, or when `is_over` says so.

        `settle` (seconds), `status` and `home` are those of Preparation; `seen` is the page if it was just looked at.
        Raises PageGoneError.
        """
        seen = seen or self._watch.now()
        now = self._page_context.clock()
        prep = Preparation(seen, now, self._video.timeout, self.deadline, settle=settle, status=status, home=home)
        while not is_over(seen) and not self._page_context.network.gate.is_taken:
            now = self._page_context.clock()
            prep = prep.seeing(seen, now)
            step = self._rules.step(prep, seen, self._events(), now)
            if isinstance(step, Press) and self._is_mode_to_be_chosen(seen):
                step = SwitchMode()
            if isinstance(step, Failure):
                return step
            listening = self._page_context.listening
            if isinstance(step, _HEARD_STEPS) and not listening.may_act(seen.doc):
                seen = self._watch.until_change(seen.signature, ASK_AGAIN)
                continue
            if isinstance(step, Press):
                break
            if isinstance(step, Waiting):
                wait = min(step.until - now, _LOOK_AGAIN)
                seen = self._watch.until_change(seen.signature, listening.next_question(seen.doc, wait))
                prep = prep.woken() if listening.has_woken(seen.doc) else prep
                continue
            failed_step, prep = self._act(step, prep, seen, is_over)
            if failed_step is not None:
                return failed_step
            seen = self._watch.now()
        return seen

    def _is_mode_to_be_chosen(self, seen: Observation) -> bool:
        """Whether the page does not show what a submit would make, so that the mode Video is chosen once."""
        return seen.mode == "unknown" and not self._mode_tries and not seen.is_busy

    def _to_video(self, is_over: Callable[[Observation], bool]) -> Failure | None:
        self._mode_tries += 1
        if self._mode_tries > _MODE_TRIES:
            return layout_changed("mode", self._page_context.table, "does not stay at Video")
        return self._choose({"mode": VIDEO}, is_over)[0]

    def with_options(
        self, ready: Observation | Failure, is_over: Callable[[Observation], bool] = lambda _: False
    ) -> Observation | Failure:
        """Choose the video's options, which the page may have reset; return the page, prepared again if it changed."""
        asked = self._video.options.asked()
        wanted = {name: asked[name] for name in OPTIONS if name in asked}
        if not wanted or isinstance(ready, Failure) or is_over(ready):
            return ready
        failure, choosing = self._choose(wanted, is_over)
        self.chosen = choosing.chosen
        if failure is not None or not choosing.touched:
            return failure or ready
        return self.prepare(0.0, None, is_over)

    def _choose(
        self, wanted: Mapping[ControlName, str], is_over: Callable[[Observation], bool]
    ) -> tuple[Failure | None, Choosing]:
        choosing = Choosing(self._page_context, self._watch, wanted, self.deadline, is_over)
        return choosing.run(), choosing

    def _act(
        self, step: Step, prep: Preparation, seen: Observation, is_over: Callable[[Observation], bool]
    ) -> tuple[Failure | None, Preparation]:
        """Carry out a step; return the failure that ends the preparation, if any, and the preparation after it."""
        actions, now = self._page_context.actions, self._page_context.clock
        match step:
            case Enter():
                if step.apart:
                    actions.enter_apart(self._video.prompt, seen, self._is_formatted)
                else:
                    actions.enter(self._video.prompt, seen, anew=step.anew)
                return None, prep.entered(now())
            case Unformat():
                actions.undo()
                return None, replace(prep, undone=prep.undone + 1)
            case OpenComposer() | PickItem() | CloseMenu() | Uncover():
                return take_step(step, prep, seen, actions, now)
            case ReturnToImage():
                actions.show_image(prep.home.rpartition("/")[2])
                return None, prep.returned(now())
            case _:
                failure = self._to_video(is_over)
                has_another_way = seen.opener is not None and not prep.openings
                return None if has_another_way else failure, replace(prep, switched=prep.switched + 1)

    def _is_formatted(self) -> bool:
        box = self._watch.now().prompt
        return box is not None and box.formatted != ""
