"""Checks whether a video's file is there and complete, for a video that the browser cannot play."""

from __future__ import annotations

import base64
import time
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error

from grokbatch.media.mp4 import Box, FileFacts, is_complete, movie_facts, top_boxes
from grokbatch.site.page.scripts import script
from grokbatch.site.page.watcher import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

_FORBIDDEN = (401, 403)
_SCRIPT = script("read_file.js", "grokbatch.site.actions")


class FileForbiddenError(Exception):
    """The site refuses the file to this account, for instance because its login has ended."""


def read_whole_file(
    page: Page, address: str, seconds: float, clock: Callable[[], float] = time.monotonic
) -> FileFacts | None:
    """Return the facts of the file at `address`, or None if it is missing or incomplete.

    The page reads it within `seconds` of `clock`, with its own cookies. If the file's origin does not allow that, the
    browser context reads it. Raises PageGoneError, and FileForbiddenError when the answer is 401 or 403.
    """
    argument = {"address": address, "milliseconds": seconds * 1000}
    answer: dict[str, Any] = ask(page, _SCRIPT, argument, (seconds + 5) * 1000, clock)
    if "failed" in answer:
        return _read_outside(page, address, seconds)
    _refuse_forbidden(answer["status"])
    if answer["status"] != 200:
        return None
    boxes = [Box(*each) for each in answer["boxes"]]
    size = int(answer["size"])
    if answer["promised"] not in (None, size) or not is_complete(boxes, size):
        return None
    return movie_facts(base64.b64decode(answer["movie"]), size)


def _read_outside(page: Page, address: str, seconds: float) -> FileFacts | None:
    if not address.startswith(("http://", "https://")):
        return None
    try:
        response = page.context.request.get(address, timeout=seconds * 1000)
        body = response.body() if response.ok else b""
        status = response.status
        response.dispose()
    except Error:
        return None
    _refuse_forbidden(status)
    boxes = top_boxes(body)
    if not body or not is_complete(boxes, len(body)):
        return None
    movie = next(box for box in boxes if box.kind == "moov")
    return movie_facts(body[movie.start : movie.end], len(body))


def _refuse_forbidden(status: int) -> None:
    if status in _FORBIDDEN:
        raise FileForbiddenError(f"the site answers {status} for the video's file")
