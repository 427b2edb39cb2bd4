"""Holds every request that would start a generation until it is seen to be what was asked for.

It goes on unchanged, or it is stopped before the site hears of it: requests are never altered, and nothing is sent
from here. So it is also known for sure whether anything left the browser at all. The browser itself holds the requests
(DevTools protocol), those of a page's workers and service workers included; nothing in the page is touched.
"""

from __future__ import annotations

import base64
import logging
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Error

from grokbatch.site.api.request_body import AskedFor, mismatch, read_request
from grokbatch.site.locators.patterns import literal_start
from grokbatch.site.page.watcher import wake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import CDPSession, Page

    from grokbatch.site.locators.table import LocatorTable

LOGGER = logging.getLogger(__name__)

Fate = Literal["open", "answered", "refused"]
"""What has become of a request that was let through: no answer yet, a promising one, or certainly nothing."""

_TWICE = "it asks for the same video a second time"
_LATE = "it comes of an earlier click, for a video that is over"
_UNASKED = "no video was asked for"
_SEVERAL = 2
_KEPT_EARLIER = 10


@dataclass(frozen=True)
class Expected:
    """The one video that may be asked for: with `prompt` and the options that are named.

    `image_ids` are what the image's post is called: a page that moves on after a success may name the new post.
    """

    prompt: str = field(repr=False)
    image_ids: tuple[str, ...] = ("",)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GateEvent:
    """A request that came to the gate; `reason` says why it was stopped, empty: it was let through.

    `network_id` is the DevTools protocol's name of it. `is_unread`: it was let through though its body is not
    understood. `is_late`: it was stopped, and came of an earlier click: it says nothing of what is expected now.
    """

    number: int
    network_id: str = ""
    reason: str = ""
    is_unread: bool = False
    is_late: bool = False


class RequestGate:
    """The gate of one page's browser, from its making until the page closes; without `expect` nothing passes.

    `fate_of` tells what has become of a request that was let through, by its network id. While it is not `is_on` it
    knows nothing.
    """

    def __init__(self, page: Page, table: LocatorTable, fate_of: Callable[[str], Fate] = lambda _: "open") -> None:
        self._page, self._table, self._fate_of = page, table, fate_of
        self._expected: Expected | None = None
        self._earlier: deque[Expected] = deque(maxlen=_KEPT_EARLIER)
        self._events: list[GateEvent] = []
        self._since_expected = 0
        self._held: dict[str, dict[str, Any]] = {}
        self._session = _session_for(page)
        self._session.on("Fetch.requestPaused", self._outcome_rules)
        self.is_on = True
        self._session.send("Fetch.enable", {"patterns": _patterns(table)})
        page.on("close", lambda _: self.close())

    def expect(self, expected: Expected | None) -> None:
        """Let one request through that asks for `expected`, from now on; None: let none through."""
        self.is_on = True
        if expected is not None:
            # What has come to the browser by now, of an earlier click, is not judged by what is expected from now on.
            with suppress(Error):
                self._session.send("Browser.getVersion")
        if self._expected is not None:
            self._earlier.append(self._expected)
        self._expected = expected
        self._since_expected = len(self._events)
        for request in [*self._held]:
            self._stop(self._held.pop(request), _UNASKED)

    def stand_open(self) -> None:
        """Let everything through unseen, until something is expected again."""
        # Turned off and on again, Chromium (156) would hold nothing of a page that is open already.
        self.is_on = False

    @property
    def mark(self) -> int:
        """A number that the numbers of later events exceed."""
        return len(self._events)

    def since(self, mark: int) -> tuple[GateEvent, ...]:
        """Return what has come to the gate after `mark`, oldest first."""
        return tuple(self._events[mark:])

    @property
    def has_passed(self) -> bool:
        """Whether a request for what is expected has left the browser."""
        return bool(self._fates())

    @property
    def is_taken(self) -> bool:
        """Whether such a request may have started a generation: it was not refused."""
        return bool(self._fates() - {"refused"})

    def reconsider(self) -> None:
        """Decide on requests that wait for what becomes of an earlier one: call it when that may be known."""
        for request in [*self._held]:
            self._decide(self._held.pop(request))

    def close(self) -> None:
        """Let go of the browser; safe to call twice."""
        with suppress(Error):
            self._session.detach()

    def _outcome_rules(self, paused: dict[str, Any]) -> None:
        request = paused["request"]
        path = urlsplit(request["url"]).path
        if (
            not self.is_on
            or not self._is_ours(paused)
            or request["method"] != "POST"
            or not self._table.has_path("generation", path)
        ):
            self._reply("continueRequest", paused)
        else:
            self._decide(paused)

    def _is_ours(self, paused: dict[str, Any]) -> bool:
        """Whether a request may come from this page or its workers: a browser may serve other accounts, too."""
        if self._page.is_closed():
            return False
        browser = self._page.context.browser
        return browser is None or len(browser.contexts) < _SEVERAL or paused["frameId"] in self._frames()

    def _frames(self) -> set[str]:
        with suppress(Error):
            session = self._page.context.new_cdp_session(self._page)
            frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
            session.detach()
            return {frame}
        return set()

    def _decide(self, paused: dict[str, Any]) -> None:
        asked = read_request(_body(paused["request"]))
        expected = self._expected
        if asked.kind == "unknown" and not asked.prompts and expected is not None:
            LOGGER.info("a request to a place that starts videos is not understood, and was let through")
            return self._pass(paused, is_unread=True)
        reason = _UNASKED
        if expected is not None:
            reason = _mismatch(asked, expected)
        if reason and any(not _mismatch(asked, each) for each in self._earlier):
            return self._stop(paused, _LATE, is_late=True)
        if reason:
            return self._stop(paused, reason)
        fates = self._fates()
        if "answered" in fates:
            return self._stop(paused, _TWICE)
        if "open" in fates:
            self._held[paused["requestId"]] = paused
            return None
        return self._pass(paused)

    def _fates(self) -> set[Fate]:
        return {self._fate_of(event.network_id) for event in self._events[self._since_expected :] if not event.reason}

    def _pass(self, paused: dict[str, Any], *, is_unread: bool = False) -> None:
        self._note(paused, is_unread=is_unread)
        self._reply("continueRequest", paused)

    def _stop(self, paused: dict[str, Any], reason: str, *, is_late: bool = False) -> None:
        LOGGER.warning("stopped unpaid: the page was about to ask for a video, but %s", reason)
        self._note(paused, reason, is_late=is_late)
        self._reply("failRequest", paused, errorReason="BlockedByClient")

    def _note(self, paused: dict[str, Any], reason: str = "", **more: bool) -> None:
        self._events.append(GateEvent(len(self._events) + 1, paused.get("networkId", ""), reason, **more))

    def _reply(self, method: str, paused: dict[str, Any], **more: Any) -> None:
        with suppress(Error):  # with the page its requests are gone
            self._session.send(f"Fetch.{method}", {"requestId": paused["requestId"], **more})
        if paused["request"]["method"] == "POST":
            wake(self._page)


def _mismatch(asked: AskedFor, expected: Expected) -> str:
    """Say in what way something else is asked for than what is expected; empty: it is that."""
    prompt, options = expected.prompt, expected.options
    reasons = [mismatch(asked, prompt=prompt, image_id=each, options=options) for each in expected.image_ids]
    return "" if "" in reasons else reasons[0]


def _session_for(page: Page) -> CDPSession:
    """Return a session that hears of all requests of the browser, else one that hears of the page's own.

    A worker's browser has one context. In one that has several there may be another gate, and with two sessions that
    hold requests of the whole browser Chromium (156) does not load anything any more.
    """
    browser = page.context.browser
    if browser is None or len(browser.contexts) >= _SEVERAL:
        return page.context.new_cdp_session(page)
    return browser.new_browser_cdp_session()


def _patterns(table: LocatorTable) -> list[dict[str, str]]:
    """Return what is to be held, as narrowly as the browser can tell: of the rest each costs a millisecond."""
    starts = {literal_start(path) for path in table.paths["generation"]}
    if "" in starts:
        return [{"urlPattern": "*", "resourceType": kind} for kind in ("XHR", "Fetch", "Ping", "Other")]
    shortest = [each for each in starts if not any(each != other and each.startswith(other) for other in starts)]
    return [{"urlPattern": f"*{start}*"} for start in sorted(shortest)]


def _body(request: dict[str, Any]) -> str | bytes | None:
    if "postData" in request:
        return str(request["postData"])
    pieces = [base64.b64decode(each["bytes"]) for each in request.get("postDataEntries", ()) if "bytes" in each]
    return b"".join(pieces) or None
