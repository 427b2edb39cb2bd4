"""The asset host: video files and still pictures, for signed-in browsers only."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.responses import Response
from starlette.routing import Route

from grokbatch.demo.clips.clips import clip_bytes, look_for, look_of, still_bytes
from grokbatch.demo.scenario.users import DEMO_USER, user_id
from grokbatch.demo.web.file_responses import File, ranged, transferred

if TYPE_CHECKING:
    from starlette.requests import Request

    from grokbatch.demo.clips.clips import DemoClip
    from grokbatch.demo.scenario.values import Transfer
    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.journal import Event
    from grokbatch.demo.state.video import Video


TWIN = "00000000-0000-4000-8000-000000000000"
"""The name under which the same clip is made for every video with the transfer `twin`."""


class Assets:
    """Serves `/users/<uid>/…`."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes of the asset host."""
        generated = "/users/{user_id}/generated/{video_id}"
        return [
            Route(f"{generated}/generated_video.mp4", self.video),
            Route(f"{generated}/generated_video_hd.mp4", self.upscaled),
            Route("/clips/{video_id}/video.mp4", self.video),
            Route(f"{generated}/preview_image.jpg", self.preview),
            Route(f"/users/{user_id(DEMO_USER)}/{{post_id:uuid}}/content", self.image),
        ]

    async def video(self, request: Request) -> Response:
        """Serve a finished video's file; `dl` in the query makes it a download."""
        video = self._known(request)
        if isinstance(video, Response):
            return video
        if not video.has_file(self._host.site_state.scenario.asset_delay):
            return Response("not found", 404)
        return await self._file(request, video, video.video_file)

    async def upscaled(self, request: Request) -> Response:
        """Serve the larger file of a video that was upscaled."""
        video = self._known(request)
        if isinstance(video, Response):
            return video
        if video.id not in self._host.site_state.upscaled:
            return Response("not found", 404)
        return await self._file(request, video, replace(video.video_file, resolution="720p"))

    async def _file(self, request: Request, video: Video, video_file: DemoClip) -> Response:
        headers = {"content-type": "video/mp4", "cache-control": "private, max-age=3600"}
        if "dl" in request.query_params:
            headers["content-disposition"] = f'attachment; filename="grok-video-{video.id}.mp4"'
            self._note("download", request, video)
        lasting = self._host.site_state.lasting_transfer(video)
        way = lasting if _is_for_the_page(request) else self._way(request, video)
        name = TWIN if "twin" in (way, lasting) else video.id
        file = File(clip_bytes(video_file, name), self._host.site_state.scenario.padding)
        if way == "held":
            await self._host.pause(None)
        if way in ("whole", "twin"):
            return ranged(file, request.headers.get("range"), headers)
        return transferred(file, way, headers)

    async def preview(self, request: Request) -> Response:
        """Serve a video's still picture."""
        video = self._known(request)
        return video if isinstance(video, Response) else _picture(look_of(video.video_file.size, video.id))

    async def image(self, request: Request) -> Response:
        """Serve a post's image."""
        if not self._host.may_fetch(request):
            return Response("forbidden", 403)
        return _picture(look_for(str(request.path_params["post_id"])))

    def _known(self, request: Request) -> Video | Response:
        if not self._host.may_fetch(request):
            return Response("forbidden", 403)
        video = self._host.site_state.video(request.path_params["video_id"])
        user = request.path_params.get("user_id")
        is_there = video is not None and user in (None, user_id(video.user))
        return video if video is not None and is_there else Response("not found", 404)

    def _way(self, request: Request, video: Video) -> Transfer:
        way = self._host.site_state.transfer(video)
        self._note("transfer", request, video, outcome=way)
        return way

    def _note(self, event: Event, request: Request, video: Video, **more: str) -> None:
        facts = {"number": video.number, "post": video.post_id, "video": video.id}
        self._host.site_state.journal.note(event, **facts, **more, **self._host.facts(request))


def _is_for_the_page(request: Request) -> bool:
    """Whether the file is read by the page's player or a script, and is not downloaded."""
    asked = request.headers
    return asked.get("sec-fetch-dest") == "video" or asked.get("sec-fetch-mode") == "cors"


def _picture(look: str) -> Response:
    headers = {"content-type": "image/jpeg", "cache-control": "private, max-age=3600"}
    return Response(still_bytes(look), headers=headers)
