"""A server that gives out a wall and takes its picks, as little as there can be."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from grokbatch.review.wall.page import WallBatch, wall_data, wall_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grokbatch.review.wall.page import WallVideo


class Received(list[bytes]):
    """The picks that a page has sent; `refuse` is what the server says to further ones, if it refuses them.

    `videos` are those of the batch now.
    """

    refuse = ""
    videos: Sequence[WallVideo] = ()


class _Handler(SimpleHTTPRequestHandler):
    page: bytes
    received: Received

    def do_GET(self) -> None:
        if self.path == "/wall.html":
            self._answer(200, self.page, "text/html; charset=utf-8")
        elif self.path == "/videos":
            data = wall_data(WallBatch("landscape", "m1", self.received.videos))
            self._answer(200, json.dumps(data).encode(), "application/json")
        else:
            super().do_GET()

    def do_PUT(self) -> None:
        assert self.path == "/picks"
        assert self.headers["Content-Type"] == "application/yaml"
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if self.received.refuse:
            self._answer(409, self.received.refuse.encode(), "text/plain; charset=utf-8")
            return
        self.received.append(content)
        self._answer(204, b"", "text/plain")

    def _answer(self, status: int, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def picks_server(folder: Path, videos: Sequence[WallVideo]) -> Iterator[tuple[str, Received]]:
    """Yield the address of a served wall of `videos` with their files in `folder`, and what it has sent."""
    received = Received()
    received.videos = videos
    page = wall_html(WallBatch("landscape", "m1", videos), is_served=True).encode()
    handler = type("Handler", (_Handler,), {"page": page, "received": received})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", received
    server.shutdown()
    server.server_close()
    thread.join()
