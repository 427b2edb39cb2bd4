"""Several batches on one wall: filtered and grouped by batch, and the picks of each saved by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, Picks, read_picks
from grokbatch.review.wall.page import WallBatch, wall_html
from tests.browser.review.wall_rig import VIDEOS, choose, ids, press

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Page

TWINS = replace(VIDEOS[1], twins=("video-001",))
CATS = WallBatch("cats", "m21", [VIDEOS[0], TWINS, VIDEOS[2]])
DOGS = WallBatch(
    "dogs", "m22", VIDEOS[:2], Picks("dogs", "m22", datetime(2026, 11, 22, tzinfo=UTC), (Pick("video-002", 3),))
)


@pytest.fixture
def several(visitor: BrowserContext, folder: Path) -> Page:
    (folder / "several.html").write_text(wall_html(CATS, DOGS), encoding="utf-8")
    (folder / "dogs.html").write_text(wall_html(DOGS), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "several.html").as_uri())
    expect(page.locator("#shown")).to_have_text("5 videos")
    return page


def focus(page: Page, name: str) -> None:
    page.locator(f"[data-id='{name}'] .open").focus()


def test_the_batch_is_a_filter_and_a_group(several: Page) -> None:
    expect(several.locator("[data-id='dogs/video-001'] .number")).to_have_text("dogs/001")
    expect(several.locator("h1")).to_have_text("cats, dogs")
    press(several, "f")
    several.get_by_label("Group by").select_option("batch")
    expect(several.get_by_role("heading", level=2).first).to_have_text("batch: cats (3)")
    choose(several, "dogs")
    assert [name for name in ids(several) if name] == ["dogs/video-001", "dogs/video-002"]


def test_picks_of_each_batch_are_saved_by_themselves_and_known_to_its_own_wall(
    several: Page, visitor: BrowserContext, folder: Path, tmp_path: Path
) -> None:
    focus(several, "cats/video-002")
    press(several, "k")
    focus(several, "dogs/video-001")
    press(several, "5")
    expect(several.locator("#unsaved")).to_have_text("2")
    with (
        several.expect_download(lambda download: download.suggested_filename == "cats.picks.yaml") as cats,
        several.expect_download(lambda download: download.suggested_filename == "dogs.picks.yaml") as dogs,
    ):
        press(several, "ControlOrMeta+s")
    expect(several.locator("#unsaved")).to_be_hidden()
    expect(several.locator("#note")).to_contain_text("dogs.picks.yaml is in your downloads: 2 videos, 0 to keep.")
    alone = visitor.new_page()
    alone.goto((folder / "dogs.html").as_uri())
    expect(alone.locator("[data-id=video-001] .grade svg")).to_have_count(5)
    expect(alone.locator("#unsaved")).to_be_hidden()
    for saving, manifest, picks in (
        (cats, "m21", (Pick("video-002", keep=True),)),
        (dogs, "m22", (Pick("video-001", 5), Pick("video-002", 3))),
    ):
        saving.value.save_as(tmp_path / "picks.yaml")
        saved = read_picks(tmp_path / "picks.yaml")
        assert (saved.manifest, saved.picks) == (manifest, picks)


def test_twins_and_culling_stay_within_their_batch(several: Page) -> None:
    focus(several, "cats/video-002")
    press(several, "t")
    expect(several.locator("#side .below strong")).to_have_text(["cats/002", "cats/001"])
    press(several, "Escape", "g")
    expect(several.get_by_role("dialog", name="One by one, cats/video-001, 1 of 5")).to_be_visible()
