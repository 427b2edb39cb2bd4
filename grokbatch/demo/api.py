"""The site's own API, as the page uses it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grokbatch.demo.clips import Aspect, Film, Resolution
from grokbatch.demo.members import failure, member
from grokbatch.demo.sessions import DEMO_USER, user_id
from grokbatch.demo.stream import GenerationStream
from grokbatch.demo.world import Refusal, Wish

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grokbatch.demo.host import Host
    from grokbatch.demo.sessions import Session

MAX_BODY = 64 * 1024
WINDOW = 86_400
STALE = "This page is out of date"
ILLEGAL_LENGTH = "Invalid video duration: videos longer than 6 seconds are not available to this account"
_OPTIONS = {"seconds", "resolution", "aspect", "preset"}


class _Asked(BaseModel):
    post: uuid.UUID = Field(alias="parentPostId")
    prompt: str = Field(alias="message", max_length=20_000, repr=False)
    seconds: Literal[6, 10, 15] = Field(6, alias="videoLength")
    resolution: Resolution = Field("480p", alias="resolutionName")
    aspect: Aspect = Field("2:3", alias="aspectRatio")
    preset: str | None = Field(None, max_length=40)
    mode: Literal["video", "image"] = "video"
    by_itself: bool = Field(False, alias="autoStart")
    reserved: int | None = Field(None, alias="clickNumber")

    @model_validator(mode="after")
    def _has_prompt(self) -> Self:
        if not self.prompt and not self.by_itself:
            raise ValueError("message: must not be empty")
        return self

    def wish(self) -> Wish:
        """Return what is asked for; only the options that were sent are told."""
        sent = self.model_dump(by_alias=True, include=_OPTIONS & self.model_fields_set)
        return Wish(Film(self.seconds, self.resolution, self.aspect), sent, self.reserved, self.by_itself)


class _PostAsked(BaseModel):
    id: uuid.UUID


class Api:
    """Serves `/rest/…` and `/api/…`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the API's routes."""
        return [
            Route("/rest/app-chat/conversations/new", member(self._host, self.submit), methods=["POST"]),
            Route("/rest/media/imagine/quota_info", member(self._host, self.quota), methods=["POST"]),
            Route("/rest/media/post/get", member(self._host, self.post), methods=["POST"]),
            Route("/rest/media/imagine/click", member(self._host, self.click), methods=["POST"]),
            Route("/api/auth/session", self.session),
        ]

    async def submit(self, request: Request, visitor: Session) -> ASGIApp:
        """Start a generation and follow it, or refuse it in the style of the scenario."""
        try:
            asked = _Asked.model_validate_json(await request.body())
        except ValidationError:
            return failure(400, 3, "Invalid request")
        world = self._host.world
        if asked.mode == "image":
            return self._image(asked, visitor)
        video = world.submit(visitor, str(asked.post), asked.prompt, asked.wish())
        if isinstance(video, Refusal):
            return self._refused(video, visitor)
        return GenerationStream(self._host, video, str(uuid.uuid4()))

    def _image(self, asked: _Asked, visitor: Session) -> Response:
        # The picture is not worth drawing: what counts is that no video was made.
        self._host.world.journal.note("image", session=visitor.name, user=visitor.user, post=str(asked.post))
        told = {"imageUrl": f"users/{user_id(DEMO_USER)}/{asked.post}/content", "progress": 100}
        return JSONResponse({"result": {"response": {"streamingImageGenerationResponse": told}}})

    def _refused(self, refusal: Refusal, visitor: Session) -> Response:
        if refusal.reason == "no_such_post":
            return failure(404, 5, "Post not found")
        if refusal.reason == "stale_page":
            return failure(403, 7, STALE)
        if refusal.reason == "illegal_option":
            return failure(429, 3, ILLEGAL_LENGTH)
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
        listed = [world.listed(video) for video in shown if video.state != "failed"]
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
