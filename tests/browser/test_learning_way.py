"""The tool is shown a composer that a button brings, mostly by a menu, on a page of an unknown shape."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.site.learning import learn_by_clicks, learn_by_watching, open_lesson
from grokbatch.site.lesson import Lesson
from grokbatch.site.locators import packaged_table
from grokbatch.site.overlay import table_in_force
from grokbatch.site.overlay_writing import with_learned
from tests.browser.bar import click, press_on_bar
from tests.browser.imagine_rig import Rig
from tests.browser.odd_site import OddSite
from tests.browser.person import Person, click_words, learned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from grokbatch.site.locators import LocatorTable

PAGE = Path(__file__).with_name("opener_page.html").read_text("utf-8")
PROMPT = "a lighthouse at dusk"
TYPED = "a dim lighthouse"

ASKED, ENTRY, BOX = "click what brings it", "click the menu's entry", "Now click the box"
OPENER = ["role=button name=/^Film Machen$/ and css=[aria-haspopup]"]
ITEM = ["role=menuitem name=/^Idee schreiben$/"]


@pytest.fixture
def page(demo_browser: Browser) -> Iterator[Page]:
    context = demo_browser.new_context(viewport={"width": 1024, "height": 720})
    yield context.new_page()
    context.close()


def type_and(act: Callable[[Page], object]) -> Callable[[Page], object]:
    def typing(page: Page) -> None:
        page.keyboard.type(TYPED)
        act(page)

    return typing


WAY: dict[str, Callable[[Page], object]] = {
    ASKED: click_words("Film Machen"),
    ENTRY: click_words("Idee schreiben"),
    BOX: click(".box"),
}
SEND: dict[str, Callable[[Page], object]] = {"the button that makes the video": type_and(click(".senden"))}


def lesson_on(page: Page, site: OddSite, does: dict[str, Callable[[Page], object]], *, video: bool = False) -> Lesson:
    """Hold a lesson by clicks with a person who `does` what is asked."""
    person = Person(page, does)
    lesson = Lesson(page, packaged_table(), person.tell, seconds=60)
    assert open_lesson(lesson, site.address, packaged_table()) is None
    learn_by_clicks(lesson, video=video)
    assert TYPED not in "".join(person.read)
    return lesson


def table_of(lesson: Lesson, folder: Path) -> LocatorTable:
    """Return the table in force once what was learned is written."""
    file = folder / "locators.yaml"
    file.write_text(with_learned("", lesson.learned, "learned today"), encoding="utf-8")
    return table_in_force([file]).table


# What varies on the page, and what is learned of its way, its box and its button.
SHAPES: dict[str, tuple[dict[str, Any], list[str], list[str], list[str], list[str]]] = {
    "the same kind of box edits the image before": (
        {"cards": True},
        OPENER,
        ITEM,
        ["role=textbox name=/^Deine Idee$/", "css=div.box"],
        ["role=button name=/^Film machen$/ and css=:not([aria-haspopup])"],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_way_to_the_box_is_learned_and_makes_videos(
    page: Page, demo_browser: Browser, tmp_path: Path, shape: str
) -> None:
    """Nothing is made while it is learned; then two fresh browsers make a video each, by what was written."""
    odd, opener, item, prompt, submit = SHAPES[shape]
    with OddSite(page=PAGE, **odd) as site:
        lesson = lesson_on(page, site, WAY | SEND)
        print(learned(lesson), [a.any_use for a in lesson.learned["prompt"]])
        assert site.submits == []
        table = table_of(lesson, tmp_path)
        for number in (1, 2):
            rig = Rig(demo_browser, tmp_path / f"{number}", site.address, [], table)
            outcome = rig.make(prompt=PROMPT)
            rig.maker.close()
            assert outcome.category is None, outcome.message
        assert site.prompts == [PROMPT, PROMPT]
