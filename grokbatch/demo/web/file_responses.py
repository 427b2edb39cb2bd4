"""Responses with a video's file: whole, in part, or with one of the errors that transfers can have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response, StreamingResponse

from grokbatch.demo.clips.clips import LOOKS, still_bytes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from grokbatch.demo.scenario.values import Transfer

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_ZEROS = bytes(1 << 20)
_INSTEAD = "<!doctype html><title>Just a moment...</title><p>Just a moment...</p>"


@dataclass(frozen=True)
class File:
    """A video file, followed by an MP4 box with so many bytes of padding, to get a file of any size."""

    video_file: bytes
    padding: int = 0

    @property
    def head(self) -> bytes:
        """The video file and the header of the padding box."""
        return self.video_file + (self.padding + 8).to_bytes(4, "big") + b"free" if self.padding else self.video_file

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return len(self.head) + self.padding

    async def pieces(self, first: int, end: int) -> AsyncIterator[bytes]:
        """Yield the bytes from `first` to before `end`, in small pieces."""
        head = self.head
        if first < len(head):
            yield head[first : min(end, len(head))]
        left = end - max(first, len(head))
        while left > 0:
            yield _ZEROS[:left]
            left -= len(_ZEROS)


def ranged(file: File, wanted: str | None, headers: dict[str, str]) -> Response:
    """Return `file`, or the part of it that a Range header asks for (206; 416 if it is outside of the file)."""
    headers = headers | {"accept-ranges": "bytes"}
    match = _RANGE.fullmatch(wanted or "")
    if match is None or not any(match.groups()):
        return _part(file, 0, file.size, headers)
    first, last = _bounds(match[1], match[2], file.size)
    if first > last:
        return Response(status_code=416, headers={"content-range": f"bytes */{file.size}"})
    headers["content-range"] = f"bytes {first}-{last}/{file.size}"
    return _part(file, first, last + 1, headers, 206)


def transferred(file: File, way: Transfer, headers: dict[str, str]) -> Response:
    """Return `file` with the error of this kind of transfer, whatever part of it was asked for."""
    if way == "page":
        return HTMLResponse(_INSTEAD)
    if way == "jpeg":
        return Response(still_bytes(LOOKS[0]), headers=headers | {"content-type": "image/jpeg"})
    if way == "error":
        return Response("service unavailable", 503)
    if way == "short":
        return _part(file, 0, file.size // 2, headers)
    if way == "cut":
        return _CutOff(file.pieces(0, file.size // 2), headers=headers | {"content-length": str(file.size)})
    return StreamingResponse(file.pieces(0, file.size), headers=headers)


class _CutOff(StreamingResponse):
    """A reply that promises more than it sends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's shape
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        async for piece in self.body_iterator:
            # Without a last piece the server cuts the connection.
            await send({"type": "http.response.body", "body": piece, "more_body": True})


def _part(file: File, first: int, end: int, headers: dict[str, str], status: int = 200) -> Response:
    length = {"content-length": str(end - first)}
    return StreamingResponse(file.pieces(first, end), status, headers=headers | length)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1
