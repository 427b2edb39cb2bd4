"""The tool is shown a composer that a button brings, mostly by a menu, on a page of an unknown shape."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.outcome import Category
from grokbatch.site.learn.flow import learn_by_clicks, learn_by_watching, open_session
from grokbatch.site.learn.layer_writer import with_learned
from grokbatch.site.learn.session import LearnSession
from grokbatch.site.locators.layers import table_in_force
from grokbatch.site.locators.table import packaged_table
from tests.browser import today
from tests.browser.bar import click, press_on_bar
from tests.browser.imagine_rig import Rig
from tests.browser.odd_site import OddSite
from tests.browser.person import Person, click_words
from tests.quick import one_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Locator, Page

    from grokbatch.site.locators.table import LocatorTable
    from tests.browser.conftest import OpenDemo

PAGE = Path(__file__).parents[1].joinpath("opener_page.html").read_text("utf-8")
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
    ASKED: click(".leiste .bt"),
    ENTRY: click_words("Idee schreiben"),
    BOX: click(".box"),
}
SEND: dict[str, Callable[[Page], object]] = {"the button that makes the video": type_and(click(".senden"))}


def session_on(
    page: Page, site: OddSite, does: dict[str, Callable[[Page], object]], *, video: bool = False
) -> LearnSession:
    """Hold a session by clicks with a person who `does` what is asked."""
    person = Person(page, does)
    learn_session = LearnSession(page, packaged_table(), person.tell, seconds=60)
    assert open_session(learn_session, site.address, packaged_table()) is None
    learn_by_clicks(learn_session, video=video)
    assert TYPED not in "".join(person.read)
    return learn_session


def table_of(learn_session: LearnSession, folder: Path) -> LocatorTable:
    """Return the table in force once what was learned is written."""
    file = folder / "locators.yaml"
    file.write_text(with_learned("", learn_session.learned, "learned today"), encoding="utf-8")
    return table_in_force([file]).table


# What varies on the page, what of the way is learned, and how the box and the button are found; "*" marks what serves
# other uses, too.
NAME, PLACE = "role=textbox name=/^Deine Idee$/", 'css=div.feld [contenteditable="true"]'
SUBMIT, NAMELESS = "role=button name=/^Film machen$/ and css=:not([aria-haspopup])", "css=button.senden"
IN_FIELD = "role=button name=/^Film machen$/ and css=div.feld *"
SHAPES: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
    "the same kind of box edits the image before": (
        {},
        {
            "opener": OPENER,
            "opener_item": ITEM,
            "prompt": [f"*{NAME}", f"*{PLACE}"],
            "submit": [SUBMIT, f"*{NAMELESS}"],
        },
    ),
    "a box of its own": (
        {"own_box": True},
        {
            "opener": OPENER,
            "opener_item": ITEM,
            "prompt": ["role=textbox name=/^Bewegung$/"],
            "submit": [SUBMIT, f"*{NAMELESS}"],
        },
    ),
    "no box before": (
        {"starts": ""},
        {"opener": OPENER, "opener_item": ITEM, "prompt": [NAME, PLACE], "submit": [SUBMIT, NAMELESS]},
    ),
    "one box for both": (
        {"keeps_box": True},
        {
            "opener": OPENER,
            "opener_item": ITEM,
            "prompt": [f"*{NAME}", f"*{PLACE}"],
            "submit": [SUBMIT, f"*{NAMELESS}"],
        },
    ),
    "the button shows once there is text, and lengths tell": (
        {"late": True, "lengths": True},
        {
            "opener": OPENER,
            "opener_item": ITEM,
            "prompt": [f"*{NAME}", f"*{PLACE}"],
            "submit": [SUBMIT, f"*{NAMELESS}"],
        },
    ),
    "cards with a button of that name": (
        {"cards": True},
        {
            "opener": OPENER,
            "opener_item": ITEM,
            "prompt": [f"*{NAME}", f"*{PLACE}"],
            "submit": [IN_FIELD, f"*{NAMELESS}"],
        },
    ),
    "a menu that does not say that it is one": (
        {"menu": "plain", "starts": ""},
        {
            "opener": OPENER,
            "opener_item": ["text=/^Idee schreiben$/"],
            "prompt": [NAME, PLACE],
            "submit": [SUBMIT, NAMELESS],
        },
    ),
    "no menu, and the very same name": (
        {"menu": "none", "opener": "Film machen"},
        {
            "opener": ["role=button name=/^Film machen$/ and css=div.leiste *"],
            "prompt": [f"*{NAME}", f"*{PLACE}"],
            "submit": [IN_FIELD, f"*{NAMELESS}"],
        },
    ),
    "there from the beginning": ({"starts": "video"}, {"prompt": [NAME, PLACE], "submit": [SUBMIT, NAMELESS]}),
}


def marked(learn_session: LearnSession) -> dict[str, list[str]]:
    return {part: ["*" * each.any_use + str(each) for each in found] for part, found in learn_session.learned.items()}


@pytest.mark.parametrize("shape", one_in(4, SHAPES))
def test_the_way_to_the_box_is_learned_and_makes_videos(
    page: Page, demo_browser: Browser, tmp_path: Path, shape: str
) -> None:
    """Nothing is made while it is learned; then two fresh browsers make a video each, by what was written."""
    odd, expected = SHAPES[shape]
    way = WAY | {"Click on until": click(".box")}
    if "opener" not in expected:
        way[ASKED] = click(".box")
    with OddSite(page=PAGE, **odd) as site:
        learn_session = session_on(page, site, way | SEND)
        assert marked(learn_session) == expected
        assert (site.submits, learn_session.lacking) == ([], [])
        table = table_of(learn_session, tmp_path)
        for number in (1, 2):
            rig = Rig(demo_browser, tmp_path / f"{number}", site.address, [], table)
            outcome = rig.make(prompt=PROMPT)
            rig.maker.close()
            assert outcome.category is None, outcome.message
        assert site.prompts == [PROMPT, PROMPT]


def test_a_composer_that_nothing_tells_from_the_other_is_never_used(
    page: Page, demo_browser: Browser, tmp_path: Path
) -> None:
    """The same box, and a button of the same name: what is learned of them proves nothing, and nothing is entered."""
    with OddSite(page=PAGE, shows_edit=True, submit="Ändern") as site:
        learn_session = session_on(page, site, WAY | SEND)
        assert marked(learn_session)["submit"] == ["*role=button name=/^Ändern$/", f"*{NAMELESS}"]
        rig = Rig(demo_browser, tmp_path / "run", site.address, [], table_of(learn_session, tmp_path), controls=1.0)
        # The button is pressed again and again, until this time is over.
        outcome = rig.make(prompt=PROMPT, max_wait=10)
        rig.maker.close()
    assert outcome.category is Category.LAYOUT_CHANGED
    assert site.submits == []


def test_an_entry_without_words_is_not_learned_by_its_place(page: Page) -> None:
    """In its place another one may stand tomorrow; that it is lacking is told."""
    with OddSite(page=PAGE, items=["", "Idee schreiben"]) as site:
        learn_session = session_on(page, site, WAY | SEND | {ENTRY: click("[role=menuitem]")})
    assert "opener_item" not in learn_session.learned
    assert learn_session.lacking == ["opener_item"]


def test_a_button_of_a_menu_is_never_learned_as_the_one_that_makes_videos(page: Page) -> None:
    """Asked for the button, somebody clicks the one that opens the menu."""

    def click_both(page: Page) -> None:
        click_words("Film Machen")(page)
        press_on_bar("Finish")(page)

    with OddSite(page=PAGE) as site:
        learn_session = session_on(page, site, WAY | {"the button that makes the video": click_both})
    assert [*learn_session.learned] == ["opener", "opener_item", "prompt"]


@pytest.mark.parametrize("video", [True, False])
def test_an_entry_that_would_start_a_video_spends_none_before_the_button_is_asked_for(page: Page, video: bool) -> None:
    """Somebody clicks the wrong entry; that is told, and the right one can be shown after it."""
    person = Person(page, {})
    hand = Hand(
        page,
        (".box", click_words("Film Machen")),
        ("[role=menu]", click_words("Sofort bewegen")),
        ("body:not(:has([role=menu]))", click_words("Film Machen")),
        ("[role=menu]", click_words("Idee schreiben")),
        (".senden", click(".box")),
        (".senden", press_on_bar("Finish")),
    )
    with OddSite(page=PAGE) as site:
        learn_session = LearnSession(page, packaged_table(), person.tell, 60, hand.clock)
        assert open_session(learn_session, site.address, packaged_table()) is None
        learn_by_clicks(learn_session, video=video)
        assert page.evaluate("pressed") == ["Film Machen", "Sofort bewegen", "Film Machen", "Idee schreiben"]
        assert site.submits == []
    assert marked(learn_session)["opener_item"] == ITEM
    assert any("it was stopped, and nothing is spent" in said for said in person.read)


class Hand:
    """Somebody who makes a video by hand: does the next thing once the page is ready for it."""

    def __init__(self, page: Page, *acts: tuple[str, Callable[[Page], object]]) -> None:
        self.page, self.acts = page, [*acts]

    def clock(self) -> float:
        if self.acts and self.page.locator(self.acts[0][0]).count():
            self.acts.pop(0)[1](self.page)
        return time.monotonic()


def test_what_has_taken_the_place_of_an_entry_is_not_pressed(page: Page) -> None:
    """The menu changes between the person's press and ours: its new first entry would start a video."""

    def press_while_it_moves(page: Page) -> None:
        page.hover("[role=menuitem]")
        page.mouse.down()
        page.evaluate("document.querySelector('[role=menu]').append(document.querySelector('[role=menuitem]'))")
        page.mouse.up()

    hand = Hand(
        page,
        (".leiste", click(".leiste .bt")),
        ("[role=menu]", press_while_it_moves),
        ("[role=menu]", press_on_bar("Finish")),
    )
    with OddSite(page=PAGE, items=["Idee schreiben", "Sofort bewegen"]) as site:
        learn_session = LearnSession(page, packaged_table(), Person(page, {}).tell, 60, hand.clock)
        assert open_session(learn_session, site.address, packaged_table()) is None
        learn_by_clicks(learn_session, video=False)
        assert page.evaluate("pressed") == ["Film Machen"]
        assert site.submits == []
    assert learn_session.learned == {}


def test_watching_a_video_being_made_teaches_the_way_too(page: Page) -> None:
    """A length is chosen on the way: that has brought nothing."""

    def write_and_send(page: Page) -> None:
        click(".box")(page)
        page.keyboard.type(TYPED)
        click(".senden")(page)

    hand = Hand(
        page,
        (".leiste", click_words("Film Machen")),
        ("[role=menu]", click_words("Idee schreiben")),
        ("[role=radio]", click_words("10 s")),
        ("[role=radio][aria-checked=true]:text('10 s')", write_and_send),
    )
    person = Person(page, {"Now click the button that downloads": press_on_bar("Finish")})
    with OddSite(page=PAGE, lengths=True) as site:
        learn_session = LearnSession(page, packaged_table(), person.tell, 60, hand.clock)
        assert open_session(learn_session, site.address, packaged_table()) is None
        learn_by_watching(learn_session)
        assert site.prompts == [TYPED]
    expected = SHAPES["the same kind of box edits the image before"][1]
    assert {part: marked(learn_session)[part] for part in expected} == expected
    assert TYPED not in "".join(person.read)


def press(place: Callable[[Page], Locator]) -> Callable[[Page], None]:
    """Click the middle of what a locator of the tests finds, wherever that leads."""

    def act(page: Page) -> None:
        box = place(page).first.bounding_box()
        assert box
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    return act


def test_the_page_of_today_can_be_taught_as_if_nobody_knew_it(
    demo_page: Callable[..., OpenDemo], demo_browser: Browser, tmp_path: Path
) -> None:
    """Beside the composer that edits the image and a gallery; what was learned alone makes a video there."""
    demo = demo_page(era="D", edit_composer_stays=True, precise_edit=True, gallery=3)
    page = demo.page.context.new_page()
    hand = Hand(
        page,
        (".avatar", press(today.opener)),
        ("[role=menu]", click_words("Add Prompt")),
        ("[role=radiogroup]", press(today.editor)),
        ("[role=radiogroup]", type_and(press(today.send))),
    )
    learn_session = LearnSession(page, packaged_table(), Person(page, {}).tell, 60, hand.clock)
    assert open_session(learn_session, demo.permalink, packaged_table()) is None
    learn_by_clicks(learn_session, video=False)
    assert marked(learn_session)["opener"][0] == "role=button name=/^Make Video$/ and css=[aria-haspopup]"
    assert marked(learn_session)["opener_item"] == ["role=menuitem name=/^Add Prompt$/"]
    assert {entry["event"] for entry in demo.site.journal()} == {"open"}
    table = table_of(learn_session, tmp_path)
    alone = table.model_copy(update={"controls": {**table.controls, **learn_session.learned}})
    rig = Rig(demo_browser, tmp_path / "run", demo.permalink, demo.site.session_cookies(), alone)
    outcome = rig.make(prompt=PROMPT)
    rig.maker.close()
    assert outcome.category is None, outcome.message
