"""Playwright's driver, the process between a worker and its browser: another one takes the place of one that died.

Without it no browser starts any more, so that each further video of the worker would fail.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from grokbatch.browser.process.tree import has_ended

if TYPE_CHECKING:
    import psutil
    from playwright.sync_api import BrowserType, Playwright

    from grokbatch.browser.launch.context import WorkerContext

LOGGER = logging.getLogger(__name__)


class Driver:
    """The driver of one worker; `given` and `browser_type` are the values of pytest-playwright's fixtures."""

    def __init__(self, given: Playwright, browser_type: BrowserType) -> None:
        self._given = self._playwright = given
        self._browser_type = browser_type
        self._process: psutil.Process | None = None

    def browser_type(self) -> BrowserType:
        """Return what launches the next browser; another driver is started if the last browser's has ended."""
        if self._process is not None and has_ended(self._process):
            LOGGER.warning("Playwright's driver has died; another one is started")
            self._process = None
            # First, because Playwright allows one at a time; the fixture may safely do so again.
            self._playwright.stop()
            self._playwright = sync_playwright().start()
            self._browser_type = getattr(self._playwright, self._browser_type.name)
        return self._browser_type

    def launched(self, worker: WorkerContext) -> None:
        """Note the process that drives the browser of `worker`."""
        self._process = worker.driver

    def close(self) -> None:
        """End a driver that was started here; safe to call twice."""
        if self._playwright is not self._given:
            self._playwright.stop()
