"""The wall in a real browser, opened from disk: a hundred tiles made of the demo's clips."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, Picks, parse_picks, read_picks
from grokbatch.review.wall.page import HERE, WallBatch, wall_html
from tests.browser.review.picks_server import picks_server
from tests.browser.review.wall_rig import (
    COUNT,
    NASTY,
    SITE,
    SPREAD,
    UNMADE,
    VIDEOS,
    choose,
    focus,
    ids,
    opened,
    press,
    save,
    tile,
    until,
)
from tests.picks_file import picks_text

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page


def test_it_opens_from_disk_without_any_request_and_loads_no_video(visitor: BrowserContext, folder: Path) -> None:
    page = visitor.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((folder / "wall.html").as_uri())
    until(page, "[...document.images].every((image) => image.complete)")
    expect(page.get_by_role("heading", name="landscape")).to_be_visible()
    assert len(ids(page)) == COUNT - len(UNMADE)
    for closed in ("#filters", "#tray", "#none", "#note"):
        expect(page.locator(closed)).to_be_hidden()
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
    assert not [url for url in asked if url.endswith(".mp4")]
    assert [line for line in complaints if "ERR_FILE_NOT_FOUND" not in line] == []
    assert "broken out" not in page.title()


def test_what_could_not_be_made_or_is_not_on_disk_still_has_its_place(wall: Page) -> None:
    """Failures are slim rows with a link to the site; a video without a file is a neutral tile with a link."""
    rows = wall.locator("#without li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("moderated")
    expect(rows.nth(1)).to_contain_text(NASTY)
    expect(rows.nth(0).get_by_role("link", name="video-009 on the site")).to_have_attribute("href", SITE)
    expect(tile(wall, 14)).to_contain_text("not on disk")
    expect(tile(wall, 14).get_by_role("link")).to_have_attribute("href", SITE)
    focus(wall, 6)
    expect(tile(wall, 6)).to_contain_text("file not found")
    press(wall, "Enter")
    expect(wall.get_by_role("dialog")).to_contain_text("file not found")
    press(wall, "Escape")
    wall.get_by_role("button", name="Filter").click()
    choose(wall, "completed")
    expect(wall.locator("#without")).to_be_hidden()


def test_a_tile_plays_under_the_mouse_or_with_the_focus_and_then_gives_its_video_back(wall: Page) -> None:
    tile(wall, 2).hover()
    expect(tile(wall, 2).locator("video.shows")).to_be_attached()
    assert wall.locator("video").evaluate_all("(clips) => clips.map((clip) => clip.muted)") == [True]
    tile(wall, 4).hover()
    expect(tile(wall, 4).locator("video.shows")).to_be_attached()
    expect(wall.locator("video")).to_have_count(1)
    focus(wall, 3)
    expect(tile(wall, 3).locator("video.shows")).to_be_attached()
    press(wall, "Space")
    assert tile(wall, 3).locator("video").evaluate("(clip) => clip.paused")


def test_all_in_view_play_in_step_and_those_far_away_hold_no_video(wall: Page) -> None:
    wall.locator("#size").fill("300")
    wall.get_by_role("button", name="Play all").click()
    expect(wall.locator("video.shows")).to_have_count(3)
    until(wall, f"{SPREAD} < 0.12")
    wall.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    expect(tile(wall, 1).locator("video")).to_have_count(0)
    until(wall, f"{SPREAD} < 0.12")
    wall.get_by_role("button", name="Play all").click()
    expect(wall.locator("video")).to_have_count(0)


@pytest.mark.parametrize(
    ("limit", "playing", "left_out", "frame", "after"),
    [
        (16, 16, 0.0, 17, 20),  # easily: more may
        (16, 9, 0.0, 17, 16),  # no more are in view
        (16, 16, 0.1, 30, 16),
        (16, 16, 0.0, 90, 12),  # the page is sluggish
        (16, 16, 0.4, 17, 12),  # the videos are
        (64, 16, 0.4, 17, 12),
        (5, 5, 0.9, 400, 4),  # never fewer than four
        (16, 0, 0.0, 400, 16),  # a dialog is open, for instance
    ],
)
def test_as_many_play_at_once_as_the_machine_can(
    demo_browser: Browser, limit: int, playing: int, left_out: float, frame: int, after: int
) -> None:
    page = demo_browser.new_page()
    second = {"playing": playing, "left_out": left_out, "frame": frame}
    asked = [(HERE / "pace.js").read_text(encoding="utf-8"), limit, second]
    next_limit = """async ([module, limit, second]) => {
      const address = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
      return (await import(address)).nextLimit(limit, second);
    }"""
    assert page.evaluate(next_limit, asked) == after
    page.close()


@pytest.mark.slow
def test_on_a_slow_machine_fewer_play_at_once_and_the_one_that_is_pointed_at_does(wall: Page) -> None:
    slow = wall.context.new_cdp_session(wall)
    wall.locator("#size").fill("110")
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 30})
    wall.get_by_role("button", name="Play all").click()
    expect(wall.locator("#note")).to_contain_text("does not keep up with", timeout=60_000)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    in_view = "(tile) => tile.getBoundingClientRect().bottom <= innerHeight && !tile.classList.contains('plays')"
    name = wall.locator("#wall > .tile").evaluate_all(
        f"(tiles) => tiles.filter({in_view}).map((tile) => tile.dataset.id).at(-1)"
    )
    waiting = wall.locator(f"[data-id={name}]")
    waiting.hover()
    expect(waiting).to_have_class(re.compile("plays"))


def test_picks_by_key_and_mouse_are_saved_as_the_file_that_we_read(wall: Page, tmp_path: Path) -> None:
    focus(wall, 2)
    press(wall, "5", "k", "ArrowRight", "3", "Shift+X")
    expect(tile(wall, 4).locator(".open")).to_be_focused()
    press(wall, "4", "4", "k", "k", "2", "z")
    tile(wall, 5).hover()
    tile(wall, 5).get_by_role("button", name="Rate 4").click()
    tile(wall, 5).get_by_role("button", name="Keep").click()
    expect(tile(wall, 5).locator(".open")).to_have_accessible_name(re.compile("rated 4 of 5, kept"))
    expect(wall.locator("body > .voice")).to_have_text("video-005: rated 4 of 5, kept")
    expect(wall.locator("#tally")).to_have_text("2 kept, 1 rejected, 94 to decide")
    expect(wall.locator("#unsaved")).to_have_text("3")

    file = save(wall, tmp_path / "picks.yaml")
    picks = read_picks(file, manifest="m1", videos=[one.id for one in VIDEOS])
    assert picks.picks == (Pick("video-002", 5, True), Pick("video-003", 3, False), Pick("video-005", 4, True))
    assert file.read_bytes().decode() == picks_text(picks)
    expect(wall.locator("#note")).to_contain_text("3 videos, 2 to keep")
    expect(wall.locator("#unsaved")).to_be_hidden()


def test_picks_outlast_a_reload_and_a_new_page_and_an_older_file(wall: Page, folder: Path) -> None:
    """The later word counts: a rating here goes before an older picks.yaml, a newer video before its old rating."""
    focus(wall, 2)
    press(wall, "5", "ArrowRight", "2")
    old = datetime(2026, 11, 21, tzinfo=UTC)
    picks = Picks("landscape", "m1", old, (Pick("video-002", 1), Pick("video-004", None, True), Pick("video-005", 1)))
    remade = [replace(one, made_at=old + timedelta(days=1)) if one.id == "video-005" else one for one in VIDEOS]
    again = folder / "again"
    again.mkdir()
    (again / "wall.html").write_text(wall_html(WallBatch("landscape", "m1", remade, picks)), encoding="utf-8")
    page = opened(wall.context, again)
    expect(tile(page, 2).locator(".open")).to_have_accessible_name(re.compile("rated 5 of 5"))
    expect(tile(page, 3).locator(".open")).to_have_accessible_name(re.compile("rated 2 of 5"))
    expect(tile(page, 4).locator(".open")).to_have_accessible_name(re.compile("kept"))
    expect(tile(page, 5).locator(".open")).to_have_accessible_name(re.compile("not rated"))
    focus(page, 3)
    press(page, "4")
    expect(tile(wall, 3).locator(".open")).to_have_accessible_name(re.compile("rated 4 of 5"))  # the other tab, too


def test_a_file_chosen_once_is_written_again_and_a_closed_picker_saves_nothing(
    demo_browser: Browser, folder: Path
) -> None:
    """Where the browser lets a page write a file, the second save asks no more."""
    context = demo_browser.new_context()
    context.add_init_script(
        """window.asked = 0; window.written = [];
        window.showSaveFilePicker = async ({ suggestedName }) => {
          if (!window.asked++) throw new DOMException("closed", "AbortError");
          const file = { write: async (text) => window.written.push(text), close: async () => {} };
          return { name: suggestedName, createWritable: async () => file };
        };"""
    )
    page = opened(context, folder)
    focus(page, 2)
    press(page, "k")
    button = page.get_by_role("button", name="Save picks")
    button.click()
    expect(page.locator("body > .voice")).to_have_text("Not saved")
    expect(page.locator("#unsaved")).to_have_text("1")
    button.click()
    expect(page.locator("#unsaved")).to_be_hidden()
    expect(page.locator("#note")).to_contain_text("Saved as picks.yaml")
    button.click()
    until(page, "window.written.length === 2")
    assert page.evaluate("window.asked") == 2
    assert 'id: "video-002", rating: null, keep: true' in page.evaluate("window.written[1]")
    context.close()


def test_a_served_page_saves_by_itself_and_tells_what_the_server_says(visitor: BrowserContext, folder: Path) -> None:
    """What saving.js describes: a PUT of the file's text beside the page, and its answer."""
    with picks_server(folder, VIDEOS) as (address, received):
        page = visitor.new_page()
        page.goto(f"{address}/wall.html")
        focus(page, 2)
        press(page, "5", "k")
        expect(page.locator("#unsaved")).to_have_text("1")
        expect(page.locator("#save span")).to_have_text("Saved")
        assert parse_picks(received[-1], "picks", manifest="m1").picks == (Pick("video-002", 5, True),)
        received.refuse = "The batch runs with --fresh: load the page again."
        press(page, "2")
        expect(page.locator("#note")).to_have_text(f"Not saved: {received.refuse}")
        expect(page.locator("#unsaved")).to_have_text("1")
        received.refuse = ""
        page.reload()
        expect(page.locator("#save span")).to_have_text("Saved")
        assert parse_picks(received[-1], "picks").picks == (Pick("video-002", 2, True),)


def test_a_served_page_fills_while_the_run_goes_on(visitor: BrowserContext, folder: Path) -> None:
    """New videos come to their places; the focus, the picks and what is open stay."""
    pending = [replace(UNMADE[100], id=one.id) if one.id in {"video-003", "video-009"} else one for one in VIDEOS[:9]]
    with picks_server(folder, pending) as (address, received):
        page = visitor.new_page()
        page.goto(f"{address}/wall.html")
        press(page, "ArrowRight", "k", "ArrowRight")
        expect(tile(page, 4).locator(".open")).to_be_focused()
        received.videos = VIDEOS[:9]
        expect(tile(page, 3)).to_be_visible()
        assert ids(page) == [f"video-{number:03d}" for number in range(1, 9)]
        expect(tile(page, 4).locator(".open")).to_be_focused()
        expect(page.locator("#tally")).to_have_text("1 kept, 0 rejected, 7 to decide")
        expect(page.locator("#without li")).to_contain_text("moderated")
        press(page, "ArrowLeft", "x")
        expect(tile(page, 3).locator(".open")).to_have_accessible_name(re.compile("rejected"))


def test_filters_narrow_and_a_tile_stays_until_the_filter_is_applied_again(wall: Page) -> None:
    wall.get_by_role("button", name="Filter").click()
    choose(wall, "main")
    expect(wall.locator("#shown")).to_have_text("49 of 97 videos")
    choose(wall, "3 storm")
    assert all(int(name[-3:]) % 6 == 2 for name in ids(wall))
    wall.get_by_role("button", name="Take away Prompt: 3 storm").click()
    choose(wall, "undecided")
    wall.locator("#filter").click()
    tile(wall, 4).locator(".open").focus()
    press(wall, "k")
    expect(tile(wall, 4)).to_be_visible()
    wall.get_by_role("button", name="Apply again").click()
    expect(tile(wall, 4)).to_have_count(0)
    wall.get_by_role("button", name="Show everything").click()
    expect(wall.locator("#shown")).to_have_text("97 videos, 3 not made")
    wall.get_by_role("button", name="Filter").click()
    for word, expected in (
        ("missed", ["003"]),
        ("less than asked for", ["003", "005"]),
        ("with twins", ["007", "012", "019"]),
        ("not on disk", ["014"]),
    ):
        choose(wall, word)
        assert [name[-3:] for name in ids(wall)] == expected
        choose(wall, word)
    choose(wall, "light: dusk")
    assert {int(name[-3:]) % 2 for name in ids(wall)} == {1}
    choose(wall, "light: dusk")
    choose(wall, "one of each")
    assert "video-007" in ids(wall)
    assert not {"video-012", "video-019"} & set(ids(wall))


def test_it_sorts_by_rating_and_time(wall: Page) -> None:
    focus(wall, 30)
    press(wall, "3")
    focus(wall, 50)
    press(wall, "5")
    wall.get_by_label("Sort").select_option("Rating")
    assert ids(wall)[:3] == ["video-050", "video-030", "video-001"]
    wall.get_by_label("Sort").select_option("Time made")
    assert ids(wall)[0] == "video-099"
    wall.get_by_role("button", name="Other way round").click()
    assert ids(wall)[0] == "video-001"
    wall.reload()
    expect(wall.get_by_label("Sort")).to_have_value("made")


def test_the_viewer_is_driven_by_keys_and_gives_the_focus_back(wall: Page) -> None:
    focus(wall, 2)
    press(wall, "Enter")
    viewer = wall.get_by_role("dialog", name="video-002")
    expect(viewer).to_be_visible()
    expect(wall.locator("video")).to_have_count(1)
    until(wall, "document.querySelector('#viewer video').currentTime > 0")
    press(wall, "Space")
    assert viewer.locator("video").evaluate("(clip) => clip.paused")
    press(wall, "4", "Shift+K")
    viewer = wall.get_by_role("dialog", name="video-003, 3 of 97")
    expect(viewer).to_contain_text("audio: none, expected some")
    expect(viewer.get_by_role("link", name="on the site")).to_have_attribute("href", SITE)
    viewer.get_by_role("button", name="Reject").click()
    expect(viewer.locator(".voice")).to_have_text("video-003: rejected")
    press(wall, "ArrowRight", "?")
    expect(wall.get_by_role("dialog", name="Keys")).to_be_visible()
    press(wall, "Escape", "Escape")
    expect(tile(wall, 4).locator(".open")).to_be_focused()
    expect(tile(wall, 2).locator(".open")).to_have_accessible_name(re.compile("rated 4 of 5, kept"))
    expect(tile(wall, 3).locator(".open")).to_have_accessible_name(re.compile("rejected"))


def test_two_to_four_play_side_by_side_in_step(wall: Page) -> None:
    focus(wall, 2)
    press(wall, "c", "ArrowRight", "c", "v")
    side = wall.get_by_role("dialog", name="Side by side")
    expect(side.get_by_role("group", name="video-002")).to_be_focused()
    until(wall, f"{SPREAD} < 0.1")
    press(wall, "5", "ArrowRight", "x", "Space")
    until(wall, "[...document.querySelectorAll('#side video')].every((clip) => clip.paused)")
    press(wall, ".")
    times = side.locator("video").evaluate_all("(clips) => clips.map((clip) => clip.currentTime)")
    assert times[0] == pytest.approx(times[1], abs=0.01)
    press(wall, "Escape")
    expect(tile(wall, 2).locator(".open")).to_have_accessible_name(re.compile("rated 5 of 5"))
    expect(tile(wall, 3).locator(".open")).to_have_accessible_name(re.compile("rejected"))
    focus(wall, 4)
    press(wall, "c", "ArrowRight", "c", "ArrowRight", "ArrowRight", "c")
    expect(wall.locator("#note")).to_have_text("4 videos fit side by side: take one away first.")
    tile(wall, 7).get_by_role("button", name="Side by side with its 2 twins").click()
    expect(side.get_by_role("group", name=re.compile("video-0"))).to_have_count(3)


def test_with_reduced_motion_nothing_plays_by_itself(wall: Page) -> None:
    wall.emulate_media(reduced_motion="reduce")
    tile(wall, 2).hover()
    expect(tile(wall, 2).get_by_role("button", name="Keep")).to_be_visible()
    focus(wall, 3)
    press(wall, "Enter")
    expect(wall.locator("#viewer video")).to_be_visible()
    assert wall.locator("#viewer video").evaluate("(clip) => clip.paused && clip.currentTime === 0")
    press(wall, "Escape")
    expect(tile(wall, 3).locator(".open")).to_be_focused()
    expect(wall.locator("video")).to_have_count(0)
    press(wall, "Space")
    expect(tile(wall, 3).locator("video.shows")).to_be_attached()


def test_on_a_phone_a_tap_plays_and_a_second_opens(demo_browser: Browser, folder: Path) -> None:
    context = demo_browser.new_context(viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    page = opened(context, folder)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tile(page, 2).locator(".open").tap()
    expect(tile(page, 2).locator("video.shows")).to_be_attached()
    tile(page, 2).get_by_role("button", name="Keep").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)
    tile(page, 2).locator(".open").tap()
    expect(page.get_by_role("dialog", name="video-002")).to_be_visible()
    swipe(page, from_x=300, to_x=90)
    expect(page.get_by_role("dialog", name="video-003")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("button", name="Rate 5")).to_be_in_viewport(ratio=1)
    context.close()


def swipe(page: Page, *, from_x: int, to_x: int) -> None:
    touch = page.context.new_cdp_session(page)
    moves: list[tuple[str, list[dict[str, Any]]]] = [
        ("touchStart", [{"x": from_x, "y": 400}]),
        ("touchMove", [{"x": to_x, "y": 402}]),
        ("touchEnd", []),
    ]
    for kind, points in moves:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


@pytest.mark.parametrize("width", [1440, 1200, 1000, 800, 390])
def test_nothing_in_the_head_lies_over_anything_else(demo_browser: Browser, folder: Path, width: int) -> None:
    context = demo_browser.new_context(viewport={"width": width, "height": 800})
    page = opened(context, folder)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    overlaps = page.evaluate(
        """() => {
          const parts = [...document.querySelectorAll("#tally, h1, header button, header select, #search, #size")];
          const text = document.createRange();
          const boxes = parts.filter((part) => part.checkVisibility()).map((part) => {
            text.selectNodeContents(part);
            return [part.id || part.tagName, (part.matches("p, h1") ? text : part).getBoundingClientRect()];
          });
          return boxes.flatMap(([name, one], at) => boxes.slice(at + 1)
            .filter(([, other]) => one.right > other.left + 1 && other.right > one.left + 1
              && one.bottom > other.top + 1 && other.bottom > one.top + 1)
            .map(([other]) => `${name} and ${other}`));
        }"""
    )
    assert overlaps == []
    context.close()


def test_tab_leads_through_the_page_in_order_and_into_the_tiles_once(wall: Page) -> None:
    """The wall is one stop, arrows lead within it; behind a tile come its own buttons."""
    wall.evaluate("document.querySelector('#save').focus()")
    press(wall, "Tab")
    expect(tile(wall, 1).locator(".open")).to_be_focused()
    press(wall, "ArrowDown")
    expect(wall.locator(".tile .open[tabindex='0']")).to_have_count(1)
    row = int(wall.locator("#wall").get_attribute("data-columns") or 0)
    expect(wall.locator("#wall > li").nth(row).locator(".open")).to_be_focused()
    press(wall, "Tab")
    expect(wall.locator("#wall > li").nth(row).get_by_role("button", name="Side by side", exact=True)).to_be_focused()
    press(wall, "End")
    expect(tile(wall, 99).locator(".open")).to_be_focused()
    expect(tile(wall, 99)).to_be_in_viewport(ratio=1)
