"""The whole site as one ASGI application: pages and API on one address, assets on another."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Router

from grokbatch.demo.api.lists import Lists
from grokbatch.demo.api.posts import MAX_BODY, Api
from grokbatch.demo.api.submits import Submits
from grokbatch.demo.api.video_actions import Results
from grokbatch.demo.web.assets import Assets
from grokbatch.demo.web.control import CONTROL, Control
from grokbatch.demo.web.human_check import HumanCheck
from grokbatch.demo.web.pages import Pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from grokbatch.demo.state.host import Host


def application(host: Host, started: Callable[[], None]) -> Starlette:
    """Return the application for `host`; `started` is called in its event loop before any request."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        started()
        yield

    app = Starlette(lifespan=lifespan)
    app.mount("/", _Front(host))
    return app


class _Front:
    """Sends a request to the asset host or to the site, by the address that it was sent to."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._check = HumanCheck(host)
        self._assets_port = urlsplit(host.assets).port
        self._assets = Router(routes=Assets(host).routes())
        parts = (Pages(host), self._check, Api(host), Submits(host), Lists(host), Results(host), Control(host))
        self._site = Router(routes=[route for part in parts for route in part.routes()])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._chosen(scope)(scope, receive, send)

    def _chosen(self, scope: Scope) -> ASGIApp:
        request = Request(scope)
        if self._host.site_state.is_broken and not request.url.path.startswith(CONTROL):
            return Response("service unavailable", 503)
        if scope["server"][1] == self._assets_port:
            return self._assets
        if "transfer-encoding" in request.headers:
            return Response("length required", 411)
        if int(request.headers.get("content-length") or 0) > MAX_BODY:
            return Response("too large", 413)
        return self._check.barrier(request) or self._site
