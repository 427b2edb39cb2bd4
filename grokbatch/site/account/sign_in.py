"""Opens a browser window for signing in, and notices when a person has signed in there."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.browser.errors import BrowserError
from grokbatch.record.model.outcome import Category
from grokbatch.record.storage.accounts import LoginState
from grokbatch.site.account.visit import PageState, Visit
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.site.page.urls import path_of
from grokbatch.site.page.watcher import PageGoneError

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from grokbatch.browser.launch.context import WorkerContext
    from grokbatch.browser.profiles.account import Cookie
    from grokbatch.site.account.sites import Site
    from grokbatch.site.locators.table import LocatorTable

# Shorter timeouts than a worker's: a person is waiting at the window.
_TIMEOUTS = replace(Timeouts(), controls=8.0)
# A login shows in the site's responses. What a page does after the last one is noticed within so many seconds.
_LOOK_AGAIN = 1.0
_CLOSED = "the window was closed before anybody had signed in"


class NotSignedInError(BrowserError):
    """Nobody signed in: the window was closed, the time was over, or the site was not reached."""


class SignIn:
    """A window in which a person signs in to `site`; `tell` shows a line to that person."""

    def __init__(
        self,
        worker: WorkerContext,
        site: Site,
        table: LocatorTable,
        tell: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._worker = worker
        self._site = site
        self._table = table
        self._tell = tell
        self._clock = clock
        self._told: LoginState | None = None
        self._visits: dict[Page, Visit] = {}

    def wait(self, seconds: float) -> tuple[Cookie, ...]:
        """Wait up to `seconds` until somebody has signed in, and return the site's cookies; raises NotSignedInError."""
        deadline = self._clock() + seconds
        try:
            self._open()
            while not self._is_signed_in():
                if not self._worker.context.pages:
                    raise NotSignedInError(_CLOSED)  # on macOS a browser goes on without any window
                if self._clock() >= deadline:
                    raise NotSignedInError(f"nobody had signed in after {seconds:g} s")
                self._await_response(deadline - self._clock())
            return self._site.cookies(self._cookies())
        except Error:
            raise NotSignedInError(_CLOSED) from None

    def _open(self) -> None:
        opened = open_page(self._worker.page, self._site.sign_in, _TIMEOUTS.open)
        # Everything else, such as a human check, is left to the person at the window.
        if isinstance(opened, Failure) and opened.category is Category.NETWORK_ERROR:
            raise NotSignedInError(f"{self._site.sign_in}: {opened.message}; check the connection")

    def _is_signed_in(self) -> bool:
        """Whether the site's own page shows a login, once there is such a page and a session cookie."""
        page = self._own_page()
        if page is None or not self._site.has_session(self._cookies()):
            return False
        visit = self._visits.setdefault(page, Visit(page, self._table, _TIMEOUTS))
        try:
            seen = visit.look()
        except PageGoneError:
            return False  # this page was closed; the caller checks for other pages
        # A page that asks for a login, despite a session cookie of an earlier time, is in use and must not be replaced.
        if seen.shows_no_login and path_of(page.url) != path_of(self._site.visit):
            seen = visit.open(self._site.visit)
        self._explain(seen)
        return seen.shows_no_login

    def _own_page(self) -> Page | None:
        for page in self._worker.context.pages:
            if self._site.owns(page.url) and not self._table.has_path("login", urlsplit(page.url).path):
                return page
        return None

    def _explain(self, seen: PageState) -> None:
        if seen.login_state is self._told:
            return
        self._told = seen.login_state
        if seen.login_state is LoginState.HUMAN_CHECK:
            self._tell("The site asks whether you are human: answer it in the window.")
        elif not seen.shows_no_login and seen.login_state is not LoginState.SIGNED_OUT:
            self._tell(f"The site does not let you in yet: {seen.message}.")

    def _await_response(self, seconds: float) -> None:
        with suppress(PlaywrightTimeout):
            self._worker.context.wait_for_event("response", timeout=min(seconds, _LOOK_AGAIN) * 1000)

    def _cookies(self) -> list[Cookie]:
        return [dict(cookie) for cookie in self._worker.context.cookies()]
