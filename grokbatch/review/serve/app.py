"""The server's answers: the page, its news, the files that it shows; and the picks that it sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, Router

from grokbatch.batch.model.paths import SMALL
from grokbatch.record.storage.manifest_store import ManifestUnreadableError
from grokbatch.record.storage.picks import PicksError

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.review.serve.contents import ServedWall

HOST = "127.0.0.1"
_HEADERS = {
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    # Else the secret part of the address would be told to the site by a link to a video's page there.
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_KEPT = _HEADERS | {"cache-control": "private, no-cache"}
"""For what a browser may keep, but asks about again."""


def application(wall: ServedWall, token: str) -> Starlette:
    """Return the application, which answers below `/<token>/` only, and only to browsers that asked this computer.

    A page elsewhere on the web could send requests here by a name of its own for this computer, so that the Host header
    is checked; it cannot know the token.
    """
    answers = _Answers(wall)
    routes = [
        Route("/", answers.page),
        Route("/videos", answers.videos),
        Route("/picks", answers.picks, methods=["PUT"]),
        Route("/files/{key}/{name}", answers.file),
    ]
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"], www_redirect=False)
    return Starlette(routes=[Mount(f"/{token}", Router(routes, redirect_slashes=False))], middleware=[hosts])


class _Answers:
    def __init__(self, wall: ServedWall) -> None:
        self._wall = wall

    def page(self, request: Request) -> Response:  # noqa: ARG002 - the shape of a route
        try:
            return Response(self._wall.contents().page, media_type="text/html", headers=_HEADERS)
        except (OSError, ManifestUnreadableError) as error:
            return _refused(_why(error), 503)

    def videos(self, request: Request) -> Response:
        try:
            contents = self._wall.contents()
        except (OSError, ManifestUnreadableError) as error:
            return _refused(_why(error), 503)
        headers = _KEPT | {"etag": contents.tag}
        if request.headers.get("if-none-match") == contents.tag:
            return Response(status_code=304, headers=headers)
        return Response(contents.data, media_type="application/json", headers=headers)

    def file(self, request: Request) -> Response:
        try:
            path = self._wall.contents().files.get(request.path_params["key"])
        except (OSError, ManifestUnreadableError) as error:
            return _refused(_why(error), 503)
        if path is None or not path.is_file():
            return _refused("There is no such file.", 404)
        return FileResponse(path, headers=_KEPT)

    async def picks(self, request: Request) -> Response:
        if request.headers.get("origin") not in {None, f"http://{request.headers['host']}"}:
            return _refused("This page may not save picks here.", 403)
        text = bytearray()
        async for piece in request.stream():
            text += piece
            if len(text) > SMALL:
                return _refused(f"More than {SMALL / 1e6:.0f} MB of picks cannot be saved.", 413)
        try:
            await run_in_threadpool(self._wall.save, bytes(text))
        except PicksError as error:
            return _refused(str(error), 409)
        except (OSError, ManifestUnreadableError) as error:
            return _refused(_why(error), 503)
        return Response(status_code=204, headers=_HEADERS)


def _refused(why: str, status: int) -> Response:
    return PlainTextResponse(why, status, headers=_HEADERS)


def _why(error: OSError | ManifestUnreadableError) -> str:
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
