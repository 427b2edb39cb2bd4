"""The way to the prompt's box, as a person shows it: a button, usually an entry of its menu, then the box.

An entry is examined before it is pressed, because the menu then closes.
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

# How many ways to find the opener are kept until it is known which elements they must not match.
_SPARE = 8

TOO_LONG = "it takes more than a button and an entry of its menu to bring the box, which grokbatch cannot do"
NO_BUTTON = "the button of the menu was not pressed with the mouse"


@dataclass(frozen=True)
class Pressed:
    """An element pressed before the box appeared, the ways to find it, and the boxes and buttons until then."""

    it: Described
    as_opener: tuple[Alternative, ...]
    as_item: tuple[Alternative, ...]
    boxes: tuple[Described, ...] = ()
    buttons: tuple[Described, ...] = ()


def examine(page: Page, it: Described, boxes: Sequence[Described], buttons: Sequence[Described]) -> Pressed:
    """Return an element that is about to be pressed, with the ways to find it."""
    as_opener = tuple(islice(ways(page, "opener", it), _SPARE))
    return Pressed(it, as_opener, proven(page, "opener_item", it), tuple(boxes), tuple(buttons))


@dataclass(frozen=True)
class Way:
    """The presses that led to the box, in their order; empty if the box was there from the beginning."""

    opener: Pressed | None = None
    item: Pressed | None = None
    problem: str = ""

    @classmethod
    def of(cls, presses: Sequence[Pressed]) -> Way:
        """Return the way of these presses."""
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
        """The first press, with the boxes that the page had before it; None if there was no press."""
        return self.opener or self.item

    def parts(self, submit: Described | None = None) -> dict[Part, tuple[Alternative, ...]]:
        """Return the ways to find each part of the way; none of them matches the button `submit`."""
        found: dict[Part, tuple[Alternative, ...]] = {}
        if self.opener is not None:
            there = self.opener.as_opener
            apart = [each for each in there if submit is None or not may_find(each, "opener", submit)]
            found["opener"] = choose("opener", self.opener.it, apart)
        if self.item is not None:
            found["opener_item"] = self.item.as_item
        return found

    def prompt(self, page: Page, it: Described) -> tuple[Alternative, ...]:
        """Return the ways to find the box `it`; marked if they would also have matched a box of another composer."""
        if self.before is None or not self.before.boxes:
            return proven(page, "prompt", it)
        # Differences in how the boxes are built say nothing of their purpose.
        apart = [each for each in proven(page, "prompt", it, self.before.boxes) if goes_by_name(each, it)]
        return tuple(apart) or _for_any_use(proven(page, "prompt", it))

    def submit(self, page: Page, it: Described) -> tuple[Alternative, ...]:
        """Return the ways to find the button `it`; none of them matches a part of the way."""
        if opens_menu(it):
            return ()
        way = [each.it for each in (self.opener, self.item) if each is not None]
        if self.before is None or not self.before.boxes:
            return proven(page, "submit", it, way)
        found = proven(page, "submit", it, [*way, *self.before.buttons])
        if not found:
            return _for_any_use(proven(page, "submit", it, way))
        # The other composer's button may show only once there is text; then only its name distinguishes it.
        return tuple(each if goes_by_name(each, it) else _marked(each) for each in found)


def _for_any_use(found: Sequence[Alternative]) -> tuple[Alternative, ...]:
    return tuple(map(_marked, found))


def _marked(alternative: Alternative) -> Alternative:
    return alternative.model_copy(update={"any_use": True})
