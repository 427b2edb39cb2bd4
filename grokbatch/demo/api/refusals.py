"""The replies that refuse a submit."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

from grokbatch.demo.api.auth import failure
from grokbatch.demo.api.reply_shapes import shape_of
from grokbatch.demo.api.stream import question

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from grokbatch.demo.api.reply_shapes import Shape
    from grokbatch.demo.api.submit_forms import Asked
    from grokbatch.demo.state.sessions import Session
    from grokbatch.demo.state.site_state import SiteState
    from grokbatch.demo.state.video import Refusal

STALE = "This page is out of date. Reload to continue."
ANTI_BOT = "Request rejected by anti-bot rules."
BLOCKED = "Account blocked"
IMAGE_GONE = "Failed to download image from GCS"
ILLEGAL_LENGTH = "Invalid video duration: videos longer than 6 seconds are not available to this account"
CHAT_ANSWER = "I could not open that picture. Would you share it again?"
LIMITED = "x-demo-limited"
"""The header that tells the page's scripts that a reply means a limit, whatever else it says."""

_PLAIN: dict[Refusal, tuple[int, int, str]] = {
    "unsigned": (403, 7, STALE),
    "still_animation": (403, 7, STALE),
    "patched_fetch": (403, 7, STALE),
    "stale_page": (403, 7, STALE),
    "stale_wordless": (403, 7, ""),
    "throttled": (403, 7, ""),
    "anti_bot": (403, 7, ANTI_BOT),
    "forbidden": (403, 7, "You do not have access to this asset"),
    "not_found": (404, 5, "Asset not found"),
    "no_such_post": (404, 5, "Post not found"),
    "illegal_option": (429, 3, ILLEGAL_LENGTH),
    "server_error": (503, 14, "Service unavailable"),
}


async def broken(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's shape
    """Begin a reply and cut the connection: a network error for the page."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def refused(refusal: Refusal, site_state: SiteState, visitor: Session, asked: Asked, shape: Shape) -> ASGIApp:
    """Return the reply to a refused submit."""
    if refusal in _PLAIN:
        return failure(*_PLAIN[refusal])
    if refusal == "blocked":
        return JSONResponse({"code": "blocked-user", "error": BLOCKED}, 403)
    if refusal == "second_request":
        return _second(site_state)
    if refusal == "chat_answer":
        return _lines(shape, chat_lines(asked, shape, CHAT_ANSWER))
    if refusal == "image_gone":
        return _lines(shape, shape.line({"error": {"code": 13, "message": IMAGE_GONE, "details": []}}))
    return _limited(site_state, visitor)


def chat_lines(asked: Asked, shape: Shape, words: str) -> bytes:
    """Return the whole reply to a submit that is answered with text only."""
    told = [
        {"result": {"conversation": {"conversationId": str(uuid.uuid4())}}},
        shape.wrapped({"userResponse": question(asked.message, asked.post)}),
        shape.answer(words, []),
    ]
    return b"".join(shape.line(one) for one in told)


def gateway_timed_out() -> Response:
    """Return the reply of a gateway that has waited in vain for the site, which has taken the submit nevertheless."""
    return HTMLResponse("<html><h1>504 Gateway Time-out</h1></html>", 504)


def _lines(shape: Shape, lines: bytes) -> Response:
    return Response(lines, media_type=shape.content_type.decode())


def _second(site_state: SiteState) -> ASGIApp:
    told = site_state.scenario.second_request
    if told == "fails":
        return broken
    return failure(429, 8, "Too many requests") if told == "429" else failure(403, 7, STALE)


def _limited(site_state: SiteState, visitor: Session) -> Response:
    scenario, ends = site_state.scenario, site_state.next_available(visitor.user)
    told = {LIMITED: "1"}
    if scenario.limit_reply == "empty":
        return Response(b"", media_type="application/json", headers=told)
    if scenario.limit_style == "http403":
        return failure(403, 7, scenario.limit_text, **told)
    if scenario.limit_style != "http429":
        error = {"error": {"code": 8, "message": scenario.limit_text}}
        if not scenario.unreadable_replies:
            return JSONResponse(error, headers=told)
        shape = shape_of(scenario, is_conversing=False)
        return Response(shape.line(error), media_type=shape.content_type.decode(), headers=told)
    left = None if ends is None else (ends - datetime.now(UTC)).total_seconds()
    retry = {} if left is None else {"retry-after": str(max(1, math.ceil(left)))}
    return failure(429, 8, "Too many requests", **told, **retry)
