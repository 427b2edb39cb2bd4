"""Browsers outside of a run: for signing in, and for looking at a page, one after the other."""

from __future__ import annotations

import logging
import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil
from playwright.sync_api import sync_playwright

from grokbatch.browser.launch.context import WorkerContext, WorkerFolder, open_context
from grokbatch.browser.process.cleanup import RunTemp, sweep_temp
from grokbatch.browser.process.tree import browsers_on, end_tree, is_driver
from grokbatch.browser.process.wrapper_scripts import guard_driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import BrowserType

    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.profiles.account import Cookie


# A browser writes its cookies down when it closes: on a busy machine, killing it early would undo a sign-in.
_CLOSE_SECONDS = 30.0
_DRIVER_SECONDS = 2.0


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
        with _killed_by_interrupt(folder.profile) as was_interrupted:
            worker = open_context(
                self._browser_type,
                self._browser,
                folder,
                headless=headless,
                cookies=cookies,
                close_seconds=_CLOSE_SECONDS,
            )
            with worker:
                if was_interrupted():
                    raise KeyboardInterrupt
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
def _killed_by_interrupt(profile: Path) -> Iterator[Callable[[], bool]]:
    """End the browser on `profile` at Ctrl+C, and raise KeyboardInterrupt once nothing waits for it any more.

    Raised inside one of Playwright's waits, also that for the browser to start, it would leave that unable to end.
    What is yielded tells whether Ctrl+C was pressed: perhaps before there was a browser.
    """
    left, pressed = threading.Event(), False

    def press(_signal: int, _frame: object) -> None:
        nonlocal pressed
        pressed = True
        family = psutil.Process().children(recursive=True)
        for browser in [*browsers_on(profile.resolve().__eq__, family)]:
            end_tree(browser)
        threading.Thread(target=_end_drivers, args=(family, left), daemon=True).start()

    old = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        left.set()
        signal.signal(signal.SIGINT, old)
        if pressed:
            raise KeyboardInterrupt


def _end_drivers(family: Iterable[psutil.Process], left: threading.Event) -> None:
    """End the drivers among `family` if they are still waited for: a launch may not hear that its browser is gone."""
    if not left.wait(_DRIVER_SECONDS):
        # It would tell the user, who wants to be left alone now, of all that the driver did not answer any more.
        logging.getLogger("asyncio").disabled = True
        for driver in filter(is_driver, family):
            end_tree(driver)
