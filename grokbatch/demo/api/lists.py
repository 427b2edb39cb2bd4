"""The lists that the page of today loads by itself: a user's images and videos, and an image's conversation."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grokbatch.demo.api.auth import failure, member
from grokbatch.demo.api.reply_shapes import Shape
from grokbatch.demo.api.stream import attachment, file_facts, progress_of, question
from grokbatch.demo.api.submits import CONVERSATION
from grokbatch.demo.clips.clips import USUAL, clip_bytes
from grokbatch.demo.scenario.users import DEMO_USER, user_id

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from grokbatch.demo.state.host import Host
    from grokbatch.demo.state.sessions import Session
    from grokbatch.demo.state.site_state import SiteState
    from grokbatch.demo.state.video import Video

LONGEST_PAGE = 40
KIND = "conversationKind"


class Lists:
    """Serves the lists; they hold each video with its prompt and time."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/rest/assets", member(self._host, self.assets)),
            Route("/rest/assets/{asset:uuid}", member(self._host, self.delete), methods=["DELETE"]),
            Route(CONVERSATION, member(self._host, self.answers)),
        ]

    async def assets(self, request: Request, visitor: Session) -> Response:  # noqa: ARG002 - a handler's shape
        """List images and finished videos of the visitor, the newest first."""
        site_state = self._host.site_state
        made = [video for root in site_state.images() for video in _finished(site_state, visitor, root)]
        made.sort(key=lambda video: video.created, reverse=True)
        listed = [_asset(site_state, video, visitor) for video in made]
        return JSONResponse({"assets": [*listed, *map(_image, site_state.images())][:LONGEST_PAGE]})

    async def delete(self, request: Request, visitor: Session) -> Response:
        """Remove one of the visitor's own finished videos."""
        site_state = self._host.site_state
        video = site_state.video(str(request.path_params["asset"]))
        if video is None or video.user != visitor.user or video.state == "loading":
            return failure(404, 5, "Asset not found")
        site_state.journal.note("delete", session=visitor.name, user=visitor.user, post=video.post_id, video=video.id)
        site_state.remove(video)
        return JSONResponse({})

    async def answers(self, request: Request, visitor: Session) -> Response:
        """List the conversation about an image; without a kind in the query, in the form of the replies."""
        site_state = self._host.site_state
        root = site_state.root_of_conversation(request.path_params["conversation"], visitor.user)
        if root is None:
            return failure(404, 5, "Conversation not found")
        seen = site_state.seen_by(visitor.user, root)
        made = [video for video in seen if video.state == "done"]
        if KIND in request.query_params:
            return JSONResponse({"responses": [entry for video in made for entry in _entries(site_state, video)]})
        replay = Shape("hoisted", is_conversing=True)
        ended = [video for video in seen if video.state in ("done", "moderated")]
        lines = [replay.line(told) for video in ended for told in _replayed(replay, site_state, video)]
        return Response(b"".join(lines), media_type="application/json")


def _finished(site_state: SiteState, visitor: Session, root: str) -> list[Video]:
    return [video for video in site_state.seen_by(visitor.user, root) if video.state == "done"]


def _asset(site_state: SiteState, video: Video, visitor: Session) -> dict[str, Any]:
    width, height = video.video_file.size
    wanted = {"duration": video.video_file.seconds, "resolution": video.video_file.resolution}
    told: dict[str, Any] = {
        "assetId": video.id,
        "key": site_state.file_of(video),
        "mimeType": "video/mp4",
        "sizeBytes": len(clip_bytes(video.video_file, video.id)),
        "width": width,
        "height": height,
        "createTime": _time(video.created),
        "mediaGenInput": ({"prompt": video.prompt} if video.prompt else {}) | wanted,
        "sourceConversationId": site_state.conversation(video.root_id, visitor.user),
        "responseId": video.response_id,
    }
    return told | ({"hdKey": site_state.hd_file_of(video)} if video.id in site_state.upscaled else {})


def _image(root: str) -> dict[str, Any]:
    width, height = USUAL.size
    facts = {"assetId": root, "key": f"users/{user_id(DEMO_USER)}/{root}/content", "mimeType": "image/jpeg"}
    return {**facts, "width": width, "height": height}


def _entries(site_state: SiteState, video: Video) -> list[dict[str, Any]]:
    asked = _asked(video)
    file = attachment(video, site_state.file_of(video)) | {"createTime": _time(video.created)}
    answer = {
        "responseId": video.response_id,
        "parentResponseId": asked["responseId"],
        "sender": "ASSISTANT",
        "message": "",
        "prompt": video.prompt,
        "createTime": _time(video.created),
        "fileAttachmentsMetadata": [file],
    }
    return [asked, answer]


def _replayed(shape: Shape, site_state: SiteState, video: Video) -> list[dict[str, Any]]:
    is_moderated = video.state == "moderated"
    told = progress_of(video, 100)
    told |= {"moderated": True} if is_moderated else file_facts(video, site_state.file_of(video))
    return [shape.wrapped({"userResponse": _asked(video)}), shape.wrapped({"streamingVideoGenerationResponse": told})]


def _asked(video: Video) -> dict[str, Any]:
    message = f"{video.prompt} --mode=custom" if video.prompt else "--mode=normal"
    return question(message, video.root_id, str(uuid.uuid5(uuid.UUID(video.id), "question")), video.created)


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
