"""A real browser on the built-in site."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from grokbatch.demo.scenario.scenario import Scenario
from grokbatch.demo.server import EXAMPLE_POST, DemoSite

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page, Playwright

    from grokbatch.browser.discovery.find import Browser as Found


class OpenDemo(NamedTuple):
    """A demo site and a page that is signed in to it."""

    site: DemoSite
    page: Page
    permalink: str


@pytest.fixture(scope="session")
def demo_browser(playwright: Playwright, installed: Found) -> Iterator[Browser]:
    """Launch the browser that a run would use."""
    found = installed.headless_executable or installed.executable
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if is_root else [])
    yield browser
    browser.close()


@pytest.fixture
def demo_page(demo_browser: Browser) -> Iterator[Callable[..., OpenDemo]]:
    """Start a demo site with the given scenario fields and open its example post, signed in or not."""
    opened: list[OpenDemo] = []

    def begin(*, signed_in: bool = True, **fields: Any) -> OpenDemo:
        site = DemoSite(Scenario.model_validate({"generation": 1, "hydrate": 0.1, "era": "A"} | fields))
        site.start()
        context = demo_browser.new_context(viewport={"width": 1280, "height": 860})
        if signed_in:
            context.add_cookies(site.session_cookies())  # type: ignore[arg-type]
        opened.append(OpenDemo(site, context.new_page(), site.origin + EXAMPLE_POST))
        opened[-1].page.goto(opened[-1].permalink)
        return opened[-1]

    yield begin
    for demo in opened:
        demo.page.context.close()
        demo.site.stop()
