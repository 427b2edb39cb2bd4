"""What is done on the page as a person does it: enter the prompt, clear the way, press the button, select a video."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.site.page.observation import IN_THE_WAY
from grokbatch.site.page.watcher import PageGoneError, is_gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from grokbatch.site.locators.table import ControlName, LocatorTable
    from grokbatch.site.page.observation import Choice, Observation, PromptBox

_CHOICE = "(id) => window[Symbol.for('grokbatch.watch')]?.choices.element(id) ?? 'gone'"
_CHOICE_MILLISECONDS = 2000
_UNCOVER_MILLISECONDS = 1000
# The end of a line after which an editor may make a list, a heading, a quotation, emphasis or a mention of it.
_COMPLETES = re.compile(r"^\s*(\d{1,9}[.)]|[-+*>]|#{1,6}|\[[ xX]?\])\s$|[*_~`=)]$|@\S*\s?$")


@dataclass(frozen=True)
class PageActions:
    """Acts on one page. Each method says whether the action succeeded; the caller verifies it by observing the page.

    All raise PageGoneError. `seconds` is how long one action may take.
    """

    page: Page
    table: LocatorTable
    seconds: float

    def enter(self, prompt: str, seen: Observation, *, anew: bool) -> bool:
        """Put `prompt` into its box; `anew` empties it first, and uses the keyboard."""
        if seen.prompt is None:
            return False
        box = self._box(seen.prompt)
        if not anew:
            return self._does(lambda: box.fill(prompt, timeout=self._milliseconds))
        # A framework that compares the text with the one it knows hears no entry that changes nothing.
        emptied = self._does(lambda: box.fill("", timeout=self._milliseconds))
        focused = emptied and self._does(lambda: box.focus(timeout=self._milliseconds))
        return focused and self._does(lambda: self.page.keyboard.insert_text(prompt))

    def enter_apart(self, prompt: str, seen: Observation, is_formatted: Callable[[], bool]) -> bool:
        """Put `prompt` into its box sign by sign, and take back at once what the editor makes of a sign.

        Editors keep one such change ready to be taken back with the next key, and no more.
        """
        if seen.prompt is None or not self.enter("", seen, anew=True):
            return False
        typed = ""
        for sign in prompt:
            typed += sign
            if not self._does(lambda sign=sign: self.page.keyboard.insert_text(sign)):  # type: ignore[misc]
                return False
            may_format = sign == "\n" or _COMPLETES.search(typed.rpartition("\n")[2])
            if may_format and is_formatted():
                self._does(lambda: self.page.keyboard.press("Backspace"))
        return True

    def press(self, seen: Observation) -> bool:
        """Click the button that starts a video."""
        if seen.submit is None:
            return False
        button = _shown(seen.submit.alternative(self.table).locate(self.page), seen.submit.nth)
        return self._click(button)

    def open_composer(self, seen: Observation) -> bool:
        """Click the button that brings the composer for videos."""
        opener = seen.opener
        if opener is None:
            return False
        button = self._found("opener", opener.index, opener.nth)
        if not opener.covered and self._click(button):
            return True
        # Something lies over it that may stay, such as an old message: the keyboard reaches it all the same.
        return self._does(lambda: button.press("Enter", timeout=self._milliseconds))

    def pick_item(self, seen: Observation) -> bool:
        """Click the entry for prompts in the menu of that button; no other entry is ever clicked."""
        item = None if seen.menu is None else seen.menu.item
        return item is not None and self._click(self._found("opener_item", item.index, item.nth))

    def undo(self) -> bool:
        """Take back what the editor did last, as a person does when it has formatted a text by itself."""
        return self._does(lambda: self.page.keyboard.press("ControlOrMeta+z"))

    def show_image(self, post_id: str) -> bool:
        """Click the picture of the image's own post, which stands beside a video that was made from it."""
        found = self._image(post_id)
        return found is not None and self._click(found)

    def sees_image(self, post_id: str) -> bool:
        """Whether that picture is there."""
        return self._image(post_id) is not None

    def _image(self, post_id: str) -> Locator | None:
        quoted = _quoted(post_id)
        there = self.page.locator(f'a[href*="{quoted}"], button:has(img[src*="{quoted}"]), img[src*="{quoted}"]')
        places = [there, *(each.locate(self.page) for each in self.table.controls["source_image"])]
        return next((place for each in places if self._is_there(place := _shown(each))), None)

    def choose(self, choice: Choice) -> bool:
        """Click a choice, or a button that opens a menu of them, as a person does."""
        chosen: list[bool] = []
        return self._does(lambda: chosen.append(self._choose(choice.id))) and chosen == [True]

    def _choose(self, number: int) -> bool:
        # A handle, because it is this very element that was looked at: the same words may stand elsewhere, too.
        element = self.page.wait_for_function(_CHOICE, arg=number, timeout=self._milliseconds).as_element()
        if element is None:
            return False
        drop_down = element.query_selector("xpath=self::option/ancestor::select")
        if drop_down is None:
            element.click(timeout=_CHOICE_MILLISECONDS)
        else:
            drop_down.select_option(element=element, timeout=_CHOICE_MILLISECONDS)
        return True

    def put_away(self) -> bool:
        """Press Escape, which closes most menus."""
        return self._does(lambda: self.page.keyboard.press("Escape"))

    def leave_menu(self, seen: Observation) -> bool:
        """Click into the prompt's box, which closes most menus."""
        if seen.prompt is None:
            return False
        return self._click(self._box(seen.prompt))

    def uncover(self) -> bool:
        """Put away one banner or question that is known to lie over the controls."""
        for control in IN_THE_WAY:
            buttons = (_shown(alternative.locate(self.page)) for alternative in self.table.controls[control])
            there = next((button for button in buttons if self._is_there(button)), None)
            # One may lie over the other: then it is the other's turn first.
            if there is not None and self._click(there, _UNCOVER_MILLISECONDS):
                return True
        return False

    def select(self, video_id: str) -> bool:
        """Click the thumbnail of a video, so that the player shows it."""
        source = self.page.locator(f'[src*="{_quoted(video_id)}"]')
        for alternative in self.table.controls["thumbnails"]:
            tile = alternative.locate(self.page).and_(source).first
            if self._is_there(tile):
                return self._click(tile)
        return False

    def _box(self, box: PromptBox) -> Locator:
        return self._found("prompt", box.index, box.nth)

    def _found(self, control: ControlName, index: int, nth: int) -> Locator:
        return _shown(self.table.controls[control][index].locate(self.page), nth)

    @property
    def _milliseconds(self) -> float:
        return self.seconds * 1000

    def _click(self, target: Locator, milliseconds: float | None = None) -> bool:
        return self._does(lambda: target.click(timeout=milliseconds or self._milliseconds))

    def _is_there(self, locator: Locator) -> bool:
        found: list[bool] = []
        return self._does(lambda: found.append(locator.is_visible())) and found == [True]

    def _does(self, action: Callable[[], object]) -> bool:
        try:
            action()
        except PlaywrightTimeout:
            return False
        except Error:
            # Its text may quote the prompt, so nothing of it goes further up.
            if is_gone(self.page):
                raise PageGoneError("the page is gone") from None
            return False
        return True


def _shown(locator: Locator, nth: int = 0) -> Locator:
    return locator.locator("visible=true").nth(nth)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
