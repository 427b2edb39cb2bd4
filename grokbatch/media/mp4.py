"""Reads how complete an MP4 file is, and its size and duration, from its boxes (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class FileFacts:
    """A video file: `size` in bytes, `duration` in seconds, `width` and `height` in pixels."""

    size: int
    duration: float | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Box:
    """One box of the file: `start` and `end` are offsets in bytes, the header included."""

    kind: str
    start: int
    end: int


def top_boxes(data: bytes, total: int | None = None) -> list[Box]:
    """Return the boxes at the top of `data`; the last may end after `total` if the file is cut off."""
    return [*_boxes(data, 0, len(data) if total is None else total)]


def is_complete(boxes: Sequence[Box], total: int) -> bool:
    """Whether a file of `total` bytes with these top boxes has all parts and ends where they say."""
    kinds = {box.kind for box in boxes}
    return {"ftyp", "moov", "mdat"} <= kinds and boxes[-1].end == total


def movie_facts(movie: bytes, size: int) -> FileFacts:
    """Return what the `moov` box tells; `size` is the file's."""
    duration = width = height = None
    for box in _inside(movie, 0, len(movie), "moov"):
        if box.kind == "mvhd":
            duration = _duration(movie[box.start + 8 : box.end])
        if box.kind == "trak":
            for part in _boxes(movie, box.start + 8, box.end):
                if part.kind == "tkhd":
                    width, height = _picture(movie[part.end - 8 : part.end]) or (width, height)
    return FileFacts(size, duration, width, height)


def _inside(data: bytes, start: int, end: int, kind: str) -> Iterator[Box]:
    for box in _boxes(data, start, end):
        if box.kind == kind:
            yield from _boxes(data, box.start + 8, box.end)


def _boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    while at + 8 <= min(end, len(data)):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length == 1 and at + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, at + 8)
        elif length == 0:
            length = end - at  # the box reaches to the end of the file
        if length < 8:
            return
        yield Box(kind.decode("latin-1"), at, at + length)
        at += length


def _duration(header: bytes) -> float | None:
    layout, at = (">IQ", 20) if header[:1] == b"\x01" else (">II", 12)
    if len(header) < at + struct.calcsize(layout):
        return None
    scale, length = struct.unpack_from(layout, header, at)
    return length / scale if scale and length else None


def _picture(fixed: bytes) -> tuple[int, int] | None:
    if len(fixed) != 8:
        return None
    width, height = (value >> 16 for value in struct.unpack(">II", fixed))
    return (width, height) if width and height else None
