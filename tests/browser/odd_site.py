"""A tiny site of our own that tells the facts of the real one in another way than the built-in site."""

from __future__ import annotations

import json
import math
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

PAGE = Path(__file__).with_name("odd_page.html").read_text(encoding="utf-8")
CLIP = (Path(__file__).parents[2] / "grokbatch" / "demo" / "clips" / "media" / "dawn.mp4").read_bytes()
# Whole, but in formats that no browser knows: what H.264, with or without AAC, is to a browser without
# proprietary codecs.
SOUND_ONLY = CLIP.replace(b"avc1", b"zzz1")
_SOUND = SOUND_ONLY.rindex(b"trak")
UNKNOWN_FORMAT = SOUND_ONLY[:_SOUND] + b"free" + SOUND_ONLY[_SOUND + 4 :]
STOPS_WITHIN = 0.02
"""Seconds; each of more than a hundred tests has a site of its own."""


@dataclass
class Reply:
    """How the site answers a submit; `steps` are the percentages, `pause` the seconds before each."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    steps: Iterable[int] = (1, 33, 72)
    pause: float = 0.1
    moderated: bool = False
    error: dict[str, Any] | None = None
    cut: bool = False
    hangs: bool = False
    first: float = 0.0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of a reply is nothing to report."""


class OddSite:
    """The site, from `__enter__` to `__exit__`; `submits` are the bodies of the requests that were accepted.

    `posts` are the ids of the posts that were opened, in order. With `forbids` no video's file is given to anybody.

    `made_after` is how many seconds after the last submit its video, however its reply ended, is listed by a page
    that is opened then (one that is open already never shows it); with `blocked`, as moderated. With `own_posts` the
    image's page shows no other video than its own, and the site lists it with its prompt: only its own post shows it.
    With `replays` it is on no page, and the conversation that a page loads tells that it was moderated.
    """

    def __init__(
        self,
        *,
        reply: Reply | None = None,
        clip: bytes = CLIP,
        missing: int = 0,
        page: str = PAGE,
        made_after: float = math.inf,
        blocked: bool = False,
        own_posts: bool = False,
        replays: bool = False,
        forbids: bool = False,
        **odd: Any,
    ) -> None:
        self.reply = reply or Reply()
        self.clip = clip
        self.page = page
        self.missing = missing
        self.odd = odd
        self.made_after = made_after
        self.blocked = blocked
        self.own_posts = own_posts
        self.replays, self.forbids = replays, forbids
        self.submits: list[dict[str, Any]] = []
        self.opened = 0
        self.posts: list[str] = []
        self.submitted_at = math.inf
        self.stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(STOPS_WITHIN,), daemon=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/imagine/post/p1"

    @property
    def assets(self) -> str:
        return f"http://localhost:{self._server.server_port}"

    @property
    def prompts(self) -> list[str]:
        return [str(each["message"]) for each in self.submits]

    @property
    def listed(self) -> dict[str, str]:
        """What a page that is opened now lists of a video that no page was told the end of."""
        if self.replays or time.monotonic() < self.submitted_at + self.made_after:
            return {}
        return {"blocked_video" if self.blocked else "old_video": f"odd-{len(self.submits)}"}

    @property
    def told(self) -> list[dict[str, str]]:
        """What the list of the account's files says of that video."""
        number = len(self.submits)
        made_at = datetime.now(UTC).isoformat()
        video = {"mimeType": "video/mp4", "key": f"users/u1/generated/odd-{number}/generated_video.mp4"}
        return [video | {"createTime": made_at, "prompt": self.prompts[-1]}] if self.listed else []

    @property
    def replay(self) -> bytes:
        """The conversation as a page loads it: questions and results in the form of replies."""
        at, lines = datetime.now(UTC).isoformat(), list[dict[str, Any]]()
        for number, prompt in enumerate(self.prompts, 1):
            told = {"videoId": f"odd-{number}", "progress": 100, "moderated": True}
            lines += [{"userResponse": {"message": prompt, "sender": "human", "createTime": at}}]
            lines += [{"streamingVideoGenerationResponse": told}]
        return b"\n".join(json.dumps({"result": line}).encode() for line in lines)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(site: OddSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            return

        def do_GET(self) -> None:
            if "/generated/" in self.path:
                return self._file()
            if self.path.startswith("/rest/assets") and site.own_posts:
                return self._say(200, json.dumps({"assets": site.told}).encode(), "application/json")
            if self.path.startswith("/rest/app-chat/") and site.replays:
                return self._say(200, site.replay, "application/json")
            if "/imagine/post/" not in self.path:
                return self._say(404, b"", "text/plain")
            site.opened += 1
            site.posts.append(self.path.partition("?")[0].rpartition("/")[2])
            listed = site.listed
            if site.own_posts and not (listed and self.path.endswith(f"/odd-{len(site.submits)}")):
                listed = {}
            page = site.page.replace(
                "/*ODD*/",
                json.dumps(
                    {"assets": site.assets, "percent": True, "lists": site.own_posts, "replays": site.replays}
                    | site.odd
                    | listed
                ),
            )
            status, headers = site.odd.get("page_status", 200), site.odd.get("page_headers")
            return self._say(status, page.encode(), "text/html; charset=utf-8", headers)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            site.submits.append(body)
            site.submitted_at = time.monotonic()
            reply = site.reply
            if reply.body is not None:
                return self._say(reply.status, reply.body.encode(), "application/json", reply.headers)
            return self._stream(reply, f"odd-{len(site.submits)}")

        def _stream(self, reply: Reply, video: str) -> None:
            site.stopping.wait(reply.first)
            self.send_response(200)
            self.send_header("cache-control", "no-store")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            for percent in reply.steps:
                site.stopping.wait(reply.pause)
                self._told({"videoId": video, "progress": percent, "moderated": False})
            if reply.hangs:
                site.stopping.wait(60)
            if reply.cut:
                self.close_connection = True
                return
            if reply.error:
                self._chunk(json.dumps({"result": {"response": {"error": reply.error}}}))
            elif reply.moderated:
                self._told({"videoId": video, "progress": 100, "moderated": True})
            else:
                url = f"users/u1/generated/{video}/generated_video.mp4"
                self._told({"videoId": video, "progress": 100, "videoUrl": url, "assetId": video})
            self.wfile.write(b"0\r\n\r\n")

        def _told(self, progress: dict[str, Any]) -> None:
            self._chunk(json.dumps({"result": {"response": {"streamingVideoGenerationResponse": progress}}}))

        def _chunk(self, text: str) -> None:
            data = text.encode()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

        def _file(self) -> None:
            if site.forbids:
                return self._say(403, b"", "text/plain")
            if site.missing > 0:
                site.missing -= 1
                return self._say(404, b"", "text/plain")
            return self._say(200, site.clip, "video/mp4")

        def _say(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {
                "content-type": kind,
                "content-length": str(len(body)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
