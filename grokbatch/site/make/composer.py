"""Opens the composer for videos: presses its button, and the entry for prompts in its menu, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from grokbatch.site.actions.inspect import find_control
from grokbatch.site.make.preparation import Preparation, PreparationRules
from grokbatch.site.make.steps import CloseMenu, OpenComposer, PickItem, SwitchMode, Uncover
from grokbatch.site.outcome.failures import Failure, layout_changed
from grokbatch.site.outcome.rules import Waiting
from grokbatch.site.page.option_values import VIDEO, find_choice
from grokbatch.site.page.urls import path_of
from grokbatch.site.page.watcher import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.site.actions.actions import PageActions
    from grokbatch.site.actions.context import PageContext
    from grokbatch.site.actions.inspect import FoundControl
    from grokbatch.site.page.observation import Observation

ComposerStep: TypeAlias = OpenComposer | PickItem | CloseMenu | Uncover
"""A step that leads to the composer."""

_OTHER_MODE = "the composer is not in the mode Video: a run chooses that first, a check does not"
_ELSEWHERE = "the post opened on one of its videos: a run goes back to the image first, a check does not"


def take_step(
    step: ComposerStep, prep: Preparation, seen: Observation, actions: PageActions, clock: Callable[[], float]
) -> tuple[Failure | None, Preparation]:
    """Carry out a step towards the composer; return the failure that ends the way to it, if any, and the preparation.

    `clock` returns the time in seconds of the preparation's clock.
    """
    match step:
        case OpenComposer():
            actions.open_composer(seen)
            return None, prep.opened(clock())
        case PickItem():
            actions.pick_item(seen)
            return None, replace(prep, opened_at=clock(), missing_since=None)
        case Uncover():
            actions.uncover()
            return None, replace(prep, uncovered_at=clock())
        case CloseMenu():
            actions.press_escape()
            return (None, prep.closed()) if step.goes_on else (step.reason, prep)


@dataclass(frozen=True)
class TrialResult:
    """Whether the composer could be opened, and the page after that.

    `failure` is what a run would end with; `remark` is what a run would do in addition; `pressed` are the names that
    the pressed controls have on the page; `entry` is what the locators found for the menu's entry while it was open.
    """

    page: Observation
    failure: Failure | None = None
    remark: str = ""
    pressed: tuple[str, ...] = ()
    entry: FoundControl | None = None

    @property
    def is_proven(self) -> bool:
        """Whether the composer for videos is there."""
        return self.failure is None and self.page.composer == "video"


class ComposerTrial:
    """Tries to open the composer, without a submit, on a page that already shows the post at `address`."""

    def __init__(self, page_context: PageContext, address: str) -> None:
        self._page_context = page_context
        self._home = path_of(address)
        self._watch = Watch(page_context.page, page_context.table, choices=("mode",))
        self._pressed: dict[str, None] = {}
        self._entry: FoundControl | None = None
        self._given_up = ""

    def run(self) -> TrialResult:
        """Do what a run does until the composer for videos is there, and return how that went. Raises PageGoneError."""
        page_context = self._page_context
        mark, now, seen = page_context.network.mark, page_context.clock(), self._watch.now()
        preparation_rules = PreparationRules(page_context.table, page_context.timeouts)
        prep = Preparation(seen, now, page_context.timeouts.open, now + page_context.timeouts.open)
        began = now
        while seen.composer != "video":
            now = page_context.clock()
            prep = prep.seeing(seen, now)
            step = preparation_rules.step(prep, seen, page_context.network.since(mark, began), now)
            if isinstance(step, Waiting):
                seen = self._watch.until_change(seen.signature, step.until - now)
                continue
            failure = step if isinstance(step, Failure) else None
            if isinstance(step, OpenComposer | PickItem | CloseMenu | Uncover):
                self._note(step, seen)
                failure, prep = take_step(step, prep, seen, page_context.actions, page_context.clock)
                seen = self._watch.now()
            elif isinstance(step, SwitchMode):
                return self._in_other_mode(seen)
            if failure is not None:
                return self._result(seen, failure)
        return self._result(self._at_rest(seen))

    def _note(self, step: ComposerStep, seen: Observation) -> None:
        if isinstance(step, OpenComposer) and seen.opener is not None:
            self._pressed[seen.opener.name] = None
        if isinstance(step, PickItem) and seen.menu is not None and seen.menu.item is not None:
            self._pressed[seen.menu.item.name] = None
            self._entry = find_control(self._page_context.page, self._page_context.table, "opener_item")
        if isinstance(step, CloseMenu):
            self._given_up = step.reason.message

    def _at_rest(self, seen: Observation) -> Observation:
        """Return the page once nothing changes any more: the options may appear after the prompt box."""
        until, last = self._page_context.clock() + self._page_context.timeouts.restless, ""
        while seen.signature != last and self._page_context.clock() < until:
            last = seen.signature
            seen = self._watch.until_change(last, self._page_context.timeouts.settle)
        return seen

    def _in_other_mode(self, seen: Observation) -> TrialResult:
        modes = seen.choices["mode"]
        if find_choice("mode", VIDEO, modes, self._page_context.table) or any(mode.opens for mode in modes):
            return self._result(seen)
        return self._result(seen, layout_changed("mode", self._page_context.table, "does not offer Video"))

    def _result(self, seen: Observation, failure: Failure | None = None) -> TrialResult:
        is_other = failure is None and (seen.mode == "other" or seen.composer != "video")
        remarks = [self._given_up] if self._given_up and failure is None else []
        if is_other:
            remarks.append(_OTHER_MODE)
        if path_of(seen.address) != self._home:
            remarks.append(_ELSEWHERE)
            # A run goes back to the image: what is missing on this page says nothing about the image's page.
            if self._page_context.actions.sees_image(self._home.rpartition("/")[2]):
                failure = None
        return TrialResult(seen, failure, "; ".join(remarks), tuple(self._pressed), self._entry)
