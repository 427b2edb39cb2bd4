"""What is found from outside, by Playwright, is found inside the page, too: the same elements, for the same table."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.site.locators.patterns import ROLES
from grokbatch.site.locators.table import Alternative, packaged_table
from grokbatch.site.page.scripts import with_finder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

PAGE = Path(__file__).with_name("names.html")
NUMBER = "document.querySelectorAll('*').forEach((element, index) => element.setAttribute('n', index))"
NUMBERS = "elements => elements.map(element => Number(element.getAttribute('n')))"
ALL = with_finder("(alternative, finder) => finder.all(alternative).map(element => Number(element.getAttribute('n')))")
SEEN = with_finder(
    "(css, finder) => [...document.querySelectorAll(css)].filter(finder.visible).map(e => Number(e.getAttribute('n')))"
)
NAMES = with_finder(
    "(roles, finder) => roles.flatMap(role =>"
    " finder.named(role, /^/).map(element => [role, finder.nameOf(element), Number(element.getAttribute('n'))]))"
)


@pytest.fixture(scope="module")
def page(demo_browser: Browser) -> Iterator[Page]:
    context = demo_browser.new_context()
    page = context.new_page()
    page.set_content(PAGE.read_text("utf-8"))
    page.evaluate(NUMBER)
    yield page
    context.close()


def numbers(locator: Locator) -> list[int]:
    found: list[int] = locator.evaluate_all(NUMBERS)
    return found


def inside(page: Page, script: str, argument: Any) -> Any:
    return page.evaluate(script, argument)


def test_each_element_has_the_same_role_and_name_inside_and_outside(page: Page) -> None:
    """By label, text, title, picture, placeholder, CSS: Playwright's name of each element is ours."""
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    of_role: dict[str, list[int]] = defaultdict(list)
    for role, name, number in inside(page, NAMES, sorted(ROLES)):
        named[role, name].append(number)
        of_role[role].append(number)
    for role in ROLES:
        assert numbers(page.get_by_role(role)) == of_role[role], role  # type: ignore[arg-type]
        told = sorted(number for (of, name), found in named.items() if of == role and name for number in found)
        assert numbers(page.get_by_role(role, name=re.compile("."))) == told, role  # type: ignore[arg-type]
    for (role, name), ours in named.items():
        if name:
            theirs = numbers(page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
            assert theirs == ours, (role, name)
    assert len(named) > 70


OTHERS = [
    {"label": "^make a video$"},
    {"label": "^many labels"},
    {"label": "^and one more$"},
    {"label": "^(video duration|labelled)$"},
    {"label": "^check me$"},
    {"text": "loose text"},
    {"text": "^press$"},
    {"text": r"^\d+\s*%$"},
    {"text": "^one$"},
    {"css": "span", "text": r"^\d+\s*%$"},
    {"css": "button", "text": r"^\d+\s*%$"},
    {"css": "button", "text": "^text with"},
    {"css": "li, p", "text": "^(rate limit|in a script)"},
    {"css": "button, input", "text": "^(go|kept|gone kept)$"},
    {"role": "button", "name": "480p|in item", "css": '[role="menu"] *'},
    {"role": "button", "name": "480p|in item", "css": ":not(li *)"},
    {"label": "made|make", "css": "textarea"},
]


@pytest.mark.parametrize("told", OTHERS, ids=str)
def test_labels_texts_and_selectors_match_the_same(page: Page, told: dict[str, str]) -> None:
    """Space at the ends counts nowhere, and a text is that of the innermost element."""
    alternative = Alternative.model_validate(told)
    found = numbers(alternative.locate(page))
    assert found
    assert inside(page, ALL, alternative.for_page()) == found


def test_the_whole_packaged_table_matches_the_same(page: Page) -> None:
    """Each alternative that is packaged is a selector and a pattern to the page, too."""
    for name, alternatives in packaged_table().controls.items():
        for alternative in alternatives:
            found = inside(page, ALL, alternative.for_page())
            assert found == numbers(alternative.locate(page)), (name, str(alternative))


def test_the_same_elements_can_be_seen(page: Page) -> None:
    """What is not displayed, not visible or has no extent cannot; what is only transparent can."""
    assert inside(page, SEEN, "body *") == numbers(page.locator("body *").filter(visible=True))
