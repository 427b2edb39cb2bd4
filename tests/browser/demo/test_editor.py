"""The editor of the built-in site's page of today: what it makes of a text, and how that is taken back."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.today import bring, editor, entries, send, tiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow

FORMATS = [
    ("1. a fox", "ol > li > p", "a fox"),
    ("- a fox", "ul > li > p", "a fox"),
    ("# a fox", "h1", "a fox"),
    ("### a fox", "h3", "a fox"),
    ("> a fox", "blockquote > p", "a fox"),
    ("a **red** fox", "p > strong", "a red fox"),
    ("a *red* fox", "p > em", "a red fox"),
    ("a `red` fox", "p > code", "a red fox"),
]


@pytest.fixture
def composer(demo_page: Callable[..., OpenDemo]) -> Callable[..., OpenDemo]:
    """Open the page of today with its video composer."""

    def begin(**fields: object) -> OpenDemo:
        demo = demo_page(era="D", generation=0.3, **fields)
        bring(demo.page)
        return demo

    return begin


@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "inserted"])
def test_marks_become_formats(composer: Callable[..., OpenDemo], is_typed: bool) -> None:
    demo = composer(url_after="same")
    box = editor(demo.page)
    for number, (text, made, left) in enumerate(FORMATS, start=1):
        if number > 1:
            demo.page.goto(demo.permalink)
            bring(demo.page)
        if is_typed:
            box.press_sequentially(text)
        else:
            box.fill(text)
        expect(box.locator(made)).to_have_count(1)
        expect(box).to_have_text(left)
        send(demo.page).click()
        expect(tiles(demo.page)).to_have_count(2 + number)
        assert entries(demo, "submit")[-1]["prompt"] == sha256(left.encode()).hexdigest(), text


@pytest.mark.parametrize("key", ["Backspace", "Control+z"])
def test_a_format_is_taken_back_right_after_it_was_made(composer: Callable[..., OpenDemo], key: str) -> None:
    page = composer().page
    box = editor(page)
    box.press_sequentially("1. ")
    expect(box.locator("ol")).to_have_count(1)
    box.press(key)
    expect(box.locator("ol")).to_have_count(0)
    box.press_sequentially("a fox")
    expect(box).to_have_text("1. a fox")


@pytest.mark.parametrize(("told", "typed", "inserted"), [("no", 0, 0), (False, 0, 0), ("typed", 1, 0), (True, 1, 1)])
def test_what_is_formatted_can_be_chosen(
    composer: Callable[..., OpenDemo], told: object, typed: int, inserted: int
) -> None:
    page = composer(formats_text=told).page
    box = editor(page)
    box.press_sequentially("# x")
    expect(box.locator("h1")).to_have_count(typed)
    box.fill("")
    box.fill("# x")
    expect(box.locator("h1")).to_have_count(inserted)


def test_lines_are_formatted_each_for_itself_and_kept_apart(composer: Callable[..., OpenDemo]) -> None:
    demo = composer()
    editor(demo.page).fill("a fox\n2. a hare, 3 * 4 * 5\nsnake_case_name")
    expect(editor(demo.page).locator("ol[start='2'] > li")).to_have_count(1)
    expect(editor(demo.page).locator("em")).to_have_count(0)
    send(demo.page).click()
    expect(tiles(demo.page)).to_have_count(3)
    kept = "a fox\na hare, 3 * 4 * 5\nsnake_case_name"
    assert entries(demo, "submit")[0]["prompt"] == sha256(kept.encode()).hexdigest()


def test_an_at_sign_brings_up_what_can_be_named(composer: Callable[..., OpenDemo]) -> None:
    """Enter takes the first; another word, or Escape, makes it go."""
    page = composer().page
    box = editor(page)
    box.press_sequentially("like @")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_text(["Image 1", "Upload"])
    box.press("h")
    expect(page.get_by_role("listbox")).to_have_count(0)
    box.press("Backspace")
    expect(page.get_by_role("listbox")).to_have_count(1)
    box.press("Enter")
    expect(box.locator("[data-type=mention]")).to_have_text("@Image 1")
    box.fill("")
    box.fill("to you @")
    expect(page.get_by_role("listbox")).to_have_count(1)
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    expect(box).to_have_text("to you @")


def test_what_is_pasted_comes_without_its_looks(composer: Callable[..., OpenDemo]) -> None:
    page = composer().page
    box = editor(page)
    box.focus()
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData('text/plain', 'a **red** fox');
          data.setData('text/html', '<h2>a fox</h2>');
          const pasted = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
          document.activeElement.dispatchEvent(pasted);
        }"""
    )
    expect(box).to_have_text("a red fox")
    expect(box.locator("h2")).to_have_count(0)
    expect(box.locator("strong")).to_have_text("red")
