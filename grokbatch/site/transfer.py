"""Reads a file of the site through the browser's own session, piece by piece: the site refuses plain clients.

The DevTools protocol loads it as the page would load a picture: with the page's cookies, whatever the file's origin
allows scripts to read, and without holding it in memory.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from playwright.sync_api import Error

from grokbatch.site.maker import TransferError
from grokbatch.site.watch import PageGoneError, is_gone

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

_PIECE = 1 << 20
_OK = 200
_GONE_FOR_NOW = frozenset({404, 425, 429})


@dataclass(frozen=True)
class _Loaded:
    stream: str | None
    status: int | None
    problem: str
    kind: str


def read_into(page: Page, address: str, file: IO[bytes]) -> int:
    """Write what the site has at `address` into `file` and return the number of bytes.

    Raises TransferError, PageGoneError, and OSError when `file` cannot be written.
    """
    try:
        session = page.context.new_cdp_session(page)
    except Error as error:
        raise _judged(page, error) from None
    try:
        return _read(session, address, file)
    except Error as error:
        raise _judged(page, error) from None
    finally:
        _let_go(session)


def _read(session: CDPSession, address: str, file: IO[bytes]) -> int:
    loaded = _load(session, address)
    if loaded.stream is None:
        raise _refusal(loaded)
    try:
        _check(loaded)
        return _copy(session, loaded.stream, file)
    finally:
        session.send("IO.close", {"handle": loaded.stream})


def _load(session: CDPSession, address: str) -> _Loaded:
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    options = {"disableCache": True, "includeCredentials": True}
    asked = {"frameId": frame, "url": address, "options": options}
    told: dict[str, Any] = session.send("Network.loadNetworkResource", asked)["resource"]
    headers = {name.lower(): str(value) for name, value in told.get("headers", {}).items()}
    return _Loaded(
        # Of a refused or broken reply there may be a stream, too, with what had arrived.
        stream=told.get("stream") if told["success"] else None,
        status=told.get("httpStatusCode"),
        problem=told.get("netErrorName", "no connection"),
        kind=headers.get("content-type", ""),
    )


def _refusal(loaded: _Loaded) -> TransferError:
    if loaded.status is not None and loaded.status >= 400:
        return TransferError(f"the site answered {loaded.status}", is_early=loaded.status in _GONE_FOR_NOW)
    return TransferError(f"the connection broke ({loaded.problem})")


def _check(loaded: _Loaded) -> None:
    if loaded.status != _OK:
        raise TransferError(f"the site answered {loaded.status}")
    kind = loaded.kind.partition(";")[0].strip().lower()
    if kind.startswith(("text/", "image/")) or kind.endswith(("json", "xml")):
        raise TransferError(f"the site sent {kind} instead of a video")


def _copy(session: CDPSession, stream: str, file: IO[bytes]) -> int:
    size = 0
    while True:
        piece = session.send("IO.read", {"handle": stream, "size": _PIECE})
        data = piece["data"]
        content = base64.b64decode(data) if piece.get("base64Encoded") else data.encode("latin-1")
        file.write(content)
        size += len(content)
        if piece["eof"]:
            return size


def _judged(page: Page, error: Error) -> Exception:
    if is_gone(page):
        return PageGoneError("the page is gone")
    return TransferError(f"the browser could not load the file ({error.message.partition(chr(10))[0]})")


def _let_go(session: CDPSession) -> None:
    try:
        session.detach()
    except Error:
        return  # with the page its session is gone
