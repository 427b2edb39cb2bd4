"""The two addresses for submits, and what comes of each submit."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grokbatch.demo.api import signature
from grokbatch.demo.api.auth import failure, member
from grokbatch.demo.api.refusals import chat_lines, gateway_timed_out, refused
from grokbatch.demo.api.reply_shapes import Shape, shape_of
from grokbatch.demo.api.stream import GenerationStream, question
from grokbatch.demo.api.submit_forms import SECOND, Asked, read_answer, read_new
from grokbatch.demo.scenario.users import DEMO_USER, user_id
from grokbatch.demo.state.video import Video

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.sessions import Session
    from grokbatch.demo.state.video import Refusal

DEFAULT_AWAY = 2.0
CONVERSATION = "/rest/app-chat/conversations/{conversation}/responses"


class Submits:
    """Handles what people submit: prompts for videos, edits of images, messages to the agent."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/rest/app-chat/conversations/new", member(self._host, self.new), methods=["POST"]),
            Route(CONVERSATION, member(self._host, self.answer), methods=["POST"]),
        ]

    async def new(self, request: Request, visitor: Session) -> ASGIApp:
        """Handle a submit in the form until June 2026."""
        try:
            asked = read_new(await request.body())
        except ValidationError:
            return failure(400, 3, "Invalid request")
        shape = shape_of(self._host.site_state.scenario, is_conversing=False)
        opening = [{"result": {"conversation": {"conversationId": str(uuid.uuid4())}}}]
        return self._taken(request, visitor, asked, shape, opening)

    async def answer(self, request: Request, visitor: Session) -> ASGIApp:
        """Handle a submit in the form since July 2026, to an image's conversation."""
        site_state = self._host.site_state
        root = site_state.root_of_conversation(request.path_params["conversation"], visitor.user)
        if root is None:
            return failure(404, 5, "Conversation not found")
        try:
            asked = read_answer(await request.body(), request.headers, root)
        except ValidationError:
            return failure(400, 3, "Invalid request")
        if asked.post == site_state.picture_of(root):
            asked = replace(asked, post=root)
        shape = shape_of(site_state.scenario, is_conversing=True)
        echo = question(asked.message, asked.post)
        return self._taken(request, visitor, asked, shape, [shape.wrapped({"userResponse": echo})])

    def _taken(
        self, request: Request, visitor: Session, asked: Asked, shape: Shape, opening: list[dict[str, Any]]
    ) -> ASGIApp:
        site_state, address, barred = self._host.site_state, request.url.path, self._barred(request)
        if asked.what != "video" and barred is None:
            site_state.note_other(asked.what, visitor, asked.post, asked.wish, address)
            return _other(asked, shape)
        made = site_state.submit(visitor, asked.post, asked.wish, address=address, barred=barred)
        if not isinstance(made, Video):
            return refused(made, site_state, visitor, asked, shape)
        script = site_state.scenario.script(made.number or 0, made.root_id)
        if script.kind == "away":
            self._host.network.go_away(DEFAULT_AWAY if script.seconds is None else script.seconds)
        if script.kind == "gateway_error":
            return gateway_timed_out()
        return GenerationStream(self._host, made, shape, opening)

    def _barred(self, request: Request) -> Refusal | None:
        scenario = self._host.site_state.scenario
        problem = signature.fault_of(request.headers.get(signature.HEADER)) if scenario.signed else None
        return problem or ("second_request" if SECOND in request.headers else None)


def _other(asked: Asked, shape: Shape) -> Response:
    if asked.what == "agent":
        return Response(chat_lines(asked, shape, "What shall we do?"), media_type=shape.content_type.decode())
    # No picture is made, because all that matters is that no video was made.
    told = {"imageUrl": f"users/{user_id(DEMO_USER)}/{asked.post}/content", "progress": 100}
    return JSONResponse(shape.wrapped({"streamingImageGenerationResponse": told}))
