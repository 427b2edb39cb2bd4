"""Whether a page that is drawn reacts already: a press before that is lost, and what is entered is forgotten."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.site.page.scripts import script

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import CDPSession, Page

ASK_AGAIN = 0.05
"""Seconds between two questions: no event tells when a page begins to listen."""

_WATCH = "window[Symbol.for('grokbatch.watch')]"
_MILLISECONDS = 1000


class Listening:
    """Asks the browser whether anything of a page listens for presses; nothing in the page is changed for it.

    Documents are named as observations name them. What nobody can tell is waited for no longer than `bound` seconds
    of `clock`, in each document.
    """

    def __init__(self, page: Page, bound: float, clock: Callable[[], float]) -> None:
        self._page = page
        self._bound = bound
        self._clock = clock
        self._alive = self._asked = self._acted_on = ""
        self._asked_at = 0.0

    def is_alive(self, doc: str) -> bool:
        """Whether the document is seen to listen."""
        if doc != self._alive and self._answer():
            self._alive = doc
        return doc == self._alive

    def may_act(self, doc: str) -> bool:
        """Whether something may be done on the document: it listens, or was asked for long enough."""
        if self.is_alive(doc):
            return True
        if doc != self._asked:
            self._asked, self._asked_at = doc, self._clock()
        if self._clock() < self._asked_at + self._bound:
            return False
        self._acted_on = doc
        return True

    def has_woken(self, doc: str) -> bool:
        """Whether the document has begun to listen after something was done on it in vain; True once."""
        if doc != self._acted_on or not self.is_alive(doc):
            return False
        self._acted_on = ""
        return True

    def next_question(self, doc: str, seconds: float) -> float:
        """Return how long to wait for a change when `seconds` is the most: less, if it may begin to listen."""
        return min(seconds, ASK_AGAIN) if doc == self._acted_on else seconds

    def _answer(self) -> bool:
        # Only the console of the developer tools knows the listeners of an element.
        asked = {
            "expression": f"({script('listening.js')})(getEventListeners, {_WATCH})",
            "includeCommandLineAPI": True,
            "returnByValue": True,
            "timeout": _MILLISECONDS,
        }
        try:
            answer = self._session.send("Runtime.evaluate", asked)
        except Error:
            return False  # the document is being replaced, or the page is gone: the next look tells
        return answer["result"].get("value") is True

    @cached_property
    def _session(self) -> CDPSession:
        return self._page.context.new_cdp_session(self._page)
