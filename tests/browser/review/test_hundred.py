"""A hundred clips are narrowed down to three without touching a mouse: two rounds, pairs, and the picks saved."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, read_picks
from grokbatch.review.wall.page import WallBatch, wall_html
from tests.browser.review.wall_rig import VIDEOS, press

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Locator, Page

HUNDRED = [
    replace(VIDEOS[0], id=f"video-{number:03d}", file=Path(f"videos/video-{1 + number % 4:03d}.mp4"), poster=None)
    for number in range(1, 101)
]


@pytest.mark.slow
def test_a_hundred_clips_are_culled_by_keys_alone(visitor: BrowserContext, folder: Path, tmp_path: Path) -> None:
    page = opened_hundred(visitor, folder)
    press(page, "g")
    decide_each(page, range(1, 101), lambda number: "k" if number % 4 == 0 else "b" if number % 10 == 5 else "x")
    expect(end_of_round(page)).to_have_text(re.compile("kept25maybe10rejected65undecided0"))
    press(page, "z")  # from the closing page back to the last video
    expect(page.get_by_role("dialog", name="One by one, video-100, 100 of 100")).to_be_visible()
    press(page, "ArrowUp", "Tab")
    expect(page.get_by_role("button", name="Second round among the 25 kept")).to_be_focused()
    press(page, "Enter")
    decide_each(page, range(4, 101, 4), lambda number: "k" if number % 20 == 0 else "x")
    expect(end_of_round(page)).to_have_text(re.compile("kept5maybe0rejected20undecided0"))
    tab_to(page, "Compare the kept in pairs")
    press(page, "Enter")
    prefer_the_higher_number(page)
    press(page, "Tab", "ControlOrMeta+a", "3", "Enter")
    expect(page.locator("#tally")).to_have_text("3 kept, 87 rejected, 10 maybe, 0 to decide")
    with page.expect_download() as saving:
        press(page, "ControlOrMeta+s")
    saving.value.save_as(tmp_path / "picks.yaml")
    assert read_picks(tmp_path / "picks.yaml").picks == tuple(expected(number) for number in range(1, 101))


def expected(number: int) -> Pick:
    name = f"video-{number:03d}"
    if number % 20 == 0:
        return Pick(name, keep=number >= 60, rank=6 - number // 20)
    return Pick(name, maybe=True) if number % 10 == 5 else Pick(name, keep=False)


def opened_hundred(visitor: BrowserContext, folder: Path) -> Page:
    (folder / "hundred.html").write_text(wall_html(WallBatch("hundred", "m8", HUNDRED)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "hundred.html").as_uri())
    expect(page.locator("#shown")).to_have_text("100 videos")
    return page


def decide_each(page: Page, numbers: range, key_for: Callable[[int], str]) -> None:
    """Press the key for each video, and every thirteenth time another one first, which is taken back."""
    for at, number in enumerate(numbers, start=1):
        place = page.locator("#cull .where")
        expect(place).to_contain_text(f"{at} of {len(numbers)}{number:03d}")
        if at % 13 == 0:
            press(page, "x" if key_for(number) == "k" else "k", "z")
        press(page, key_for(number))


def end_of_round(page: Page) -> Locator:
    return page.get_by_role("dialog", name="One by one, the end").locator("dl")


def prefer_the_higher_number(page: Page) -> None:
    names = page.locator("#pairs .pane .number")
    while names.count() == 2:
        left, right = (int(text) for text in names.all_inner_texts())
        press(page, "ArrowLeft" if left > right else "ArrowRight")
    expect(page.get_by_role("button", name="Keep the first")).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a button has the focus: each can be reached."""
    button = page.get_by_role("button", name=name)
    for _ in range(40):
        if button.evaluate("(button) => button === document.activeElement"):
            return
        press(page, "Tab")
    raise AssertionError(f"Tab does not lead to {name}")
