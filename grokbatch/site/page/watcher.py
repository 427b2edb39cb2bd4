"""Observes a page, and waits inside it until something visible changes, without polling from Python."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.site.page.observation import Observation
from grokbatch.site.page.scripts import finder, script

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import JSHandle, Page

    from grokbatch.site.locators.table import ControlName, LocatorTable

_PARTS = ", ".join((script("choices.js"), script("guard.js"), script("composer.js"), finder()))
_SCRIPT = f"(request) => ({script('watch.js')})(request, {_PARTS})"
# In a document that has the script (41 KB) and the table (30 KB) already, this short call is enough.
_AGAIN = "(request) => window[Symbol.for('grokbatch.watch')]?.next(request) ?? { unknown: true }"
_WAKE = "() => window[Symbol.for('grokbatch.watch')]?.wake()"
_NAVIGATIONS = 20
# The timers of a browser's driver and those here differ a little.
_NEARLY = 0.9


class PageGoneError(Exception):
    """The page, its renderer or its browser is gone, or no longer answers."""


@dataclass(frozen=True)
class Watch:
    """Observes one page for one prompt (empty if none is to be entered).

    `grace` is how many seconds a busy renderer may take to answer before it counts as hung. Observations include the
    choices of the controls in `choices`. `clock` returns seconds; what it leaves out, such as the computer's sleep, is
    not held against the page.
    """

    page: Page
    table: LocatorTable
    prompt: str = field(default="", repr=False)
    grace: float = 15.0
    choices: tuple[ControlName, ...] = ()
    clock: Callable[[], float] = time.monotonic

    @cached_property
    def _table(self) -> str:
        # As one text, because Playwright is slow at passing on a table value by value.
        return json.dumps(self.table.for_page())

    @cached_property
    def _version(self) -> str:
        return hashlib.sha256(self._table.encode()).hexdigest()

    def now(self) -> Observation:
        """Return what the page shows now; raises PageGoneError."""
        return self.until_change("", 0.0)

    def arm(self) -> None:
        """Block presses of the button while the page would submit something else than the prompt.

        That ends with the next observation. Raises PageGoneError.
        """
        self._look("", 0.0, armed=True)

    def until_change(self, last: str, seconds: float) -> Observation:
        """Return the first observation whose signature is not `last`, or the one after `seconds`.

        After a navigation the new document is observed. Raises PageGoneError.
        """
        return self._look(last, seconds)

    def _look(self, last: str, seconds: float, *, armed: bool = False) -> Observation:
        request = {
            "version": self._version,
            "prompt": self.prompt,
            "last": last,
            "choices": self.choices,
            "armed": armed,
            "wait": max(0.0, seconds) * 1000,
        }
        limit = (max(0.0, seconds) + self.grace) * 1000
        answer = ask(self.page, _AGAIN, request, limit, self.clock)
        if answer.get("unknown"):
            answer = ask(self.page, _SCRIPT, request | {"table": self._table}, limit, self.clock)
        return Observation.of(answer["seen"])


def ask(
    page: Page, script: str, argument: Any, milliseconds: float, clock: Callable[[], float] = time.monotonic
) -> Any:
    """Call `script`, a function that returns an object or a promise of one, in the page's document; return the object.

    Raises PageGoneError when the page is gone or does not answer within `milliseconds` of `clock`.
    """
    in_text = f"async (argument) => JSON.stringify(await ({script})(argument))"
    for _ in range(_NAVIGATIONS):
        began = clock()
        try:
            # Unlike evaluate(), this keeps its timeout when the renderer hangs, and goes on after a navigation.
            handle = page.wait_for_function(in_text, arg=argument, timeout=milliseconds)
            value = _object(handle)
            handle.dispose()
        except PlaywrightTimeout:
            if (clock() - began) * 1000 < _NEARLY * milliseconds:
                continue  # the computer slept meanwhile, and the browser with it
            raise PageGoneError("the page stopped answering") from None
        except Error:
            # Either the page is gone, or its document was replaced before the answer was read.
            if is_gone(page, clock):
                raise PageGoneError("the page is gone") from None
            continue
        return value
    raise PageGoneError("the page navigates again and again")


def _object(handle: JSHandle) -> Any:
    # The handle of a text comes with the text, so that asking the page once more for it (json_value) can be spared.
    text = str(handle)
    return json.loads(text if text.startswith("{") else handle.json_value())


def wake(page: Page) -> None:
    """Make the wait that is under way on `page` return; safe to call from the handler of an event."""
    try:
        page.evaluate(_WAKE)
    except Error:
        return  # the wait ends anyway when the page is replaced or closed


def is_gone(page: Page, clock: Callable[[], float] = time.monotonic) -> bool:
    """Whether the page no longer answers: it is closed, it crashed, or its browser ended."""
    if page.is_closed():
        return True
    began = clock()
    try:
        page.wait_for_function("() => true", timeout=2000)
    except PlaywrightTimeout:
        return clock() - began >= _NEARLY * 2 or not _answers(page)
    except Error:
        return page.is_closed() or not _answers(page)
    return False


def _answers(page: Page) -> bool:
    try:
        page.wait_for_function("() => true", timeout=2000)
    except Error:
        return False
    return True
