"""The chosen videos as a timeline for editing programs: an OpenTimelineIO file, written by that library."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from grokbatch.review.export.lists import frames_of, rate_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from grokbatch.review.export.lists import Listed


class NoLibraryError(Exception):
    """OpenTimelineIO is not installed; the message says what to type."""


def timeline(batch: str, files: Sequence[Listed]) -> str:
    """Return a timeline with all clips whole and hard cuts, pictures and sound; it names the files as a link does.

    Raises NoLibraryError.
    """
    otio = library()
    pictures = otio.schema.Track("pictures", kind=otio.schema.TrackKind.Video)
    sound = otio.schema.Track("sound", kind=otio.schema.TrackKind.Audio)
    for file in files:
        rate = rate_of(file)
        whole = otio.opentime.TimeRange(
            otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(frames_of(file, rate), rate)
        )
        clip = otio.schema.Clip(file.name, otio.schema.ExternalReference(quote(file.place, safe="/:"), whole), whole)
        clip.metadata["grokbatch"] = {"title": file.title}
        pictures.append(clip)
        sound.append(clip.clone() if file.has_sound else otio.schema.Gap(source_range=whole))
    has_sound = any(file.has_sound for file in files)
    made = otio.schema.Timeline(batch)
    made.tracks.extend([pictures, sound] if has_sound else [pictures])
    return f"{made.to_json_string()}\n"


def library() -> ModuleType:
    """Return OpenTimelineIO, which has no built packages for each version of Python; raises NoLibraryError."""
    try:
        import opentimelineio
    except ImportError:
        raise NoLibraryError(how_to_get_it(sys.version_info[:2])) from None
    return opentimelineio  # type: ignore[no-any-return]


def how_to_get_it(python: tuple[int, int]) -> str:
    """Return what to do without OpenTimelineIO in this version of Python."""
    if python > _LAST_PYTHON:
        last, this = (".".join(map(str, version)) for version in (_LAST_PYTHON, python))
        return (
            f"--timeline needs OpenTimelineIO, which is there for Python up to {last}; this is {this}: take --edit-list"
        )
    return (
        "--timeline needs OpenTimelineIO; to install it, type: python -m pip install 'grokbatch[timeline]'; "
        "or take --edit-list instead"
    )


_LAST_PYTHON = (3, 13)
"""The last version of Python for which there are built packages of OpenTimelineIO."""
