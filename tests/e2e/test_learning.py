"""A user whose page is of no known shape shows the tool where things are, and then makes a video."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tests.browser
from tests.browser.bar import bar_says, click, press_on_bar
from tests.browser.odd_site import OddSite
from tests.browser.person import click_words
from tests.e2e.screen import Desk, finish, virtual_screen
from tests.e2e.user import PERMALINK, PROMPT
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Playwright

    from grokbatch.browser.discovery.find import Browser
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

OPENER_PAGE = Path(tests.browser.__file__).with_name("opener_page.html").read_text("utf-8")
TYPED = "a lighthouse that nobody may read of"


@pytest.fixture
def desk(nobody: User, site: DemoProcess, installed: Browser) -> Iterator[Desk]:
    """A signed-in user in front of a screen, whose browser can be reached from outside."""
    nobody.sign_in(site)
    door = nobody.path / "browser"
    door.write_text(f'#!/bin/sh\nexec "{installed.executable}" --remote-debugging-port=0 "$@"\n')
    door.chmod(0o755)
    with virtual_screen() as display:
        yield Desk(nobody, display, door)


def window(desk: Desk, playwright: Playwright) -> Page:
    """Return the page in the window that was opened."""
    [port] = wait_until(lambda: [*desk.user.scratch.rglob("DevToolsActivePort")], "browser")
    number = wait_until(lambda: port.read_text().partition("\n")[0], "port")
    context = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{number}").contexts[0]
    return wait_until(lambda: context.pages, "page")[0]


@pytest.mark.slow
def test_a_page_of_an_unknown_shape_is_learned_and_then_used(
    desk: Desk, site: DemoProcess, playwright: Playwright
) -> None:
    """The check says what is missing, the session teaches it, the check finds it, and a batch makes its video."""
    site.play(layout="unknown", generation=6)
    desk.user.sign_in(site)
    where = (PERMALINK, "--account", "me", "--site", site.origin)
    checking = Desk(desk.user).start("locators", "check", *where)
    learning = desk.start("learn", *where)
    page = window(desk, playwright)
    bar_says(page, "1 of 5")
    page.mouse.click(5, 400)
    bar_says(page, "click into the box itself")
    click("[data-testid=scene]")(page)
    bar_says(page, "2 of 5")
    page.keyboard.type(TYPED)
    click("[data-testid=bring-to-life]")(page)
    bar_says(page, "3 of 5")
    click("[data-testid=developing]")(page)
    bar_says(page, "4 of 5")
    click("[data-testid=clip]")(page)
    bar_says(page, "5 of 5")
    press_on_bar("Skip")(page)
    said, missing = finish(learning), finish(checking)
    assert missing.code == 1, missing.all
    assert "not found: prompt and submit" in missing.out
    assert f"next: grokbatch learn {' '.join(where)}" in missing.out
    table = desk.user.home / "locators.yaml"
    assert said.code == 0, said.all
    assert f"learned: prompt, submit, progress, player\nwritten to {table}" in said.out
    assert TYPED not in said.all + table.read_text()

    site.change(generation=1)
    there = desk.type("locators", "check", *where)
    assert there.code == 0, there.all
    assert "1: role=textbox name=/^Scene$/" in there.out
    desk.user.write_batch(count=2, site=site.origin)
    code, told = desk.user.run("cats.yaml", "-n", "0")
    assert (code, set(desk.user.statuses().values())) == (0, {"COMPLETED"}), told
    assert len(site.submitted()) == 3


@pytest.mark.slow
def test_a_composer_that_a_menu_brings_is_learned_unpaid_and_then_used_by_all_workers(
    desk: Desk, playwright: Playwright
) -> None:
    """Nothing is sent until the batch runs; check and doctor bring the composer, and say what they have pressed."""
    with OddSite(page=OPENER_PAGE, cards=True) as site:
        origin = site.address.removesuffix("/imagine/post/p1")
        where = (PERMALINK, "--account", "me", "--site", origin)
        missing = Desk(desk.user).type("locators", "check", *where)
        assert missing.code == 1, missing.all
        assert "nothing shows that the composer there makes videos" in missing.out
        assert "not found: opener" in missing.out

        learning = desk.start("learn", "--no-video", *where)
        page = window(desk, playwright)
        bar_says(page, "1 of 2")
        click(".leiste .bt")(page)
        bar_says(page, "the menu's entry for a prompt")
        click_words("Idee schreiben")(page)
        bar_says(page, "Now click the box")
        click(".box")(page)
        bar_says(page, "2 of 2")
        page.keyboard.type(TYPED)
        click(".senden")(page)
        said = finish(learning)
        assert said.code == 0, said.all
        assert "learned: opener, opener_item, prompt, submit" in said.out
        assert TYPED not in said.all + (desk.user.home / "locators.yaml").read_text()

        there = desk.type("locators", "check", *where)
        assert there.code == 0, there.all
        assert (
            "1: role=button name=/^Film Machen$/ and css=[aria-haspopup] (before the composer was opened)" in there.out
        )
        assert "1: role=menuitem name=/^Idee schreiben$/ (in the menu)" in there.out
        assert 'to open the composer, "Film Machen", then "Idee schreiben" was pressed, and nothing else' in there.out
        desk.user.write_batch(count=2, site=origin)
        fit = desk.type("doctor", "cats.yaml")
        assert fit.code == 0, fit.all
        assert site.submits == []

        code, told = desk.user.run("cats.yaml", "-n", "2")
        assert (code, set(desk.user.statuses().values())) == (0, {"COMPLETED"}), told
        assert site.prompts == [PROMPT, PROMPT]


def test_a_page_that_only_edits_the_image_keeps_a_run_from_starting(user: User) -> None:
    """The doctor names what stands there, and what to type; it presses and sends nothing."""
    with OddSite(page=OPENER_PAGE, opener="") as site:
        origin = site.address.removesuffix("/imagine/post/p1")
        user.write_batch(site=origin)
        said = Desk(user).type("doctor", "cats.yaml")
        assert said.code == 1, said.all
        assert "nothing shows that the composer there makes videos, so nothing was entered" in said.out
        assert f"grokbatch learn {PERMALINK} --account me --site {origin}" in said.out
        assert site.submits == []


@pytest.mark.slow
def test_check_and_doctor_open_the_composer_of_today_and_start_nothing(user: User, site: DemoProcess) -> None:
    """Each control is told with the alternative that found it, at its time; the site hears of openings only."""
    site.play(era="D", gallery=3)
    user.sign_in(site)
    there = Desk(user).type("locators", "check", PERMALINK, "--account", "me", "--site", site.origin)
    assert there.code == 0, there.all
    rows = {line.split()[0]: line for line in there.out.splitlines() if line[:1].isalpha()}
    assert "1: role=button name=/^(make|create|generate)" in rows["opener"]
    assert rows["opener"].endswith("(before the composer was opened)")
    assert rows["opener_item"].endswith("(in the menu)")
    assert rows["edit"].endswith("(before the composer was opened)")
    assert "before the composer" not in rows["prompt"] + rows["submit"]
    assert "1: css=[role" in rows["duration"]
    assert 'to open the composer, "Make Video", then "Add Prompt" was pressed, and nothing else' in there.out
    user.write_batch(site=site.origin)
    fit = Desk(user).type("doctor", "cats.yaml")
    assert fit.code == 0, fit.all
    assert "the one for videos can be used" in fit.out

    site.change(add_prompt=False)
    missing = Desk(user).type("locators", "check", PERMALINK, "--account", "me", "--site", site.origin)
    assert missing.code == 1, missing.all
    assert 'which offers "Quick Animate", "Spicy": nothing of it was pressed' in missing.out
    assert "not found: opener_item" in missing.out
    assert {entry["event"] for entry in site.journal()} <= {"open", "sign_in", "quota"}
