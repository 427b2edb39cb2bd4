"""Launches browsers outside of a run, one after the other, for signing in and for looking at a page."""

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
from grokbatch.browser.profiles.home import driver_cache

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from playwright.sync_api import BrowserType

    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.profiles.account import Cookie


# A browser saves its cookies when it closes: if it were killed early on a busy machine, the sign-in would be lost.
_CLOSE_SECONDS = 30.0
_DRIVER_SECONDS = 2.0


class Launcher:
    """Launches `browser` in the same way as workers do."""

    def __init__(self, browser_type: BrowserType, browser: Browser) -> None:
        self._browser_type = browser_type
        self._browser = browser

    @contextmanager
    def open(
        self, folder: WorkerFolder, *, headless: bool = True, cookies: Sequence[Cookie] = ()
    ) -> Iterator[WorkerContext]:
        """Launch the browser on the profile in `folder`, and close it at the end of the block; Ctrl+C kills it.

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
    """Start Playwright's driver, which can launch `browser`; end both at the end of the block."""
    sweep_temp()
    before = dict(os.environ)
    with RunTemp() as temp:
        # The driver copies this process's environment when it starts.
        temp.use_in(os.environ)
        guard_driver(os.environ, temp.folder, driver_cache(os.environ))
        try:
            with sync_playwright() as playwright:
                yield Launcher(playwright.chromium, browser)
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _killed_by_interrupt(profile: Path) -> Iterator[Callable[[], bool]]:
    """Kill the browser on `profile` at Ctrl+C, and raise KeyboardInterrupt at the end of the block.

    It is not raised at once, because Playwright could not end after an exception in one of its waits. The yielded
    function returns whether Ctrl+C was pressed, which may happen before there is a browser.
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
    """End the drivers among `family` if the block does not end soon: a launch may not notice the browser's end."""
    if not left.wait(_DRIVER_SECONDS):
        # asyncio would log every call that the driver has not answered, which is of no use to the user.
        logging.getLogger("asyncio").disabled = True
        for driver in filter(is_driver, family):
            end_tree(driver)
