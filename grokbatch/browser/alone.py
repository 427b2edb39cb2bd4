"""Browsers outside of a run: for signing in, and for looking at a page, one after the other."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from grokbatch.browser.guard import guard_driver
from grokbatch.browser.launch import WorkerContext, WorkerFolder, open_context
from grokbatch.browser.orphans import RunTemp, sweep_temp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from playwright.sync_api import BrowserType

    from grokbatch.browser.account import Cookie
    from grokbatch.browser.find import Browser


# A browser writes its cookies down when it closes: on a busy machine, killing it early would undo a sign-in.
_CLOSE_SECONDS = 30.0


class Launcher:
    """Starts `browser` as the workers do."""

    def __init__(self, browser_type: BrowserType, browser: Browser) -> None:
        self._browser_type = browser_type
        self._browser = browser

    @contextmanager
    def open(
        self, folder: WorkerFolder, *, headless: bool = True, cookies: Sequence[Cookie] = ()
    ) -> Iterator[WorkerContext]:
        """Start the browser on the profile in `folder`; it is closed at the end, or killed by Ctrl+C.

        Raises BrowserError.
        """
        opened = open_context(
            self._browser_type,
            self._browser,
            folder,
            headless=headless,
            cookies=cookies,
            close_seconds=_CLOSE_SECONDS,
        )
        with (
            opened as worker,
            _killed_by_interrupt(worker),
        ):
            yield worker


@contextmanager
def launcher(browser: Browser) -> Iterator[Launcher]:
    """Keep a driver running that can start `browser`; at the end nothing is left of either."""
    sweep_temp()
    before = dict(os.environ)
    with RunTemp() as temp:
        # The driver takes its environment from ours, once, when it starts.
        temp.use_in(os.environ)
        guard_driver(os.environ, temp.folder)
        try:
            with sync_playwright() as playwright:
                yield Launcher(playwright.chromium, browser)
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _killed_by_interrupt(worker: WorkerContext) -> Iterator[None]:
    """End the browser at Ctrl+C, and raise KeyboardInterrupt once nothing waits for it any more.

    Raised inside one of Playwright's waits, it would leave that unable to close anything.
    """
    pressed = False

    def press(_signal: int, _frame: object) -> None:
        nonlocal pressed
        pressed = True
        worker.kill()

    old = signal.signal(signal.SIGINT, press)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)
        if pressed:
            raise KeyboardInterrupt
