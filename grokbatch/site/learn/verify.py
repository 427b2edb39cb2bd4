"""Checks ways to find an element on its page: they must find that element and no other."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.site.learn.candidates import candidates, may_find
from grokbatch.site.page.scripts import with_finder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from playwright.sync_api import Page

    from grokbatch.site.learn.candidates import Part
    from grokbatch.site.learn.element import Described
    from grokbatch.site.locators.table import Alternative

# Where each of them is: what is replaced by the like of it has the same place in the page as before.
_SPOTS = with_finder("""(alternative, finder) => {
  const nth = (e) => [...e.parentElement.children].indexOf(e) + 1;
  const place = (e) => (e.parentElement ? `${place(e.parentElement)} > :nth-child(${nth(e)})` : ":root");
  return finder.all(alternative).filter(finder.visible).map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { place: place(element), box: [x, y, width, height] };
  });
}""")
_MOST = 60
_TWICE: tuple[Part, ...] = ("prompt", "opener", "submit")


def proven(page: Page, part: Part, it: Described, apart_from: Collection[Described] = ()) -> tuple[Alternative, ...]:
    """Return the most lasting way to find `it` that works on `page`; nothing if there is none.

    It must not match the elements in `apart_from`, whether they are on the page now or not.
    """
    kept = (each for each in _candidates(part, it) if not any(may_find(each, part, other) for other in apart_from))
    return choose(part, it, kept, lambda alternative: is_proven(page, alternative, it.point))


def ways(page: Page, part: Part, it: Described) -> Iterator[Alternative]:
    """Yield all ways to find `it` that work on `page`, the most lasting first."""
    return (each for each in _candidates(part, it) if is_proven(page, each, it.point))


def choose(
    part: Part,
    it: Described,
    among: Iterable[Alternative],
    holds: Callable[[Alternative], bool] = lambda _: True,
) -> tuple[Alternative, ...]:
    """Return the first of several ways to find `it` that `holds`.

    What no video can be made without is not left to a name alone, for that may change with what is on the page: a
    second way does without it.
    """
    chosen: list[Alternative] = []
    for alternative in among:
        again = bool(chosen) and bool(it.name) and it.name in f"{alternative.name or ''}{alternative.css}"
        if not again and holds(alternative):
            chosen.append(alternative)
            if part not in _TWICE or not alternative.role or len(chosen) > 1:
                break
    return tuple(chosen)


def _candidates(part: Part, it: Described) -> Iterator[Alternative]:
    return islice(candidates(part, it), _MOST)


def is_proven(page: Page, alternative: Alternative, point: tuple[float, float]) -> bool:
    """Whether `alternative` finds one visible element, the same from outside and inside the page, and that at `point`.

    Pages that show how far they are may replace that text at any time. So each look is at one moment, and no element
    is held from one look to the next.
    """
    try:
        inside = page.evaluate(_SPOTS, alternative.for_page())
        if len(inside) != 1 or not _holds(inside[0]["box"], point):
            return False
        seen = alternative.locate(page).filter(visible=True)
        same = seen.and_(page.locator(f"css={inside[0]['place']}"))
        return seen.count() == 1 and same.count() == 1
    except Error:
        return False  # the page has navigated


def _holds(box: tuple[float, float, float, float], point: tuple[float, float]) -> bool:
    left, top, width, height = box
    return left <= point[0] <= left + width and top <= point[1] <= top + height
