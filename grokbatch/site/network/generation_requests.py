"""Follows the page's own requests that start a video, and their replies while they arrive. Sends nothing to the site.

The replies are read through the DevTools protocol: Playwright's `response` has a body only after its end, and for a
streamed reply that must not be stored Chromium gives no body at all.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from playwright.sync_api import Error

from grokbatch.browser.process.memory import release_resources
from grokbatch.site.api.generation_stream import StreamFacts, StreamReader
from grokbatch.site.api.request_body import carries
from grokbatch.site.page.watcher import wake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.sync_api import Page

    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.network.request_gate import Fate

_KEPT_CALLS = 20
_LONGEST_REPLY = 1_000_000
_OK = 200
_SIGNED_OUT = 401
# Chromium's errors for requests of which nothing can have reached the site.
_NEVER_SENT = (
    "net::ERR_BLOCKED_BY_CLIENT",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_NAME_NOT_RESOLVED",
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_ADDRESS_UNREACHABLE",
    "net::ERR_PROXY_CONNECTION_FAILED",
)
_STOPPED_HERE = "net::ERR_BLOCKED_BY_CLIENT"
# Chromium's error when the page itself ended a request, for instance because of a navigation. It is also reported of
# many replies in chunks that a page has read to their end.
_GIVEN_UP = "net::ERR_ABORTED"
# Answers of a gateway that has passed a request on and got no answer, or none that it understood: the last two are
# those of the service in front of the site. The code is gRPC's for the same.
_GATEWAY = frozenset({502, 504, 520, 524})
_DEADLINE_EXCEEDED = 4


@dataclass(frozen=True)
class Call:
    """One request of the page that starts a generation; `number` counts them.

    `has_prompt`: it carries the prompt of the video being made; None: it could not be read. `is_known`: its path is
    one that starts generations; other requests are followed if they carry the prompt. `opening` is the beginning of
    the reply, `facts` what has arrived of it so far; `failure` is the browser's error for a broken connection.
    """

    number: int
    has_prompt: bool | None = None
    is_known: bool = True
    status: int | None = None
    retry_at: datetime | None = None
    challenged: bool = False
    opening: str = field(default="", repr=False)
    facts: StreamFacts = field(default_factory=StreamFacts)
    is_over: bool = False
    failure: str | None = None

    @property
    def is_in_flight(self) -> bool:
        """Whether more of the reply may come."""
        return not self.is_over

    @property
    def is_mere_answer(self) -> bool:
        """Whether the reply, in a known form, ended without a video, an error or an id; the network did not cut it."""
        is_whole = self.is_over and self.status == _OK and (self.failure is None or self.is_given_up)
        return is_whole and self.facts.is_without_video

    @property
    def is_given_up(self) -> bool:
        """Whether the browser says that the page ended the request: it says so of many whole replies, too (156)."""
        return self.failure is not None and self.failure.startswith(_GIVEN_UP)

    @property
    def is_unread_error(self) -> bool:
        """Whether the status tells of an error, and its text, which tells what kind of error, has not arrived yet.

        A lost login and a challenge are told apart without any text.
        """
        is_clear = self.status is None or self.status < 400 or self.status == _SIGNED_OUT or self.challenged
        return self.is_in_flight and self.facts.error_message is None and not is_clear

    @property
    def is_left_open(self) -> bool:
        """Whether the reply is an error that does not say whether the site has taken the request, as of a gateway."""
        if self.facts.error_code == _DEADLINE_EXCEEDED:
            return True
        return self.status in _GATEWAY and self.facts.error_message is None

    @property
    def is_refused(self) -> bool:
        """Whether it is certain that this request started no generation."""
        if self.status is None:
            return self.failure is not None and self.failure.startswith(_NEVER_SENT)
        if self.is_left_open or self.is_unread_error:
            return False
        named = bool(self.facts.ids or self.facts.urls)
        return self.status >= 400 or (self.facts.error_message is not None and not named)


class ArrivingReply:
    """The bytes of one reply in their order, in whatever order the browser reports them."""

    def __init__(self) -> None:
        self.reader = StreamReader()
        self.is_asked_for = False
        self.end: dict[str, Any] | None = None
        self._early: list[bytes] | None = []

    def begin(self, buffered: bytes) -> None:
        """Add what had arrived before streaming was turned on; pieces that were reported meanwhile come after it."""
        early, self._early = self._early or [], None
        for piece in (buffered, *early):
            self.reader.feed(piece)

    def more(self, piece: bytes) -> None:
        """Add the next piece."""
        if self._early is None:
            self.reader.feed(piece)
        else:
            self._early.append(piece)


class GenerationListener:
    """Follows the generation requests of one page for as long as it lives."""

    def __init__(self, page: Page, table: LocatorTable, today: Callable[[], datetime]) -> None:
        self._page = page
        self._table = table
        self._today = today
        self._prompt = ""
        self._count = 0
        self._on_fate: Callable[[], None] = lambda: None
        self._calls: dict[str, Call] = {}
        self._replies: dict[str, ArrivingReply] = {}
        self._session = page.context.new_cdp_session(page)
        self._session.on("Network.requestWillBeSent", self._requested)
        self._session.on("Network.responseReceived", self._answered)
        self._session.on("Network.dataReceived", self._received)
        self._session.on("Network.loadingFinished", self._ended)
        self._session.on("Network.loadingFailed", self._ended)
        # This session reads replies as they stream, so the browser need not keep large copies for it.
        sizes = {"maxTotalBufferSize": 2 * _LONGEST_REPLY, "maxResourceBufferSize": _LONGEST_REPLY}
        self._session.send("Network.enable", sizes)

    def listen_for(self, prompt: str) -> None:
        """Recognise requests that carry `prompt` from now on."""
        self._prompt = prompt

    def on_fate(self, call: Callable[[], None]) -> None:
        """Have `call` called when the fate of a request (see `fate_of`) may have changed."""
        self._on_fate = call

    @property
    def mark(self) -> int:
        """A number below those of later calls."""
        return self._count

    def since(self, mark: int) -> tuple[Call, ...]:
        """Return the calls made after `mark`, oldest first; one to an unknown path counts only if it names a video."""
        later = (call for call in self._calls.values() if call.number > mark)
        return tuple(call for call in later if call.is_known or call.facts.ids)

    def fate_of(self, request: str) -> Fate:
        """Return whether a request, given by its DevTools network id, is answered, refused or still open."""
        call = self._calls.get(request)
        if call is None or call.is_unread_error or (call.status is None and not call.is_over):
            return "open"
        return "refused" if call.is_refused else "answered"

    def _requested(self, event: dict[str, Any]) -> None:
        request = event["request"]
        if request["method"] != "POST":
            return
        is_known = self._table.has_path("generation", urlsplit(request["url"]).path)
        has_prompt = carries(self._prompt, request.get("postData"))
        if not (is_known or has_prompt):
            return
        self._count += 1
        self._calls[event["requestId"]] = Call(self._count, has_prompt, is_known)
        self._replies[event["requestId"]] = ArrivingReply()
        for oldest in [*self._calls][:-_KEPT_CALLS]:
            del self._calls[oldest], self._replies[oldest]
        wake(self._page)

    def _answered(self, event: dict[str, Any]) -> None:
        request, response = event["requestId"], event["response"]
        if request not in self._calls:
            return
        headers = {name.lower(): value for name, value in response["headers"].items()}
        status = response["status"]
        self._update(
            request,
            status=status,
            challenged=status == 403 and headers.get("cf-mitigated") == "challenge",
            retry_at=retry_time(headers, self._today()),
        )
        self._on_fate()
        self._ask_for(request)
        if status == _OK and request in self._calls and self._calls[request].is_known:
            # Done while the video is being made, as there is nothing else to do; in this handler, because no other code
            # waits for it then, should the page crash and never answer.
            release_resources(self._page)

    def _ask_for(self, request: str) -> None:
        """Turn on streaming for the reply: the browser then reports it piece by piece."""
        reply = self._replies[request]
        reply.is_asked_for = True
        try:
            told = self._session.send("Network.streamResourceContent", {"requestId": request})
        except Error:
            told = {}  # the reply has ended already, and is read as a whole
        reply.begin(base64.b64decode(told.get("bufferedData", "")))
        reply.is_asked_for = False
        self._record(request)
        if reply.end is not None:
            self._ended(reply.end)

    def _received(self, event: dict[str, Any]) -> None:
        if event.get("data") and event["requestId"] in self._calls:
            self._replies[event["requestId"]].more(base64.b64decode(event["data"]))
            self._record(event["requestId"])

    def _record(self, request: str) -> None:
        """Record what the reply says so far, and wake the waiting watcher if that is new."""
        if request not in self._calls:
            return
        before, facts = self._calls[request].facts, self._replies[request].reader.facts
        self._update(request, opening=self._replies[request].reader.opening, facts=facts)
        if replace(facts, progress=None) != replace(before, progress=None) or facts.names_video != before.names_video:
            wake(self._page)

    def _ended(self, event: dict[str, Any]) -> None:
        request = event["requestId"]
        if request not in self._calls:
            return
        if str(event.get("errorText")).startswith(_STOPPED_HERE):
            del self._calls[request], self._replies[request]  # the gate reports it
            return
        reply = self._replies[request]
        if reply.is_asked_for:
            reply.end = event  # what has arrived is about to be reported, and must not be read twice
            return
        if reply.reader.is_empty:
            reply.reader.feed(self._whole_reply(request))
            self._record(request)
        self._update(request, is_over=True, failure=event.get("errorText"))
        self._on_fate()
        wake(self._page)

    def _whole_reply(self, request: str) -> bytes:
        try:
            told = self._session.send("Network.getResponseBody", {"requestId": request})
        except Error:
            return b""  # the browser kept none; what came of the request shows on the page only
        body = str(told["body"])
        return base64.b64decode(body) if told["base64Encoded"] else body.encode()

    def _update(self, request: str, **changes: Any) -> None:
        # Newer calls may have replaced this one while the browser was being asked.
        if request in self._calls:
            self._calls[request] = replace(self._calls[request], **changes)


def retry_time(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Return the time that a Retry-After header names, in seconds or as a date, or None."""
    told = headers.get("retry-after", "").strip()
    try:
        return now + timedelta(seconds=float(told))
    except (ValueError, OverflowError):
        pass
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
