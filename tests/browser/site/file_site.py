"""A page, and a file beside it on another origin that arrives in all the ways in which files do."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_PAGE = b"<!doctype html><title>files</title>"
_WORKER = b"""oninstall = () => skipWaiting();
onactivate = (event) => event.waitUntil(clients.claim());
onfetch = (event) => event.respondWith(fetch(event.request));
"""


@dataclass
class Way:
    """How one request is answered: `cut` ends the connection after so many bytes, without `told` no length is told.

    With `stalls` it ends only when the site does.
    """

    status: int = 200
    kind: str = "video/mp4"
    body: bytes | None = None
    cut: int | None = None
    told: bool = True
    cached: bool = False
    stalls: bool = False


@dataclass
class FileSite:
    """Serves `content` to those who have the page's cookie and come from the page.

    `ways` are used up first, one a request.
    """

    content: bytes
    ways: list[Way] = field(default_factory=list)
    asked: int = 0
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._pages, self._files = _serve(self), _serve(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        for server in (self._pages, self._files):
            server.shutdown()
            server.server_close()

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self._pages.server_port}/page"

    @property
    def own_file(self) -> str:
        """The same file on the page's own origin."""
        return f"http://127.0.0.1:{self._pages.server_port}/generated_video.mp4"

    @property
    def file(self) -> str:
        return f"http://127.0.0.1:{self._files.server_port}/users/u/generated/v/generated_video.mp4"


def _serve(site: FileSite) -> ThreadingHTTPServer:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _handler(site: FileSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            if self.path == "/page":
                return self._say(Way(kind="text/html", body=_PAGE), {"set-cookie": "sso=1; Path=/; HttpOnly"})
            if self.path == "/worker.js":
                return self._say(Way(kind="text/javascript", body=_WORKER))
            is_from_page = (self.headers["referer"] or "").startswith(site.page.removesuffix("page"))
            if "sso=1" not in (self.headers["cookie"] or "") or not is_from_page:
                return self._say(Way(403, "text/plain", b""))
            site.asked += 1
            return self._say(site.ways.pop(0) if site.ways else Way())

        def _say(self, way: Way, headers: dict[str, str] | None = None) -> None:
            body = site.content if way.body is None else way.body
            self.send_response(way.status)
            length = {"content-length": str(len(body))} if way.told else {}
            if way.cached:
                length["cache-control"] = "max-age=3600"
            said = {"content-type": way.kind, **length, **(headers or {})}
            for name, value in said.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body[: way.cut])
            self.wfile.flush()
            if way.stalls:
                site.ended.wait(60)
            self.close_connection = way.cut is not None or not way.told

    return Handler
