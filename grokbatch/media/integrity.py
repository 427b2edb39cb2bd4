"""Checks that a file is a complete MP4, with nothing missing at its end or in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.media.errors import DamagedFileError
from grokbatch.media.frames import pictures_of
from grokbatch.media.mp4 import boxes_of_file

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream


def prove_structure(path: Path) -> None:
    """Raise `DamagedFileError` unless all top-level boxes are there; takes a few reads, whatever the file's size."""
    size = path.stat().st_size
    if not size:
        raise DamagedFileError(path, "is empty (0 bytes)")
    with path.open("rb") as file:
        stranger = _stranger(file.read(512))
        if stranger:
            raise DamagedFileError(path, stranger)
        try:
            boxes = list(boxes_of_file(file, size))
        except ValueError as problem:
            raise DamagedFileError(path, f"is damaged: {problem}") from problem
    if boxes[-1].end > size:
        raise DamagedFileError(path, f"is cut off: {size:,} bytes are there, it needs {boxes[-1].end:,} or more")
    for kind, meaning in (("moov", "index"), ("mdat", "media data")):
        if kind not in {box.kind for box in boxes}:
            raise DamagedFileError(path, f"is cut off: its {meaning} ({kind}) is missing")


def _stranger(beginning: bytes) -> str:
    """Return what a file with this beginning is instead of an MP4, or an empty string if it may be one."""
    if beginning[4:8] in {b"ftyp", b"styp", b"moov", b"free", b"skip", b"wide", b"mdat"}:
        return ""
    text = beginning.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")):
        return "is a web page, not a video"
    if text.startswith((b"{", b"[")) or all(byte in range(9, 127) for byte in beginning):
        return "is a text, not a video"
    return "is not an MP4 file"


def prove_contents(path: Path, video_file: InputContainer, size: int) -> None:
    """Raise `DamagedFileError` unless all data in the index is there and the first picture can be decoded.

    A fragmented file that was cut off between two fragments passes as a shorter video: it has no sign of the rest.
    """
    pictures = pictures_of(path, video_file)
    needed = max((entry.pos + entry.size for stream in video_file.streams for entry in stream.index_entries), default=0)
    if needed > size:
        raise DamagedFileError(path, f"is cut off: {size:,} bytes are there, its index needs {needed:,}")
    for packet in video_file.demux(pictures):
        if _is_hole(packet):
            raise DamagedFileError(path, f"is damaged after {_moment(packet):.1f} s")
    video_file.seek(0)
    if next(video_file.decode(pictures), None) is None:
        raise DamagedFileError(path, "holds no pictures that can be played")


def _is_hole(packet: Packet[VideoStream]) -> bool:
    """Whether the packet has only zeros at its beginning: its space was allocated, but never written."""
    return packet.size > 0 and not any(memoryview(packet)[:16])


def _moment(packet: Packet[VideoStream]) -> float:
    return (packet.pts or 0) * float(packet.time_base or 0)
