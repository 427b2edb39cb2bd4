"""The second witness: what the page itself asks of the site's API, and what it gets. Sends nothing."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from playwright.sync_api import Error

from grokbatch.site.generation import Call, GenerationEar
from grokbatch.site.stream import read_stream
from grokbatch.site.watch import wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request, Response

    from grokbatch.site.locators import LocatorTable, PathName

_KEPT_SIZES = 50
_UNAUTHENTICATED = 16


@dataclass(frozen=True)
class Quota:
    """What the site told of the account's quota; `remaining` None: it told nothing."""

    remaining: int | None = None
    next_at: datetime | None = None


@dataclass(frozen=True)
class Heard:
    """Everything heard since some moment.

    `pending` API requests, generations aside, are under way; the last one began or ended at `quiet_since`.
    """

    calls: tuple[Call, ...] = ()
    signed_out: bool = False
    challenged: bool = False
    quota: Quota = field(default_factory=Quota)
    pending: int = 0
    quiet_since: float = 0.0

    def ours(self) -> Call | None:
        """Return the request that is ours: the latest one with the prompt, else the latest one at all.

        A page may also start a video by itself; that request does not carry the prompt.
        """
        with_prompt = [call for call in self.calls if call.has_prompt]
        unread = [call for call in self.calls if call.has_prompt is None]
        candidates = with_prompt or unread or self.calls
        return candidates[-1] if candidates else None

    def foreign_ids(self) -> frozenset[str]:
        """Return the ids of videos that other requests of this page brought about."""
        ours = self.ours()
        return frozenset[str]().union(*(call.facts.ids for call in self.calls if call is not ours))


class NetworkEar:
    """Listens to one page for as long as it lives; `clock` tells monotonic seconds, `today` the date."""

    def __init__(
        self,
        page: Page,
        table: LocatorTable,
        *,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._page = page
        self._table = table
        self._clock = clock
        self._generations = GenerationEar(page, table, today)
        self._signed_out_at = self._challenged_at = self._quiet_since = -1.0
        self._quota = Quota()
        self._pending: set[Request] = set()
        self._sizes: dict[str, int] = {}
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("requestfinished", self._finished)
        page.on("requestfailed", self._note_end)

    def listen_for(self, prompt: str) -> None:
        """Recognise requests that carry `prompt` from now on."""
        self._generations.listen_for(prompt)

    @property
    def mark(self) -> int:
        """A number that later calls exceed."""
        return self._generations.mark

    def since(self, mark: int, at: float) -> Heard:
        """Return what was heard after `mark` and the moment `at`."""
        return Heard(
            calls=self._generations.since(mark),
            signed_out=self._signed_out_at >= at,
            challenged=self._challenged_at >= at,
            quota=self._quota,
            pending=len(self._pending),
            quiet_since=self._quiet_since,
        )

    def size_of(self, address: str) -> int | None:
        """Return the size in bytes that the answers for the file at `address` named, or None."""
        return self._sizes.get(urlsplit(address).path)

    def _requested(self, request: Request) -> None:
        if self._is("api", request) and not self._is("generation", request):
            self._pending.add(request)
            self._quiet_since = self._clock()

    def _answered(self, response: Response) -> None:
        if response.request.resource_type == "media":
            self._note_size(response)
        challenged = response.status == 403 and response.headers.get("cf-mitigated") == "challenge"
        if challenged and self._is("api", response.request):
            self._challenged_at = self._clock()
            wake(self._page)

    def _note_size(self, response: Response) -> None:
        total = response.headers.get("content-range", "").rpartition("/")[2]
        told = total if response.status == 206 else response.headers.get("content-length", "")
        if response.ok and told.isdigit():
            kept = [*self._sizes.items()][-_KEPT_SIZES:]
            self._sizes = dict(kept) | {urlsplit(response.url).path: int(told)}

    def _finished(self, request: Request) -> None:
        if self._is("quota", request):
            self._quota = read_quota(_body(request))
        elif self._is("api", request) and not self._is("generation", request):
            self._note_signed_out(request)
        self._note_end(request)

    def _note_signed_out(self, request: Request) -> None:
        response = request.response()
        refused = response is not None and response.status == 401
        if refused and read_stream(_body(request)).error_code == _UNAUTHENTICATED:
            self._signed_out_at = self._clock()
            wake(self._page)

    def _note_end(self, request: Request) -> None:
        if request in self._pending:
            self._pending.discard(request)
            self._quiet_since = self._clock()
            if not self._pending:
                wake(self._page)

    def _is(self, name: PathName, request: Request) -> bool:
        return self._table.has_path(name, urlsplit(request.url).path)


def read_quota(body: str) -> Quota:
    """Return the video quota out of a reply of the quota endpoint; unknown shapes tell nothing."""
    try:
        told = json.loads(body)
    except ValueError:
        return Quota()
    entries = [told[key] for key in told if key.startswith("video")] if isinstance(told, dict) else []
    known = [entry for entry in entries if isinstance(entry, dict) and "remainingQueries" in entry]
    remaining = [entry["remainingQueries"] for entry in known if isinstance(entry["remainingQueries"], int)]
    times = [at for entry in known if (at := _time(entry.get("nextAvailableAt")))]
    return Quota(max(remaining, default=None), min(times, default=None))


def _time(told: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None


def _body(request: Request) -> str:
    try:
        response = request.response()
        return "" if response is None else response.body().decode("utf-8", "replace")
    except Error:
        return ""  # the browser has dropped it already, for instance after a navigation
