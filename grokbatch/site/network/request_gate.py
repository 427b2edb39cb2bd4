"""Pauses every request that would start a generation until its body is known to ask for what was asked for.

Then the request goes on unchanged, or it is stopped before it reaches the site, so it is known for certain whether
anything left the browser. The browser pauses the requests (DevTools protocol), also those of the page's workers and
service workers; nothing in the page is changed.
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
"""What came of a request that was let through: no answer yet, an answer, or a refusal (no video for certain)."""

_TWICE = "it asks for the same video a second time"
_LATE = "it comes from an earlier click, for a video that is finished"
_UNASKED = "no video was asked for"
_SEVERAL = 2
_KEPT_EARLIER = 10


@dataclass(frozen=True)
class Expected:
    """The one video that may be asked for, with `prompt` and `options`.

    `image_ids` are the ids of the image's post: a page that moved on after a success may send the new post's id. The
    picture of a post may have an id of its own, see `show_picture`.
    """

    prompt: str = field(repr=False)
    image_ids: tuple[str, ...] = ("",)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GateEvent:
    """A request at the gate; `reason` says why it was stopped, empty if it was let through.

    `network_id` is its DevTools network id. `is_unread`: it was let through though its body is not understood.
    `is_late`: it was stopped and came from an earlier click, so it says nothing about the expected video.
    """

    number: int
    network_id: str = ""
    reason: str = ""
    is_unread: bool = False
    is_late: bool = False


class RequestGate:
    """The gate of one page's browser, until the page closes; before `expect` nothing passes.

    `fate_of` returns what came of a request that was let through, by its network id. While `is_on` is False the gate
    lets everything through and sees nothing.
    """

    def __init__(self, page: Page, table: LocatorTable, fate_of: Callable[[str], Fate] = lambda _: "open") -> None:
        self._page, self._table, self._fate_of = page, table, fate_of
        self._expected: Expected | None = None
        self._earlier: deque[Expected] = deque(maxlen=_KEPT_EARLIER)
        self._pictures: dict[str, frozenset[str]] = {}
        self._events: list[GateEvent] = []
        self._since_expected = 0
        self._held: dict[str, dict[str, Any]] = {}
        self._session = _session_for(page)
        self._session.on("Fetch.requestPaused", self._handle_request)
        self.is_on = True
        self._session.send("Fetch.enable", {"patterns": _patterns(table)})
        page.on("close", lambda _: self.close())

    def expect(self, expected: Expected | None) -> None:
        """Let one request through that asks for `expected`, from now on; None: let no request through."""
        self.is_on = True
        if expected is not None:
            # A call to the browser makes it report requests of earlier clicks first, which `expected` does not concern.
            with suppress(Error):
                self._session.send("Browser.getVersion")
        if self._expected is not None:
            self._earlier.append(self._expected)
        self._expected = expected
        self._since_expected = len(self._events)
        for request in [*self._held]:
            self._stop(self._held.pop(request), _UNASKED)

    def show_picture(self, post_id: str, ids: frozenset[str]) -> None:
        """Take a request that names the image by one of `ids`, those of the post's own picture, as about the post."""
        self._pictures[post_id] = ids

    def knows_picture(self, post_id: str) -> bool:
        """Whether the ids of the picture of a post are known."""
        return bool(self._pictures.get(post_id))

    def stand_open(self) -> None:
        """Let everything through, until `expect` is called again."""
        # The interception stays on: if it is turned off and on again, Chromium (156) pauses no request of an open page.
        self.is_on = False

    @property
    def mark(self) -> int:
        """A number below those of later events."""
        return len(self._events)

    def since(self, mark: int) -> tuple[GateEvent, ...]:
        """Return the requests at the gate after `mark`, oldest first."""
        return tuple(self._events[mark:])

    @property
    def has_passed(self) -> bool:
        """Whether a request for the expected video has left the browser."""
        return bool(self._fates())

    @property
    def is_taken(self) -> bool:
        """Whether such a request may have started a generation: it was not refused."""
        return bool(self._fates() - {"refused"})

    def reconsider(self) -> None:
        """Decide on requests that wait for the fate of an earlier one; to be called when that may have changed."""
        for request in [*self._held]:
            self._decide(self._held.pop(request))

    def close(self) -> None:
        """End the gate; safe to call twice."""
        with suppress(Error):
            self._session.detach()

    def _handle_request(self, paused: dict[str, Any]) -> None:
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
        """Whether a request may come from this page or its workers: the browser may have contexts of other accounts."""
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
            LOGGER.info("a request to a path that starts videos is not understood, and was let through")
            return self._pass(paused, is_unread=True)
        reason = _UNASKED
        if expected is not None:
            reason = self._mismatch(asked, expected)
        if reason and any(not self._mismatch(asked, each) for each in self._earlier):
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

    def _mismatch(self, asked: AskedFor, expected: Expected) -> str:
        """Return in which way the request differs from the expected video; empty if it does not."""
        pictures = [each for post_id in expected.image_ids for each in self._pictures.get(post_id, ())]
        reasons = [
            mismatch(asked, prompt=expected.prompt, image_id=each, options=expected.options)
            for each in (*expected.image_ids, *pictures)
        ]
        return "" if "" in reasons else reasons[0]

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
        with suppress(Error):  # the page was closed, and its requests with it
            self._session.send(f"Fetch.{method}", {"requestId": paused["requestId"], **more})
        if paused["request"]["method"] == "POST":
            wake(self._page)


def _session_for(page: Page) -> CDPSession:
    """Return a session for all requests of the browser, or for the page's own if the browser has several contexts.

    A worker's browser has one context. With several there may be another gate, and Chromium (156) stops loading when
    two sessions pause requests of the whole browser.
    """
    browser = page.context.browser
    if browser is None or len(browser.contexts) >= _SEVERAL:
        return page.context.new_cdp_session(page)
    return browser.new_browser_cdp_session()


def _patterns(table: LocatorTable) -> list[dict[str, str]]:
    """Return the patterns of requests to pause, as narrow as possible: each paused request costs a millisecond."""
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
