"""The replies that say no to a submit."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from grokbatch.demo.members import failure
from grokbatch.demo.stream import question

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from grokbatch.demo.asking import Asked
    from grokbatch.demo.sessions import Session
    from grokbatch.demo.shapes import Shape
    from grokbatch.demo.video import Refusal
    from grokbatch.demo.world import World

STALE = "This page is out of date. Reload to continue."
ILLEGAL_LENGTH = "Invalid video duration: videos longer than 6 seconds are not available to this account"
CHAT_ANSWER = "I could not open that picture. Would you share it again?"
_STALE = ("stale_page", "unsigned", "still_animation", "patched_fetch")


async def broken(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's shape
    """Begin a reply and cut the connection: a network error for the page."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})


def refused(refusal: Refusal, world: World, visitor: Session, asked: Asked, shape: Shape) -> ASGIApp:
    """Return the reply to a submit that was not accepted."""
    if refusal in _STALE:
        return failure(403, 7, STALE)
    if refusal == "second_request":
        return _second(world)
    if refusal == "chat_answer":
        return _chat_answer(asked, shape)
    if refusal == "no_such_post":
        return failure(404, 5, "Post not found")
    if refusal == "illegal_option":
        return failure(429, 3, ILLEGAL_LENGTH)
    return _limited(world, visitor)


def chat_lines(asked: Asked, shape: Shape, words: str) -> bytes:
    """Return the whole reply of a conversation that is only talked in."""
    told = [
        {"result": {"conversation": {"conversationId": str(uuid.uuid4())}}},
        shape.wrapped({"userResponse": question(asked.message, asked.post)}),
        shape.answer(words, []),
    ]
    return b"".join(shape.line(one) for one in told)


def _chat_answer(asked: Asked, shape: Shape) -> Response:
    return Response(chat_lines(asked, shape, CHAT_ANSWER), media_type=shape.content_type.decode())


def _second(world: World) -> ASGIApp:
    told = world.scenario.second_request
    if told == "fails":
        return broken
    return failure(429, 8, "Too many requests") if told == "429" else failure(403, 7, STALE)


def _limited(world: World, visitor: Session) -> Response:
    scenario = world.scenario
    if scenario.limit_style != "http429":
        return JSONResponse({"error": {"code": 8, "message": scenario.limit_text}})
    world.next_available(visitor.user)
    retry = {} if scenario.retry_after is None else {"retry-after": str(scenario.retry_after)}
    return failure(429, 8, "Too many requests", **retry)
