"""The built-in site's page in a real browser: what a person at the screen would see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow

PROMPT = "wind over the hills"
LIMIT = "Rate limit reached"


def prompt_field(page: Page) -> Locator:
    """Return the prompt, which the page replaces once when it comes alive."""
    return page.locator('textarea[aria-label="Make a video"][placeholder="Type to customize video..."]')


def submit_button(page: Page) -> Locator:
    """Return the submit button under either of its names."""
    return page.locator('button[aria-label="Make video"], button[aria-label="Redo"]')


def pill(page: Page) -> Locator:
    """Return the options button, which shows the progress and is there only when the page is alive."""
    return page.locator('button[aria-label="Video Options"][aria-haspopup="menu"]')


def toasts(page: Page) -> Locator:
    """Return the error toasts."""
    return page.locator('section[aria-label^="Notifications"] > ol > li[data-sonner-toast][data-type="error"]')


def write_and_submit(page: Page, prompt: str = PROMPT) -> None:
    """Do what a person does to make a video."""
    expect(pill(page)).to_be_visible()
    prompt_field(page).fill(prompt)
    submit_button(page).click()


def test_what_is_typed_before_the_page_is_alive_is_lost(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(hydrate=1.5).page
    prompt_field(page).fill(PROMPT)
    expect(submit_button(page)).to_be_disabled()
    expect(pill(page)).to_be_visible()
    expect(prompt_field(page)).to_have_value("")


def test_a_value_set_by_a_script_goes_unheard_and_typing_enables_the_button(
    demo_page: Callable[..., OpenDemo],
) -> None:
    page = demo_page().page
    expect(pill(page)).to_be_visible()
    prompt_field(page).evaluate("(area) => { area.value = 'x'; area.dispatchEvent(new Event('input')); }")
    expect(submit_button(page)).to_be_disabled()
    prompt_field(page).fill(PROMPT)
    expect(submit_button(page)).to_be_enabled()
    prompt_field(page).fill("")
    expect(submit_button(page)).to_be_disabled()


def test_a_success_is_a_new_playable_video_on_its_own_post(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, permalink = demo_page()
    expect(page.locator("video#sd-video")).to_be_visible()
    old = page.locator("video#sd-video").get_attribute("src")
    write_and_submit(page)
    expect(page.locator('img[alt="Loading"]')).to_have_count(1)
    expect(pill(page)).to_have_text(re.compile(r"^\d+%$"))
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    src = page.locator("video#sd-video[playsinline][autoplay][loop][preload=auto][poster]").get_attribute("src")
    assert src != old
    assert re.fullmatch(
        re.escape(site.assets_origin) + r"/users/[\w-]+/generated/[\w-]+/generated_video\.mp4\?cache=1",
        src or "",
    )
    page.wait_for_function("document.querySelector('#sd-video').duration > 0")
    assert page.evaluate("document.querySelector('#sd-video').videoWidth") == 400
    assert page.locator("video#sd-video + video#hd-video:not([src])").is_hidden()
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)
    assert page.url != permalink
    assert "/imagine/post/" in page.url


@pytest.mark.parametrize(("style", "ending"), [("same", "$"), ("conversation", r"\?conversation=[\w-]{36}$")])
def test_a_success_may_stay_on_the_permalink(demo_page: Callable[..., OpenDemo], style: str, ending: str) -> None:
    demo = demo_page(url_after=style)
    write_and_submit(demo.page)
    expect(demo.page.get_by_role("button", name="Redo")).to_be_visible()
    assert re.fullmatch(re.escape(demo.permalink) + ending, demo.page.url)


def test_the_options_button_counts_up_and_is_made_anew_meanwhile(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(generation=2).page
    expect(pill(page)).to_be_visible()
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const node = document.querySelector('[aria-label="Video Options"]');
            if (node !== window.seen.at(-1)?.node) window.seen.push({ node, text: node.textContent });
          }).observe(document, { childList: true, subtree: true });
        }"""
    )
    write_and_submit(page)
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    percents = [text for text in page.evaluate("window.seen.map((one) => one.text)") if re.fullmatch(r"\d+%", text)]
    assert percents == ["1%", "5%", "15%", "24%", "33%", "44%", "54%", "63%", "72%", "95%"]


def test_the_second_video_is_made_from_the_first_ones_page(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, _ = demo_page(generation=0.3)
    write_and_submit(page)
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)
    expect(prompt_field(page)).to_have_value("")
    write_and_submit(page, "a second prompt")
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(4)
    assert len([entry for entry in site.journal() if entry["event"] == "submit"]) == 2


def test_moderation_is_a_toast_and_a_tile_and_no_new_video(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(outcomes={1: {"kind": "moderated", "at": 63}}).page
    write_and_submit(page)
    expect(toasts(page)).to_have_text("Content Moderated. Try a different idea.")
    expect(page.locator('img[alt="Moderated"]')).to_have_count(1)
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(2)
    expect(submit_button(page)).to_be_enabled()


@pytest.mark.parametrize(
    ("kind", "told"), [("network_error", "Network error"), ("generation_error", "generation failed")]
)
def test_a_failure_is_a_toast_and_the_next_try_is_possible(
    demo_page: Callable[..., OpenDemo], kind: str, told: str
) -> None:
    page = demo_page(outcomes={1: {"kind": kind}}, generation=0.5).page
    write_and_submit(page)
    expect(toasts(page)).to_contain_text(told)
    submit_button(page).click()
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)


@pytest.mark.parametrize("style", ["toast", "http429"])
def test_a_limit_is_a_toast_without_a_generation(demo_page: Callable[..., OpenDemo], style: str) -> None:
    page = demo_page(quota=0, limit_style=style, retry_after=60).page
    write_and_submit(page)
    expect(toasts(page)).to_have_text(LIMIT)
    expect(page.locator('img[alt="Loading"]')).to_have_count(0)
    expect(submit_button(page)).to_be_enabled()


def test_a_limit_can_disable_the_button_although_the_prompt_is_filled(
    demo_page: Callable[..., OpenDemo],
) -> None:
    page = demo_page(quota=0, limit_style="disabled").page
    expect(pill(page)).to_be_visible()
    prompt_field(page).fill(PROMPT)
    expect(page.get_by_role("status")).to_have_text(LIMIT)
    expect(submit_button(page)).to_be_disabled()


def test_a_page_that_was_opened_before_the_limit_learns_of_it_at_the_click(
    demo_page: Callable[..., OpenDemo],
) -> None:
    site, page, _ = demo_page(limit_style="disabled")
    expect(pill(page)).to_be_visible()
    assert page.request.post(f"{site.origin}/__control__/scenario", data={"quota": 0}).ok
    write_and_submit(page)
    expect(page.get_by_role("status")).to_have_text(LIMIT)
    expect(submit_button(page)).to_be_disabled()


def test_an_ignored_click_does_nothing_and_the_next_one_works(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, _ = demo_page(outcomes={1: {"kind": "ignored_click"}}, generation=0.3)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    with page.expect_response("**/click"):
        write_and_submit(page)
    expect(pill(page)).to_have_text("Normal")
    assert not any(url.endswith("/conversations/new") for url in sent)
    submit_button(page).click()
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)
    assert [entry["number"] for entry in site.journal() if entry["event"] == "submit"] == [2]


def test_a_slow_start_shows_no_percentage_until_it_begins(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(outcomes={1: {"kind": "slow_start", "seconds": 1.5}}, generation=1).page
    with page.expect_request("**/conversations/new"):
        write_and_submit(page)
    expect(pill(page)).to_have_text("Normal")
    expect(pill(page)).to_have_text(re.compile(r"^\d+%$"))


def test_a_stuck_generation_stays_at_its_percentage(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(outcomes={1: {"kind": "stuck", "at": 44}}, generation=0.5).page
    write_and_submit(page)
    expect(pill(page)).to_have_text("44%")
    expect(submit_button(page)).to_be_disabled()


def test_a_reload_shows_the_video_under_way_and_later_the_finished_one(
    demo_page: Callable[..., OpenDemo],
) -> None:
    page = demo_page(generation=2).page
    write_and_submit(page)
    expect(page.locator('img[alt="Loading"]')).to_have_count(1)
    page.reload()
    expect(page.locator('img[alt="Loading"]')).to_have_count(1)
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3, timeout=60_000)


def test_a_stranger_signs_in_and_lands_on_the_post(demo_page: Callable[..., OpenDemo]) -> None:
    _, page, permalink = demo_page(signed_in=False)
    assert "/sign-in?redirect=" in page.url
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(permalink)
    expect(pill(page)).to_be_visible()


def test_a_lost_sign_in_shows_at_the_click(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, _ = demo_page()
    expect(pill(page)).to_be_visible()
    expect(page.get_by_role("button", name="Sign in")).to_have_count(0)
    page.request.post(f"{site.origin}/__control__/expire")
    write_and_submit(page)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("button", name="Sign up")).to_be_visible()


def test_a_human_check_takes_the_pages_place(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(human_check_after=1, url_after="same", generation=0.3).page
    write_and_submit(page)
    expect(page.locator('img[alt*="Thumbnail"]')).to_have_count(3)
    submit_button(page).click()
    expect(page.get_by_role("heading", name="Just a moment...")).to_be_visible()
    page.get_by_role("button", name="Verify you are human").click()
    expect(pill(page)).to_be_visible()


def test_the_traps_are_there_when_they_are_wanted(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(cookie_banner=True, old_toast=True).page
    expect(toasts(page)).to_have_text("Content Moderated. Try a different idea.")
    expect(page.locator('button[aria-label="Upgrade"]')).to_be_visible()
    expect(page.get_by_role("button", name="Upgrade to SuperGrok")).to_be_visible()
    page.locator("#onetrust-banner-sdk").get_by_role("button", name="Necessary cookies only").click()
    expect(page.locator("#onetrust-banner-sdk")).to_have_count(0)
    page.locator('button[aria-label="Hide upsell banner"]').click()
    expect(page.get_by_role("button", name="Upgrade to SuperGrok")).to_have_count(0)


def test_labels_follow_the_language(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(language="es").page
    expect(page.get_by_role("button", name="Crear video")).to_be_visible()


def test_the_download_button_saves_the_whole_file(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, _ = demo_page()
    button = page.locator('button[aria-label="Download"]')
    expect(page.locator("div:not(.pointer-events-none) > button[aria-label=Download]")).to_be_visible()
    with page.expect_download() as saving:
        button.click()
    assert saving.value.path().read_bytes()[4:8] == b"ftyp"
    assert any(entry["event"] == "download" for entry in site.journal())


def test_the_video_appears_although_its_file_is_late(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(generation=0.3, asset_delay=1).page
    write_and_submit(page)
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    page.wait_for_function("document.querySelector('#sd-video').duration > 0", timeout=60_000)


def test_a_page_without_earlier_videos_shows_the_image(demo_page: Callable[..., OpenDemo]) -> None:
    page = demo_page(earlier_videos=0).page
    expect(page.locator("img.still")).to_be_visible()
    expect(page.locator("video")).to_have_count(0)


def test_the_post_of_a_video_under_way_shows_the_image_and_then_the_video(demo_page: Callable[..., OpenDemo]) -> None:
    """There is no file to play yet, so none is asked for; once the video is there, it plays without a reload."""
    _, page, permalink = demo_page(generation=4)
    write_and_submit(page)
    expect(page.locator('img[alt="Loading"]')).to_have_count(1)
    listed = page.evaluate(
        "id => fetch('/rest/media/post/get', {method: 'POST', body: JSON.stringify({id})}).then(r => r.json())",
        permalink.rsplit("/", 1)[1],
    )
    [own] = [video["postId"] for video in listed["post"]["videos"] if video["state"] == "loading"]
    other = page.context.new_page()
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url))
    other.goto(permalink.rsplit("/", 1)[0] + "/" + own)
    expect(other.locator('.player img[alt="Post"]')).to_be_visible()
    expect(other.locator("video#sd-video")).to_be_visible()
    assert not [url for url in asked if "undefined" in url]
