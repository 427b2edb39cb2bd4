"""Reads the outer structure of an MP4 file from disk (ISO/IEC 14496-12), whatever its size."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Box:
    """A box at the top of the file; `end` is where it says that it ends, in bytes from the file's beginning."""

    kind: bytes
    end: int


def top_boxes(file: BinaryIO, size: int) -> Iterator[Box]:
    """Yield the boxes of a file of `size` bytes; raises `ValueError` where there is none though bytes are left."""
    at = 0
    while at < size:
        file.seek(at)
        box = _box(file.read(16), at, size)
        yield box
        at = box.end


def _box(header: bytes, at: int, size: int) -> Box:
    if len(header) < 8:
        return Box(b"", at + 8)  # a header that is cut off
    length, kind = struct.unpack_from(">I4s", header)
    shortest = 8
    if length == 1:
        (length,) = struct.unpack(">Q", header[8:16].rjust(8, b"\xff"))
        shortest = 16
    elif length == 0:
        length = size - at  # the box reaches to the end of the file
    if length < shortest:
        raise ValueError(f"no box begins at byte {at}")
    return Box(kind, at + length)
