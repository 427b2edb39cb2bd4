"""The tool is shown where things are, on a page of a shape that the packaged table does not know."""

from __future__ import annotations

import math
import time
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.site.learn.flow import learn_by_clicks, learn_by_watching, open_session
from grokbatch.site.learn.session import LearnSession
from grokbatch.site.locators.table import packaged_table
from tests.browser.bar import click, press_on_bar
from tests.browser.odd_site import OddSite, Reply
from tests.browser.person import Person, learned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

# What shows how far it is is put there anew all the time: more often than anybody can look at it twice.
RESTLESS = '<script nonce="own">setInterval(() => { if (note.innerHTML) note.innerHTML = note.innerHTML }, 4)</script>'
PAGE = Path(__file__).with_name("strange_page.html").read_text("utf-8").replace("</body>", f"{RESTLESS}</body>")
MIDDLE = """(selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}"""
TYPED = "a dim lighthouse"
SLOW = Reply(steps=(1, 15, 33, 54, 72, 95), pause=0.25)


def write_and(selector: str) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        click("input")(page)
        page.keyboard.type(TYPED)
        click(selector)(page)

    return act


def click_restless(selector: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.wait_for_selector(selector)
        page.mouse.click(*page.evaluate(MIDDLE, selector))

    return act


@pytest.fixture
def site() -> Iterator[OddSite]:
    with OddSite(page=PAGE, reply=SLOW) as site:
        yield site


@pytest.fixture
def page(demo_browser: Browser) -> Iterator[Page]:
    context = demo_browser.new_context(viewport={"width": 1024, "height": 720})
    yield context.new_page()
    context.close()


FOUND = {
    "prompt": ["role=textbox name=/^Deine Idee$/", 'css=input[placeholder="Beschreibe die Bewegung"]'],
    "submit": ["role=button name=/^Bewegen$/", "css=div.composer-area > div:nth-of-type(1)"],
    "progress": [r'css=[data-testid="state"] text=/^\d{1,3}\s*%$/'],
    "player": ['css=[data-testid="stage"] video:not(button video, a video)'],
    "download": ["role=link name=/^Datei sichern$/"],
}


def test_what_is_clicked_is_learned_by_name_first_and_never_by_what_was_typed(page: Page, site: OddSite) -> None:
    """Prompt and submit reach the page, the rest does not; each locator finds its element and nothing else."""
    person = Person(
        page,
        {
            "1 of 5": click("input"),
            "2 of 5": write_and(".go span"),
            "3 of 5": click_restless("[data-testid=state]"),
            "4 of 5": click("[data-testid=stage] video"),
            "5 of 5": click("[data-testid=stage] span"),
        },
    )
    learn_session = LearnSession(page, packaged_table(), person.tell, seconds=30)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_clicks(learn_session, video=True)
    assert learned(learn_session) == FOUND
    assert site.prompts == [TYPED]
    assert learn_session.downloads == 0
    assert TYPED not in "".join(person.read)


def test_watching_one_video_being_made_teaches_the_same(page: Page, site: OddSite) -> None:
    """The press before the request, the box that was typed in, the text that moved, the video that was named.

    A button whose label repeats what was typed is learned without that label.
    """
    site.odd["echo"] = True
    save = click("[data-testid=stage] span")
    person = Person(page, {"Make one video by hand": write_and(".go"), "Now click the button that downloads": save})
    learn_session = LearnSession(page, packaged_table(), person.tell, seconds=30)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_watching(learn_session)
    assert learned(learn_session) == FOUND | {"download": ['css=[data-testid="stage"] > span']}
    assert site.prompts == [TYPED]
    assert learn_session.downloads == 1
    assert TYPED not in "".join(person.read)


def test_without_a_video_the_button_is_learned_unpressed(page: Page, site: OddSite) -> None:
    """Even while it is off, and neither a click nor the Enter key sends anything."""

    def enter_and_click(page: Page) -> None:
        page.locator("input").press("Enter")
        click(".go")(page)

    person = Person(page, {"1 of 2": click("input"), "2 of 2": enter_and_click})
    learn_session = LearnSession(page, packaged_table(), person.tell, seconds=30)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_clicks(learn_session, video=False)
    assert learned(learn_session) == {part: FOUND[part] for part in ("prompt", "submit")}
    assert site.submits == []


def test_a_percentage_that_nobody_clicks_is_noticed_by_itself(page: Page, site: OddSite) -> None:
    """A click beside it is not taken for it."""
    looks = 0
    last_look = math.inf

    def clock() -> float:
        nonlocal looks
        looks += 1
        return time.monotonic()

    def miss(page: Page) -> None:
        nonlocal last_look
        page.wait_for_selector("[data-testid=state]")
        page.mouse.click(900, 200)
        last_look = looks + 4

    # The video is made once the session has looked a few times, however long that takes it.
    site.reply = Reply(steps=takewhile(lambda _: looks < last_look, range(1, 100, 2)), pause=0.3)

    does = {"2 of 5": write_and(".go span"), "3 of 5": miss, "4 of 5": press_on_bar("Finish")}
    person = Person(page, {"1 of 5": click("input")} | does)
    learn_session = LearnSession(page, packaged_table(), person.tell, 30, clock)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_clicks(learn_session, video=True)
    assert learned(learn_session) == {part: FOUND[part] for part in ("prompt", "submit", "progress")}


def test_each_question_can_be_skipped_and_a_wrong_click_is_told(page: Page, site: OddSite) -> None:
    """A click beside the box is answered with a hint; the bar's own buttons reach no page."""

    def miss_and_hit(page: Page) -> None:
        page.mouse.click(900, 600)
        # Nothing is said of it yet: the session goes on once this person has done what was asked.
        click("input")(page)

    person = Person(page, {"1 of 5": miss_and_hit, "2 of 5": press_on_bar("Skip"), "3 of 5": press_on_bar("Finish")})
    learn_session = LearnSession(page, packaged_table(), person.tell, seconds=30)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_clicks(learn_session, video=True)
    assert learned(learn_session) == {"prompt": FOUND["prompt"]}


def test_a_window_that_is_closed_ends_the_session_and_what_was_learned_counts(page: Page, site: OddSite) -> None:
    """Nobody waits for a page that is gone."""
    person = Person(page, {"1 of 5": click("input"), "2 of 5": lambda page: page.close()})
    learn_session = LearnSession(page, packaged_table(), person.tell, seconds=30)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_clicks(learn_session, video=True)
    assert learned(learn_session) == {"prompt": FOUND["prompt"]}
