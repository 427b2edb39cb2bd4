"""The wall is open in a browser while a run makes videos: it fills, and what is picked meanwhile is in the file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grokbatch.record.storage.picks import Pick, read_picks
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Playwright

    from grokbatch.browser.discovery.find import Browser
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User


@contextmanager
def served(user: User, *arguments: str) -> Iterator[str]:
    """Yield the address at which `grokbatch wall … --serve` gives out a page."""
    command = [sys.executable, "-m", "grokbatch.cli.app", "wall", *arguments, "--serve"]
    with subprocess.Popen(command, cwd=user.path, env=user.environment(), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().strip()
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(20) == 0


@pytest.mark.slow
def test_the_page_fills_during_a_run_and_picks_are_saved_as_they_are_made(
    user: User, site: DemoProcess, playwright: Playwright, installed: Browser
) -> None:
    """Two videos are picked while others are being made; these appear by themselves, and nothing picked is lost."""
    site.play(generation=[1, 1, 15, 15])
    user.write_batch(count=4, download=True, site=site.origin)
    call = user.start("cats.yaml", "-n0")
    picks_file = user.run_directory() / "picks.yaml"
    wait_until(lambda: user.statuses().get("video-001"), "first claim")
    with served(user, "cats.yaml") as address, opened(address, playwright, installed) as page:
        expect(page.locator("[data-id=video-002] .open")).to_be_visible(timeout=120_000)
        page.locator("[data-id=video-001] .open").focus()
        page.keyboard.press("4")
        page.keyboard.press("Shift+K")
        page.keyboard.press("x")
        wait_until(lambda: picks_file.exists() and read_picks(picks_file).rejected, "saved picks")
        assert call.process.poll() is None
        expect(page.locator("#wall > li")).to_have_count(4, timeout=120_000)
        expect(page.get_by_text("1 kept, 1 rejected, 2 to decide")).to_be_visible()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("b")
        wait_until(lambda: len(read_picks(picks_file).picks) == 3, "third saved pick")
        page.keyboard.press("Enter")
        page.keyboard.press("e")
        picture = page.get_by_role("img", name="The source picture")
        expect(picture).to_have_js_property("complete", value=True)
        assert picture.evaluate("(picture) => picture.naturalWidth") > 0
    assert call.wait() == 0
    assert read_picks(picks_file).picks == (
        Pick("video-001", 4, keep=True),
        Pick("video-002", keep=False),
        Pick("video-003", maybe=True),
    )


@contextmanager
def opened(address: str, playwright: Playwright, installed: Browser) -> Iterator[Page]:
    """Yield a page that shows what is at `address`."""
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    found = installed.headless_executable or installed.executable
    browser = playwright.chromium.launch(executable_path=found, args=arguments)
    page = browser.new_page()
    page.goto(address)
    yield page
    browser.close()
