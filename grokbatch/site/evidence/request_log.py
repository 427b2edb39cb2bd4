"""The last requests of a page, one line each: address and result, never their contents."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.site.evidence.sanitize import clean_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Request, Response

    from grokbatch.site.evidence.redactor import Redactor

_KEPT = 200


@dataclass
class _Entry:
    began: float
    method: str
    kind: str
    address: str
    status: str = "…"
    seconds: float | None = None
    failure: str = ""


class RequestLog:
    """Listens to one page for as long as it lives, and keeps the last 200 requests; `clock` returns seconds.

    Bodies, headers and cookies are never read. The log is there even after the browser has crashed.
    """

    def __init__(self, page: Page, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._entries: OrderedDict[Request, _Entry] = OrderedDict()
        page.on("request", self._requested)
        page.on("response", self._answered)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._failed)

    def lines(self, redactor: Redactor) -> list[str]:
        """Return a line for each request: begin, duration, method, status, kind and address without its query."""
        return [self._line(entry, redactor) for entry in self._entries.values()]

    def _requested(self, request: Request) -> None:
        address = "data:" if request.url.startswith("data:") else request.url  # a data address can be as long as a file
        self._entries[request] = _Entry(self._clock(), request.method, request.resource_type, address)
        if len(self._entries) > _KEPT:
            self._entries.popitem(last=False)

    def _answered(self, response: Response) -> None:
        if entry := self._entries.get(response.request):
            entry.status = str(response.status)

    def _ended(self, request: Request) -> None:
        if entry := self._entries.get(request):
            entry.seconds = self._clock() - entry.began

    def _failed(self, request: Request) -> None:
        self._ended(request)
        if entry := self._entries.get(request):
            entry.failure = request.failure or "failed"

    def _line(self, entry: _Entry, redactor: Redactor) -> str:
        took = "…" if entry.seconds is None else f"{entry.seconds * 1000:.0f} ms"
        began = f"{entry.began - self._began:+10.3f} s"
        address = clean_address(entry.address, redactor)
        failure = f" ({entry.failure})" if entry.failure else ""
        return f"{began} {took:>9}  {entry.method:<6} {entry.status:<4} {entry.kind:<10} {address}{failure}"
