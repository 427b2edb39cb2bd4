"""The built-in site's eras and traps in a real browser: what the reference says of each page, and what it does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from grokbatch.site.locators.table import packaged_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow

PROMPT = "wind over\nthe hills"
PROMPTS = {
    "A": 'textarea[aria-label="Make a video"]',
    "B": '.query-bar div.tiptap.ProseMirror[contenteditable="true"]',
    "C": 'form [role="textbox"][contenteditable="true"]',
}
SUBMITS = {
    "A": 'button[aria-label="Make video"]:has(span):has(svg.lucide-play)',
    "B": 'button[aria-label="Make video"]',
    "C": 'form button[aria-label="Create video"]',
}
PROGRESS = {
    "A": 'button[aria-label="Video Options"][aria-haspopup="menu"]',
    "B": 'span.animate-pulse:text("Generating") + span.tabular-nums',
    "C": "span.tabular-nums",
}
ASKED: dict[str, dict[str, Any]] = {
    "A": {"videoLength": 10, "resolutionName": "480p", "preset": "spicy"},
    "B": {"videoLength": 10, "resolutionName": "480p"},
    "C": {"videoLength": 15, "resolutionName": "480p", "aspectRatio": "16:9", "preset": "fun"},
}
SIZES = {"A": [400, 736], "B": [400, 736], "C": [736, 400]}


def choose(page: Page, era: str) -> None:
    """Choose the options of `ASKED` as a person does in that era."""
    if era == "A":
        for name in ("10s", "Spicy"):
            page.locator(PROGRESS["A"]).click()
            page.get_by_role("menu").get_by_role("button", name=name).click()
    elif era == "B":
        ten = page.get_by_role("radiogroup", name="Video duration").get_by_role("radio", name="10s")
        ten.evaluate("(radio) => radio.click()")
        expect(ten).not_to_be_checked()
        ten.click()
        expect(ten).to_be_checked()
    else:
        page.get_by_role("button", name="Video Options").click()
        for name in ("15s", "16:9", "Fun"):
            page.get_by_role("menuitemradio", name=name).click()
        page.keyboard.press("Escape")
        expect(page.get_by_role("menu")).to_have_count(0)


def entries(demo: OpenDemo, event: str) -> list[dict[str, Any]]:
    return [entry for entry in demo.site.journal() if entry["event"] == event]


def begin(page: Page, era: str, prompt: str = PROMPT) -> None:
    """Write and submit."""
    page.locator(PROMPTS[era]).fill(prompt)
    page.locator(SUBMITS[era]).click()


def known_controls(page: Page) -> set[str]:
    """Return which of the packaged table's controls are on the page, banners and the like aside."""
    controls = packaged_table().controls
    aside = {"notices", "error_notices", "dialogs", "upsell"}
    return {
        name
        for name, alternatives in controls.items()
        if name not in aside and any(each.locate(page).locator("visible=true").count() for each in alternatives)
    }


def video_file(page: Page) -> Any:
    """Return width, height and length of the video file that is shown, once it is known."""
    shown = "document.querySelector('.player video:not([style*=none])')"
    page.wait_for_function(f"{shown}?.duration > 0")
    return page.evaluate(f"[{shown}.videoWidth, {shown}.videoHeight, {shown}.duration, {shown}.currentSrc]")


@pytest.mark.parametrize("era", ["A", "B", "C"])
def test_a_video_is_made_as_asked_then_upscaled_and_deleted(demo_page: Callable[..., OpenDemo], era: str) -> None:
    """With the selectors that the reference names; the file has the chosen length and shape."""
    demo = demo_page(era=era, upscaling=0.4, gallery=2, url_after="late_conversation")
    page = demo.page
    expect(page.locator(PROMPTS[era])).to_have_count(1)
    expect(page.locator(PROGRESS["A"]) if era == "A" else page.locator(".radios").first).to_be_visible()
    choose(page, era)
    begin(page, era)
    expect(page.locator(PROGRESS[era])).to_have_text(re.compile(r"^\d+%$"))
    expect(page.locator(".gallery video")).to_have_count(3)
    page.wait_for_url(re.compile(r"\?conversation="))
    made = entries(demo, "submit")[0]
    assert made["options"] == ASKED[era]
    seen = video_file(page)
    assert seen[:2] == SIZES[era]
    assert seen[2] == pytest.approx(ASKED[era]["videoLength"] + 0.04, abs=0.01)
    assert f"/generated/{made['video']}/generated_video.mp4" in seen[3]
    page.get_by_role("button", name="More options").click()
    page.get_by_role("menuitem", name="Upscale video").click()
    expect(page.get_by_text("Upscaling", exact=True)).to_be_visible()
    expect(page.get_by_text("HD", exact=True)).to_be_visible()
    assert video_file(page)[3].split("?")[0].endswith("/generated_video_hd.mp4")
    page.get_by_role("button", name="More options").click()
    expect(page.get_by_role("menuitem", name="Upscale video")).to_have_count(0)
    page.get_by_role("menuitem", name="Delete").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(page.locator(f'main video[src*="{made["video"]}"]')).to_have_count(0)
    assert [entry["video"] for entry in entries(demo, "upscale") + entries(demo, "delete")] == [made["video"]] * 2


def test_era_b_has_what_was_seen_there(demo_page: Callable[..., OpenDemo]) -> None:
    """A page in Image mode makes an image; in Video mode it is cancelled with its button; the bar has its buttons."""
    demo = demo_page(era="B", opening_mode="Image", generation=60)
    page = demo.page
    expect(page.locator('p[data-placeholder="Type to imagine"]')).to_be_visible()
    expect(page.locator('button[type=submit][aria-label="Submit"]')).to_be_disabled()
    page.locator(PROMPTS["B"]).fill(PROMPT)
    page.locator('button[type=submit][aria-label="Submit"]').click()
    page.get_by_role("radiogroup", name="Generation mode").get_by_role("radio", name="Video").click()
    page.locator(SUBMITS["B"]).click()
    expect(page.locator(PROGRESS["B"])).not_to_have_text("0%")  # a video that has no id yet cannot be cancelled
    with page.expect_response(re.compile(r"/imagine/cancel$")):
        page.get_by_role("button", name="Cancel Video").click()
    expect(page.get_by_text("Generating")).to_have_count(0)
    assert [len(entries(demo, event)) for event in ("image", "submit", "cancel")] == [1, 1, 1]
    for name in ("Download", "Save", "Create share link", "More options"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Unsave")).to_be_visible()


def test_era_c_has_what_was_seen_there(demo_page: Callable[..., OpenDemo]) -> None:
    """The button is named after the mode, results have their actions, in narrow windows behind one button."""
    demo = demo_page(era="C", language="vi", generation=0.2, url_after="same")
    page = demo.page
    send = page.locator("form button[type=submit]")
    expect(page.get_by_role("radio", name="Video")).to_be_checked()
    expect(send).to_have_attribute("aria-label", "Tạo video")
    page.get_by_role("radio", name="Agent").click()
    expect(send).to_have_attribute("aria-label", "Gửi")
    page.get_by_role("radio", name="Video").click()
    expect(page.locator("button > video[src]")).to_have_count(2)
    page.locator(PROMPTS["C"]).fill(PROMPT)
    page.keyboard.press("Enter")
    expect(page.locator("button > video[src]")).to_have_count(3)
    page.get_by_role("button", name="Regenerate").click()
    expect(page.locator("button > video[src]")).to_have_count(4)
    submits = entries(demo, "submit")
    assert len({entry["prompt"] for entry in submits}) == 1 < len(submits)
    page.set_viewport_size({"width": 400, "height": 800})
    expect(page.get_by_role("button", name="Extend")).to_have_count(0)
    page.locator('button[aria-label="Post actions"]').click()
    expect(page.get_by_role("menuitem", name="Extend")).to_be_visible()


def test_the_click_under_which_the_button_is_replaced_is_lost_once(demo_page: Callable[..., OpenDemo]) -> None:
    demo = demo_page(replace_nodes=True, generation=0.2, resets_options=True)
    page = demo.page
    expect(page.locator(PROGRESS["A"])).to_be_visible()
    page.evaluate("window.kept = document.querySelector('button.submit')")
    page.wait_for_function("!window.kept.isConnected")
    choose(page, "A")
    begin(page, "A")
    page.wait_for_timeout(100)
    assert not entries(demo, "submit")
    page.locator(SUBMITS["A"]).click()
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)
    expect(page.locator(PROGRESS["A"])).to_have_text("Normal")


def test_what_lies_over_the_page_goes_when_it_is_answered(demo_page: Callable[..., OpenDemo]) -> None:
    """The announcement takes the click; the question after a success shows a second, foreign video."""
    demo = demo_page(announcement=True, preference_question=True, auto_start=True, generation=0.5, old_toast="failed")
    page = demo.page
    expect(page.locator("li[data-sonner-toast]")).to_contain_text("Something went wrong")
    page.wait_for_function(
        """() => {
          const { x, y, width, height } = document.querySelector('.composer .submit').getBoundingClientRect();
          return document.elementFromPoint(x + width / 2, y + height / 2).closest('div[class*="z-[9999]"]');
        }"""
    )
    page.locator('div[class*="z-[9999]"] svg.lucide-x').click()
    page.get_by_role("button", name="Skip").click()
    [auto] = entries(demo, "auto_start")
    assert auto["video"] in video_file(page)[3]
    page.locator(PROMPTS["A"]).fill(PROMPT)
    page.locator('button[aria-label="Redo"]').click()
    expect(page.get_by_text("Which video do you prefer?")).to_be_visible(timeout=60_000)
    own = entries(demo, "submit")[0]["video"]
    sources = page.locator(".candidate video").evaluate_all("(all) => all.map((video) => video.src)")
    assert [own in source for source in sources] == [True, False]
    page.get_by_role("button", name="I prefer this").last.click()
    expect(page.get_by_text("Which video do you prefer?")).to_have_count(0)


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        ({"free_account": True}, "duration"),
        ({"outcomes": {1: {"kind": "stale_page"}}}, "This page is out of date"),
        ({"quota": 0, "limit_style": "http429"}, "Rate limit reached"),
    ],
)
def test_a_refusal_is_told_in_the_newest_era_too(
    demo_page: Callable[..., OpenDemo], scenario: dict[str, Any], told: str
) -> None:
    demo = demo_page(era="C", **scenario)
    expect(demo.page.locator(".radios")).to_be_visible()
    choose(demo.page, "C")
    begin(demo.page, "C")
    expect(demo.page.locator("li[data-sonner-toast]")).to_contain_text(told)
    assert not entries(demo, "submit")


def test_a_page_crash_kills_the_page_and_not_the_video(demo_page: Callable[..., OpenDemo]) -> None:
    demo = demo_page(outcomes={1: {"kind": "page_crash", "at": 15}}, generation=0.5)
    expect(demo.page.locator(PROGRESS["A"])).to_be_visible()
    with demo.page.expect_event("crash", timeout=60_000):
        begin(demo.page, "A")
    page = demo.page.context.new_page()
    page.goto(demo.permalink)
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)


@pytest.mark.parametrize("era", ["A", "D"])
def test_the_unknown_layout_has_names_and_marks_of_its_own(demo_page: Callable[..., OpenDemo], era: str) -> None:
    """Each control is found by role and name, or by a mark that stays; its class is another after a reload."""
    demo = demo_page(era=era, layout="unknown", url_after="same", generation=3)
    page = demo.page
    scene = page.get_by_role("textbox", name="Scene")
    expect(page.get_by_test_id("scene")).to_have_count(1)
    expect(page.get_by_test_id("keep-file")).to_be_visible()
    assert known_controls(page) == set()
    old_class = scene.get_attribute("class")
    page.reload()
    expect(page.get_by_test_id("scene")).not_to_have_class(old_class or "")
    scene.fill(PROMPT)
    page.get_by_role("link", name="Bring to life").click()
    expect(page.get_by_test_id("developing")).to_have_text(re.compile(r"\d+ %"))
    assert known_controls(page) == set()
    expect(page.get_by_test_id("developing")).to_have_count(0, timeout=60_000)
    assert f"/clips/{entries(demo, 'submit')[0]['video']}/video.mp4" in video_file(page)[3]
    with page.expect_download() as saving:
        page.get_by_role("link", name="Keep the file").click()
    assert saving.value.path().read_bytes()[4:8] == b"ftyp"
