"""The wall in a real browser, opened from disk: a hundred tiles made of the demo's clips."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from grokbatch.demo.clips.clips import FOLDER
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.picks import Pick, Picks, read_picks
from grokbatch.review.wall.page import WallVideo, wall_html
from tests.picks_file import picks_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Locator, Page

COUNT = 100
LOOKS = ("dawn", "noon", "dusk", "night")
MADE_AT = datetime(2026, 11, 20, 10, tzinfo=UTC)
SITE = "https://grok.com/imagine/post/1"
NASTY = """</script><img src=x onerror="document.title = 'broken out'">"""
UNMADE = {
    9: WallVideo("video-009", Status.FAILED, Category.CONTENT_MODERATED, "the site moderated the content", SITE),
    31: WallVideo("video-031", Status.FAILED, Category.TIMEOUT, NASTY, SITE),
    100: WallVideo("video-100", Status.PENDING),
}
TWINS = {7: ("video-012", "video-019"), 12: ("video-007", "video-019"), 19: ("video-007", "video-012")}

# How far the videos in view are from each other, in seconds; the short way around the seam of the loop counts.
SPREAD = """(() => {
  const clips = [...document.querySelectorAll("video")].filter((clip) => !clip.paused && clip.readyState > 2);
  const offs = clips.map((clip) => {
    const off = clip.currentTime - clips[0].currentTime, half = clip.duration / 2;
    return off > half ? off - clip.duration : off < -half ? off + clip.duration : off;
  });
  return clips.length < 2 ? 99 : Math.max(...offs) - Math.min(...offs);
})()"""


def video(number: int) -> WallVideo:
    name = f"video-{number:03d}"
    return UNMADE.get(number) or WallVideo(
        name,
        Status.COMPLETED,
        address=SITE,
        file=None if number == 14 else Path(f"videos/{name}.mp4"),
        poster=None if number in {14, 21} else Path(f"videos/{name}.jpg"),
        width=400,
        height=736,
        duration=2.0,
        size=30_000 + number,
        account=("main", "second")[number % 2],
        prompt_number=1 + number % 3,
        prompt_name=("glide", NASTY, "storm")[number % 3],
        choices=(("light: dawn", "light: dusk")[number % 2],),
        missed=("audio: none, expected some",) if number == 3 else (),
        degraded="asked for 720p, got 480p" if number in {3, 5} else "",
        twins=TWINS.get(number, ()),
        made_at=MADE_AT + timedelta(seconds=number),
        seconds=20.0,
    )


VIDEOS = [video(number) for number in range(1, COUNT + 1)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run directory with the files of all videos but one, which someone has deleted since."""
    root = tmp_path_factory.mktemp("reports") / "land scape"
    (root / "videos").mkdir(parents=True)
    for number, one in enumerate(VIDEOS):
        clip = LOOKS[number % len(LOOKS)]
        for place, kind in ((one.file, "mp4"), (one.poster, "jpg")):
            if place is not None and one.id != "video-006":
                shutil.copy(FOLDER / f"{clip}.{kind}", root / place)
    (root / "wall.html").write_text(wall_html("landscape", VIDEOS, "m1"), encoding="utf-8")
    return root


@pytest.fixture
def visitor(demo_browser: Browser) -> Iterator[BrowserContext]:
    """A fresh browser without the picker for files, so that saving is a download."""
    context = demo_browser.new_context(viewport={"width": 1000, "height": 700})
    context.add_init_script("delete window.showSaveFilePicker")
    yield context
    context.close()


@pytest.fixture
def wall(visitor: BrowserContext, folder: Path) -> Page:
    return opened(visitor, folder)


def opened(visitor: BrowserContext, folder: Path) -> Page:
    page = visitor.new_page()
    page.goto((folder / "wall.html").as_uri())
    expect(page.locator("#wall > li").first).to_be_visible()
    return page


def tile(page: Page, number: int) -> Locator:
    return page.locator(f"#wall > [data-id=video-{number:03d}]")


def until(page: Page, condition: str) -> None:
    """Wait for what the page says; `wait_for_function` would need the page to allow `eval`."""
    waiting = "if (performance.now() > end) throw new Error('in vain'); await new Promise(requestAnimationFrame);"
    page.evaluate(f"async () => {{ const end = performance.now() + 5000; while (!({condition})) {{ {waiting} }} }}")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def focus(page: Page, number: int) -> None:
    """Move to a tile by keys, so that the browser knows that it is a person at the keyboard."""
    tile(page, number - 1).locator(".open").focus()
    press(page, "ArrowRight")
    expect(tile(page, number).locator(".open")).to_be_focused()


def ids(page: Page) -> list[str]:
    return page.locator("#wall > li").evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.id)")  # type: ignore[no-any-return]


def choose(page: Page, *words: str) -> None:
    """Tick words in the filter."""
    for word in words:
        page.locator("#filters .chip").filter(has_text=re.compile(rf"^{re.escape(word)}\s*\d+$")).click()


def save(page: Page, target: Path) -> Path:
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save picks").click()
    assert saving.value.suggested_filename == "picks.yaml"
    saving.value.save_as(target)
    return target


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
    (again / "wall.html").write_text(wall_html("landscape", remade, "m1", picks), encoding="utf-8")
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


def test_filters_narrow_and_a_tile_stays_until_the_filter_is_applied_again(wall: Page) -> None:
    wall.get_by_role("button", name="Filter").click()
    choose(wall, "main")
    expect(wall.locator("#shown")).to_have_text("49 of 100 videos")
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
    expect(wall.locator("#shown")).to_have_text("100 videos")
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
    tile(wall, 7).get_by_role("button", name="like 012, 019").click()
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
