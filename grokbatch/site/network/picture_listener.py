"""Keeps the picture of an image post as the page loads it for itself. Sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from playwright.sync_api import Error

from grokbatch.record.storage.source_pictures import LARGEST
from grokbatch.site.api.file_addresses import id_in

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request


class PictureListener:
    """Listens to the pictures that one page loads, for as long as it lives."""

    def __init__(self, page: Page) -> None:
        self._post_id = ""
        self._picture = b""
        page.on("requestfinished", self._finished)

    def listen_for(self, post_id: str) -> None:
        """Take the picture of this post from now on; empty: none."""
        if post_id != self._post_id:
            self._post_id, self._picture = post_id, b""

    @property
    def picture(self) -> bytes:
        """The largest picture of the post that the page has loaded; empty: none yet."""
        return self._picture

    def _finished(self, request: Request) -> None:
        if not self._post_id or request.resource_type != "image":
            return
        if id_in(unquote(request.url)).lower() != self._post_id.lower():
            return
        try:
            response = request.response()
            body = response.body() if response is not None and response.ok else b""
        except Error:
            return  # the browser no longer has it, for instance after a navigation
        if len(self._picture) < len(body) <= LARGEST:
            self._picture = body
