"""The reply to a submit: JSON objects that arrive while the video is being made."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from grokbatch.demo.api.reply_shapes import Shape
    from grokbatch.demo.scenario.script import Script
    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.video import Video

GENERATION_FAILED = "Video generation failed"
STAYS_OPEN = 60.0


class GenerationStream:
    """An ASGI reply that follows one video until its end; the generation itself does not depend on it."""

    def __init__(self, host: Host, video: Video, shape: Shape, opening: list[dict[str, Any]]) -> None:
        self._host = host
        self._video = video
        self._shape = shape
        self._opening = opening

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's shape
        """Send the objects as they become due, and stop when the reader disconnects."""
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
        for told in self._opening:
            await self._say(send, told)
        if await self._tell_progress(send):
            # Without this last, empty chunk the server cuts the connection: a network error for the page.
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    @property
    def _script(self) -> Script:
        return self._host.site_state.scenario.script(self._video.number or 0, self._video.root_id)

    def _start(self) -> dict[str, Any]:
        script = self._script
        headers = [(b"content-type", self._shape.content_type), (b"cache-control", b"no-store")]
        # The page crashes itself when it reads this: a server cannot crash a browser.
        crash = [(b"x-demo-crash-at", b"%d" % script.event_percent)] if script.kind == "page_crash" else []
        return {"type": "http.response.start", "status": 200, "headers": headers + crash}

    async def _tell_progress(self, send: Send) -> bool:
        plan = self._video.plan
        assert plan is not None  # noqa: S101 - only generations are streamed
        for position, (when, percent) in enumerate(self._shape.steps(plan)):
            if plan.drops_at is not None and when >= plan.drops_at:
                return await self._reach(plan.drops_at) and plan.drops_cleanly
            if not await self._reach(when):
                return True
            is_last = (when, percent) == plan.steps[-1]
            # Now and then two objects follow each other without a newline, as they do on the real site.
            await self._tell(send, percent, plan.ending if is_last else None, "" if position % 3 == 1 else "\n")
        if plan.ending == "stuck":
            await self._host.pause(None)
        return await self._tell_rest(send, plan.ending)

    async def _tell_rest(self, send: Send, ending: str) -> bool:
        for told in self._shape.after(self._attachment()) if ending == "success" else ():
            await self._say(send, told)
        if self._shape.stays_open:
            await self._host.pause(STAYS_OPEN)
        return True

    async def _reach(self, when: float) -> bool:
        return await self._host.pause(when - self._video.elapsed)

    async def _tell(self, send: Send, percent: int, ending: str | None, end: str) -> None:
        if self._shape.shows_progress or ending in ("moderated", "generation_error"):
            await self._say(send, self._shape.wrapped(self._response(percent, ending)), end)

    def _response(self, percent: int, ending: str | None) -> dict[str, Any]:
        if ending == "generation_error":
            return {"error": {"code": 13, "message": GENERATION_FAILED}}
        progress = progress_of(self._video, percent)
        progress["moderated"] = ending == "moderated"
        if ending == "moderated" and self._script.kind == "photo_moderated":
            progress["isRootUserUploaded"] = True
        if ending == "success" and self._shape.names_file:
            progress |= file_facts(self._video, self._host.site_state.file_of(self._video))
        return {"streamingVideoGenerationResponse": progress}

    def _attachment(self) -> dict[str, str]:
        return attachment(self._video, self._host.site_state.file_of(self._video))

    async def _say(self, send: Send, told: dict[str, Any], end: str = "\n") -> None:
        await send({"type": "http.response.body", "body": self._shape.line(told, end), "more_body": True})


def progress_of(video: Video, percent: int) -> dict[str, Any]:
    """Return what a reply says of `video` at `percent`."""
    width, height = video.video_file.size
    return {
        "videoId": video.id,
        "progress": percent,
        "moderated": False,
        "videoPostId": video.post_id,
        "width": width,
        "height": height,
        "resolutionName": video.video_file.resolution,
        "aspectRatio": video.video_file.aspect,
    }


def file_facts(video: Video, address: str) -> dict[str, str]:
    """Return what a reply adds when `video` is finished."""
    return {"videoUrl": address, "thumbnailImageUrl": f"{video.folder}/preview_image.jpg", "assetId": video.id}


def attachment(video: Video, address: str) -> dict[str, str]:
    """Return the file of `video` as an answer's attachment."""
    return {"fileMetadataId": video.id, "fileMimeType": "video/mp4", "fileUri": address}


def question(message: str, image: str, response_id: str | None = None, asked: datetime | None = None) -> dict[str, Any]:
    """Return the question as a reply repeats it first, with the image as its attachment."""
    return {
        "responseId": response_id or str(uuid.uuid4()),
        "message": message,
        "sender": "human",
        "createTime": (asked or datetime.now(UTC)).isoformat().replace("+00:00", "Z"),
        "fileAttachments": [image],
    }


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
