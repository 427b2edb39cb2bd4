"""The report in a real browser, opened from disk: pytest-html's page after a run, and the pages of our own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import url2pathname

import pytest
import yaml
from playwright.sync_api import expect

from grokbatch.record.model.outcome import Category, Status
from grokbatch.review.report.page import report_text
from grokbatch.review.report.video import ReportPage
from tests.plugin import stub_conftest
from tests.plugin.folder import PERMALINK
from tests.quick import one_in
from tests.unit.page_reader import NASTY
from tests.unit.recorded import START, manifest, result, video
from tests.unit.review.test_report import everything_told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Dialog, Page

    from grokbatch.record.model.manifest import VideoRecord

    Opens = Callable[[Path], Page]

# Each sign that an address writes in another way, in one name, because each folder means all pages again.
FOLDERS = ("demo@demo Müller 日本 100%", "plain")
PAGES = {
    "reports/report.html": ("cats.demo/video-001", "dogs.demo/video-001"),
    "reports/cats.demo/report.html": ("video-001", "video-002"),
    "one.html": ("video-001", "video-002"),
    "reports/cats.demo/share/report.html": ("video-001", "video-002"),
    "reports/cats.demo/wall.html": (),
    "reports/cats.demo/share/wall.html": (),
}
"""The pages of a project with two batches, with rows that stand in them."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which a stub has made the videos of two batches, with all pages that runs write."""
    root = tmp_path_factory.mktemp("project")
    shutil.copy(stub_conftest.__file__, root / "conftest.py")
    (root / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '-p no:playwright -n0'\n")
    keys = {"permalink": PERMALINK, "prompt": "a private prompt", "site": "demo", "count": 2}
    for name in ("cats", "dogs"):
        (root / f"{name}.yaml").write_text(yaml.safe_dump(keys))
    for arguments in (
        ["cats.yaml", "dogs.yaml"],
        ["cats.yaml", "--html", "one.html", "--self-contained-html"],
        ["cats.yaml", "--share"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout
    return root


@pytest.fixture
def opens(demo_browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Open a page from disk; at the end of the test nothing may have complained, and no foreign script have run."""
    context = demo_browser.new_context(**getattr(request, "param", {}))
    wrong: list[str] = []

    def popped_up(dialog: Dialog) -> None:
        wrong.append(dialog.message)
        dialog.dismiss()

    def opened(path: Path) -> Page:
        page = context.new_page()
        page.on("console", lambda told: wrong.append(told.text) if told.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", popped_up)
        page.goto(path.as_uri())
        return page

    yield opened
    context.close()
    assert wrong == []


def row(name: str) -> str:
    return f'tbody[id="{name}"]'


def shown(page: Page) -> list[str]:
    rows = page.locator("#gb-table > tbody:visible")
    return [name or "" for name in rows.evaluate_all("(bodies) => bodies.map((body) => body.id)")]


@pytest.mark.parametrize("name", one_in(2, FOLDERS))
def test_every_page_works_from_a_folder_of_any_name(project: Path, tmp_path: Path, opens: Opens, name: str) -> None:
    """Rows and tiles are there, and whatever the pages link on disk is."""
    moved = shutil.copytree(project, tmp_path / name)
    for place, rows in PAGES.items():
        page = opens(moved / place)
        if place.endswith("wall.html"):
            expect(page.locator("#wall > li")).to_have_count(2)
        for each in rows:
            expect(page.locator(row(each))).to_be_visible()
        addresses = page.evaluate("[...document.querySelectorAll('a[href]')].map((each) => each.href.split('#')[0])")
        files = [Path(url2pathname(each.removeprefix("file://"))) for each in addresses if each.startswith("file:")]
        assert len(files) > len(rows)
        assert [path for path in files if not path.exists()] == []
        pictures = page.locator("img").all()
        for picture in pictures:
            picture.scroll_into_view_if_needed()
            expect(picture).to_have_js_property("complete", True)
            assert picture.evaluate("(image) => image.naturalWidth") > 0
        page.close()


def test_report_and_wall_lead_to_each_other(project: Path, opens: Opens) -> None:
    for folder in ("cats.demo", "cats.demo/share"):
        page = opens(project / "reports" / folder / "report.html")
        page.get_by_role("link", name="choose on the wall").click()
        expect(page.locator("#wall > li").first).to_be_visible()
        page.get_by_role("link", name="Report").click()
        expect(page.locator("#gb-table")).to_be_visible()


def test_a_wall_of_several_batches_leads_to_their_common_report(project: Path, opens: Opens) -> None:
    page = opens(project / "reports" / "dogs.demo" / "wall.html")
    page.get_by_role("link", name="Report").click()
    expect(page.locator(row("dogs.demo/video-001"))).to_be_visible()


def mixed() -> list[VideoRecord]:
    """Return videos in several states, of which the last run has touched two."""
    return [
        video(1, Status.COMPLETED, at=-60, size=900, message=""),
        video(2, Status.FAILED, Category.TIMEOUT, message="stuck " * 30, worker="gw11", page_url="https://grok.com/x"),
        video(3, Status.FAILED, Category.CONTENT_MODERATED),
        video(4, Status.PENDING),
        video(5, Status.COMPLETED, at=-60, size=12_000, axes={"light": "dawn"}),
    ]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(report_text(result(manifest(*mixed()), tmp_path), START, ReportPage(path)))
    return path


def test_rows_are_filtered_by_state_by_run_and_by_words(report: Path, opens: Opens) -> None:
    page = opens(report)
    assert len(shown(page)) == 5
    page.get_by_label("2 completed").uncheck()
    assert shown(page) == ["video-002", "video-003", "video-004"]
    page.get_by_label("only what the last run did (2)").check()
    assert shown(page) == ["video-002", "video-003"]
    expect(page.locator(".gb-shown")).to_have_text("2 of 5 videos")
    page.get_by_label("only what the last run did (2)").uncheck()
    page.get_by_label("2 completed").check()
    page.get_by_role("searchbox").fill("DAWN")
    assert shown(page) == ["video-005"]


def test_rows_are_sorted_by_numbers_and_what_has_none_stands_last(report: Path, opens: Opens) -> None:
    page = opens(report)
    size = page.get_by_role("columnheader", name="Size")
    for order, first in (("ascending", ["video-001", "video-005"]), ("descending", ["video-005", "video-001"])):
        size.get_by_role("button").click()
        expect(size).to_have_attribute("aria-sort", order)
        assert shown(page)[:2] == first


def test_a_row_unfolds_without_a_script_too(report: Path, demo_browser: Browser) -> None:
    context = demo_browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    made = page.locator(row("video-002"))
    expect(made.locator(".gb-more")).to_be_hidden()
    made.get_by_text("details").click()
    expect(made.locator(".gb-more")).to_be_visible()
    context.close()


def test_all_rows_unfold_and_fold_at_once(report: Path, opens: Opens) -> None:
    page = opens(report)
    page.get_by_role("button", name="Show all details").click()
    expect(page.locator("#gb-table .gb-more:visible")).to_have_count(4)
    page.get_by_role("button", name="Hide all details").click()
    expect(page.locator("#gb-table .gb-more:visible")).to_have_count(0)


@pytest.mark.parametrize(
    "opens", [{"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}], indirect=True
)
def test_on_a_phone_nothing_is_wider_than_the_screen(project: Path, report: Path, opens: Opens) -> None:
    for path in (report, project / "reports" / "cats.demo" / "report.html"):
        page = opens(path)
        page.get_by_role("button", name="Show all details").click()
        assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [390, 390]


@pytest.mark.parametrize("width", [320, 1000, 1001, 1241, 1440])
def test_on_no_screen_the_table_is_wider_than_its_place(report: Path, opens: Opens, width: int) -> None:
    page = opens(report)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("is_own", [True, False])
def test_hostile_words_in_every_field_run_nothing(tmp_path: Path, opens: Opens, *, is_own: bool) -> None:
    """They are read as they are: in a page of our own, and in what pytest-html's page is given."""
    text = everything_told(NASTY, tmp_path)
    own, _, inside = text.partition("</html>")
    path = tmp_path / "hostile.html"
    path.write_text(f"{own}</html>" if is_own else f"<!doctype html><meta charset=utf-8><title>calm</title>{inside}")
    page = opens(path)
    expect(page.get_by_text("alert(1)").first).to_be_visible()
    assert page.locator("[onerror]").count() == 0
    assert page.title() in {f"{NASTY}: report", "calm"}


def test_a_script_that_got_into_a_page_of_ours_would_not_run(report: Path, demo_browser: Browser) -> None:
    """The policy allows the page's own script only, should a text ever break out."""
    report.write_text(report.read_text().replace("</body>", "<script>document.title = 'broken out'</script></body>"))
    page = demo_browser.new_page()
    page.goto(report.as_uri())
    expect(page.get_by_role("button", name="Show all details")).to_be_visible()
    assert page.title() != "broken out"
    page.close()
