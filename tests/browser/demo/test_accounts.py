"""Sign-in, rotating cookies and the human check of the built-in site in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.conftest import OpenDemo

# Details of the built-in site's page; what makes videos on it is tested in tests/browser/site.
pytestmark = pytest.mark.slow


def controls(page: Page) -> None:
    """Wait until the image post is alive."""
    expect(page.locator('button[aria-label="Video Options"]')).to_be_visible()


def cookie(page: Page, name: str) -> str | None:
    """Return the value of the browser's cookie `name`."""
    return next((one["value"] for one in page.context.cookies() if one["name"] == name), None)


def test_a_person_who_passes_the_check_is_back_on_the_post_with_a_clearance(
    demo_page: Callable[..., OpenDemo],
) -> None:
    site, page, permalink = demo_page(human_check=True)
    expect(page).to_have_title("Just a moment...")
    page.get_by_role("button", name="Verify you are human").click()
    controls(page)
    assert page.url == permalink
    assert cookie(page, "cf_clearance")
    page.reload()
    controls(page)
    assert [entry["event"] for entry in site.journal()] == ["human_check", "human_passed", "open", "open"]


def test_the_check_can_play_the_person_itself(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, permalink = demo_page(human_check=True, person_passes_after=0.5)
    page.wait_for_url(permalink)
    controls(page)
    assert [entry["event"] for entry in site.journal()].count("human_passed") == 1


def test_an_open_check_goes_away_when_it_is_cleared_for_everybody(
    demo_page: Callable[..., OpenDemo],
) -> None:
    site, page, permalink = demo_page(human_check=True)
    expect(page.get_by_role("heading", name="Just a moment...")).to_be_visible()
    page.request.post(f"{site.origin}/__control__/clear")
    controls(page)
    assert page.url == permalink


def test_the_sign_in_page_can_send_itself_off(demo_page: Callable[..., OpenDemo]) -> None:
    site, page, permalink = demo_page(signed_in=False, sign_in_as="studio", sign_in_by_itself=0.5)
    page.wait_for_url(permalink)
    controls(page)
    expect(page.get_by_title("studio")).to_have_text("S")
    assert [entry["user"] for entry in site.journal() if entry["event"] == "sign_in"] == ["studio"]


def test_a_browser_keeps_up_with_a_cookie_that_changes_at_every_visit(
    demo_page: Callable[..., OpenDemo],
) -> None:
    _, page, _ = demo_page(rotate_session=True, rotation_grace=0)
    seen = {cookie(page, "sso")}
    for _ in range(2):
        page.reload()
        controls(page)
        expect(page.locator("video#sd-video")).to_be_visible()
        seen.add(cookie(page, "sso"))
    assert len(seen) == 3
