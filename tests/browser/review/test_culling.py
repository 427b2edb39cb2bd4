"""Going through videos one by one: a key for each, the next one loaded before, and nothing final before the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, read_picks
from tests.browser.review.wall_rig import choose, focus, press, save, tile, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def few(page: Page, count: int) -> None:
    """Show so many videos only, by a search for the ids that begin with `video-02`."""
    page.get_by_role("searchbox", name="Search").fill("video-02")
    expect(page.locator("#shown")).to_have_text("10 of 97 videos")
    assert count == 10


def test_each_key_decides_and_leads_on_and_the_end_makes_picks_of_all(wall: Page, tmp_path: Path) -> None:
    few(wall, 10)
    wall.get_by_role("button", name="One by one").click()
    cull = wall.get_by_role("dialog", name="One by one, video-020, 1 of 10")
    expect(cull.locator("video")).to_have_attribute("src", re.compile("video-020"))
    press(wall, "k", "x", "b", "4", "ArrowRight", "ArrowUp", "ArrowDown")
    expect(wall.get_by_role("dialog", name="video-027, 8 of 10")).to_be_visible()
    expect(wall.locator("#tally")).to_have_text("0 kept, 0 rejected, 97 to decide")  # nothing is a pick yet
    press(wall, "k", "k", "x")
    end = wall.get_by_role("dialog", name="One by one, the end")
    expect(end.locator("dl")).to_have_text(re.compile("kept4maybe1rejected3undecided2"))
    expect(end.get_by_role("button", name="Finish")).to_be_focused()
    press(wall, "Enter")
    expect(wall.get_by_role("dialog")).to_have_count(0)
    expect(wall.locator("#tally")).to_have_text("4 kept, 3 rejected, 1 maybe, 89 to decide")
    picks = read_picks(save(wall, tmp_path / "picks.yaml")).picks
    assert picks[:4] == (
        Pick("video-020", None, True),
        Pick("video-021", None, False),
        Pick("video-022", maybe=True),
        Pick("video-023", 4),
    )
    press(wall, "z")  # the whole round is one step
    expect(wall.locator("#tally")).to_have_text("0 kept, 0 rejected, 97 to decide")
    press(wall, "Shift+Z")
    expect(wall.locator("#tally")).to_have_text("4 kept, 3 rejected, 1 maybe, 89 to decide")


def test_undo_leads_back_to_the_video_and_redo_forward_again(wall: Page) -> None:
    few(wall, 10)
    press(wall, "Escape")
    focus(wall, 22)
    press(wall, "g", "k", "x", "z")
    expect(wall.get_by_role("dialog", name="video-002, 2 of 96")).to_be_visible()
    press(wall, "Backspace")
    expect(wall.get_by_role("dialog", name="video-001, 1 of 96")).to_be_visible()
    press(wall, "Shift+Z", "Control+y")
    expect(wall.get_by_role("dialog", name="video-003, 3 of 96")).to_be_visible()
    wall.get_by_role("dialog").get_by_role("button", name="Undo").click()
    press(wall, "ArrowLeft")
    dialog = wall.get_by_role("dialog", name="video-001, 1 of 96")
    expect(dialog.get_by_role("button", name="Keep")).to_have_attribute("aria-pressed", "true")


def test_a_round_that_was_left_is_gone_on_with_after_a_reload(wall: Page) -> None:
    few(wall, 10)
    press(wall, "Enter", "g", "k", "x", "Escape")
    expect(wall.locator("#note")).to_contain_text("2 decisions wait")
    wall.reload()
    press(wall, "g")
    expect(wall.get_by_role("dialog", name="One by one, video-022, 3 of 10")).to_be_visible()
    for _ in range(8):
        press(wall, "ArrowRight")
    wall.get_by_role("button", name="Forget this round").click()
    expect(wall.locator("#tally")).to_have_text("0 kept, 0 rejected, 97 to decide")
    press(wall, "g")
    expect(wall.get_by_role("dialog", name="video-001, 1 of 96")).to_be_visible()


def test_the_next_video_is_loaded_before_it_is_wanted(wall: Page) -> None:
    asked: list[str] = []
    wall.on("request", lambda request: asked.append(request.url[-13:]))
    press(wall, "g")
    until(wall, "document.querySelector('#cull video')?.readyState === 4")
    with wall.expect_event("request", lambda request: request.url.endswith("video-003.mp4")):
        press(wall, "k")
    assert "video-002.mp4" in asked
    until(wall, "document.querySelector('#cull video').currentTime > 0")
    expect(wall.locator("#cull video")).to_have_attribute("src", re.compile("video-002"))


def test_a_second_round_is_among_the_kept_and_pairs_follow(wall: Page) -> None:
    few(wall, 10)
    press(wall, "Enter", "g", *"kkkxxxxxxx")
    wall.get_by_role("button", name="Second round among the 3 kept").click()
    dialog = wall.get_by_role("dialog", name="One by one, video-020, 1 of 3")
    expect(dialog).to_contain_text("Round 2")
    press(wall, "k", "k", "x")
    wall.get_by_role("button", name="Compare the kept in pairs").click()
    expect(wall.get_by_role("dialog", name="In pairs: 020 or 021")).to_be_visible()
    press(wall, "Escape")
    expect(wall.locator("#tally")).to_have_text("2 kept, 8 rejected, 87 to decide")
    expect(tile(wall, 20).locator(".open")).to_be_focused()


def test_speed_frames_real_size_and_sound_hold_while_going_through(wall: Page) -> None:
    press(wall, "g", "]", "m", "o")
    clip = wall.locator("#cull video")
    # How large a clip is in truth is known once its file has begun to come.
    in_real_size = "document.querySelector('#cull video').style.width === '400px'"
    until(wall, in_real_size)
    assert clip.evaluate("(clip) => [clip.playbackRate, clip.muted]") == [1.5, False]
    press(wall, "k")
    until(wall, in_real_size)
    assert clip.evaluate("(clip) => [clip.playbackRate, clip.muted]") == [1.5, False]
    press(wall, "[", "[", "[", "[", "Space")
    assert clip.evaluate("(clip) => clip.playbackRate") == 0.25
    before = clip.evaluate("(clip) => clip.currentTime")
    press(wall, ".", ".")
    until(wall, f"document.querySelector('#cull video').currentTime > {before} + 0.06")
    assert clip.evaluate("(clip) => clip.paused")


def test_what_is_filtered_out_is_not_gone_through(wall: Page) -> None:
    press(wall, "f")
    choose(wall, "with twins")
    press(wall, "Escape", "g")
    expect(wall.get_by_role("dialog", name="One by one, video-007, 1 of 3")).to_be_visible()
