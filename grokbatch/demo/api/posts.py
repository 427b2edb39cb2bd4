"""The API that the page uses: posts, the quota, who is signed in."""

from __future__ import annotations

import uuid  # noqa: TC003 - pydantic reads it
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grokbatch.demo.api.auth import failure, member
from grokbatch.demo.scenario.users import DEMO_USER, user_id

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.sessions import Session

MAX_BODY = 192 * 1024
WINDOW = 86_400
THROTTLED = "x-demo-throttled"


class _PostAsked(BaseModel):
    id: uuid.UUID


class Api:
    """Serves `/rest/…` and `/api/…`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the API's routes."""
        return [
            Route("/rest/media/imagine/quota_info", member(self._host, self.quota), methods=["POST"]),
            Route("/rest/media/post/get", member(self._host, self.post), methods=["POST"]),
            Route("/rest/media/imagine/click", member(self._host, self.click), methods=["POST"]),
            Route("/api/auth/session", self.session),
        ]

    async def quota(self, request: Request, visitor: Session) -> Response:  # noqa: ARG002 - a handler's shape
        """Return how much is left of the quota, as vaguely as the real site."""
        site_state = self._host.site_state
        left = site_state.left(visitor.user)
        if left is None:
            # Only the page's own scripts are told of a throttle.
            told_page = {THROTTLED: "1"} if site_state.is_throttled(visitor.user) else {}
            return JSONResponse({"video": None, "video720p": {"available": True}}, headers=told_page)
        window = site_state.scenario.quota_window
        told: dict[str, Any] = {"available": True, "windowSizeSeconds": WINDOW if window is None else int(window)}
        told["remainingQueries"] = left
        ends = site_state.next_available(visitor.user)
        told["nextAvailableAt"] = None if ends is None else ends.isoformat().replace("+00:00", "Z")
        return JSONResponse({"video": None, "video720p": told})

    async def post(self, request: Request, visitor: Session) -> Response:
        """List the visitor's videos of a post, and the earlier ones."""
        try:
            asked = str(_PostAsked.model_validate_json(await request.body()).id)
        except ValidationError:
            return failure(400, 3, "Invalid request")
        site_state = self._host.site_state
        if site_state.post(asked) is None:
            return failure(404, 5, "Post not found")
        root = site_state.root_of(asked)
        listed = [
            site_state.listed(video) for video in site_state.seen_by(visitor.user, asked) if video.state != "failed"
        ]
        picture = site_state.picture_of(root)
        image = f"users/{user_id(DEMO_USER)}/{picture}/content"
        told = {"id": asked, "rootId": root, "imageId": picture, "imageUrl": image, "videos": listed}
        told["conversationId"] = site_state.conversation(root, visitor.user)
        return JSONResponse({"post": told | {"selected": site_state.selected(asked)}})

    async def click(self, request: Request, visitor: Session) -> Response:
        """Tell the page whether to ignore the current click (requested only if the scenario ignores any click)."""
        try:
            asked = _PostAsked.model_validate_json(await request.body())
        except ValidationError:
            return failure(400, 3, "Invalid request")
        number = self._host.site_state.reserve(visitor, str(asked.id))
        return JSONResponse({"ignored": number is None, "number": number})

    async def session(self, request: Request) -> Response:
        """Return who is signed in; an empty object if nobody is."""
        await self._host.lag()
        visitor = self._host.visitor(request)
        if visitor is None:
            return JSONResponse({})
        return JSONResponse({"user": {"id": user_id(visitor.user), "name": visitor.user}})
