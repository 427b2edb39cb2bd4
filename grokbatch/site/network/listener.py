"""Listens to the page's own requests to the site's API and to their replies. Sends nothing."""

from __future__ import annotations

import json
import math
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Error

from grokbatch.record.model.quota import QuotaReply
from grokbatch.site.api.generation_stream import read_stream
from grokbatch.site.api.request_body import carries
from grokbatch.site.api.times import read_time, utc_now
from grokbatch.site.network.generation_requests import Call, GenerationListener
from grokbatch.site.network.listing_listener import ListedIds, ListingListener
from grokbatch.site.network.request_gate import RequestGate
from grokbatch.site.page.urls import origin_of
from grokbatch.site.page.watcher import wake

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playwright.sync_api import Page, Request, Response

    from grokbatch.site.locators.table import LocatorTable, PathName

_KEPT_SIZES = 50
_KEPT_REQUESTS = 20
_UNAUTHORISED = 401
_UNAUTHENTICATED = 16
_SERVER_ERROR = 500
# Without these a page that is drawn does not work. Its pictures and styles, and what other sites add, may be missing.
_PARTS = ("script", "fetch", "xhr")
# Chromium's errors when the page, or the gate, has ended a request.
_ENDED_HERE = ("net::ERR_ABORTED", "net::ERR_BLOCKED_BY_CLIENT")
_LONGEST_WINDOW = 31 * 86_400.0
# By so much the site's clock may be behind ours.
_CLOCKS_APART = timedelta(minutes=1)


class Mark(NamedTuple):
    """A moment, as the number of events of each kind until then."""

    calls: int
    sent: int
    gate: int
    lists: int


@dataclass(frozen=True)
class Quota:
    """The account's quota as the site reported it; `remaining` is None if it does not report all kinds of video.

    `window` are the seconds after which a used-up quota is there again, if all kinds have the same.
    """

    remaining: int | None = None
    next_at: datetime | None = None
    window: float | None = None

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left, whatever else the site says is available."""
        return self.remaining is not None and self.remaining <= 0

    def as_reply(self, at: datetime) -> QuotaReply:
        """Return the same for the record of the account's quota; it was told at `at`."""
        return QuotaReply(at=at, remaining=self.remaining, window=self.window, next_at=self.next_at)


@dataclass(frozen=True)
class NetworkEvents:
    """The network events since some moment; times are seconds of the listener's clock.

    `sent`: the page sent a request for a video, whether or not its reply can be followed. `stopped` says why requests
    for a video were stopped before they reached the site. `is_unread`: a request that is not understood was let
    through. `unloaded`: why a part of the page itself, a script or an answer, did not arrive; empty: all
    did. `has_late`: a request of an earlier click was stopped. `listed_ours` are videos that the site lists as
    made with the prompt since then, `listed_others` those that it lists as older or with another prompt;
    `tells_prompts`: its lists say with which prompt a video was made. `pending` is the number of API requests under
    way, without generations; the last one began or ended at `quiet_since`. `requests` are the latest of them with begin
    and end, infinity for those under way. `read_at` is the time of day at which all this was so: what a text says of a
    wait counts from there.
    """

    calls: tuple[Call, ...] = ()
    sent: bool = False
    stopped: tuple[str, ...] = ()
    is_unread: bool = False
    has_late: bool = False
    listed_ours: frozenset[str] = frozenset()
    listed_others: frozenset[str] = frozenset()
    tells_prompts: bool = False
    signed_out: bool = False
    challenged: bool = False
    unloaded: str = ""
    quota: Quota = field(default_factory=Quota)
    pending: int = 0
    quiet_since: float = 0.0
    requests: tuple[tuple[float, float], ...] = ()
    read_at: datetime = field(default_factory=utc_now, compare=False)

    @property
    def has_sent(self) -> bool:
        """Whether a video was asked for."""
        return self.sent or bool(self.calls)

    def ours(self) -> Call | None:
        """Return the request for the video: one with the prompt, else one that could not be read, else any.

        A page may also start a video by itself; that request does not carry the prompt. Of several requests, one that
        names a finished video is preferred, then one that may still bring a video, then one that was refused.
        """
        with_prompt = [call for call in self.calls if call.has_prompt]
        unread = [call for call in self.calls if call.has_prompt is None]
        candidates = with_prompt or unread or self.calls
        return max(candidates, key=_promise, default=None)

    def foreign_ids(self) -> frozenset[str]:
        """Return the ids of videos of other requests, and of those that are listed as older or with another prompt."""
        ours = self.ours()
        return self.listed_others.union(*(call.facts.ids for call in self.calls if call is not ours))


def _promise(call: Call) -> tuple[bool, bool, bool, int]:
    return call.facts.names_video, bool(call.facts.ids), not call.is_refused and call.status is not None, call.number


class NetworkListener:
    """Listens to one page for as long as it lives; `clock` returns monotonic seconds, `today` the time in UTC."""

    def __init__(
        self,
        page: Page,
        table: LocatorTable,
        *,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = utc_now,
    ) -> None:
        self._page = page
        self._table = table
        self._clock = clock
        self._generations = GenerationListener(page, table, today)
        self.gate = RequestGate(page, table, self._generations.fate_of)
        self._generations.on_fate(self.gate.reconsider)
        self._lists = ListingListener(page, table)
        self._signed_out_at = self._challenged_at = self._quiet_since = -1.0
        self._today = today
        self._quota = Quota()
        self._quota_at: datetime | None = None
        self._prompt = ""
        self._sent = 0
        self._pending: dict[Request, float] = {}
        self._unloaded, self._unloaded_at = "", -1.0
        self._ended: deque[tuple[float, float]] = deque(maxlen=_KEPT_REQUESTS)
        self._sizes: dict[str, int] = {}
        self._unauthorised: set[Request] = set()
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._failed)

    def listen_for(self, prompt: str) -> None:
        """Recognise requests that carry `prompt` from now on."""
        self._generations.listen_for(prompt)
        self._lists.listen_for(prompt)
        self._prompt = prompt

    @property
    def mark(self) -> Mark:
        """The present moment, to be passed to `since` later."""
        return Mark(self._generations.mark, self._sent, self.gate.mark, self._lists.mark)

    def since(self, mark: Mark, at: float) -> NetworkEvents:
        """Return the events after `mark`, which was taken at the time `at` (seconds of the clock)."""
        gated = self.gate.since(mark.gate)
        listed = self._lists.since(mark.lists)
        return NetworkEvents(
            calls=self._generations.since(mark.calls),
            sent=self._sent > mark.sent or any(not event.reason for event in gated),
            stopped=tuple(event.reason for event in gated if event.reason and not event.is_late),
            has_late=any(event.is_late for event in gated),
            is_unread=any(event.is_unread for event in gated),
            listed_ours=listed.ours,
            listed_others=listed.others,
            tells_prompts=self.tells_prompts,
            signed_out=self._signed_out_at >= at,
            challenged=self._challenged_at >= at,
            unloaded=self._unloaded if self._unloaded_at >= at else "",
            quota=self._quota_now(),
            pending=len(self._pending),
            quiet_since=self._quiet_since,
            requests=(*self._ended, *((began, math.inf) for began in self._pending.values())),
            read_at=self._today(),
        )

    @property
    def listed(self) -> ListedIds:
        """All videos that the site has listed, sorted by whether they have the prompt."""
        return self._lists.by_prompt()

    @property
    def tells_prompts(self) -> bool:
        """Whether the site has listed any video with its prompt."""
        return bool(self.listed.ours or self.listed.others)

    @property
    def listed_ids(self) -> frozenset[str]:
        """The ids of all videos that the site has listed."""
        return self._lists.ids

    def listed_within(self, seconds: float) -> frozenset[str]:
        """Return which listed videos have the prompt and were made in the last `seconds`; none if that is unknown."""
        if math.isinf(seconds):
            return frozenset()
        return self._lists.made_since(self._today() - timedelta(seconds=seconds) - _CLOCKS_APART)

    @property
    def moderated_ids(self) -> frozenset[str]:
        """The ids of all videos that the site has listed as moderated."""
        return self._lists.moderated_ids

    def moderated_within(self, seconds: float) -> frozenset[str]:
        """Return which of them have the prompt and are of the last `seconds`; none if that is unknown."""
        if math.isinf(seconds):
            return frozenset()
        return self._lists.moderated_since(self._today() - timedelta(seconds=seconds) - _CLOCKS_APART)

    @property
    def quota_reply(self) -> QuotaReply | None:
        """What the site last told the page of the quota; None if it has told nothing of use."""
        if self._quota_at is None or self._quota == Quota():
            return None
        return self._quota.as_reply(self._quota_at)

    def size_of(self, address: str) -> int | None:
        """Return the size in bytes that the answers for the file at `address` named, or None."""
        return self._sizes.get(urlsplit(address).path)

    def _quota_now(self) -> Quota:
        # A used-up quota is out of date once the time has come at which the site gives more.
        is_over = self._quota.next_at is not None and self._quota.next_at <= self._today()
        return Quota() if is_over else self._quota

    def _requested(self, request: Request) -> None:
        if self._asks_for_video(request):
            self._sent += 1
        if self._is("api", request) and not self._is("generation", request):
            self._pending[request] = self._quiet_since = self._clock()

    def _answered(self, response: Response) -> None:
        if response.request.resource_type == "media":
            self._note_size(response)
        if response.status >= _SERVER_ERROR and response.request.resource_type == "script":
            self._note_unloaded(response.request, f"status {response.status}")
        if response.status == _UNAUTHORISED:
            self._unauthorised.add(response.request)
        challenged = response.status == 403 and response.headers.get("cf-mitigated") == "challenge"
        if challenged and self._is("api", response.request):
            self._challenged_at = self._clock()
            wake(self._page)

    def _failed(self, request: Request) -> None:
        failure = request.failure or ""
        if not failure.startswith(_ENDED_HERE):
            self._note_unloaded(request, failure)
        self._note_end(request)

    def _note_unloaded(self, request: Request, why: str) -> None:
        is_part = request.resource_type in _PARTS and not self._is("generation", request)
        if is_part and origin_of(request.url) == origin_of(self._page.url):
            self._unloaded, self._unloaded_at = why, self._clock()

    def _note_size(self, response: Response) -> None:
        total = response.headers.get("content-range", "").rpartition("/")[2]
        told = total if response.status == 206 else response.headers.get("content-length", "")
        if response.ok and told.isdigit():
            kept = [*self._sizes.items()][-_KEPT_SIZES:]
            self._sizes = dict(kept) | {urlsplit(response.url).path: int(told)}

    def _finished(self, request: Request) -> None:
        if self._is("quota", request):
            self._quota, self._quota_at = read_quota(_body(request)), self._today()
        elif request in self._unauthorised and self._is("api", request) and not self._is("generation", request):
            self._note_signed_out(request)
        self._note_end(request)

    def _note_signed_out(self, request: Request) -> None:
        if read_stream(_body(request).encode()).error_code == _UNAUTHENTICATED:
            self._signed_out_at = self._clock()
            wake(self._page)

    def _note_end(self, request: Request) -> None:
        self._unauthorised.discard(request)
        if request in self._pending:
            self._quiet_since = self._clock()
            self._ended.append((self._pending.pop(request), self._quiet_since))
            if not self._pending:
                wake(self._page)

    def _asks_for_video(self, request: Request) -> bool:
        if request.method != "POST":
            return False
        if self._is("generation", request):
            return False  # the gate reports whether it was let through
        return bool(carries(self._prompt, request.post_data_buffer))

    def _is(self, name: PathName, request: Request) -> bool:
        return self._table.has_path(name, urlsplit(request.url).path)


def read_quota(body: str) -> Quota:
    """Return the video quota in a reply of the quota endpoint; an empty one if its form is not known."""
    try:
        told = json.loads(body)
    except ValueError:
        return Quota()
    entries = [told[key] for key in told if key.startswith("video")] if isinstance(told, dict) else []
    kinds = [entry for entry in entries if isinstance(entry, dict) and _is_counted(entry) is not None]
    windows = {_seconds(kind.get("windowSizeSeconds")) for kind in kinds}
    window = windows.pop() if len(windows) == 1 else None
    if not all(map(_is_counted, kinds)):
        return Quota(window=window)  # a kind without a count may have any number left
    times = [at for kind in kinds if (at := read_time(kind.get("nextAvailableAt")))]
    return Quota(max((kind["remainingQueries"] for kind in kinds), default=None), min(times, default=None), window)


def _seconds(told: object) -> float | None:
    is_number = isinstance(told, int | float) and not isinstance(told, bool)
    return float(told) if is_number and 0 < told <= _LONGEST_WINDOW else None  # type: ignore[operator,arg-type]


def _is_counted(kind: dict[str, Any]) -> bool | None:
    """Whether a kind of video has a count; None if it is not offered, so that it does not matter."""
    count = kind.get("remainingQueries")
    if isinstance(count, int) and not isinstance(count, bool):
        return True
    return None if kind.get("available") is False else False


def _body(request: Request) -> str:
    try:
        response = request.response()
        return "" if response is None else response.body().decode("utf-8", "replace")
    except Error:
        return ""  # the browser no longer has it, for instance after a navigation
