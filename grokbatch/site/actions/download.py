"""Downloads a file of the site through the browser, because the site refuses other clients.

The page is navigated to the file's address. If the site answers with a video, a header is added that makes the browser
save it instead of showing it. So the request has the page's cookies, the file's origin need not let scripts read it,
the browser writes it to disk without holding it in memory, and the page stays where it is.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.site.page.urls import origin_of
from grokbatch.site.page.watcher import PageGoneError, is_gone
from grokbatch.video_maker import TransferError

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Download, Page

LONGEST = 900.0
"""Seconds that a download may take; most need a few, but some connections stall for good."""

_TIMEOUTS = 60.0
_NAP = 5.0
_PIECE = 1 << 20
_OK = 200
_REDIRECTS = range(300, 400)
_GONE_FOR_NOW = frozenset({404, 425, 429})
# A promise in the page that ends the wait for the download. `rung` keeps a wake-up that comes before the wait.
_WOKEN = """() => new Promise((woken) => {
  const bell = (window[Symbol.for('grokbatch.saved')] ??= {});
  const hear = () => { bell.rung = false; bell.hear = null; woken(true); };
  if (bell.rung) hear(); else bell.hear = hear;
})"""
_WAKE = "() => { const bell = (window[Symbol.for('grokbatch.saved')] ??= {}); bell.rung = true; bell.hear?.(); }"
_SAVED = {"name": "content-disposition", "value": "attachment"}


def read_into(
    page: Page, address: str, file: IO[bytes], meanwhile: Path | None = None, seconds: float = LONGEST
) -> int:
    """Download `address` into `file` within `seconds`, and return the number of bytes.

    `meanwhile` is the folder below which the browser stores the download first, if it is known. Raises TransferError,
    PageGoneError, and OSError when there is no room.
    """
    try:
        session = page.context.new_cdp_session(page)
    except Error as error:
        raise _error_of(page, error) from None
    try:
        gate = _Gate(page, session, meanwhile)
        return _copied(gate.fetch(address), gate.failure_within(seconds), file)
    except Error as error:
        raise _error_of(page, error) from None
    finally:
        with suppress(Error):  # the page was closed, and its session with it
            session.detach()


class _Gate:
    """Intercepts the site's answers to the page, and lets only a video through, to be saved."""

    def __init__(self, page: Page, session: CDPSession, meanwhile: Path | None) -> None:
        self._page, self._session, self._meanwhile = page, session, meanwhile
        self._frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._problem: Exception | None = None
        self._is_let_through = False
        self._failure: str | None = None

    def fetch(self, address: str) -> Download:
        """Navigate the page to `address` and return the download that the browser starts."""
        self._session.send("Network.enable")
        # A damaged file must not come from the cache again.
        self._session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        # Answers of a service worker would not be intercepted.
        self._session.send("Network.setBypassServiceWorker", {"bypass": True})
        self._session.on("Fetch.requestPaused", self._handle_answer)
        answers = {"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}
        self._session.send("Fetch.enable", {"patterns": [answers]})
        try:
            with self._page.expect_download(timeout=_TIMEOUTS * 1000) as caught:
                # Added after the line above: a listener that waits keeps later listeners from being called.
                self._page.on("download", self._follow)
                self._go(address)
            return caught.value
        finally:
            self._page.remove_listener("download", self._follow)

    def failure_within(self, seconds: float) -> str:
        """Wait for the end of the download; return why it failed, empty if it is complete."""
        until = time.monotonic() + seconds
        while self._failure is None:
            left = until - time.monotonic()
            if left <= 0:
                return f"it did not come within {seconds:g} s"
            with suppress(PlaywrightTimeout):
                self._page.wait_for_function(_WOKEN, timeout=min(left, _NAP) * 1000)
        return self._failure

    def _follow(self, download: Download) -> None:
        # Waiting for a download has no timeout in Playwright: this handler waits, and ends `failure_within` in time.
        with suppress(Error):
            self._failure = download.failure() or ""
            self._page.evaluate(_WAKE)

    def _go(self, address: str) -> None:
        try:
            # Some sites refuse files to pages of other sites: this is the referrer that a player on the page would send
            origin = origin_of(self._page.url)
            referer = f"{origin}/" if origin.startswith("http") else None
            self._page.goto(address, wait_until="commit", timeout=_TIMEOUTS * 1000, referer=referer)
        except PlaywrightTimeout:
            raise TransferError(f"the site did not answer within {_TIMEOUTS:g} s") from None
        except Error as error:
            if self._is_let_through:
                return  # an address that is saved as a file does not open as a page
            raise self._problem or error from None
        raise TransferError("the browser showed the file and did not save it")

    def _handle_answer(self, answer: dict[str, Any]) -> None:
        status = answer.get("responseStatusCode", 0)
        if answer["frameId"] != self._frame or status in _REDIRECTS:
            return self._reply("continueRequest", answer)
        self._problem = _problem(answer) or self._shortage(answer)
        if self._problem is not None:
            return self._reply("failRequest", answer, errorReason="Aborted")
        self._is_let_through = True
        kept = [each for each in answer["responseHeaders"] if each["name"].lower() != _SAVED["name"]]
        return self._reply("continueResponse", answer, responseCode=status, responseHeaders=[*kept, _SAVED])

    def _reply(self, method: str, answer: dict[str, Any], **more: Any) -> None:
        with suppress(Error):  # the page was closed, and its requests with it
            self._session.send(f"Fetch.{method}", {"requestId": answer["requestId"], **more})

    def _shortage(self, answer: dict[str, Any]) -> OSError | None:
        """Return the error of a full disk, None if there is room: the browser would only report a failed download."""
        size = _header(answer, "content-length")
        if self._meanwhile is None or not size.isdecimal() or int(size) <= shutil.disk_usage(self._meanwhile).free:
            return None
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._meanwhile))


def _problem(answer: dict[str, Any]) -> TransferError | None:
    if "responseErrorReason" in answer:
        return TransferError(f"the connection broke ({answer['responseErrorReason']})")
    status = answer["responseStatusCode"]
    if status != _OK:
        is_early = status in _GONE_FOR_NOW
        is_refusal = 400 <= status < 500 and not is_early
        return TransferError(f"the site answered {status}", is_early=is_early, is_refusal=is_refusal)
    kind = _header(answer, "content-type").partition(";")[0].strip().lower()
    if kind.startswith(("text/", "image/")) or kind.endswith(("json", "xml")):
        return TransferError(f"the site sent {kind} instead of a video", is_refusal=True)
    return None


def _header(answer: dict[str, Any], name: str) -> str:
    return next((str(each["value"]) for each in answer["responseHeaders"] if each["name"].lower() == name), "")


def _copied(download: Download, failure: str, file: IO[bytes]) -> int:
    try:
        if failure:
            download.cancel()
            raise TransferError(f"the connection broke ({failure})")
        with Path(download.path()).open("rb") as saved:
            shutil.copyfileobj(saved, file, _PIECE)
            return saved.tell()
    finally:
        with suppress(Error):
            download.delete()


def _error_of(page: Page, error: Error) -> Exception:
    if is_gone(page):
        return PageGoneError("the page is gone")
    code = re.search(r"net::\w+", error.message)
    return TransferError(f"the browser could not load the file ({code[0] if code else type(error).__name__})")
