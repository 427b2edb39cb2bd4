"""Lists of the chosen videos for other programs: a playlist, an edit list, and ratings beside the files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.record.storage.picks import Pick

_USUAL_RATE = 24
_BEGIN = 60 * 60
"""Seconds: programmes begin at one hour, which leaves room for a leader."""
_LONGEST_TITLE = 70
_X, _RDF, _XMP = "adobe:ns:meta/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://ns.adobe.com/xap/1.0/"


@dataclass(frozen=True)
class Listed:
    """A video file in a list; `place` is its path as seen from the list, with slashes."""

    place: str
    name: str
    title: str
    seconds: float
    rate: float | None = None
    has_sound: bool = False


def playlist(batch: str, files: Sequence[Listed]) -> str:
    """Return an M3U8 playlist."""
    lines = [f"#EXTINF:{file.seconds:.3f},{_one_line(file.title)}\n{_as_path(file.place)}" for file in files]
    return "\n".join(["#EXTM3U", f"#PLAYLIST:{_one_line(batch)}", *lines, ""])


def edit_list(batch: str, files: Sequence[Listed]) -> str:
    """Return a CMX3600 edit list (EDL): all clips whole, with hard cuts, at the rate of the first one.

    Editing programs find the files by the names in the remarks.
    """
    rate = round(rate_of(files[0])) if files else _USUAL_RATE
    lines = [f"TITLE: {_ascii(batch)[:_LONGEST_TITLE]}", "FCM: NON-DROP FRAME"]
    at = _BEGIN * rate
    for number, file in enumerate(files, 1):
        length = frames_of(file, rate)
        times = " ".join(_timecode(frame, rate) for frame in (0, length, at, at + length))
        track = "B" if file.has_sound else "V"
        lines += [
            "",
            f"{number:03d}  AX       {track:<5} C        {times}",
            f"* FROM CLIP NAME: {_one_line(file.name)}",
        ]
        at += length
    return "\n".join([*lines, ""])


def rate_of(file: Listed) -> float:
    """Return the pictures per second of a file, a usual number if nobody knows."""
    return file.rate or _USUAL_RATE


def frames_of(file: Listed, rate: float) -> int:
    """Return how many whole pictures of this rate are in a file."""
    return max(1, int(file.seconds * rate + 0.01))


def xmp(pick: Pick) -> str:
    """Return the text of an XMP file with the rating of a video; a rejected one has -1, as in Adobe's programs."""
    for prefix, space in (("x", _X), ("rdf", _RDF), ("xmp", _XMP)):
        ElementTree.register_namespace(prefix, space)
    root = ElementTree.Element(f"{{{_X}}}xmpmeta")
    about = ElementTree.SubElement(ElementTree.SubElement(root, f"{{{_RDF}}}RDF"), f"{{{_RDF}}}Description")
    about.set(f"{{{_RDF}}}about", "")
    about.set(f"{{{_XMP}}}Rating", str(-1 if pick.keep is False else pick.rating or 0))
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def _as_path(place: str) -> str:
    """Return a path that no player takes for a remark."""
    return f"./{place}" if place.startswith("#") else place


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+", " ", text)


def _ascii(text: str) -> str:
    return _one_line(text).encode("ascii", "replace").decode()


def _timecode(frame: int, rate: int) -> str:
    seconds, frames = divmod(frame, rate)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"
