"""Choosing in pairs: few questions lead to an order, which is written into the picks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, read_picks
from grokbatch.review.wall.page import HERE
from tests.browser.review.wall_rig import SPREAD, focus, press, save, tile, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

# Sorts `count` numbers many times; returns how often the order was wrong, and the most questions that were asked.
SORTING = """
export const sortOften = (count, times) => {
  let [wrong, most] = [0, 0];
  for (let time = 0; time < times; time++) {
    const worth = new Map(Array.from({ length: count }, (_, at) => [`v${at}`, Math.random()]));
    const answers = [];
    let asked;
    while (!(asked = nextPair([...worth.keys()], answers)).order)
      answers.push(worth.get(asked.pair[0]) > worth.get(asked.pair[1]));
    most = Math.max(most, answers.length);
    wrong += asked.order.join() !== [...worth.keys()].sort((one, other) => worth.get(other) - worth.get(one)).join();
  }
  return { wrong, most, bound: mostQuestions(count) };
};
"""


@pytest.mark.parametrize(("count", "bound"), [(1, 0), (2, 1), (3, 3), (5, 7), (10, 22), (12, 30), (23, 76)])
def test_the_order_is_right_and_takes_few_questions(demo_browser: Browser, count: int, bound: int) -> None:
    """Merge insertion needs 22 questions at most for ten, where each with each would be 45."""
    page = demo_browser.new_page()
    module = (HERE / "ranking.js").read_text(encoding="utf-8") + SORTING
    result = page.evaluate(
        """async ([module, count]) => {
          const address = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
          return (await import(address)).sortOften(count, 200);
        }""",
        [module, count],
    )
    page.close()
    assert result["wrong"] == 0
    assert result["most"] <= result["bound"] == bound


def select(page: Page, first: int, last: int) -> None:
    tile(page, first).locator(".open").click(modifiers=["ControlOrMeta"])
    tile(page, last).locator(".open").click(modifiers=["Shift"])


def answer_by_number(page: Page, better: str) -> None:
    """Prefer the video with the higher (or lower) number until there is an order."""
    while page.locator("#pairs .pane").count() == 2:
        left, right = page.locator("#pairs .pane .number").all_inner_texts()
        is_left = int(left) > int(right) if better == "higher" else int(left) < int(right)
        said = page.locator("#pairs .where").inner_text()
        press(page, "ArrowLeft" if is_left else "ArrowRight")
        expect(page.locator("#pairs .where")).not_to_have_text(said)


def test_the_best_are_kept_in_their_order_and_the_others_rejected(wall: Page, tmp_path: Path) -> None:
    select(wall, 2, 5)
    wall.get_by_role("button", name="In pairs").click()
    expect(wall.locator("#pairs .where")).to_contain_text("Pair 1 of at most 5")
    until(wall, f"{SPREAD} < 0.1")
    answer_by_number(wall, "higher")
    end = wall.get_by_role("dialog", name="In pairs")
    assert end.locator("ol .number").all_inner_texts() == ["005", "004", "003", "002"]
    end.get_by_role("spinbutton", name="How many are kept").fill("3")
    end.get_by_role("button", name="Keep the first").click()
    expect(wall.locator("#note")).to_have_text("4 videos in order, the first 3 kept.")
    expect(tile(wall, 5).locator(".open")).to_have_accessible_name(re.compile("kept, place 1"))
    assert read_picks(save(wall, tmp_path / "picks.yaml")).picks == (
        Pick("video-002", keep=False, rank=4),
        Pick("video-003", keep=True, rank=3),
        Pick("video-004", keep=True, rank=2),
        Pick("video-005", keep=True, rank=1),
    )


def test_a_newer_order_replaces_the_older_and_the_decisions_stay(wall: Page) -> None:
    for first, last in ((2, 3), (3, 4)):
        select(wall, first, last)
        press(wall, "r")
        answer_by_number(wall, "lower")
        wall.get_by_role("button", name="Write down the order only").click()
    expect(tile(wall, 2).locator(".open")).not_to_have_accessible_name(re.compile("place"))
    expect(tile(wall, 3).locator(".open")).to_have_accessible_name(re.compile("place 1"))
    expect(tile(wall, 4).locator(".open")).to_have_accessible_name(re.compile("place 2"))
    expect(wall.locator("#tally")).to_have_text("0 kept, 0 rejected, 97 to decide")


def test_answers_are_undone_and_outlast_a_reload(wall: Page) -> None:
    focus(wall, 2)
    press(wall, "k", "ArrowRight", "k", "ArrowRight", "k", "r", "1")
    where = wall.locator("#pairs .where")
    expect(where).to_contain_text("Pair 2")
    press(wall, "z")
    expect(where).to_contain_text("Pair 1")
    press(wall, "Shift+Z")
    expect(where).to_contain_text("Pair 2")
    press(wall, "Escape")
    expect(wall.locator("#note")).to_contain_text("1 answer wait")
    wall.reload()
    press(wall, "r")
    expect(where).to_contain_text("Pair 2")
    wall.locator("#pairs .pane").first.click()
    expect(where).to_contain_text(re.compile("Pair 3|In order"))


def test_one_video_alone_cannot_be_compared(wall: Page) -> None:
    focus(wall, 2)
    press(wall, "k", "r")
    expect(wall.locator("#note")).to_contain_text("at least two videos")
    expect(wall.get_by_role("dialog")).to_have_count(0)
