"""Tries ways of finding an element on the page that it was found on: they must find it, and nothing else."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.site.deriving import candidates
from grokbatch.site.inspecting import NEEDED
from grokbatch.site.scripts import with_finder

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from grokbatch.site.deriving import Part
    from grokbatch.site.described import Described
    from grokbatch.site.locators import Alternative

_BOXES = with_finder(
    "(alternative, finder) => finder.all(alternative).filter(finder.visible).map((element) => {"
    " const { x, y, width, height } = element.getBoundingClientRect(); return [x, y, width, height]; })"
)
_MOST = 60
_BOX_MILLISECONDS = 1000


def proven(page: Page, part: Part, it: Described) -> tuple[Alternative, ...]:
    """Return the most lasting way to find `it` that holds on `page`; nothing if there is none.

    What no video can be made without is not left to a name alone, for that may change with what is on the page: a
    second way does without it.
    """
    found: list[Alternative] = []
    for alternative in islice(candidates(part, it), _MOST):
        again = bool(found) and bool(it.name) and it.name in f"{alternative.name or ''}{alternative.css}"
        if not again and is_proven(page, alternative, it.point):
            found.append(alternative)
            if part not in NEEDED or not alternative.role or len(found) > 1:
                break
    return tuple(found)


def is_proven(page: Page, alternative: Alternative, point: tuple[float, float]) -> bool:
    """Whether `alternative` finds one visible element, both from outside and inside the page, and that at `point`."""
    try:
        seen = alternative.locate(page).filter(visible=True)
        box = seen.bounding_box(timeout=_BOX_MILLISECONDS) if seen.count() == 1 else None
        inside = page.evaluate(_BOXES, alternative.for_page()) if box else []
    except Error:
        return False  # the element was replaced meanwhile, or there are two by now
    if box is None or len(inside) != 1:
        return False
    outer = (box["x"], box["y"], box["width"], box["height"])
    return _holds(outer, point) and _holds(inside[0], point)


def _holds(box: tuple[float, float, float, float], point: tuple[float, float]) -> bool:
    left, top, width, height = box
    return left <= point[0] <= left + width and top <= point[1] <= top + height
