"""Sets options on the page: opens their menus, clicks choices, and checks that the page shows them as chosen."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category
from grokbatch.site.outcome.failures import Failure, layout_changed
from grokbatch.site.page.option_values import MAX, OPTIONS, find_choice, greatest, is_chosen, offered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grokbatch.site.actions.context import PageContext
    from grokbatch.site.locators.table import ControlName
    from grokbatch.site.page.observation import Choice, Observation
    from grokbatch.site.page.watcher import Watch

# Options that a page need not have.
_DISPENSABLE = frozenset({"aspect"})
# Each round chooses what is not chosen yet, and so checks the effect of the round before.
_ROUNDS = 4
_OPENINGS = 8
# Seconds for a menu to close; not every menu closes with Escape.
_CLOSES_WITHIN = 0.15


_Key = tuple[str, int]


class _EndError(Exception):
    """Ends the choosing; `failure` says why, None if it is no failure."""

    def __init__(self, failure: Failure | None = None) -> None:
        super().__init__()
        self.failure = failure


class Choosing:
    """Chooses options on the page, once.

    `wanted` are the values by control, written as in a batch. Waiting for a page that makes another video ends at
    `deadline` (seconds of the page context's clock). When `is_over` is true of the page, nothing more is done.
    Afterwards `chosen` holds the chosen values, with the value that `max` stood for, and `touched` says whether
    anything was clicked.
    """

    def __init__(
        self,
        page_context: PageContext,
        watch: Watch,
        wanted: Mapping[ControlName, str],
        deadline: float,
        is_over: Callable[[Observation], bool] = lambda _: False,
    ) -> None:
        self.chosen: dict[str, str] = {}
        self.touched = False
        self._page_context = page_context
        # All options are observed: a choice in a menu of options that belongs to no other option may be a preset.
        self._watch = replace(watch, choices=("mode", *OPTIONS, "options"))
        self._wanted = dict(wanted)
        self._deadline = deadline
        self._is_over = is_over
        self._met: dict[ControlName, tuple[Choice, ...]] = {}
        self._unshown: set[ControlName] = set()
        self._clicked: list[ControlName] = []
        self._opener: tuple[_Key, Choice] | None = None
        self._tried: set[_Key] = set()
        self._is_other_mode = False

    def run(self) -> Failure | None:
        """Choose what is wanted; return the failure that forbids a submit, if any. Raises PageGoneError."""
        try:
            self._take(self._watch.now())
            self._first = self._seen
            failure = self._set()
            self._close()
        except _EndError as end:
            if self._opener is not None:
                self._page_context.actions.press_escape()
            return end.failure
        return failure

    def _set(self) -> Failure | None:
        until = self._page_context.clock() + self._page_context.timeouts.choices
        while True:
            failure = self._failure_of(self._rounds())
            now = self._page_context.clock()
            if failure is None or now >= until:
                return failure
            self._look(until - now)

    def _rounds(self) -> list[ControlName]:
        """Choose until nothing is left to click; return the options that cannot be chosen.

        A page may be drawn, and even have listeners, before it reacts: what it does not keep is chosen again for a
        while.
        """
        deaf_until = self._page_context.clock() + self._page_context.timeouts.deaf
        for rounds in count():
            seconds = deaf_until - self._page_context.clock()
            if rounds >= _ROUNDS and seconds <= 0:
                break
            if rounds >= _ROUNDS:
                self._look(min(self._page_context.timeouts.choosing, seconds))
            self._clicked.clear()
            left = self._round()
            if not self._clicked:
                return left
        options = " and ".join(f"{control}: {self._wanted[control]}" for control in self._clicked)
        text = f"the page does not keep {options} when it is chosen"
        raise _EndError(Failure(Category.LAYOUT_CHANGED, text, control=self._clicked[0]))

    def _round(self) -> list[ControlName]:
        left = [control for control in self._wanted if control not in self._unshown]
        self._tried.clear()
        while True:
            left = [control for control in left if not self._settle(control)]
            if not left or not self._open_next(left):
                return left

    # --- one option

    def _settle(self, control: ControlName) -> bool:
        """Choose the wanted value of one option, if the page shows it; return whether it is done in this round."""
        choices = self._choices(control)
        value = self._value(control, choices)
        choice = find_choice(control, value, choices, self._page_context.table)
        if choice is None or (choice.disabled and not choice.chosen):
            return False
        self.chosen[control] = value
        # The button of a menu shows the choice in it; so does a button that goes on to the next choice when clicked.
        if not (choice.opens or _is_lone(choices)) and is_chosen(choice, choices) is not True:
            self._choose(control, value, choice)
        return True

    def _value(self, control: ControlName, choices: Sequence[Choice]) -> str:
        if self._wanted[control] != MAX:
            return self._wanted[control]
        return greatest(control, choices) or self.chosen.get(control, "")

    def _choose(self, control: ControlName, value: str, choice: Choice) -> None:
        self._clicked.append(control)
        # Another mode has other options: new ones then do not mean that a menu is open.
        self._is_other_mode = control == "mode" and not _has_more(self._seen, self._first)
        is_shown = is_chosen(choice, self._choices(control)) is not None
        if self._click(choice):
            self._look_until(lambda: not is_shown or self._state(control, value) is not False)
            if not is_shown and self._state(control, value) is None:
                # The page does not show what is chosen; only the finished video will.
                self._unshown.add(control)
        self._tried.clear()  # the menu that was open may be closed now

    def _state(self, control: ControlName, value: str) -> bool | None:
        choices = self._choices(control)
        choice = find_choice(control, value, choices, self._page_context.table)
        return None if choice is None else is_chosen(choice, choices)

    def _choices(self, control: ControlName) -> tuple[Choice, ...]:
        here = self._seen.choices[control]
        if control != "preset":
            return here
        others = {each.id for name in ("mode", *OPTIONS) if name != control for each in self._seen.choices[name]}
        return tuple(each for each in here if each.id not in others)

    # --- menus

    def _open_next(self, left: Sequence[ControlName]) -> bool:
        """Open a menu that was not opened yet; return whether there was one."""
        openers = self._openers(left)
        if not openers or len(self._tried) >= _OPENINGS:
            return False
        key, opener = min(openers.items(), key=lambda each: not each[1].in_popup)
        if not opener.in_popup:
            if self._is_open():
                self._close()
                return True  # without the menu, the page may show something else
            self._opener = key, opener
        self._tried.add(key)
        before = {each.id for each in _all(self._seen)}
        if self._click(opener):
            self._look_until(lambda: any(each.id not in before for each in _all(self._seen)))
        return True

    def _openers(self, left: Sequence[ControlName]) -> dict[_Key, Choice]:
        """Return what may open a menu and was not tried; by its text, as many pages replace their buttons' elements."""
        own = [each for control in left for each in self._seen.choices[control] if each.opens]
        every = {each.id: each for each in (*own, *self._seen.choices["options"], *self._lone(left))}
        names = [f"{each.in_popup} {each.name} {each.text}" for each in every.values()]
        keys = [(name, names[:at].count(name)) for at, name in enumerate(names)]
        # A second click would close what is open.
        done = self._tried | ({self._opener[0]} if self._opener and self._is_open() else set())
        there = zip(keys, every.values(), strict=True)
        return {key: each for key, each in there if not (key in done or each.is_open or each.disabled)}

    def _lone(self, left: Sequence[ControlName]) -> Iterator[Choice]:
        """Yield choices without alternatives: some buttons show the choice and go to the next one when clicked."""
        for control in left:
            if _is_lone(choices := self._choices(control)):
                yield choices[0]

    def _is_open(self) -> bool:
        """Whether the opened menu is still open; with some pages, only the further choices show that."""
        if self._opener is None:
            return False
        is_open = any(each.is_open and each.id == self._opener[1].id for each in _all(self._seen))
        if is_open or _in_popups(self._seen) > _in_popups(self._first):
            return True
        return not self._is_other_mode and _has_more(self._seen, self._first)

    def _close(self) -> None:
        """Close the opened menu, because it covers the page."""
        ways = (
            self._page_context.actions.press_escape,
            self._click_opener,
            lambda: self._page_context.actions.leave_menu(self._seen),
        )
        for way in ways:
            if not self._is_open():
                break
            way()
            self._look()
            self._look_until(lambda: not self._is_open(), _CLOSES_WITHIN)
        self._opener = None

    def _click_opener(self) -> bool:
        there = [each for each in _all(self._seen) if each.opens and not each.in_popup]
        same = [each for each in there if self._opener and each.id == self._opener[1].id]
        # The button's element may have been replaced, with another text.
        return any(self._click(each) for each in (same or there)[:1])

    # --- looking and clicking

    def _click(self, choice: Choice) -> bool:
        self.touched = True
        done = self._page_context.actions.choose(choice)
        self._look()
        if not done and any(each.id == choice.id for each in _all(self._seen)) and self._page_context.actions.uncover():
            done = self._page_context.actions.choose(choice)
            self._look()
        return done

    def _look(self, seconds: float = 0.0) -> None:
        self._take(self._watch.until_change(self._seen.signature, seconds) if seconds else self._watch.now())

    def _look_until(self, holds: Callable[[], bool], seconds: float | None = None) -> None:
        until = self._page_context.clock() + (self._page_context.timeouts.choosing if seconds is None else seconds)
        while not holds() and (now := self._page_context.clock()) < until:
            self._look(until - now)

    def _take(self, seen: Observation) -> None:
        """Keep what is seen once no video is being made: until then the menu's button shows a percentage."""
        while True:
            if self._is_over(seen):
                raise _EndError
            if not seen.is_busy:
                break
            now = self._page_context.clock()
            if now >= self._deadline:
                raise _EndError(Failure(Category.TIMEOUT, "another generation on the page did not end"))
            seen = self._watch.until_change(seen.signature, self._deadline - now)
        self._seen = seen
        for control in self._wanted:
            choices = tuple(each for each in self._choices(control) if not each.opens)
            self._met[control] = choices or self._met.get(control, ())

    # --- what is missing

    def _failure_of(self, left: Sequence[ControlName]) -> Failure | None:
        needed = [control for control in left if control not in _DISPENSABLE]
        return self._refusal(needed[0]) if needed else None

    def _refusal(self, control: ControlName) -> Failure:
        value, met = self._wanted[control], self._met[control]
        if not met:
            detail = f"was not found on the page, though {control}: {value} is asked for"
            return layout_changed(control, self._page_context.table, detail)
        there = offered(met)
        if value == MAX or find_choice(control, value, met, self._page_context.table):
            text = f"the page does not let {control}: {value} be chosen now (of {there})"
            degraded = f"asked for {control}: {value}, which cannot be chosen now"
            return Failure(Category.GENERATION_ERROR, text, control=control, degraded=degraded)
        text = f'the page offers {there} for {control}, not {value}; edit "{control}" in the batch'
        return Failure(Category.LAYOUT_CHANGED, text, control=control)


def _is_lone(choices: Sequence[Choice]) -> bool:
    return len(choices) == 1 and choices[0].chosen is None


def _all(seen: Observation) -> Iterator[Choice]:
    for choices in seen.choices.values():
        yield from choices


def _in_popups(seen: Observation) -> int:
    return sum(each.in_popup for each in _all(seen))


def _has_more(seen: Observation, before: Observation) -> bool:
    """Whether the page offers more choices outside of popups than before: some menus open inside the page."""
    return any(_on_page(seen, control) > _on_page(before, control) for control in OPTIONS)


def _on_page(seen: Observation, control: ControlName) -> int:
    return sum(not each.in_popup for each in seen.choices[control])
