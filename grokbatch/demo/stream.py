"""The reply to a submit: JSON objects that arrive while the video is being made."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from grokbatch.demo.host import Host
    from grokbatch.demo.world import Video

GENERATION_FAILED = "Video generation failed"
_HEADERS = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]


class GenerationStream:
    """An ASGI reply that follows one video until its end; the generation itself does not depend on it."""

    def __init__(self, host: Host, video: Video, conversation: str) -> None:
        self._host = host
        self._video = video
        self._conversation = conversation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's shape
        """Send the objects as they become due, and stop when the reader goes away."""
        following = asyncio.create_task(self._follow(send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait((following, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            following.cancel()
        if following.done() and not following.cancelled():
            following.result()

    async def _follow(self, send: Send) -> None:
        await send(self._start())
        await _say(send, {"result": {"conversation": {"conversationId": self._conversation}}})
        if await self._tell_progress(send):
            # Without this last, empty chunk the server cuts the connection: a network error for the page.
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _start(self) -> dict[str, Any]:
        script = self._host.world.scenario.script(self._video.number or 0)
        # The page itself has to do it: a server cannot crash a browser.
        crash = [(b"x-demo-crash-at", b"%d" % script.event_percent)] if script.kind == "page_crash" else []
        return {"type": "http.response.start", "status": 200, "headers": _HEADERS + crash}

    async def _tell_progress(self, send: Send) -> bool:
        plan = self._video.plan
        assert plan is not None  # noqa: S101 - only generations are streamed
        for position, (when, percent) in enumerate(plan.steps):
            if plan.drops_at is not None and when >= plan.drops_at:
                return await self._reach(plan.drops_at) and False
            if not await self._reach(when):
                return True
            is_last = position == len(plan.steps) - 1
            told = {"result": {"response": self._response(percent, plan.ending if is_last else None)}}
            # Now and then two objects follow each other without a newline, as they do on the real site.
            await _say(send, told, "" if position % 3 == 1 else "\n")
        if plan.ending == "stuck":
            await self._host.pause(None)
        return True

    async def _reach(self, when: float) -> bool:
        return await self._host.pause(when - self._video.elapsed)

    def _response(self, percent: int, ending: str | None) -> dict[str, Any]:
        if ending == "generation_error":
            return {"error": {"code": 13, "message": GENERATION_FAILED}}
        width, height = self._video.film.size
        progress: dict[str, Any] = {
            "videoId": self._video.id,
            "progress": percent,
            "moderated": ending == "moderated",
            "videoPostId": self._video.post_id,
            "width": width,
            "height": height,
            "resolutionName": self._video.film.resolution,
            "aspectRatio": self._video.film.aspect,
        }
        if ending == "success":
            progress |= {
                "videoUrl": self._host.world.file_of(self._video),
                "thumbnailImageUrl": f"{self._video.folder}/preview_image.jpg",
                "assetId": self._video.id,
            }
        return {"streamingVideoGenerationResponse": progress}


async def _say(send: Send, told: dict[str, Any], end: str = "\n") -> None:
    body = json.dumps(told, separators=(",", ":")) + end
    await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
