"""The composer for videos is brought as a run brings it, and looked at; nothing is entered, and nothing is made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.site.account.visit import Visit
from grokbatch.site.actions.inspect import as_used, before_or_after, find_controls, needed_missing, when_absent
from grokbatch.site.locators.layers import table_in_force
from grokbatch.site.locators.table import packaged_table
from grokbatch.site.page.timeouts import Timeouts
from tests.browser.odd_site import OddSite
from tests.quick import one_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.make.composer import TrialResult
    from tests.browser.conftest import OpenDemo

PAGE = Path(__file__).parents[1].joinpath("opener_page.html").read_text("utf-8")
# What somebody has written who knows the page's language.
WORDS = """\
controls:
  opener: [{role: button, name: '^film machen$', css: '[aria-haspopup]'}, packaged]
  opener_item: [{role: menuitem, name: '^idee schreiben$'}, packaged]
  edit: [{role: button, name: '^ändern$'}, packaged]
  submit: [{role: button, name: '^film machen$', css: ':not([aria-haspopup])'}, packaged]
"""


OPEN = 10.0
"""Seconds for a page to load and its composer to open; one that never opens takes them all."""


@pytest.fixture
def table(tmp_path: Path) -> LocatorTable:
    file = tmp_path / "locators.yaml"
    file.write_text(WORDS, encoding="utf-8")
    return table_in_force([file]).table


@pytest.fixture
def page(demo_browser: Browser) -> Iterator[Page]:
    context = demo_browser.new_context(viewport={"width": 1024, "height": 720})
    yield context.new_page()
    context.close()


def bring(page: Page, table: LocatorTable, **odd: Any) -> tuple[TrialResult, list[str]]:
    """Bring the composer; return how that went, and what was pressed on the page. Nothing is ever sent."""
    with OddSite(page=PAGE, **odd) as site:
        visit = Visit(page, table, Timeouts(controls=2.0, open=OPEN))
        seen = visit.open(site.address)
        assert seen.failure is None, seen.message
        brought = visit.try_composer(site.address)
        assert site.submits == []
        pressed: list[str] = page.evaluate("pressed")
        box = page.locator(".box")
        assert not box.count() or box.inner_text().strip() == ""
    return brought, pressed


def test_the_button_and_the_entry_for_prompts_are_pressed_and_nothing_else(page: Page, table: LocatorTable) -> None:
    """Cards with a button of the same name stand around; what found the entry is known though its menu has closed."""
    brought, pressed = bring(page, table, cards=True)
    assert pressed == ["Film Machen", "Idee schreiben"]
    assert brought.is_proven
    assert brought.pressed == ("Film Machen", "Idee schreiben")
    assert brought.entry is not None
    assert (brought.entry.number, brought.entry.count) == (1, 1)
    assert brought.page.on_cards == ("Film machen",)
    assert brought.page.submit is not None
    assert brought.page.submit.name == "Film machen"


def test_a_composer_that_is_there_needs_no_press(page: Page, table: LocatorTable) -> None:
    brought, pressed = bring(page, table, starts="video")
    assert (pressed, brought.pressed, brought.is_proven) == ([], (), True)


def test_a_button_that_waits_for_text_is_no_fault_where_lengths_prove_the_composer(
    page: Page, table: LocatorTable
) -> None:
    """Only videos have a length; the button is told to show once there is text."""
    brought, _ = bring(page, table, late=True, lengths=True)
    assert brought.is_proven
    found = as_used(find_controls(page, table), brought.page, table)
    [submit] = [each for each in found if each.name == "submit"]
    assert submit.number == 0
    assert needed_missing(found, brought.failure) == []
    assert when_absent("submit", brought.failure) == "not now: it shows once there is text"


def test_a_menu_without_the_entry_is_told_with_what_it_offers(page: Page, table: LocatorTable) -> None:
    """None of the others is pressed, and the menu is closed."""
    brought, pressed = bring(page, table, items=["Genau ändern", "Sofort bewegen"])
    assert pressed == ["Film Machen"]
    assert brought.failure is not None
    assert brought.failure.control == "opener_item"
    assert (
        'the menu, which offers "Genau ändern", "Sofort bewegen": nothing of it was pressed' in brought.failure.message
    )
    assert needed_missing(find_controls(page, table), brought.failure) == ["opener_item"]
    assert page.locator("[role=menu]").count() == 0


def test_a_composer_that_edits_the_image_is_told(page: Page, table: LocatorTable) -> None:
    """It stands there, and no button brings another one."""
    brought, pressed = bring(page, table, opener="", shows_edit=True)
    assert pressed == []
    assert brought.failure is not None
    assert 'the composer there edits the image (its button is called "Ändern")' in brought.failure.message
    assert needed_missing(find_controls(page, table), brought.failure) == ["opener"]


def test_a_button_that_brings_another_composer_is_told(page: Page, table: LocatorTable) -> None:
    """Pressed, and still the image would be edited."""
    brought, _ = bring(page, table, brings="bild", shows_edit=True)
    assert brought.failure is not None
    assert brought.failure.control == "opener"


def test_what_is_replaced_is_told_as_it_was_before(page: Page, table: LocatorTable) -> None:
    """The opener is found before, the entry in its menu, box and button after."""
    with OddSite(page=PAGE, shows_edit=True) as site:
        visit = Visit(page, table, Timeouts(controls=2.0))
        assert visit.open(site.address).failure is None
        before = find_controls(page, table)
        brought = visit.try_composer(site.address)
        after = as_used(find_controls(page, table), brought.page, table)
    when = {each.name: each.when for each in before_or_after(before, brought.entry, after) if each.number}
    early = {name: when.get(name) for name in ("opener", "opener_item", "edit", "prompt", "submit")}
    before_it = "before the composer was opened"
    assert early == {"opener": before_it, "opener_item": "in the menu", "edit": before_it, "prompt": "", "submit": ""}


# What may be about on the page of today, what is pressed there, and what the submit is called then.
TODAY: dict[str, tuple[dict[str, Any], list[str], str]] = {
    "as it is": ({}, ["Make Video", "Add Prompt"], "Make video"),
    "in 2026-07": (
        {"menu_label": "Animate", "submit_label": "Generate Video"},
        ["Animate", "Add Prompt"],
        "Generate Video",
    ),
    "Chinese, the entries too": ({"language": "zh"}, ["制作视频", "添加提示"], "生成视频"),
    "Chinese, but for the entries": (
        {"language": "zh", "english_items": True},
        ["制作视频", "Add Prompt"],
        "生成视频",
    ),
    "another entry first, a gallery, tabs": (
        {"precise_edit": True, "gallery": 3, "tabs": True, "edit_composer_stays": True},
        ["Make Video", "Add Prompt"],
        "Make video",
    ),
    "no button before there is text": ({"send_appears": True}, ["Make Video", "Add Prompt"], ""),
}
IMAGE, NEWEST = {"opening_mode": "Image"}, {"lands_on_newest": True}


@pytest.mark.parametrize("case", one_in(4, TODAY))
def test_the_composer_of_today_is_brought_and_nothing_is_asked_of_the_site(
    demo_page: Callable[..., OpenDemo], case: str
) -> None:
    """The opener and the entry are told as they were then, box and button as they are; all of it is packaged."""
    scenario, pressed, submit = TODAY[case]
    demo = demo_page(era="D", **scenario)
    table = packaged_table()
    visit = Visit(demo.page, table)
    assert visit.open(demo.permalink).failure is None
    before = find_controls(demo.page, table)
    brought = visit.try_composer(demo.permalink)
    assert brought.is_proven
    assert [*brought.pressed] == pressed
    found = before_or_after(before, brought.entry, as_used(find_controls(demo.page, table), brought.page, table))
    when = {each.name: each.when for each in found if each.number}
    assert (when["opener"], when["opener_item"]) == ("before the composer was opened", "in the menu")
    assert when["prompt"] == ""
    assert (brought.page.submit.name if brought.page.submit else "") == submit
    assert ("submit" in when) is bool(submit)
    assert {entry["event"] for entry in demo.site.journal()} == {"open"}


def test_on_the_page_of_today_without_the_entry_nothing_can_start(demo_page: Callable[..., OpenDemo]) -> None:
    """Of the button beside the box, which sends an edit, it is not said that it makes videos."""
    demo = demo_page(era="D", add_prompt=False)
    visit = Visit(demo.page, packaged_table(), Timeouts(controls=2.0))
    assert visit.open(demo.permalink).failure is None
    brought = visit.try_composer(demo.permalink)
    assert brought.failure is not None
    assert 'the menu, which offers "Quick Animate", "Spicy": nothing of it was pressed' in brought.failure.message
    assert {entry["event"] for entry in demo.site.journal()} == {"open"}


def test_a_mode_and_a_way_back_that_a_run_takes_are_told_and_not_taken(demo_page: Callable[..., OpenDemo]) -> None:
    """The composer makes images now; or the post has opened on its newest video."""
    for scenario, remark in ((IMAGE, "a run chooses that first"), (NEWEST, "a run goes back to the image first")):
        demo = demo_page(era="D", **scenario)
        visit = Visit(demo.page, packaged_table())
        assert visit.open(demo.permalink).failure is None
        brought = visit.try_composer(demo.permalink)
        assert brought.failure is None
        assert remark in brought.remark
