"""The site's own API, as the page uses it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grokbatch.demo.sessions import DEMO_USER, user_id
from grokbatch.demo.stream import GenerationStream
from grokbatch.demo.world import Refusal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grokbatch.demo.host import Host
    from grokbatch.demo.sessions import Session

MAX_BODY = 64 * 1024
WINDOW = 86_400


class _Asked(BaseModel):
    post: uuid.UUID = Field(alias="parentPostId")
    prompt: str = Field(alias="message", min_length=1, max_length=20_000, repr=False)
    reserved: int | None = Field(None, alias="clickNumber")


class _PostAsked(BaseModel):
    id: uuid.UUID


def failure(status: int, code: int, message: str, **headers: str) -> JSONResponse:
    """Return an error in the API's shape: `{"error":{"code":…,"message":…,"details":[]}}`."""
    return JSONResponse({"error": {"code": code, "message": message, "details": []}}, status, headers)


def signed_out() -> JSONResponse:
    """Return the API's answer to a visitor without a session."""
    return failure(401, 16, "User is not authenticated")


class Api:
    """Serves `/rest/…` and `/api/…`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the API's routes."""
        return [
            Route("/rest/app-chat/conversations/new", self._member(self.submit), methods=["POST"]),
            Route("/rest/media/imagine/quota_info", self._member(self.quota), methods=["POST"]),
            Route("/rest/media/post/get", self._member(self.post), methods=["POST"]),
            Route("/rest/media/imagine/click", self._member(self.click), methods=["POST"]),
            Route("/api/auth/session", self.session),
        ]

    async def submit(self, request: Request, visitor: Session) -> ASGIApp:
        """Start a generation and follow it, or refuse it in the style of the scenario."""
        try:
            asked = _Asked.model_validate_json(await request.body())
        except ValidationError:
            return failure(400, 3, "Invalid request")
        world = self._host.world
        video = world.submit(visitor, str(asked.post), asked.prompt, asked.reserved)
        if isinstance(video, Refusal):
            return self._refused(video, visitor)
        return GenerationStream(self._host, video, str(uuid.uuid4()))

    def _refused(self, refusal: Refusal, visitor: Session) -> Response:
        if refusal.reason == "no_such_post":
            return failure(404, 5, "Post not found")
        scenario = self._host.world.scenario
        if scenario.limit_style != "http429":
            return JSONResponse({"error": {"code": 8, "message": scenario.limit_text}})
        self._host.world.next_available(visitor.user)
        retry = {} if scenario.retry_after is None else {"retry-after": str(scenario.retry_after)}
        return failure(429, 8, "Too many requests", **retry)

    async def quota(self, request: Request, visitor: Session) -> Response:  # noqa: ARG002 - a handler's shape
        """Tell how much is left, as vaguely as the real site does."""
        world = self._host.world
        left = world.left(visitor.user)
        if left is None:
            return JSONResponse({"video": None, "video720p": {"available": True}})
        told: dict[str, Any] = {"available": True, "windowSizeSeconds": WINDOW}
        told["remainingQueries"] = left
        ends = world.next_available(visitor.user)
        told["nextAvailableAt"] = None if ends is None else ends.isoformat().replace("+00:00", "Z")
        return JSONResponse({"video": None, "video720p": told})

    async def post(self, request: Request, visitor: Session) -> Response:
        """List the visitor's videos of a post, and the earlier ones."""
        try:
            asked = str(_PostAsked.model_validate_json(await request.body()).id)
        except ValidationError:
            return failure(400, 3, "Invalid request")
        world = self._host.world
        videos = world.post(asked)
        if videos is None:
            return failure(404, 5, "Post not found")
        root = world.root_of(asked)
        shown = [video for video in videos if video.is_earlier or video.user == visitor.user]
        listed = [video.listed() for video in shown if video.state != "failed"]
        image = f"users/{user_id(DEMO_USER)}/{root}/content"
        told = {"id": asked, "rootId": root, "imageUrl": image, "videos": listed}
        return JSONResponse({"post": told | {"selected": world.selected(asked)}})

    async def click(self, request: Request, visitor: Session) -> Response:
        """Tell the page whether it shall ignore the click under way (asked only when some click will be)."""
        try:
            asked = _PostAsked.model_validate_json(await request.body())
        except ValidationError:
            return failure(400, 3, "Invalid request")
        number = self._host.world.reserve(visitor, str(asked.id))
        return JSONResponse({"ignored": number is None, "number": number})

    async def session(self, request: Request) -> Response:
        """Tell who is signed in; an empty object when nobody is."""
        await self._host.lag()
        visitor = self._host.visitor(request)
        if visitor is None:
            return JSONResponse({})
        return JSONResponse({"user": {"id": user_id(visitor.user), "name": visitor.user}})

    def _member(self, handler: Callable[[Request, Session], Awaitable[ASGIApp]]) -> Callable[[Request], Awaitable[Any]]:
        async def checked(request: Request) -> ASGIApp:
            await self._host.lag()
            visitor = self._host.visitor(request)
            if visitor is None:
                self._host.world.journal.note("refused", outcome="signed_out", **self._host.facts(request))
                return signed_out()
            return await handler(request, visitor)

        return checked
