"""How the built-in site's page sends, and how it copes with replies of all shapes: in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import EXAMPLE_POST, DemoSite
from grokbatch.demo.state.journal import PAID
from tests.browser.today import PROMPT, alive, editor, entries, is_submit, make, opener, send, tiles

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Browser

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow

QUICK = {"era": "D", "generation": 0.4, "url_after": "same"}
STOPPED = "* { animation: none !important }"
SHORTENED = "*, *::before { animation-duration: 1ms !important; animation-iteration-count: 1 !important }"
HURRIED = "* { animation-duration: 2s !important }"


@pytest.fixture
def today(demo_page: Callable[..., OpenDemo]) -> Callable[..., OpenDemo]:
    """Open the page of today with the given knobs."""
    return lambda **fields: demo_page(**(QUICK | fields))


def reopen(demo: OpenDemo, **fields: object) -> None:
    """Open the page anew on a site of which the given knobs are changed, and nothing has been made yet."""
    control = f"{demo.site.origin}/__control__"
    demo.page.request.post(f"{control}/scenario", data=fields)
    demo.page.request.post(f"{control}/reset")
    demo.page.context.add_cookies(demo.site.session_cookies())  # type: ignore[arg-type]
    demo.page.goto(demo.permalink)


def test_the_page_understands_a_reply_of_any_shape(today: Callable[..., OpenDemo]) -> None:
    demo = today()
    for shape in ("hoisted", "nested", "attachments", "attachment_ids", "data", "coarse", "title", "open"):
        reopen(demo, reply_shape=shape)
        make(demo.page)
        expect(tiles(demo.page), shape).to_have_count(3)
        [submit] = entries(demo, "submit")
        expect(demo.page.locator(f'.player video[src*="{submit["video"]}"]'), shape).to_be_visible()
        expect(demo.page.locator("li[data-sonner-toast]"), shape).to_have_count(0)


@pytest.mark.parametrize("era", ["A", "B", "C"])
def test_pages_of_before_understand_them_too(demo_page: Callable[..., OpenDemo], era: str) -> None:
    demo = demo_page(era=era, generation=0.3, url_after="same")
    page = demo.page
    for shape in ("hoisted", "attachments", "data"):
        reopen(demo, reply_shape=shape)
        alive(page)
        page.locator("textarea, .composer [contenteditable=true]").fill(PROMPT)
        page.locator(".composer .submit").click()
        expect(page.locator(".column .tile:has(video), .column img[alt*=Thumbnail]"), shape).to_have_count(3)


def test_a_chat_answer_ends_in_nothing_that_could_be_seen(today: Callable[..., OpenDemo]) -> None:
    demo = today(otherwise={"kind": "chat_answer"})
    with demo.page.expect_response(is_submit) as answered:
        make(demo.page)
    answered.value.finished()
    assert answered.value.status == 200
    editor(demo.page).fill(PROMPT)
    expect(send(demo.page)).to_be_enabled()
    expect(demo.page.locator("li[data-sonner-toast]")).to_have_count(0)
    assert [entry["outcome"] for entry in entries(demo, "refused")] == ["chat_answer"]
    assert not entries(demo, *PAID)


@pytest.mark.parametrize("second", ["429", "403", "fails"])
def test_one_click_can_send_two_requests_of_which_the_second_is_refused(
    today: Callable[..., OpenDemo], second: str
) -> None:
    demo = today(second_request=second)
    sent: list[str | None] = []
    demo.page.on("request", lambda request: sent.append(request.post_data) if request.method == "POST" else None)
    make(demo.page)
    expect(tiles(demo.page)).to_have_count(3)
    carrying = [body for body in sent if body and PROMPT in body]
    assert len(carrying) == 2
    assert carrying[0] == carrying[1]
    assert len(entries(demo, *PAID)) == 1
    assert [entry["outcome"] for entry in entries(demo, "refused")] == ["second_request"]


@pytest.mark.parametrize("sender", ["worker", "service_worker"])
def test_somebody_else_can_send_in_the_pages_place(today: Callable[..., OpenDemo], sender: str) -> None:
    """What the page's own connection to the DevTools hears of is nothing of it."""
    demo = today(sends_from=sender)
    alive(demo.page)
    events: list[str] = []
    session = demo.page.context.new_cdp_session(demo.page)
    session.send("Network.enable")
    session.on(
        "Network.requestWillBeSent",
        lambda told: events.append(told["request"]["method"]) if "/responses" in told["request"]["url"] else None,
    )
    make(demo.page)
    expect(tiles(demo.page)).to_have_count(3)
    assert len(entries(demo, "submit")) == 1
    assert "POST" not in events


def test_a_reply_can_be_unreadable_for_all_but_the_page(today: Callable[..., OpenDemo]) -> None:
    demo = today(unreadable_replies=True)
    with demo.page.expect_response(is_submit) as answered:
        make(demo.page)
    assert answered.value.headers["content-type"] == "application/octet-stream"
    expect(tiles(demo.page)).to_have_count(3)


def test_a_request_can_leave_long_after_the_click(today: Callable[..., OpenDemo]) -> None:
    demo = today(sends_after=1.5)
    began = demo.page.evaluate("Date.now()")
    with demo.page.expect_response(is_submit) as answered:
        make(demo.page)
    expect(tiles(demo.page)).to_have_count(3)
    assert answered.value.request.timing["startTime"] - began >= 1500


@pytest.mark.parametrize("era", ["A", "D"])
@pytest.mark.parametrize(("sheet", "script"), [(STOPPED, ""), (SHORTENED, ""), (HURRIED, ""), ("", "fetch")])
def test_a_page_that_was_tampered_with_is_refused(
    demo_page: Callable[..., OpenDemo], era: str, sheet: str, script: str
) -> None:
    demo = demo_page(era=era, generation=0.3)
    page = demo.page
    alive(page)
    if sheet:
        page.add_style_tag(content=sheet)
    if script:
        page.evaluate("const real = window.fetch; window.fetch = (...all) => real(...all)")
    if era == "D":
        make(page)
    else:
        page.locator("textarea").fill(PROMPT)
        page.locator(".composer .submit").click()
    expect(page.locator("li[data-sonner-toast]")).to_contain_text("This page is out of date. Reload to continue.")
    assert not entries(demo, *PAID)
    wrong = "patched_fetch" if script else "still_animation"
    assert [entry["outcome"] for entry in entries(demo, "refused")] == [wrong]


def test_reduced_motion_is_refused_and_an_unsigned_site_asks_for_nothing(demo_browser: Browser) -> None:
    with DemoSite(Scenario(era="D", generation=0.2)) as site:
        context = demo_browser.new_context(reduced_motion="reduce")
        context.add_cookies(site.session_cookies())  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(site.origin + EXAMPLE_POST)
        make(page)
        expect(page.locator("li[data-sonner-toast]")).to_contain_text("This page is out of date")
        page.request.post(f"{site.origin}/__control__/scenario", data={"signed": False})
        editor(page).fill(PROMPT)
        send(page).click()
        expect(tiles(page)).to_have_count(3)
        context.close()


def test_entries_of_the_menu_are_signed_as_well(today: Callable[..., OpenDemo]) -> None:
    demo = today()
    alive(demo.page)
    demo.page.add_style_tag(content=STOPPED)
    opener(demo.page).click()
    demo.page.get_by_role("menuitem", name="Quick Animate").click()
    expect(demo.page.locator("li[data-sonner-toast]")).to_be_visible()
    assert not entries(demo, *PAID)
