"""Waits until a person has answered a human check in the browser's window. Nothing is solved automatically."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.record.model.outcome import Category
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.page.watcher import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from grokbatch.site.locators.table import LocatorTable

# Seconds for which no check may be visible, and between two observations.
_CLEAR = 1.0
_LOOK_AGAIN = 0.5


def person_passes(
    page: Page,
    address: str,
    table: LocatorTable,
    seconds: float,
    open_seconds: float = 45.0,
    clock: Callable[[], float] = time.monotonic,
) -> bool:
    """Show the check on `page` to a person and return whether it was passed within `seconds`.

    Raises PageGoneError when the window is closed.
    """
    # The check may have been the reply to a request of the page; opened as a page, a person can answer it.
    answer = open_page(page, address, open_seconds)
    if not (isinstance(answer, Failure) and answer.category is Category.HUMAN_CHECK):
        return True
    with suppress(Error):
        page.bring_to_front()
    watch, deadline = Watch(page, table), clock() + seconds
    seen, free_since = watch.now(), None
    while True:
        now = clock()
        # Any page may follow the check, so it counts as passed when a page has loaded and shows no check.
        is_free = seen.loaded and not seen.is_barred
        free_since = (now if free_since is None else free_since) if is_free else None
        if free_since is not None and now >= free_since + _CLEAR:
            return True
        if now >= deadline:
            return False
        # A short wait, because a page that is replaced by the next one may never report a change.
        seen = watch.until_change(seen.signature, _LOOK_AGAIN)
