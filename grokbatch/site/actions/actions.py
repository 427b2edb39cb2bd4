"""The actions on the page: enter the prompt, close what is in the way, press the button, select a video."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.site.api.file_addresses import ids_in
from grokbatch.site.page.observation import IN_THE_WAY
from grokbatch.site.page.watcher import PageGoneError, ask, is_gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from grokbatch.site.locators.table import ControlName, LocatorTable
    from grokbatch.site.page.observation import Choice, Observation, PromptBox

_CHOICE = "(id) => window[Symbol.for('grokbatch.watch')]?.choices.element(id) ?? 'gone'"
_CHOICE_MILLISECONDS = 2000
_UNCOVER_MILLISECONDS = 1000
_LARGE = 150
"""The least height and width of a picture that the page shows in full."""
# The address of the picture that the selectors find, else of the largest one.
_PICTURE = """({ beside, least }) => {
  const found = beside.map((each) => document.querySelector(each)).find(Boolean);
  const size = (picture) => Math.min(picture.getBoundingClientRect().width, picture.getBoundingClientRect().height);
  const large = [...document.images].filter((each) => size(each) >= least).sort((a, b) => size(b) - size(a));
  const picture = (found?.matches("img") ? found : found?.querySelector("img")) ?? large[0];
  return { address: picture?.currentSrc ?? "" };
}"""
# The end of a line that an editor may turn into a list, a heading, a quotation, emphasis or a mention.
_COMPLETES = re.compile(r"^\s*(\d{1,9}[.)]|[-+*>]|#{1,6}|\[[ xX]?\])\s$|[*_~`=)]$|@\S*\s?$")


@dataclass(frozen=True)
class PageActions:
    """Acts on one page, each action within `seconds`.

    Each method returns whether the action succeeded; the caller checks its effect by observing the page. All raise
    PageGoneError.
    """

    page: Page
    table: LocatorTable
    seconds: float

    def enter(self, prompt: str, seen: Observation, *, anew: bool) -> bool:
        """Enter `prompt` into its box; with `anew`, empty the box first and use the keyboard."""
        if seen.prompt is None:
            return False
        box = self._box(seen.prompt)
        if not anew:
            return self._does(lambda: box.fill(prompt, timeout=self._milliseconds))
        # A framework that compares the text with its own copy ignores an entry that changes nothing.
        emptied = self._does(lambda: box.fill("", timeout=self._milliseconds))
        focused = emptied and self._does(lambda: box.focus(timeout=self._milliseconds))
        return focused and self._does(lambda: self.page.keyboard.insert_text(prompt))

    def enter_apart(self, prompt: str, seen: Observation, is_formatted: Callable[[], bool]) -> bool:
        """Enter `prompt` character by character, and undo at once any formatting that the editor makes of it.

        Editors undo only their last formatting, and only with the very next key.
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
        """Click the button that submits the prompt."""
        if seen.submit is None:
            return False
        button = _shown(seen.submit.alternative(self.table).locate(self.page), seen.submit.nth)
        return self._click(button)

    def open_composer(self, seen: Observation) -> bool:
        """Click the button that opens the composer for videos."""
        opener = seen.opener
        if opener is None:
            return False
        button = self._found("opener", opener.index, opener.nth)
        if not opener.covered and self._click(button):
            return True
        # Something covers the button and may stay, such as an old message; the keyboard still works.
        return self._does(lambda: button.press("Enter", timeout=self._milliseconds))

    def pick_item(self, seen: Observation) -> bool:
        """Click the entry for prompts in the menu of that button, and never another entry."""
        item = None if seen.menu is None else seen.menu.item
        return item is not None and self._click(self._found("opener_item", item.index, item.nth))

    def undo(self) -> bool:
        """Undo the editor's last change, such as automatic formatting."""
        return self._does(lambda: self.page.keyboard.press("ControlOrMeta+z"))

    def show_image(self, post_id: str) -> bool:
        """Click the picture of the image's post, which the page shows beside a video that was made from it."""
        found = self._image(post_id)
        return found is not None and self._click(found)

    def sees_image(self, post_id: str) -> bool:
        """Whether the page shows the picture of the image's post."""
        return self._image(post_id) is not None

    def _image(self, post_id: str) -> Locator | None:
        quoted = _quoted(post_id)
        there = self.page.locator(f'a[href*="{quoted}"], button:has(img[src*="{quoted}"]), img[src*="{quoted}"]')
        locators = [there, *(each.locate(self.page) for each in self.table.controls["source_image"])]
        return next((picture for each in locators if self._is_there(picture := _shown(each))), None)

    def picture_ids(self) -> frozenset[str]:
        """Return the ids in the address of the picture of the image's post; none if it is not shown, or has none.

        It is the one beside a video that was made from it, or the page's largest: others, as of a gallery, are smaller.
        """
        beside = [each.css for each in self.table.controls["source_image"] if each.css and not each.text]
        told = ask(self.page, _PICTURE, {"beside": beside, "least": _LARGE}, self._milliseconds)
        return frozenset(ids_in(unquote(str(told["address"]))))

    def choose(self, choice: Choice) -> bool:
        """Click a choice, or a button that opens a menu of choices."""
        chosen: list[bool] = []
        return self._does(lambda: chosen.append(self._choose(choice.id))) and chosen == [True]

    def _choose(self, number: int) -> bool:
        # A handle to the observed element, because other elements may have the same text.
        element = self.page.wait_for_function(_CHOICE, arg=number, timeout=self._milliseconds).as_element()
        if element is None:
            return False
        drop_down = element.query_selector("xpath=self::option/ancestor::select")
        if drop_down is None:
            element.click(timeout=_CHOICE_MILLISECONDS)
        else:
            drop_down.select_option(element=element, timeout=_CHOICE_MILLISECONDS)
        return True

    def press_escape(self) -> bool:
        """Press Escape, which closes most menus."""
        return self._does(lambda: self.page.keyboard.press("Escape"))

    def leave_menu(self, seen: Observation) -> bool:
        """Click into the prompt's box, which closes most menus."""
        if seen.prompt is None:
            return False
        return self._click(self._box(seen.prompt))

    def uncover(self) -> bool:
        """Close one banner or question that is known to cover the controls."""
        for control in IN_THE_WAY:
            buttons = (_shown(alternative.locate(self.page)) for alternative in self.table.controls[control])
            there = next((button for button in buttons if self._is_there(button)), None)
            # If the click fails, another one may cover this one, so that is closed first.
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
            # The error's text may quote the prompt, so it is not raised further.
            if is_gone(self.page):
                raise PageGoneError("the page is gone") from None
            return False
        return True


def _shown(locator: Locator, nth: int = 0) -> Locator:
    return locator.locator("visible=true").nth(nth)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
