"""A plain HTTP client of the built-in site, and how to read what the site streams."""

from __future__ import annotations

import json
import ssl
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.demo.server import DemoSite

POST = "8f3c1f5e-0d2b-4a57-9a55-4f4b0d6f5a10"
PROMPT = "wind over the hills"


class Visitor:
    """A client of one demo site, signed in as the demo user, or with the cookies that are given."""

    def __init__(self, site: DemoSite, cookies: dict[str, str] | None = None) -> None:
        self.site = site
        if cookies is None:
            cookies = {cookie["name"]: cookie["value"] for cookie in site.session_cookies()}
        # A bare TLS context: loading the certificates would take longer than most of these tests.
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.http = httpx.Client(base_url=site.origin, timeout=20, verify=tls)
        for name, value in cookies.items():
            self.http.cookies.set(name, value, domain=urlsplit(site.origin).hostname or "")

    def submit(self, prompt: str = PROMPT, **more: object) -> httpx.Response:
        body = {"message": prompt, "parentPostId": POST, **more}
        return self.http.post("/rest/app-chat/conversations/new", json=body)

    def videos(self) -> list[dict[str, Any]]:
        reply = self.http.post("/rest/media/post/get", json={"id": POST})
        listed: list[dict[str, Any]] = reply.json()["post"]["videos"]
        return listed

    def change(self, **fields: object) -> httpx.Response:
        return self.http.post("/__control__/scenario", json=fields)

    def asset(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(f"{self.site.assets_origin}/{path}", headers=headers)

    def events(self, event: str) -> list[dict[str, Any]]:
        return [entry for entry in self.site.journal() if entry["event"] == event]


def objects(text: str) -> list[dict[str, Any]]:
    """Return the JSON objects of a stream, newlines between them or not."""
    found, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        one, end = decoder.raw_decode(text)
        found.append(one)
        text = text[end:]
    return found


def progress(reply: httpx.Response) -> list[dict[str, Any]]:
    """Return the progress objects of a stream."""
    responses = [one["result"].get("response", {}) for one in objects(reply.text) if "result" in one]
    return [one["streamingVideoGenerationResponse"] for one in responses if len(one) and "error" not in one]


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until `condition` holds; over HTTP there is nothing to be told by."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
