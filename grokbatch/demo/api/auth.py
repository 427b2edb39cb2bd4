"""What all handlers of the API share: the check of the session, and the form of an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.sessions import Session

    Handler = Callable[[Request, Session], Awaitable[ASGIApp]]


def failure(status: int, code: int, message: str, **headers: str) -> JSONResponse:
    """Return an error in the API's shape: `{"error":{"code":…,"message":…,"details":[]}}`."""
    return JSONResponse({"error": {"code": code, "message": message, "details": []}}, status, headers)


def member(host: Host, handler: Handler) -> Callable[[Request], Awaitable[Any]]:
    """Return `handler` for signed-in visitors, delayed by the latency; other visitors get 401 with code 16."""

    async def checked(request: Request) -> ASGIApp:
        await host.lag()
        visitor = host.visitor(request)
        if visitor is None:
            host.site_state.journal.note("refused", outcome="signed_out", **host.facts(request))
            return failure(401, 16, "User is not authenticated")
        return await handler(request, visitor)

    return checked
