"""Looking closely: real size, speed, frames, a seam between two, slideshow, sound, paths, and files dragged out."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.review.wall.page import WallBatch, wall_html
from tests.browser.review.wall_rig import SPREAD, VIDEOS, focus, press, tile, until

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

CLIP = "document.querySelector('#viewer video')"


def opened_viewer(page: Page, number: int = 2) -> None:
    focus(page, number)
    press(page, "Enter")
    until(page, f"{CLIP}?.readyState === 4")


def test_every_shape_is_shown_whole(visitor: BrowserContext, folder: Path) -> None:
    """Where shapes are mixed, the tiles have one between them."""
    shapes = ((400, 736), (1280, 720), (560, 560), (1280, 720))
    videos = [replace(one, width=width, height=height) for one, (width, height) in zip(VIDEOS[:4], shapes, strict=True)]
    (folder / "mixed.html").write_text(wall_html(WallBatch("mixed", "m4", videos)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "mixed.html").as_uri())
    box = tile(page, 1).locator(".stage").bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx((400 / 736 * (16 / 9) ** 2) ** 0.25, rel=0.02)
    for picture in page.locator("#wall .stage img").all():
        assert picture.evaluate("(picture) => getComputedStyle(picture).objectFit") == "contain"


def test_the_real_size_is_a_pixel_for_a_pixel_and_is_moved_by_dragging(wall: Page) -> None:
    opened_viewer(wall)
    fitted = wall.evaluate(f"{CLIP}.clientHeight")
    wall.get_by_role("button", name="1:1, real size").click()
    assert wall.evaluate(f"[{CLIP}.clientWidth, {CLIP}.clientHeight]") == [400, 736]
    place = wall.locator("#viewer .place")
    before = place.evaluate("(place) => place.scrollTop")
    wall.mouse.move(400, 300)
    wall.mouse.down()
    wall.mouse.move(400, 330)
    wall.mouse.up()
    assert place.evaluate("(place) => place.scrollTop") < before
    assert not wall.evaluate(f"{CLIP}.paused")  # a drag is no click
    press(wall, "o")
    assert wall.evaluate(f"{CLIP}.clientHeight") == fitted != 736


def test_speed_goes_from_a_quarter_to_twice_and_stays_for_the_next(wall: Page) -> None:
    opened_viewer(wall)
    for key, speed in (("]", 1.5), ("]", 2), ("]", 2), ("[", 1.5), ("[", 1), ("[", 0.5), ("[", 0.25), ("[", 0.25)):
        press(wall, key)
        assert wall.evaluate(f"{CLIP}.playbackRate") == speed
    press(wall, "ArrowRight")
    until(wall, f"{CLIP}?.playbackRate === 0.25")
    wall.get_by_role("button", name="Speed 0.25").click()
    assert wall.evaluate(f"{CLIP}.playbackRate") == 0.5


def test_frames_go_by_one_in_the_viewer(wall: Page) -> None:
    opened_viewer(wall)
    press(wall, "Space")
    before = wall.evaluate(f"{CLIP}.currentTime")
    press(wall, ".", ".", ",")
    assert wall.evaluate(f"{CLIP}.currentTime") == pytest.approx(before + 1 / 24, abs=0.005)


def test_a_seam_runs_between_two_that_lie_over_each_other(wall: Page) -> None:
    focus(wall, 2)
    press(wall, "c", "ArrowRight", "c", "v", "w")
    side = wall.get_by_role("dialog", name="Side by side")
    expect(side.get_by_role("button", name="One over the other")).to_have_attribute("aria-pressed", "true")
    first, second = side.locator(".pane").all()
    assert first.bounding_box() == second.bounding_box()
    until(wall, f"{SPREAD} < 0.1")
    clip = "(frame) => getComputedStyle(frame).clipPath"
    assert second.locator(".frame").evaluate(clip) == "inset(0px 0px 0px 50%)"
    side.get_by_role("slider", name="Seam").fill("20")
    assert second.locator(".frame").evaluate(clip) == "inset(0px 0px 0px 20%)"
    wall.mouse.move(700, 300)
    expect(side.get_by_role("slider", name="Seam")).to_have_value(re.compile("7[01]"))
    press(wall, "[")
    until(wall, "document.querySelector('#side video').playbackRate < 0.7")
    press(wall, "w")
    assert first.bounding_box() != second.bounding_box()
    press(wall, "Escape")
    focus(wall, 4)
    press(wall, "c", "v", "w")
    expect(wall.locator("#note")).to_contain_text("A seam is for two videos")


def test_a_slideshow_goes_on_by_itself_and_begins_anew_after_the_last(wall: Page) -> None:
    wall.get_by_role("searchbox").fill("video-00")
    press(wall, "Escape")
    wall.get_by_role("searchbox").fill("video-04")
    press(wall, "Enter", "End", "Enter", "l")
    expect(wall.get_by_role("dialog", name="video-049, 10 of 10")).to_be_visible()
    until(wall, f"{CLIP}?.readyState === 4")
    wall.evaluate(f"{CLIP}.currentTime = {CLIP}.duration - 0.1")
    expect(wall.get_by_role("dialog", name="video-040, 1 of 10")).to_be_visible()
    press(wall, "l")
    assert wall.evaluate(f"{CLIP}.loop")


def test_the_sound_of_the_video_that_plays_is_heard_where_that_is_wanted(wall: Page) -> None:
    press(wall, "m")
    tile(wall, 4).hover()
    expect(tile(wall, 4).locator("video.shows")).to_be_attached()
    assert not tile(wall, 4).locator("video").evaluate("(clip) => clip.muted")
    wall.get_by_role("button", name="Sound of the video that plays").click()
    tile(wall, 5).hover()
    expect(tile(wall, 5).locator("video.shows")).to_be_attached()
    assert tile(wall, 5).locator("video").evaluate("(clip) => clip.muted")


def test_the_path_of_a_file_is_copied(visitor: BrowserContext, wall: Page, folder: Path) -> None:
    visitor.grant_permissions(["clipboard-read", "clipboard-write"])
    focus(wall, 2)
    press(wall, "y")
    path = folder / "videos" / "video-002.mp4"
    expect(wall.locator("#note")).to_contain_text(str(path))
    assert wall.evaluate("navigator.clipboard.readText()") == str(path)
    focus(wall, 14)
    press(wall, "y")
    expect(wall.locator("#note")).to_have_text("video-014 is not on disk.")


def test_a_tile_that_is_dragged_out_is_a_copy_of_its_file(wall: Page, folder: Path) -> None:
    dragged = wall.evaluate(
        """() => {
          const dataTransfer = new DataTransfer();
          const tile = document.querySelector("[data-id=video-002] .open");
          tile.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true }));
          return ["DownloadURL", "text/plain"].map((kind) => dataTransfer.getData(kind));
        }"""
    )
    path = folder / "videos" / "video-002.mp4"
    assert dragged == [f"video/mp4:video-002.mp4:{path.as_uri()}", str(path)]
    assert tile(wall, 14).locator(".open").get_attribute("draggable") is None


def test_the_marks_of_a_tile_do_not_hide_each_other(wall: Page) -> None:
    """A kept video that is marked for side by side is seen to be both; what is alike is a number, with the names."""
    focus(wall, 7)
    press(wall, "k", "c")
    stage = tile(wall, 7).locator(".stage")
    assert "inset" in stage.evaluate("(stage) => getComputedStyle(stage, '::after').boxShadow")
    assert stage.evaluate("(stage) => getComputedStyle(stage, '::before').borderStyle") == "dashed"
    twins = tile(wall, 7).get_by_role("button", name="Side by side with its 2 twins")
    expect(twins).to_have_text("2")
    expect(twins).to_have_attribute("title", re.compile("012, 019"))


def test_the_picture_it_was_made_from_stands_beside_a_video(visitor: BrowserContext, folder: Path) -> None:
    """E shows it in each full view and takes it away again; it stays for the next video."""
    (folder / "sources.html").write_text(wall_html(WallBatch("sources", "m6", VIDEOS[:4])), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "sources.html").as_uri())
    opened_viewer(page)
    picture = page.get_by_role("img", name="The source picture")
    expect(picture).to_have_count(0)
    press(page, "e")
    expect(picture).to_be_visible()
    beside, clip = picture.bounding_box(), page.locator("#viewer video").bounding_box()
    assert beside is not None
    assert clip is not None
    assert beside["x"] + beside["width"] <= clip["x"]
    until(page, "document.querySelector('#viewer .source img').naturalWidth > 0")
    press(page, "ArrowRight")
    expect(picture).to_be_visible()
    press(page, "Escape", "g")
    expect(page.locator("#cull").get_by_role("img", name="The source picture")).to_be_visible()
    press(page, "k", "k", *"xx", "Enter", "r")
    expect(page.locator("#pairs").get_by_role("img", name="The source picture")).to_be_visible()
    page.locator("#pairs").get_by_role("button", name="Source picture").click()
    expect(picture).to_have_count(0)


def test_where_there_is_no_such_picture_nothing_offers_it(wall: Page) -> None:
    opened_viewer(wall, 60)
    press(wall, "e")
    expect(wall.get_by_role("button", name="Source picture")).to_have_count(0)
    expect(wall.locator("#viewer .source")).to_be_hidden()


def test_a_picture_that_is_gone_takes_no_room(visitor: BrowserContext, folder: Path) -> None:
    videos = [replace(one, source=Path("nowhere.jpg")) for one in VIDEOS[:4]]
    (folder / "gone.html").write_text(wall_html(WallBatch("gone", "m7", videos)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "gone.html").as_uri())
    opened_viewer(page)
    press(page, "e")
    expect(page.locator("#viewer .source")).to_be_hidden()
