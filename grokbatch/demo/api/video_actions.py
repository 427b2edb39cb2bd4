"""The actions on a video that is finished or under way: upscale, delete, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grokbatch.demo.api.auth import failure, member

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.journal import Event
    from grokbatch.demo.state.sessions import Session
    from grokbatch.demo.state.video import Video

UPSCALED = "480p"


class _Named(BaseModel):
    id: str


class Results:
    """Handles the requests of a result's menus and buttons; only a video's own user may send them."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/rest/media/video/upscale", member(self._host, self.upscale), methods=["POST"]),
            Route("/rest/media/post/delete", member(self._host, self.delete), methods=["POST"]),
            Route("/rest/media/imagine/cancel", member(self._host, self.cancel), methods=["POST"]),
        ]

    async def upscale(self, request: Request, visitor: Session) -> Response:
        """Make the larger file of a finished 480p video; the reply comes when it is ready."""
        video = await self._own(request, visitor)
        site_state = self._host.site_state
        if video is None or video.state != "done":
            return failure(404, 5, "Video not found")
        if video.video_file.resolution != UPSCALED or video.id in site_state.upscaled:
            return failure(400, 9, "Only a 480p video can be upscaled")
        self._note("upscale", video, visitor)
        await self._host.pause(site_state.scenario.upscaling)
        site_state.upscale(video)
        return JSONResponse({"hdMediaUrl": site_state.hd_file_of(video)})

    async def delete(self, request: Request, visitor: Session) -> Response:
        """Remove a finished video with its file."""
        video = await self._own(request, visitor)
        if video is None or video.state == "loading":
            return failure(404, 5, "Video not found")
        self._note("delete", video, visitor)
        self._host.site_state.remove(video)
        return JSONResponse({})

    async def cancel(self, request: Request, visitor: Session) -> Response:
        """End a generation that is under way; it still counts against the quota."""
        video = await self._own(request, visitor)
        if video is None or video.state != "loading":
            return failure(404, 5, "Video not found")
        self._note("cancel", video, visitor)
        self._host.site_state.remove(video)
        return JSONResponse({})

    async def _own(self, request: Request, visitor: Session) -> Video | None:
        try:
            named = _Named.model_validate_json(await request.body())
        except ValidationError:
            return None
        video = self._host.site_state.video(named.id)
        return video if video is not None and video.user == visitor.user else None

    def _note(self, event: Event, video: Video, visitor: Session) -> None:
        facts = {"session": visitor.name, "user": visitor.user, "number": video.number}
        self._host.site_state.journal.note(event, post=video.post_id, video=video.id, **facts)
