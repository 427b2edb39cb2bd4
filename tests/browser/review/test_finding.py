"""Finding videos on the wall: search, groups, selection, stacks, sweeps; notes and tags; earlier versions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, Picks, read_picks
from grokbatch.review.wall.page import WallBatch, wall_html
from tests.browser.review.wall_rig import MADE_AT, VIDEOS, choose, focus, ids, opened, press, save, tile

if TYPE_CHECKING:
    from datetime import timedelta
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page


def searchbox(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search")


def shown(page: Page) -> list[int]:
    return [int(name[-3:]) for name in ids(page) if name]


def test_keys_work_from_the_start_and_wherever_the_focus_is(wall: Page) -> None:
    press(wall, "k")
    expect(tile(wall, 1).locator(".open")).to_have_accessible_name(re.compile("kept"))
    assert wall.locator("video").count() == 0  # nothing plays that nobody asked for
    press(wall, "ArrowRight", "x")
    wall.locator("#tally").click()  # nothing that takes the focus
    press(wall, "5")
    expect(tile(wall, 2).locator(".open")).to_have_accessible_name(re.compile("rated 5 of 5, rejected"))
    wall.get_by_role("button", name="Other way round").focus()
    press(wall, "b")
    expect(tile(wall, 2).locator(".open")).to_have_accessible_name(re.compile("maybe"))


def test_undo_and_redo_go_through_all_that_was_done(wall: Page) -> None:
    press(wall, "k", "3", "x", "z", "z", "z", "z")
    expect(wall.locator("#tally")).to_have_text("0 kept, 0 rejected, 97 to decide")
    expect(wall.locator("body > .voice")).to_have_text("Nothing to undo")
    press(wall, "Shift+Z", "Control+Shift+Z", "Control+y", "Control+y")
    expect(tile(wall, 1).locator(".open")).to_have_accessible_name(re.compile("rated 3 of 5, rejected"))
    press(wall, "Control+z")
    expect(tile(wall, 1).locator(".open")).to_have_accessible_name(re.compile("rated 3 of 5, kept"))


def test_a_search_looks_into_ids_names_choices_tags_notes_and_prompts(visitor: BrowserContext, folder: Path) -> None:
    picks = Picks("landscape", "m1", MADE_AT.replace(day=21), (Pick("video-005", note="Nice HANDS", tags=("calm",)),))
    videos = [replace(one, prompt="a silver moon" if one.id == "video-008" else "") for one in VIDEOS]
    (folder / "search.html").write_text(wall_html(WallBatch("landscape", "m1", videos, picks)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "search.html").as_uri())
    for text, found in (
        ("video-03", 9),
        ("hands", 1),
        ("calm", 1),
        ("silver MOON", 1),
        ("storm dusk", 16),
        ("zebra", 0),
    ):
        searchbox(page).fill(text)
        assert len(shown(page)) == found, text
    expect(page.locator("#none")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    assert len(shown(page)) == 97
    press(page, "/", "4", "5", "Enter", "k")
    expect(tile(page, 45).locator(".open")).to_have_accessible_name(re.compile("kept"))
    press(page, "/", "Escape")
    expect(tile(page, 45).locator(".open")).to_be_focused()
    assert len(shown(page)) == 97


def test_stars_and_up_tags_length_and_resolution_filter_with_counts(visitor: BrowserContext, folder: Path) -> None:
    videos = [replace(one, duration=6.0 if one.id == "video-002" else one.duration) for one in VIDEOS]
    videos = [replace(one, width=560, height=560) if one.id == "video-003" else one for one in videos]
    (folder / "filters.html").write_text(wall_html(WallBatch("landscape", "m1", videos)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "filters.html").as_uri())
    press(page, "3", "ArrowRight", "5", "ArrowRight", "2", "n")
    page.get_by_label("Tags, with commas").fill("calm, title")
    press(page, "Enter", "f")
    for word, found in (("3 and up", [1, 2]), ("6.0 s", [2]), ("560\u00d7560", [3]), ("title", [3])):
        chip = page.locator("#filters .chip").filter(has_text=re.compile(rf"^{re.escape(word)}\s*\d+$"))
        expect(chip.locator("b")).to_have_text(str(len(found)))
        choose(page, word)
        assert shown(page) == found
        choose(page, word)


def test_sweeps_decide_on_all_that_is_shown_in_one_step(wall: Page) -> None:
    press(wall, "2", "ArrowRight", "4", "ArrowRight", "3", "f")
    wall.get_by_role("button", name="Keep 3 stars and up").click()
    expect(wall.locator("#tally")).to_have_text("2 kept, 0 rejected, 95 to decide")
    focus(wall, 12)
    press(wall, "5")
    wall.get_by_role("button", name="Keep the best of twins").click()
    for number, stand in ((7, "rejected"), (12, "kept"), (19, "rejected")):
        expect(tile(wall, number).locator(".open")).to_have_accessible_name(re.compile(stand))
    searchbox(wall).fill("video-00")
    wall.get_by_role("button", name="Reject all undecided").click()
    expect(wall.locator("#tally")).to_have_text("3 kept, 7 rejected, 87 to decide")
    press(wall, "z")
    expect(wall.locator("#tally")).to_have_text("3 kept, 2 rejected, 92 to decide")


def test_twins_are_stacked_under_the_best_of_them(wall: Page) -> None:
    focus(wall, 12)
    press(wall, "4", "f")
    wall.get_by_role("button", name="Stack twins").click()
    assert not {7, 19} & set(shown(wall))
    expect(tile(wall, 12)).to_have_class(re.compile("stacked"))
    wall.get_by_role("button", name="Stack twins").click()
    assert {7, 12, 19} <= set(shown(wall))


def test_many_are_selected_by_mouse_and_keys_and_decided_together(wall: Page) -> None:
    tile(wall, 2).locator(".open").click(modifiers=["ControlOrMeta"])
    tile(wall, 6).locator(".open").click(modifiers=["Shift"])
    expect(wall.locator("#selection output")).to_have_text("5 videos selected")
    tile(wall, 4).locator(".open").click(modifiers=["ControlOrMeta"])
    wall.get_by_role("region", name="Selection").get_by_role("button", name="Reject").click()
    expect(wall.locator("#tally")).to_have_text("0 kept, 4 rejected, 93 to decide")
    press(wall, "z", "Escape")
    expect(wall.locator("#selection")).to_be_hidden()
    focus(wall, 2)
    press(wall, "Shift+ArrowRight", "Shift+ArrowRight", "5", "k")
    expect(wall.locator("#tally")).to_have_text("3 kept, 0 rejected, 94 to decide")
    expect(tile(wall, 4).locator(".open")).to_have_accessible_name(re.compile("rated 5 of 5, kept, .*selected"))
    press(wall, "Control+a")
    expect(wall.locator("#selection output")).to_have_text("97 videos selected")
    press(wall, "Escape", "s")
    expect(wall.locator("#selection output")).to_have_text("1 video selected")


def test_groups_have_headings_and_a_table_has_one_axis_across_and_one_down(wall: Page) -> None:
    wall.set_viewport_size({"width": 1400, "height": 900})
    press(wall, "f")
    wall.get_by_label("Group by").select_option("light")
    assert wall.locator("#wall .heading").all_inner_texts() == ["light: dawn (49)", "light: dusk (48)"]
    assert [number % 2 for number in shown_tiles(wall)] == [0] * 49 + [1] * 48
    wall.get_by_label("and across by").select_option("prompt")
    columns = wall.locator("#wall .column").all_inner_texts()
    assert [text.split()[1] for text in columns] == ["1", "2", "3"]
    for number in (6, 12, 8, 10):
        box, head = tile(wall, number).bounding_box(), wall.locator("#wall .column").nth(number % 3).bounding_box()
        assert box is not None
        assert head is not None
        assert box["x"] == pytest.approx(head["x"], abs=2)
    focused = tile(wall, 6).locator(".open")
    focused.focus()
    press(wall, "ArrowDown")
    expect(tile(wall, 12).locator(".open")).to_be_focused()
    press(wall, "ArrowUp")
    expect(focused).to_be_focused()
    wall.reload()
    expect(wall.locator("#wall .column")).to_have_count(3)


def shown_tiles(page: Page) -> list[int]:
    names = page.locator("#wall > .tile").evaluate_all("(tiles) => tiles.map((tile) => tile.dataset.id)")
    return [int(name[-3:]) for name in names]


def test_notes_and_tags_are_kept_saved_and_undone(wall: Page, tmp_path: Path) -> None:
    focus(wall, 2)
    press(wall, "n")
    dialog = wall.get_by_role("dialog", name="Notes on video-002")
    expect(dialog.get_by_role("textbox", name="Note")).to_be_focused()
    wall.keyboard.type('k3 "quoted"\nline: two')  # text, not shortcuts
    dialog.get_by_label("Tags, with commas").fill("calm,  title ,calm")
    dialog.get_by_role("button", name="Save").click()
    select = ["Shift+ArrowRight", "n"]
    press(wall, *select)
    wall.get_by_label("Tags, with commas").fill("blue")
    press(wall, "Enter")
    first = Pick("video-002", note='k3 "quoted"\nline: two', tags=("calm", "title", "blue"))
    picks = read_picks(save(wall, tmp_path / "picks.yaml")).picks
    assert picks == (first, Pick("video-003", tags=("blue",)))
    focus(wall, 2)
    press(wall, "Enter")
    expect(wall.locator("#viewer .words")).to_contain_text("line: two")
    press(wall, "n")
    wall.get_by_role("textbox", name="Note").fill("shorter")
    press(wall, "Control+Enter")
    expect(wall.locator("#viewer .words p").first).to_have_text("shorter")
    press(wall, "z")
    expect(wall.locator("#viewer .words")).to_contain_text("line: two")


def test_earlier_versions_are_folded_at_the_end_and_can_be_picked(
    visitor: BrowserContext, folder: Path, tmp_path: Path, a_day: timedelta
) -> None:
    """A rating from before the prompt was edited belongs to the video that it was given to."""
    earlier = replace(VIDEOS[1], id="video-002~1f3a9c-1", earlier_of="video-002", made_at=MADE_AT)
    videos = [*VIDEOS[:1], replace(VIDEOS[1], made_at=MADE_AT + 3 * a_day), *VIDEOS[2:], earlier]
    picks = Picks("landscape", "m1", MADE_AT + a_day, (Pick("video-002", 4),))
    again = folder / "edited"
    again.mkdir()
    (again / "wall.html").write_text(wall_html(WallBatch("landscape", "m1", videos, picks)), encoding="utf-8")
    page = opened(visitor, again)
    expect(page.locator("#shown")).to_have_text("97 videos, 3 not made")
    expect(tile(page, 2).locator(".open")).to_have_accessible_name(re.compile("not rated"))
    old = page.locator("#earlier .tile .open")
    expect(old).to_be_hidden()
    page.get_by_text("Earlier versions (1)").click()
    expect(old).to_have_accessible_name(re.compile("rated 4 of 5"))
    old.focus()
    press(page, "k", "Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Earlier version of")
    press(page, "Escape")
    assert read_picks(save(page, tmp_path / "picks.yaml")).picks == (Pick("video-002~1f3a9c-1", 4, True),)


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["hills-glide-dawn-01", "hills-orbit-dusk-01"], ["glide-dawn", "orbit-dusk"]),
        (["video-001", "video-002"], ["001", "002"]),
        (["video-001"], ["001"]),
        (["night", "night-2"], ["night", "night-2"]),
    ],
)
def test_names_lose_what_all_of_them_share(
    visitor: BrowserContext, folder: Path, names: list[str], shown: list[str]
) -> None:
    videos = [replace(VIDEOS[0], id=name) for name in names]
    (folder / "names.html").write_text(wall_html(WallBatch("names", "m2", videos)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "names.html").as_uri())
    assert page.locator("#wall .number").all_text_contents() == shown


def test_long_names_are_cut_in_their_middle(visitor: BrowserContext, folder: Path) -> None:
    """Names differ at their ends, so the end is always there."""
    names = [f"a very long name of a camera movement over the hills-{light}" for light in ("dawn-001", "dusk-002")]
    names.append("b")
    videos = [replace(VIDEOS[0], id=name) for name in names]
    (folder / "long.html").write_text(wall_html(WallBatch("names", "m3", videos)), encoding="utf-8")
    page = visitor.new_page()
    page.goto((folder / "long.html").as_uri())
    for row, end in zip(page.locator("#wall .caption").all()[:2], ("-dawn-001", "-dusk-002"), strict=True):
        outer, tail = row.bounding_box(), row.locator(".tail").bounding_box()
        assert row.locator(".tail").inner_text() == end
        assert outer is not None
        assert tail is not None
        assert tail["x"] + tail["width"] <= outer["x"] + outer["width"]
    assert page.locator("#wall .head").first.evaluate("(head) => head.scrollWidth > head.clientWidth")
