"""The way to the box for the prompt, as a person shows it: a button, mostly an entry of its menu, then the box.

What stands in a menu is looked at when it is pressed, for the menu closes with that.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from grokbatch.site.learn.candidates import goes_by_name, is_entry, may_find, opens_menu
from grokbatch.site.learn.verify import choose, proven, ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

    from grokbatch.site.learn.candidates import Part
    from grokbatch.site.learn.element import Described
    from grokbatch.site.locators.table import Alternative

# So many ways to find the opener are kept, until it is known what they must not find.
_SPARE = 8

TOO_LONG = "it takes more than a button and an entry of its menu to bring the box, which grokbatch cannot do"
NO_BUTTON = "the button of the menu was not pressed with the mouse"


@dataclass(frozen=True)
class Pressed:
    """What was pressed before the box: the element, the ways to find it, and the boxes and their buttons until then."""

    it: Described
    as_opener: tuple[Alternative, ...]
    as_item: tuple[Alternative, ...]
    boxes: tuple[Described, ...] = ()
    buttons: tuple[Described, ...] = ()


def look_at(page: Page, it: Described, boxes: Sequence[Described], buttons: Sequence[Described]) -> Pressed:
    """Return what is known of an element that is about to be pressed."""
    as_opener = tuple(islice(ways(page, "opener", it), _SPARE))
    return Pressed(it, as_opener, proven(page, "opener_item", it), tuple(boxes), tuple(buttons))


@dataclass(frozen=True)
class Way:
    """What has brought the box, in the order of the presses; empty where the box was there from the beginning."""

    opener: Pressed | None = None
    item: Pressed | None = None
    problem: str = ""

    @classmethod
    def of(cls, presses: Sequence[Pressed]) -> Way:
        """Return the way that these presses make."""
        match presses:
            case []:
                return cls()
            case [only] if is_entry(only.it):
                return cls(item=only, problem=NO_BUTTON)
            case [opener]:
                return cls(opener)
            case [opener, item]:
                return cls(opener, item)
            case _:
                return cls(problem=TOO_LONG)

    @property
    def before(self) -> Pressed | None:
        """What was pressed first, with the boxes that the page had before."""
        return self.opener or self.item

    def parts(self, submit: Described | None = None) -> dict[Part, tuple[Alternative, ...]]:
        """Return how the parts of the way are found; none of that finds the button `submit`."""
        found: dict[Part, tuple[Alternative, ...]] = {}
        if self.opener is not None:
            there = self.opener.as_opener
            apart = [each for each in there if submit is None or not may_find(each, "opener", submit)]
            found["opener"] = choose("opener", self.opener.it, apart)
        if self.item is not None:
            found["opener_item"] = self.item.as_item
        return found

    def prompt(self, page: Page, it: Described) -> tuple[Alternative, ...]:
        """Return how the box `it` is found; what would have found another one before says nothing of videos."""
        if self.before is None or not self.before.boxes:
            return proven(page, "prompt", it)
        # That it is built in another way says nothing of what it is for.
        apart = [each for each in proven(page, "prompt", it, self.before.boxes) if goes_by_name(each, it)]
        return tuple(apart) or _for_any_use(proven(page, "prompt", it))

    def submit(self, page: Page, it: Described) -> tuple[Alternative, ...]:
        """Return how the button `it` is found: never so that a part of the way is found, too."""
        if opens_menu(it):
            return ()
        way = [each.it for each in (self.opener, self.item) if each is not None]
        if self.before is None or not self.before.boxes:
            return proven(page, "submit", it, way)
        found = proven(page, "submit", it, [*way, *self.before.buttons])
        if not found:
            return _for_any_use(proven(page, "submit", it, way))
        # The button of the other composer may show only once there is text: then it is told by its name alone.
        return tuple(each if goes_by_name(each, it) else _marked(each) for each in found)


def _for_any_use(found: Sequence[Alternative]) -> tuple[Alternative, ...]:
    return tuple(map(_marked, found))


def _marked(alternative: Alternative) -> Alternative:
    return alternative.model_copy(update={"any_use": True})
