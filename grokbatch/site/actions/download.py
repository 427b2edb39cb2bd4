"""Brings a file of the site to disk through the browser itself: the site refuses plain clients.

The page is sent to the file's address, and where the site answers with a video, a header is added that makes the
browser save it instead of showing it. So it comes with the page's cookies, whatever the file's origin lets scripts
read, past everybody's memory straight to the disk, and the page stays where it is.
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
"""Seconds that a file may take to come; most need a few, but some connections stall for good."""

_TIMEOUTS = 60.0
_NAP = 5.0
_PIECE = 1 << 20
_OK = 200
_REDIRECTS = range(300, 400)
_GONE_FOR_NOW = frozenset({404, 425, 429})
# A bell that was rung before anybody listened is heard all the same.
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
    """Write what the site has at `address` into `file`, within `seconds`, and return the number of bytes.

    The browser keeps it `meanwhile` below that folder, if that is known. Raises TransferError, PageGoneError, and
    OSError when there is no room for it.
    """
    try:
        session = page.context.new_cdp_session(page)
    except Error as error:
        raise _judged(page, error) from None
    try:
        gate = _Gate(page, session, meanwhile)
        return _copied(gate.fetch(address), gate.failure_within(seconds), file)
    except Error as error:
        raise _judged(page, error) from None
    finally:
        with suppress(Error):  # with the page its session is gone
            session.detach()


class _Gate:
    """Stands between the site's answers and the page, and lets nothing in but a video, to be saved."""

    def __init__(self, page: Page, session: CDPSession, meanwhile: Path | None) -> None:
        self._page, self._session, self._meanwhile = page, session, meanwhile
        self._frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._problem: Exception | None = None
        self._is_let_in = False
        self._failure: str | None = None

    def fetch(self, address: str) -> Download:
        """Send the page to `address` and return what the browser then saves."""
        self._session.send("Network.enable")
        # What came damaged must not come out of the cache again.
        self._session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        # What a service worker answers would pass by the gate.
        self._session.send("Network.setBypassServiceWorker", {"bypass": True})
        self._session.on("Fetch.requestPaused", self._outcome_rules)
        answers = {"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}
        self._session.send("Fetch.enable", {"patterns": [answers]})
        try:
            with self._page.expect_download(timeout=_TIMEOUTS * 1000) as caught:
                # After the line above: as long as a listener waits for something, those after it hear nothing.
                self._page.on("download", self._follow)
                self._go(address)
            return caught.value
        finally:
            self._page.remove_listener("download", self._follow)

    def failure_within(self, seconds: float) -> str:
        """Return why the file that was fetched did not come whole, or nothing, as soon as its end is there."""
        until = time.monotonic() + seconds
        while self._failure is None:
            left = until - time.monotonic()
            if left <= 0:
                return f"it did not come within {seconds:g} s"
            with suppress(PlaywrightTimeout):
                self._page.wait_for_function(_WOKEN, timeout=min(left, _NAP) * 1000)
        return self._failure

    def _follow(self, download: Download) -> None:
        # To wait for a download knows no time-out: this waits beside, and wakes the one that does.
        with suppress(Error):
            self._failure = download.failure() or ""
            self._page.evaluate(_WAKE)

    def _go(self, address: str) -> None:
        try:
            # Some sites keep their files from pages of others: this is what a player on the page would send.
            origin = origin_of(self._page.url)
            referer = f"{origin}/" if origin.startswith("http") else None
            self._page.goto(address, wait_until="commit", timeout=_TIMEOUTS * 1000, referer=referer)
        except PlaywrightTimeout:
            raise TransferError(f"the site did not answer within {_TIMEOUTS:g} s") from None
        except Error as error:
            if self._is_let_in:
                return  # a page that is saved does not open
            raise self._problem or error from None
        raise TransferError("the browser showed the file and did not save it")

    def _outcome_rules(self, answer: dict[str, Any]) -> None:
        status = answer.get("responseStatusCode", 0)
        if answer["frameId"] != self._frame or status in _REDIRECTS:
            return self._reply("continueRequest", answer)
        self._problem = _problem(answer) or self._shortage(answer)
        if self._problem is not None:
            return self._reply("failRequest", answer, errorReason="Aborted")
        self._is_let_in = True
        kept = [each for each in answer["responseHeaders"] if each["name"].lower() != _SAVED["name"]]
        return self._reply("continueResponse", answer, responseCode=status, responseHeaders=[*kept, _SAVED])

    def _reply(self, method: str, answer: dict[str, Any], **more: Any) -> None:
        with suppress(Error):  # with the page its requests are gone
            self._session.send(f"Fetch.{method}", {"requestId": answer["requestId"], **more})

    def _shortage(self, answer: dict[str, Any]) -> OSError | None:
        """Return what is wrong with the disk: the browser would only say that it gave up."""
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


def _judged(page: Page, error: Error) -> Exception:
    if is_gone(page):
        return PageGoneError("the page is gone")
    code = re.search(r"net::\w+", error.message)
    return TransferError(f"the browser could not load the file ({code[0] if code else type(error).__name__})")
