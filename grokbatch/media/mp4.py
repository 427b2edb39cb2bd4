"""Reads the boxes of an MP4 file (ISO/IEC 14496-12): whether it is complete, its picture size and its duration."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_HEADER, _LONGEST_HEADER = 8, 16


@dataclass(frozen=True)
class FileFacts:
    """The facts in a file's `moov` box: `size` in bytes, `duration` in seconds, `width` and `height` in pixels."""

    size: int
    duration: float | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True)
class Box:
    """One box of the file: `start` and `end` are offsets in bytes, with the header included."""

    kind: str
    start: int
    end: int


def top_boxes(data: bytes, total: int | None = None) -> list[Box]:
    """Return the top-level boxes that begin in `data`; the last one may end after `total` bytes, if data is missing.

    `total` is the size of the whole file, if `data` is only its beginning.
    """
    return [*_boxes(data, 0, len(data) if total is None else total)]


def boxes_of_file(file: BinaryIO, size: int) -> Iterator[Box]:
    """Yield the top-level boxes of a file of `size` bytes, of which only the headers are read.

    Raises ValueError if bytes are left that are no box.
    """
    at = 0
    while at < size:
        file.seek(at)
        header = file.read(_LONGEST_HEADER)
        if len(header) < _HEADER:
            yield Box("", at, at + _HEADER)  # an incomplete header
            return
        box = _box(header, 0, size - at)
        if box is None:
            raise ValueError(f"no box begins at byte {at}")
        yield Box(box.kind, at, at + box.end)
        at += box.end


def is_complete(boxes: Sequence[Box], total: int) -> bool:
    """Whether a file of `total` bytes with these top-level boxes has all necessary ones and ends with the last."""
    kinds = {box.kind for box in boxes}
    return {"ftyp", "moov", "mdat"} <= kinds and boxes[-1].end == total


def movie_facts(movie: bytes, size: int) -> FileFacts:
    """Return the facts in the `moov` box `movie` of a file of `size` bytes."""
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
    while at + _HEADER <= min(end, len(data)):
        box = _box(data, at, end)
        if box is None:
            return
        yield box
        at = box.end


def _box(data: bytes, at: int, end: int) -> Box | None:
    """Return the box whose header begins at `at` in a part that ends at `end`; None if that is no header."""
    length, kind = struct.unpack_from(">I4s", data, at)
    shortest = _HEADER
    if length == 1:
        long = data[at + _HEADER : at + _LONGEST_HEADER]
        # If the long header is incomplete, the length becomes so large that the box ends after any file.
        length = int.from_bytes(long.rjust(8, b"\xff"))
        shortest = _LONGEST_HEADER
    elif length == 0:
        length = end - at  # the box reaches to the end of the file
    return Box(kind.decode("latin-1"), at, at + length) if length >= shortest else None


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
