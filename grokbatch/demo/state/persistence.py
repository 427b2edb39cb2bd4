"""Saves finished videos, so that a rehearsal that is resumed later finds the videos that it made."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from grokbatch.demo.clips.clips import DemoClip  # noqa: TC001 - pydantic reads it

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from grokbatch.demo.state.video import Video


class Kept(BaseModel):
    """A finished video."""

    id: str
    post_id: str
    root_id: str
    user: str
    video_file: DemoClip
    upscaled: bool = False
    created: datetime = Field(default_factory=lambda: datetime.now(UTC))


_FORM = TypeAdapter(list[Kept])


@dataclass(frozen=True)
class SavedVideos:
    """Saves finished videos in `files`, each of which holds all of them; without files it saves nothing."""

    files: tuple[Path, ...] = ()

    def recall(self) -> list[Kept]:
        """Return the videos in all files; a missing or damaged file counts as empty."""
        found: dict[str, Kept] = {}
        for file in self.files:
            with suppress(OSError, ValidationError):
                found |= {kept.id: kept for kept in _FORM.validate_json(file.read_bytes())}
        return list(found.values())

    def keep(self, videos: Iterable[Video], upscaled: Container[str] = ()) -> None:
        """Replace what is saved by `videos`, and by the ids of those that were `upscaled`."""
        text = _FORM.dump_json([_kept(video, upscaled=video.id in upscaled) for video in videos])
        for file in self.files:
            # If nothing can be written, the site goes on without saving.
            with suppress(OSError):
                beside = file.with_name(f"{file.name}.{os.getpid()}.new")
                beside.write_bytes(text)
                beside.replace(file)


def _kept(video: Video, *, upscaled: bool) -> Kept:
    return Kept(
        id=video.id,
        post_id=video.post_id,
        root_id=video.root_id,
        user=video.user,
        video_file=video.video_file,
        upscaled=upscaled,
        created=video.created,
    )
