"""axe-core finds nothing on the wall, in its dialogs, and on the copy for others. It comes with `npm ci`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.record.model.manifest import FileRecord, FileState
from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.share.folder import build_share
from tests.browser.review.wall_rig import focus, opened, press, tile
from tests.documents import DOCS
from tests.unit.recorded import START, manifest, video

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser, Page

AXE = DOCS.parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.exists(), reason="axe-core is not there: npm ci")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags })", RULES)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def grid(page: Page) -> None:
    focus(page, 2)
    press(page, "5", "k", "c", "ArrowRight", "x", "c", "ArrowRight", "b", "s")


def panel(page: Page) -> None:
    press(page, "f")
    page.get_by_label("Group by").select_option("light")
    page.get_by_label("and across by").select_option("prompt")
    page.get_by_role("button", name="Stack twins").click()


def viewer(page: Page) -> None:
    focus(page, 3)
    press(page, "Enter")


def source(page: Page) -> None:
    viewer(page)
    press(page, "e")
    expect(page.get_by_role("img", name="The source picture")).to_be_visible()


def side_by_side(page: Page) -> None:
    focus(page, 2)
    press(page, "c", "ArrowRight", "c", "v", "w")


def one_by_one(page: Page) -> None:
    press(page, "g")


def the_end(page: Page) -> None:
    page.get_by_role("searchbox").fill("video-02")
    press(page, "Enter", "g", *"kkxxbkxxbk")
    expect(page.get_by_role("button", name="Finish")).to_be_focused()


def in_pairs(page: Page) -> None:
    focus(page, 2)
    press(page, "k", "ArrowRight", "k", "r")


def pairs_with_source(page: Page) -> None:
    in_pairs(page)
    press(page, "e")


def in_order(page: Page) -> None:
    in_pairs(page)
    press(page, "1")


def notes(page: Page) -> None:
    focus(page, 2)
    press(page, "n")


def keys(page: Page) -> None:
    press(page, "?")


VIEWS = [
    *(grid, panel, viewer, source, side_by_side, one_by_one, the_end),
    *(in_pairs, pairs_with_source, in_order, notes, keys),
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_nothing_is_wrong_with_the_wall(
    demo_browser: Browser, folder: Path, view: Callable[[Page], None], scheme: str
) -> None:
    context = demo_browser.new_context(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = opened(context, folder)
    view(page)
    assert faults(page) == []
    context.close()


def test_nothing_is_wrong_with_the_copy_for_others(demo_browser: Browser, folder: Path, tmp_path: Path) -> None:
    directory = RunDirectory(tmp_path)
    (tmp_path / "videos").mkdir()
    (tmp_path / "videos" / "1.mp4").write_bytes((folder / "videos" / "video-001.mp4").read_bytes())
    file = FileRecord(state=FileState.DONE, path="videos/1.mp4", at=START, duration=2.0, width=400, height=736)
    made = video(1, Status.COMPLETED, download=file)
    failed = video(2, Status.FAILED, Category.TIMEOUT, at=20)
    build_share(directory, manifest(made, failed), START, datetime(2026, 11, 22, tzinfo=UTC))
    page = demo_browser.new_page()
    for name in ("wall.html", "report.html"):
        page.goto((directory.share / name).as_uri())
        assert faults(page) == [], name
    page.close()


def test_every_tile_shows_where_the_focus_is(wall: Page) -> None:
    focus(wall, 2)
    style = "(element) => getComputedStyle(element).outlineStyle"
    assert tile(wall, 2).evaluate(style) == "solid"
    press(wall, "Tab")
    assert wall.evaluate(f"({style})(document.activeElement)") == "solid"
