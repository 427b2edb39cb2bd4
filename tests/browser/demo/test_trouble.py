"""What a person at the screen sees of the built-in site's troubles, on the page of today and on earlier ones."""

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

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow

QUICK = {"era": "D", "generation": 0.3, "url_after": "same"}
WORDS = "18 hours 49 minutes before limit is gone"
OFFER = "Wait or upgrade to SuperGrok for much higher limits and premium features."
BOXES = {"A": "textarea", "D": EDITOR}
TOAST = "li[data-sonner-toast]"
IN = {"toast": TOAST, "dialog": "[role=dialog]", "banner": "main > .limit-banner"}


@pytest.fixture
def today(demo_page: Callable[..., OpenDemo]) -> Callable[..., OpenDemo]:
    """Open the page of today with the given knobs."""
    return lambda **fields: demo_page(**(QUICK | fields))


@pytest.mark.parametrize("reply", ["error", "empty"])
@pytest.mark.parametrize("is_one", [True, False])
@pytest.mark.parametrize("place", ["toast", "dialog", "banner"])
def test_a_limit_is_told_in_any_place_with_an_offer_beside_it(
    today: Callable[..., OpenDemo], place: str, is_one: bool, reply: str
) -> None:
    limit: dict[str, Any] = {"limit_style": place, "limit_text": WORDS, "limit_offer": OFFER}
    demo = today(quota=0, limit_reply=reply, limit_in_one=is_one, **limit)
    make(demo.page)
    said = demo.page.locator(IN[place])
    expect(said).to_contain_text(WORDS)
    expect(said).to_contain_text(OFFER)
    expect(said.get_by_text(re.compile(f"^{WORDS}$"))).to_have_count(0 if is_one else 1)
    assert [entry["outcome"] for entry in entries(demo, "refused")] == ["rate_limited"]


def test_words_may_come_with_403(today: Callable[..., OpenDemo]) -> None:
    words = "You're out of credits"
    demo = today(quota=0, limit_style="http403", limit_text=words)
    make(demo.page)
    expect(demo.page.locator(TOAST)).to_have_text(words)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("anti_bot", "Request rejected by anti-bot rules."),
        ("blocked", "Something went wrong"),
        ("server_error", "Something went wrong"),
        ("gateway_error", "Something went wrong"),
        ("image_gone", "Failed to download image from GCS"),
        ("cut_clean", "Network error"),
        ("cut_broken", "Network error"),
        ("away", "Network error"),
    ],
)
def test_what_went_wrong_is_a_toast(today: Callable[..., OpenDemo], kind: str, told: str) -> None:
    demo = today(otherwise={"kind": kind})
    make(demo.page)
    expect(demo.page.locator(TOAST)).to_contain_text(told)


@pytest.mark.parametrize("kind", ["stale_wordless", "chat_answer"])
def test_some_refusals_show_in_nothing(today: Callable[..., OpenDemo], kind: str) -> None:
    demo = today(otherwise={"kind": kind})
    with demo.page.expect_response(is_submit) as answered:
        make(demo.page)
    answered.value.finished()
    editor(demo.page).fill(PROMPT)
    expect(send(demo.page)).to_be_enabled()
    expect(demo.page.locator(TOAST)).to_have_count(0)


def test_a_moderated_photograph_is_told_by_a_banner(today: Callable[..., OpenDemo]) -> None:
    demo = today(otherwise={"kind": "photo_moderated"})
    make(demo.page)
    expect(demo.page.get_by_text("Generations from uploaded photos have extra safeguards")).to_be_visible()
    expect(demo.page.locator(TOAST)).to_have_count(0)


@pytest.mark.parametrize("era", ["A", "D"])
def test_a_throttled_button_stays_grey_without_a_word(demo_page: Callable[..., OpenDemo], era: str) -> None:
    demo = demo_page(era=era, throttled_after=1, generation=0.3, earlier_videos=0, url_after="same")
    page = demo.page
    button = composer_with_text(page, era)
    button.click()
    expect(page.locator(".player video").first).to_be_visible()
    for _ in range(2):
        page.locator(BOXES[era]).fill(PROMPT)
        page.wait_for_timeout(300)  # longer than an enabled one would take
        expect(button).to_be_disabled()
        page.reload()
        composer_with_text(page, era)
    expect(page.locator(TOAST)).to_have_count(0)
    expect(page.get_by_role("status").filter(has_text=re.compile("."))).to_have_count(0)
    assert len(entries(demo, *PAID)) == 1


def composer_with_text(page: Page, era: str) -> Locator:
    """Write the prompt as a person does in that era, and return the button."""
    alive(page)
    if era == "D":
        bring(page)
    page.locator(BOXES[era]).fill(PROMPT)
    return page.locator(".composer .submit")


@pytest.mark.parametrize("era", ["C", "D"])
@pytest.mark.parametrize(
    ("knob", "sent"),
    [
        ("another", "A cinematic shot, the camera moves slowly."),
        ("signs", "a fox \u2014 it\u2019s \u201cred\u201d \u2026 caf\u00e9"),
    ],
)
def test_the_page_can_send_another_prompt_than_was_typed(
    demo_page: Callable[..., OpenDemo], era: str, knob: str, sent: str
) -> None:
    demo = demo_page(era=era, changes_prompt=knob, generation=0.3, url_after="same")
    page, prompt = demo.page, 'a fox - it\'s "red" ... cafe\u0301'
    if era == "D":
        make(page, prompt)
        expect(tiles(page)).to_have_count(3)
    else:
        alive(page)
        page.locator(".composer [contenteditable=true]").fill(prompt)
        page.locator(".composer .submit").click()
        expect(tiles(page)).to_have_count(3)
    assert entries(demo, "submit")[0]["prompt"] == sha256(sent.encode()).hexdigest()


def test_the_page_can_send_another_length_than_was_chosen(today: Callable[..., OpenDemo]) -> None:
    demo = today(sends_other_length=True)
    bring(demo.page)
    demo.page.get_by_role("radio", name="10s").click()
    editor(demo.page).fill(PROMPT)
    send(demo.page).click()
    expect(tiles(demo.page)).to_have_count(3)
    assert entries(demo, "submit")[0]["options"]["duration"] == 6


def test_a_throttled_page_starts_nothing_from_its_menu_either(today: Callable[..., OpenDemo]) -> None:
    demo = today(throttled_after=0)
    alive(demo.page)
    opener(demo.page).click()
    demo.page.get_by_role("menuitem", name="Quick Animate").click()
    expect(demo.page.get_by_role("menu")).to_have_count(0)
    bring(demo.page)
    assert not entries(demo, "refused", *PAID)
