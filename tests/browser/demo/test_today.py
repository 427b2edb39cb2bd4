"""The built-in site's page of today in a real browser: what the reference says of it, and each of its knobs."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from grokbatch.demo.state.journal import PAID
from tests.browser.today import EDITOR, PROMPT, alive, bring, editor, entries, is_submit, make, opener, send, tiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow

DIGEST = sha256(PROMPT.encode()).hexdigest()
QUICK = {"era": "D", "generation": 0.4}
DEFAULTS = {"duration": 6, "resolutionName": "480p", "aspectRatio": "9:16", "skipAudio": False}


@pytest.fixture
def today(demo_page: Callable[..., OpenDemo]) -> Callable[..., OpenDemo]:
    """Open the page of today with the given knobs."""
    return lambda **fields: demo_page(**(QUICK | fields))


def test_a_video_is_made_with_the_composer_that_the_menu_brings(today: Callable[..., OpenDemo]) -> None:
    demo = today()
    page = demo.page
    make(page)
    page.wait_for_url(lambda address: address != demo.permalink)
    [made] = entries(demo, *PAID)
    assert (made["event"], made["prompt"], made["options"]) == ("submit", DIGEST, DEFAULTS | {"mode": "custom"})
    assert re.fullmatch(r"/rest/app-chat/conversations/[\w-]{36}/responses", made["address"])
    expect(page.locator(f'.player video[src*="{made["video"]}"]')).to_be_visible()
    expect(page.get_by_role("button", name="Edit", exact=True)).to_be_visible()


def test_the_toolbars_menu_holds_the_rest_of_the_page_until_it_is_closed(today: Callable[..., OpenDemo]) -> None:
    page = today().page
    alive(page)
    button = opener(page)
    expect(button).to_have_attribute("aria-expanded", "false")
    button.click()
    expect(page.get_by_role("menuitem")).to_have_text(["Add Prompt", "Quick Animate", "Spicy"])
    expect(button).to_have_attribute("data-state", "open")
    expect(page.locator("body")).to_have_attribute("data-scroll-locked", "1")
    expect(page.locator("body")).to_have_css("pointer-events", "none")
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(button).to_have_attribute("data-state", "closed")
    expect(page.locator("body")).to_have_css("pointer-events", "auto")
    expect(page.get_by_role("button", name="Edit")).to_be_visible()


@pytest.mark.parametrize(("item", "mode"), [("Quick Animate", "normal"), ("Spicy", "extremely-spicy-or-crazy")])
def test_the_other_entries_make_a_paid_video_at_once_and_without_a_prompt(
    today: Callable[..., OpenDemo], item: str, mode: str
) -> None:
    demo = today()
    bring(demo.page, item)
    expect(tiles(demo.page)).to_have_count(3)
    [made] = entries(demo, *PAID)
    assert (made["event"], made["number"], made["options"]) == ("promptless", None, DEFAULTS | {"mode": mode})


def test_the_composer_that_stands_there_first_edits_the_image(today: Callable[..., OpenDemo]) -> None:
    demo = today()
    page = demo.page
    alive(page)
    page.locator(EDITOR).fill(PROMPT)
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.locator(EDITOR)).to_have_text("")
    assert [entry["prompt"] for entry in entries(demo, "edit")] == [DIGEST]
    assert not entries(demo, *PAID)
    bring(page)
    expect(page.get_by_role("button", name="Edit", exact=True)).to_have_count(0)
    expect(page.locator(EDITOR)).to_have_count(1)


def test_both_composers_can_stand_there(today: Callable[..., OpenDemo]) -> None:
    demo = today(edit_composer_stays=True)
    bring(demo.page)
    expect(demo.page.locator(EDITOR)).to_have_count(2)
    expect(demo.page.get_by_role("button", name="Edit", exact=True)).to_be_visible()
    editor(demo.page).fill(PROMPT)
    send(demo.page).click()
    expect(tiles(demo.page)).to_have_count(3)
    assert not entries(demo, "edit")


def test_the_controls_are_named_as_on_the_real_page(today: Callable[..., OpenDemo]) -> None:
    """Inactive modes are icons with a name; lengths and resolutions have a text only; the button is in no form."""
    demo = today()
    page = demo.page
    bring(page)
    modes = page.get_by_role("radiogroup", name="Generation mode").get_by_role("radio")
    assert modes.evaluate_all("(all) => all.map((one) => [one.ariaLabel, one.innerText])") == [
        ["Image", ""],
        ["Video", "Video"],
        ["Agent", ""],
    ]
    for group, texts in {"Video duration": ["6s", "10s", "15s"], "Video resolution": ["480p", "720p", "1080p"]}.items():
        radios = page.get_by_role("radiogroup", name=group).get_by_role("radio")
        expect(radios).to_have_text(texts)
        assert radios.evaluate_all("(all) => all.some((one) => one.hasAttribute('aria-label'))") is False
    assert send(page).evaluate("(button) => button.closest('form')") is None
    ten = page.get_by_role("radio", name="10s")
    ten.evaluate("(radio) => radio.click()")
    expect(ten).not_to_be_checked()
    ten.click()
    page.get_by_role("button", name="Aspect ratio").click()
    expect(page.get_by_role("option")).to_have_text(["3:2", "1:1", "9:16", "16:9"])
    page.get_by_role("option", name="16:9").click()
    editor(page).fill(PROMPT)
    send(page).click()
    expect(tiles(page)).to_have_count(3)
    asked = entries(demo, "submit")[0]["options"]
    assert (asked["duration"], asked["aspectRatio"]) == (10, "16:9")
    # The image's own shape counts.
    size = "[document.querySelector('.player video').videoWidth, document.querySelector('.player video').videoHeight]"
    page.wait_for_function("document.querySelector('.player video')?.videoWidth > 0")
    assert page.evaluate(size) == [400, 736]


def test_ratios_can_be_entries_of_a_menu(today: Callable[..., OpenDemo]) -> None:
    page = today(ratio_entries="menuitem").page
    bring(page)
    page.get_by_role("button", name="Aspect ratio").click()
    page.get_by_role("menuitem", name="1:1").click()
    expect(page.get_by_role("button", name="Aspect ratio")).to_have_text("1:1")


def test_the_button_can_be_pressed_a_moment_after_the_text(today: Callable[..., OpenDemo]) -> None:
    page = today(enable_after=0.6).page
    bring(page)
    expect(send(page)).to_be_disabled()
    editor(page).press("a")
    page.evaluate("window.began = performance.now()")
    expect(send(page)).to_be_disabled()
    page.wait_for_function("!document.querySelector('.video .submit').disabled")
    assert page.evaluate("performance.now() - window.began") > 400
    editor(page).press("Backspace")
    expect(send(page)).to_be_disabled()


def test_the_button_can_be_there_with_a_text_only(today: Callable[..., OpenDemo]) -> None:
    page = today(send_appears=True).page
    bring(page)
    expect(send(page)).to_have_count(0)
    editor(page).fill(PROMPT)
    expect(send(page)).to_be_enabled()
    editor(page).fill("")
    expect(send(page)).to_have_count(0)


def test_older_labels_and_entries_that_are_missing_or_more(today: Callable[..., OpenDemo]) -> None:
    demo = today(menu_label="Animate", submit_label="Generate Video", precise_edit=True)
    page = demo.page
    alive(page)
    opener(page, "Animate").click()
    expect(page.get_by_role("menuitem").first).to_have_text("Precise Edit")
    page.get_by_role("menuitem", name="Precise Edit").click()
    expect(page.get_by_role("button", name="Edit", exact=True)).to_be_visible()
    bring(page, of="Animate")
    expect(send(page, "Generate Video")).to_be_visible()
    assert not entries(demo, "edit", *PAID)


def test_a_menu_may_lack_the_entry_for_prompts(today: Callable[..., OpenDemo]) -> None:
    page = today(add_prompt=False).page
    alive(page)
    opener(page).click()
    expect(page.get_by_role("menuitem")).to_have_text(["Quick Animate", "Spicy"])


def test_cards_of_the_gallery_make_another_images_video(today: Callable[..., OpenDemo]) -> None:
    demo = today(gallery=2)
    alive(demo.page)
    cards = demo.page.locator(".gallery").get_by_role("button", name="Make video", exact=True)
    expect(cards).to_have_count(2)
    with demo.page.expect_response(is_submit):
        cards.first.click()
    [made] = entries(demo, *PAID)
    assert made["event"] == "promptless"
    assert made["post"] not in demo.permalink


def test_tabs_turn_between_the_image_and_its_video(today: Callable[..., OpenDemo]) -> None:
    page = today(tabs=True).page
    alive(page)
    expect(page.get_by_role("tab", name="Video")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Image").click()
    expect(page.locator(".player img.still")).to_be_visible()
    page.get_by_role("tab", name="Video").click()
    expect(page.locator(".player video")).to_be_visible()


def test_the_page_may_land_on_the_newest_video_and_the_image_leads_back(today: Callable[..., OpenDemo]) -> None:
    demo = today(lands_on_newest=True)
    page = demo.page
    page.wait_for_url(lambda address: address != demo.permalink)
    alive(page)
    page.locator(".column img[alt=Image]").click()
    page.wait_for_url(demo.permalink)
    expect(page.locator(".player img.still")).to_be_visible()


def test_a_video_is_made_from_the_image_wherever_the_page_has_landed(today: Callable[..., OpenDemo]) -> None:
    demo = today(lands_on_newest=True)
    make(demo.page)
    expect(tiles(demo.page)).to_have_count(3)
    assert entries(demo, "submit")[0]["post"] in demo.permalink


@pytest.mark.parametrize("mode", ["Image", "Agent"])
def test_the_composer_can_open_in_another_mode(today: Callable[..., OpenDemo], mode: str) -> None:
    demo = today(opening_mode=mode)
    page = demo.page
    bring(page)
    expect(page.get_by_role("radio", name=mode)).to_be_checked()
    expect(page.get_by_role("radiogroup", name="Video duration")).to_have_count(0)
    editor(page).fill(PROMPT)
    with page.expect_response(is_submit):
        send(page, {"Image": "Edit", "Agent": "Submit"}[mode]).click()
    assert len(entries(demo, {"Image": "edit", "Agent": "agent"}[mode])) == 1
    assert not entries(demo, *PAID)


def test_the_page_goes_on_with_what_was_chosen_last(today: Callable[..., OpenDemo]) -> None:
    page = today().page
    bring(page)
    page.get_by_role("radio", name="10s").click()
    page.get_by_role("radio", name="Image").click()
    kept: dict[str, Any] = page.evaluate("JSON.parse(localStorage.useImagineModeStore).state")
    assert kept == {"mode": "Image", "aspectRatio": "9:16", "videoLength": "10", "resolution": "480p"}
    page.reload()
    bring(page)
    expect(page.get_by_role("radio", name="Image")).to_be_checked()
    page.get_by_role("radio", name="Video").click()
    expect(page.get_by_role("radio", name="10s")).to_be_checked()


def test_settings_can_jump_back_after_each_result(today: Callable[..., OpenDemo]) -> None:
    page = today(resets_options=True, url_after="same").page
    bring(page)
    page.get_by_role("radio", name="10s").click()
    editor(page).fill(PROMPT)
    send(page).click()
    expect(tiles(page)).to_have_count(3)
    expect(page.get_by_role("radio", name="6s")).to_be_checked()


@pytest.mark.parametrize("resets", [True, False])
def test_escape_throws_the_composer_back_into_that_for_images(today: Callable[..., OpenDemo], resets: bool) -> None:
    demo = today(escape_resets=resets)
    page = demo.page
    bring(page)
    editor(page).fill(PROMPT)
    page.get_by_role("button", name="Aspect ratio").click()
    page.keyboard.press("Escape")
    expect(editor(page)).to_have_text(PROMPT)  # that was the popup's
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Edit", exact=True)).to_have_count(int(resets))
    expect(page.locator(EDITOR)).to_have_text(PROMPT)


def test_the_first_text_may_vanish_once(today: Callable[..., OpenDemo]) -> None:
    page = today(forgets_first_entry=True).page
    bring(page)
    editor(page).fill(PROMPT)
    expect(editor(page)).to_have_text("")
    expect(send(page)).to_be_disabled()
    editor(page).fill(PROMPT)
    expect(send(page)).to_be_enabled()
    expect(editor(page)).to_have_text(PROMPT)


def test_pieces_are_made_anew_when_a_submit_is_accepted(today: Callable[..., OpenDemo]) -> None:
    page = today(url_after="same", generation=2).page
    bring(page)
    editor(page).fill(PROMPT)
    old = [send(page), opener(page), tiles(page).first]
    handles = [one.element_handle() for one in old]
    send(page).click()
    expect(page.get_by_text("Generating")).to_be_visible()
    assert [handle.evaluate("(node) => node.isConnected") for handle in handles] == [False] * 3
    expect(page.locator("span.tabular-nums")).to_have_text(re.compile(r"\d+%"))


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        ({"language": "zh"}, ["制作视频", "添加提示", "快速动画化", "火辣", "生成视频", "编辑", "宽高比"]),
        (
            {"language": "zh", "menu_label": "Animate", "english_items": True},
            ["动画", "Add Prompt", "Quick Animate", "Spicy", "生成视频", "编辑", "宽高比"],
        ),
        (
            {"language": "es"},
            ["Make Video", "Add Prompt", "Quick Animate", "Spicy", "Crear video", "Edit", "Aspect ratio"],
        ),
    ],
)
def test_words_follow_the_language_as_far_as_they_are_known(
    today: Callable[..., OpenDemo], knobs: dict[str, Any], words: list[str]
) -> None:
    menu, add, quick, spicy, submit, edit, ratio = words
    page = today(**knobs).page
    alive(page)
    expect(page.get_by_role("button", name=edit, exact=True)).to_be_visible()
    opener(page, menu).click()
    expect(page.get_by_role("menuitem")).to_have_text([add, quick, spicy])
    page.get_by_role("menuitem", name=add).click()
    expect(send(page, submit)).to_be_visible()
    expect(page.get_by_role("button", name=ratio)).to_be_visible()


def test_groups_and_modes_are_translated(today: Callable[..., OpenDemo]) -> None:
    page = today(language="tr").page
    bring(page)
    for group in ("Oluşturma modu", "Video Süresi", "Video Çözünürlüğü"):
        expect(page.get_by_role("radiogroup", name=group)).to_be_visible()
    for mode in ("Görsel", "Video", "Ajan"):
        expect(page.get_by_role("radio", name=mode, exact=True)).to_be_visible()


def test_an_old_videos_tile_can_come_up_after_the_click(today: Callable[..., OpenDemo]) -> None:
    demo = today(late_old_tile=0.5, generation=3)
    page = demo.page
    alive(page)
    expect(tiles(page)).to_have_count(1)
    make(page)
    expect(tiles(page)).to_have_count(2)
    late = tiles(page).last.get_attribute("src")
    expect(page.locator(".player video")).to_have_attribute("src", late or "")
    assert entries(demo, "submit")[0]["video"] not in (late or "")
    page.wait_for_url(lambda address: address != demo.permalink)
    expect(tiles(page)).to_have_count(3)


def test_the_page_loads_its_lists_by_itself_and_after_a_result(today: Callable[..., OpenDemo]) -> None:
    demo = today(url_after="same")
    asked: list[str] = []
    demo.page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    demo.page.reload()
    make(demo.page)
    expect(tiles(demo.page)).to_have_count(3)
    demo.page.wait_for_function(
        "performance.getEntriesByType('resource').filter((one) => /assets/.test(one.name)).length > 1"
    )
    lists = [one for one in asked if "/rest/assets?" in one or "conversationKind=" in one]
    assert len(lists) >= 4
    assert [one.split()[0] for one in lists] == ["GET"] * len(lists)


def test_a_result_is_deleted_with_the_menu_under_it(today: Callable[..., OpenDemo]) -> None:
    demo = today()
    page = demo.page
    make(page)
    page.wait_for_url(lambda address: address != demo.permalink)
    page.get_by_role("button", name="More options").click()
    page.get_by_role("menuitem", name="Delete video").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(demo.permalink)
    assert len(entries(demo, "delete")) == 1


def test_a_page_can_start_a_video_by_itself(today: Callable[..., OpenDemo]) -> None:
    demo = today(auto_start=True)
    expect(tiles(demo.page)).to_have_count(3)
    assert [entry["event"] for entry in entries(demo, *PAID)] == ["auto_start"]


def test_an_ignored_click_sends_nothing(today: Callable[..., OpenDemo]) -> None:
    demo = today(outcomes={1: {"kind": "ignored_click"}}, url_after="same")
    with demo.page.expect_response("**/click"):
        make(demo.page)
    send(demo.page).click()
    expect(tiles(demo.page)).to_have_count(3)
    assert [entry["number"] for entry in entries(demo, *PAID)] == [2]


def test_nodes_can_be_replaced_all_the_time(today: Callable[..., OpenDemo]) -> None:
    """The button right under the first click on it: nothing is sent then."""
    demo = today(replace_nodes=True, url_after="same")
    page = demo.page
    bring(page)
    page.evaluate("window.kept = document.querySelector('.video .submit')")
    page.wait_for_function("!window.kept.isConnected")
    editor(page).fill(PROMPT)
    send(page).click()
    page.wait_for_timeout(100)
    assert not entries(demo, *PAID)
    send(page).click()
    expect(tiles(page)).to_have_count(3)
    page.get_by_role("button", name="More options").click()
    expect(page.get_by_role("menuitem", name="Delete video")).to_be_visible()


def test_a_limit_can_disable_the_button_here_too(today: Callable[..., OpenDemo]) -> None:
    page = today(quota=0, limit_style="disabled").page
    bring(page)
    editor(page).fill(PROMPT)
    expect(page.get_by_role("status")).to_have_text("Rate limit reached")
    expect(send(page)).to_be_disabled()


def test_what_is_written_before_the_page_is_alive_is_lost(today: Callable[..., OpenDemo]) -> None:
    page = today(hydrate=1.5).page
    opener(page).click()
    page.locator(EDITOR).fill(PROMPT)
    alive(page)
    expect(page.get_by_role("menu")).to_have_count(0)
    expect(page.locator(EDITOR)).to_have_text("")
