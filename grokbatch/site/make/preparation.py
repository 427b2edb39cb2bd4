"""Decides the next step on a page until the click: wait, clear the way, enter the prompt, press. Pure.

Times are seconds of one monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category
from grokbatch.site.make.missing import missing_composer, missing_control, shows_no_post, shows_only_video
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
from grokbatch.site.outcome.failures import (
    Failure,
    access_failure,
    human_check,
    image_gone,
    layout_changed,
    signed_out,
    text_failure,
)
from grokbatch.site.outcome.rules import Waiting, limited
from grokbatch.site.page.observation import IN_THE_WAY
from grokbatch.site.page.urls import path_of

if TYPE_CHECKING:
    from grokbatch.site.locators.table import ControlName, LocatorTable
    from grokbatch.site.make.steps import Step
    from grokbatch.site.network.listener import NetworkEvents
    from grokbatch.site.page.observation import Observation
    from grokbatch.site.page.timeouts import Timeouts


_ENTRIES, _OPENINGS, _RETURNS, _UNDONE = 5, 8, 2, 1
_FIRST_PAUSE, _ERROR_STATUS = 0.25, 400


@dataclass(frozen=True)
class Preparation:
    """What was observed since `started_at`, when the page was opened or the last video was finished.

    `first` is what the page showed then. `timeout` (seconds) limits the wait for a disabled button, `deadline` all
    waiting; `settle` (seconds) is how long the list of videos must stay the same (0: the page is known already);
    `status` is the HTTP status with which the page was opened. `home` is the path of the image's post, empty if any
    post will do. Each `…_since` is the time since which something holds, None if it does not.
    """

    first: Observation
    started_at: float
    timeout: float
    deadline: float
    settle: float = 0.0
    status: int | None = None
    home: str = ""
    loaded_at: float | None = None
    missing_since: float | None = None
    address: str = ""
    address_since: float = 0.0
    login_since: float | None = None
    check_since: float | None = None
    disabled_since: float | None = None
    covered_since: float | None = None
    ids: frozenset[str] | None = None
    ids_since: float = 0.0
    entries: int = 0
    entered_at: float = 0.0
    openings: int = 0
    opened_at: float = 0.0
    menu_since: float | None = None
    hidden_since: float | None = None
    returns: int = 0
    returned_at: float = 0.0
    undone: int = 0
    switched: int = 0
    has_modes: bool = False
    formats: bool = False
    uncovered_at: float | None = None

    def seeing(self, seen: Observation, now: float) -> Preparation:
        """Return this preparation, updated with the observation `seen`."""

        def since(known: float | None, holds: bool) -> float | None:
            return (now if known is None else known) if holds else None

        button, filled = seen.submit, seen.prompt is not None and seen.prompt.filled
        entry = seen.menu.item if seen.menu is not None and seen.composer != "video" else None
        stuck = button is not None and button.disabled and filled and not seen.is_busy
        return replace(
            self,
            loaded_at=since(self.loaded_at, seen.loaded),
            missing_since=since(self.missing_since, missing_control(seen) is not None),
            address=seen.address,
            address_since=self.address_since if seen.address == self.address else now,
            login_since=since(self.login_since, seen.login),
            check_since=since(self.check_since, seen.is_barred),
            disabled_since=since(self.disabled_since, stuck),
            covered_since=since(self.covered_since, button is not None and button.covered),
            has_modes=self.has_modes or seen.mode in ("other", "unknown"),
            formats=self.formats or (seen.prompt is not None and seen.prompt.formatted != ""),
            menu_since=since(self.menu_since, seen.menu is not None and seen.composer != "video"),
            hidden_since=since(self.hidden_since, entry is not None and entry.covered),
            ids=seen.ids,
            ids_since=self.ids_since if seen.ids == self.ids else now,
        )

    def entered(self, now: float) -> Preparation:
        """Return this preparation after the prompt was entered once more."""
        return replace(self, entries=self.entries + 1, entered_at=now, undone=0)

    def opened(self, now: float) -> Preparation:
        """Return this preparation after the button that opens the composer was pressed once more."""
        return replace(self, openings=self.openings + 1, opened_at=now, missing_since=None, switched=0)

    def woken(self) -> Preparation:
        """Return this preparation for a page that hears only now: what was done before counts for nothing."""
        return replace(self, entries=0, openings=0, opened_at=0.0, entered_at=0.0, missing_since=None)

    def closed(self) -> Preparation:
        """Return this preparation after a menu that does not lead to the composer: it is not opened again."""
        return replace(self, openings=_OPENINGS, missing_since=None)

    def returned(self, now: float) -> Preparation:
        """Return this preparation after one more attempt to go back to the image."""
        return replace(self, returns=self.returns + 1, returned_at=now)


@dataclass(frozen=True)
class PreparationRules:
    """Decides the next step towards a submit from what the page shows and what it has received."""

    table: LocatorTable
    timeouts: Timeouts

    def step(self, prep: Preparation, seen: Observation, events: NetworkEvents, now: float) -> Step:
        """Return the next step towards the click; `prep` is already updated with `seen`."""
        step = self._step(prep, seen, events, now)
        if isinstance(step, Failure) and step.category is Category.LAYOUT_CHANGED and events.unloaded:
            # A page that was loaded in part looks like one that has changed.
            text = f"a part of the page did not arrive ({events.unloaded}): {step.message}"
            return Failure(Category.NETWORK_ERROR, text)
        if now < prep.deadline or isinstance(step, Waiting | Failure | Press):
            return step
        # A step may be possible again and again, and change nothing.
        return Failure(Category.TIMEOUT, "the page was not ready for a submit within the whole waiting time (max_wait)")

    def _step(self, prep: Preparation, seen: Observation, events: NetworkEvents, now: float) -> Step:
        barred = self._barred(prep, seen, events, now)
        if barred is not None:
            return barred
        if _is_making_another(seen, events):
            late = Failure(Category.TIMEOUT, "another generation on the page did not end")
            return late if now >= prep.deadline else Waiting(prep.deadline)
        if not self._is_post(seen):
            return self._awaited(prep, seen, events, now)
        way = self._way_to_composer(prep, seen, now)
        if way is not None:
            return way
        if seen.prompt is None or seen.composer != "video":
            return self._awaited(prep, seen, events, now)
        if seen.prompt.formatted:
            return _unformat(prep, seen.prompt.formatted)
        if not seen.prompt.filled:
            return _enter(prep, now)
        if seen.submit is None:
            return self._awaited(prep, seen, events, now)
        if seen.submit.disabled:
            return self._disabled(prep, seen, events, now)
        if prep.covered_since is not None:
            return self._covered("submit", prep, prep.covered_since, now)
        calm = self._calm_at(prep, events)
        return Waiting(calm) if now < calm else Press()

    def _barred(
        self, prep: Preparation, seen: Observation, events: NetworkEvents, now: float
    ) -> Failure | Waiting | None:
        failure = access_failure(seen, events, self.table)
        if failure is not None:
            return failure
        if prep.check_since is not None:
            until = prep.check_since + self.timeouts.human_check
            return human_check() if now >= until else Waiting(until)
        if prep.login_since is not None:
            beside = seen.prompt is not None
            until = prep.login_since + (self.timeouts.login_beside_prompt if beside else self.timeouts.login)
            return signed_out() if now >= until else Waiting(until)
        return None

    def _way_to_composer(self, prep: Preparation, seen: Observation, now: float) -> Step | None:
        """Return the next step towards a composer that makes videos; None if it is there or no step leads to it."""
        if self._is_elsewhere(prep, seen):
            again = prep.returned_at + self.timeouts.missed if prep.returns else 0.0
            return ReturnToImage() if now >= again else Waiting(again)
        if prep.home and prep.returns < _RETURNS and shows_only_video(seen):
            # The address may stay that of the image. A page that is still being built may also look so.
            since = max(prep.returned_at, now if prep.missing_since is None else prep.missing_since)
            until = since + self.timeouts.restless
            return ReturnToImage() if now >= until else Waiting(until)
        # If the page does not show its mode, Video is chosen once.
        is_unclear = seen.mode == "unknown" and not prep.switched
        if seen.composer == "video":
            return SwitchMode() if seen.mode == "other" or (is_unclear and seen.submit is None) else None
        if seen.menu is not None:
            return self._through_menu(prep, seen, now)
        # If the composer itself has modes, that is the shorter way; tried once, as they may belong to something else.
        if seen.prompt is not None and seen.mode == "other" and not prep.switched:
            return SwitchMode()
        if seen.opener is not None and prep.openings < _OPENINGS:
            # A page whose scripts are not running yet ignores the press, so it is repeated; with growing pauses,
            # because a second press would close a menu that is about to open.
            again = prep.opened_at + (2 * _FIRST_PAUSE * 1.7**prep.openings if prep.openings else 0.0)
            ready = not seen.opener.disabled and now >= again
            # A press for which no time is left is not waited for.
            if again <= prep.deadline:
                # A menu that opens below a banner or a question is of no use; one that stays there needs another way.
                is_hidden = seen.opener.covered and (prep.uncovered_at is None or prep.uncovered_at < prep.opened_at)
                if ready and is_hidden:
                    return Uncover()
                return OpenComposer() if ready else Waiting(max(again, now + _FIRST_PAUSE))
        return SwitchMode() if seen.prompt is not None and (seen.mode == "other" or is_unclear) else None

    def _is_elsewhere(self, prep: Preparation, seen: Observation) -> bool:
        """Whether the image's post opened on one of its videos, and there are tries left to go back to the image."""
        return bool(prep.home) and path_of(seen.address) != prep.home and prep.returns < _RETURNS

    def _through_menu(self, prep: Preparation, seen: Observation, now: float) -> Step:
        menu = seen.menu
        if menu is not None and menu.item is not None and not menu.item.disabled:
            return self._entry(prep, now)
        since = now if prep.menu_since is None else prep.menu_since
        until = since + self.timeouts.choices
        if now < until or menu is None:
            return Waiting(until)
        there = ", ".join(f'"{item}"' for item in menu.items) or "nothing"
        detail = f"is not in the menu, which offers {there}: nothing of it was pressed"
        return CloseMenu(layout_changed("opener_item", self.table, detail), goes_on=prep.has_modes)

    def _entry(self, prep: Preparation, now: float) -> Step:
        if prep.hidden_since is not None:
            return self._covered("opener_item", prep, prep.hidden_since, now)
        if prep.menu_since is not None and now >= prep.menu_since + self.timeouts.controls:
            return layout_changed("opener_item", self.table, "was pressed and did not open the composer for videos")
        return PickItem()

    def _awaited(self, prep: Preparation, seen: Observation, events: NetworkEvents, now: float) -> Step:
        """Return the step while a needed control is missing: wait, as is normal for a while, then fail."""
        refusal = text_failure(seen.fresh_notices(prep.first), self.table, events)
        if refusal is not None and prep.missing_since is not None:
            # The page may show an old text while it is still being built.
            until = min(prep.missing_since + self.timeouts.contradiction, prep.deadline)
            return refusal if now >= until else Waiting(until)
        if prep.loaded_at is None:
            until = prep.started_at + self.timeouts.open
            failure = Failure(Category.NETWORK_ERROR, "the page did not finish loading")
        else:
            since = prep.address_since if prep.missing_since is None else prep.missing_since
            until = max(prep.loaded_at, since) + self.timeouts.controls
            failure = _image_gone(prep, seen) or self._layout_changed(seen, prep.status)
        until = min(until, prep.deadline)
        return failure if now >= until else Waiting(until)

    def _is_post(self, seen: Observation) -> bool:
        return self.table.has_path("post", path_of(seen.address))

    def _layout_changed(self, seen: Observation, status: int | None) -> Failure:
        answered = f" (the site answered {status})" if status and status >= 400 else ""
        if not self._is_post(seen):
            text = f"the site shows {path_of(seen.address) or '/'} instead of the post{answered}"
            return Failure(Category.LAYOUT_CHANGED, text)
        failure = self._missing(seen)
        if answered:
            # The site says that there is no such post: `grokbatch learn` could not teach the missing control there.
            return Failure(Category.LAYOUT_CHANGED, f"{failure.message}{answered}", tried=failure.tried)
        return failure

    def _missing(self, seen: Observation) -> Failure:
        missing = missing_control(seen) or "submit"
        if shows_no_post(seen):
            detail = "was not found on the page, nor any other: the image may be deleted or expired, look at its page"
            return layout_changed(missing, self.table, detail)
        if missing != "opener":
            return layout_changed(missing, self.table)
        detail = f"{missing_composer(seen)}, so nothing was entered; no button that opens the one for videos was found"
        if seen.opener is not None:
            detail = f'"{seen.opener.name}" was pressed and did not open the composer for videos'
        return layout_changed("opener", self.table, detail, ("opener", "opener_item"))

    def _disabled(self, prep: Preparation, seen: Observation, events: NetworkEvents, now: float) -> Step:
        since = prep.disabled_since if prep.disabled_since is not None else now
        limit = limited(seen, events)
        if limit is not None and now >= since + self.timeouts.disabled:
            return limit
        # Some pages enable the button late, and start their delay anew with each entry.
        again = prep.entered_at + self.timeouts.reenter * 4.0 ** max(0, prep.entries - 1)
        if prep.entries < _ENTRIES and now >= again:
            return Enter(anew=True)
        ends = [since + self.timeouts.disabled] if limit else []
        ends += [again] if prep.entries < _ENTRIES else []
        # No text explains it: the page is slow, or the site has reached a limit without saying so.
        timeouts = min(prep.timeout, self.timeouts.greyed_out)
        until = min([*ends, since + timeouts])
        text = f"the submit button stayed disabled for {timeouts:g} s though the prompt is entered"
        failure = Failure(Category.TIMEOUT, text, is_final=True, is_greyed_out=True)
        return failure if now >= since + timeouts else Waiting(until)

    def _covered(self, control: ControlName, prep: Preparation, since: float, now: float) -> Step:
        until = since + self.timeouts.controls
        if now >= until:
            return layout_changed(control, self.table, "is covered by something that does not go away", IN_THE_WAY)
        again = since if prep.uncovered_at is None else prep.uncovered_at + self.timeouts.uncover
        return Uncover() if now >= again else Waiting(min(again, until))

    def _calm_at(self, prep: Preparation, events: NetworkEvents) -> float:
        """Return when the list of videos is complete: nothing was loaded, and nothing changed, for `settle` seconds."""
        latest = prep.entered_at + self.timeouts.restless
        if prep.settle <= 0 or events.pending:
            return latest if prep.settle > 0 else prep.entered_at
        return min(latest, max(prep.ids_since, events.quiet_since) + prep.settle)


def _image_gone(prep: Preparation, seen: Observation) -> Failure | None:
    """Return the failure of an image's post that is blank, or leads to a page above it: the image is not there."""
    if not prep.home or (prep.status or 0) >= _ERROR_STATUS:
        return None
    shown = path_of(seen.address)
    if seen.blank and shown == prep.home:
        return image_gone("a blank page")
    return image_gone(shown) if shown and prep.home.startswith(f"{shown}/") else None


def _enter(prep: Preparation, now: float) -> Step:
    # A page whose scripts are not running yet loses what is entered; the pause doubles with each entry.
    again = prep.entered_at + (_FIRST_PAUSE * 2.0**prep.entries if prep.entries else 0.0)
    if now < again:
        return Waiting(again)
    if prep.entries >= _ENTRIES:
        return Failure(Category.GENERATION_ERROR, "the prompt box does not keep what is entered")
    return Enter(anew=prep.entries > 0, apart=prep.formats)


def _unformat(prep: Preparation, formatted: str) -> Step:
    if prep.undone < _UNDONE:
        return Unformat()
    if prep.entries < _ENTRIES:
        return Enter(anew=True, apart=True)
    text = f"the page's editor turns characters of the prompt into a {formatted}; write it without them"
    return Failure(Category.GENERATION_ERROR, text, control="prompt", is_final=True)


def _is_making_another(seen: Observation, events: NetworkEvents) -> bool:
    """Whether the page is making another video: one that it started by itself, or that was begun earlier."""
    if any(call.is_in_flight for call in events.calls):
        return True
    return seen.is_busy and (seen.submit is None or seen.submit.disabled)
