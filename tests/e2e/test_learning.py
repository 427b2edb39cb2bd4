"""A user whose page is of no known shape shows the tool where things are, and then makes a video."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.bar import bar_says, click, press_on_bar
from tests.e2e.patience import wait_until
from tests.e2e.screen import Desk, finish, virtual_screen
from tests.e2e.user import PERMALINK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Playwright

    from grokbatch.browser.find import Browser
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

TYPED = "a lighthouse that nobody may read of"


@pytest.fixture
def desk(nobody: User, site: DemoProcess, installed: Browser) -> Iterator[Desk]:
    """A signed-in user in front of a screen, whose browser can be reached from outside."""
    site.play(layout="unknown", generation=6)
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
    """The check says what is missing, the lesson teaches it, the check finds it, and a batch makes its video."""
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
    click("[data-testid=film]")(page)
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
