"""What a person does on the built-in site's page of today, for the tests of that page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Response

    from tests.browser.conftest import OpenDemo

PROMPT = "wind over the hills"
EDITOR = "div.tiptap.ProseMirror[contenteditable=true]"


def opener(page: Page, name: str = "Make Video") -> Locator:
    """Return the toolbar's button."""
    return page.locator('button[aria-haspopup="menu"]').filter(has_text=name)


def alive(page: Page) -> None:
    """Wait until the page reacts: the visitor's sign is drawn then."""
    expect(page.locator(".avatar")).to_be_visible()


def bring(page: Page, item: str = "Add Prompt", of: str = "Make Video") -> None:
    """Press the toolbar's button and one entry of its menu."""
    alive(page)
    opener(page, of).click()
    page.get_by_role("menuitem", name=item, exact=True).click()
    expect(page.get_by_role("menu")).to_have_count(0)


def editor(page: Page) -> Locator:
    """Return the editor of the video composer, which has the modes beside it."""
    return page.locator(".query-bar").filter(has=page.get_by_role("radiogroup")).locator(EDITOR)


def send(page: Page, name: str = "Make video") -> Locator:
    """Return the video composer's button."""
    return (
        page.locator(".query-bar")
        .filter(has=page.get_by_role("radiogroup"))
        .get_by_role("button", name=name, exact=True)
    )


def make(page: Page, prompt: str = PROMPT) -> None:
    """Bring the composer, write and send."""
    bring(page)
    editor(page).fill(prompt)
    send(page).click()


def entries(demo: OpenDemo, *events: str) -> list[dict[str, Any]]:
    """Return the journal's entries of these events."""
    return [entry for entry in demo.site.journal() if entry["event"] in events]


def tiles(page: Page) -> Locator:
    """Return the videos in the column."""
    return page.locator("button > video[src]")


def is_submit(response: Response) -> bool:
    """Whether this answers something that was sent into a conversation; a page reads it at the same address."""
    return response.request.method == "POST" and response.url.endswith("/responses")
