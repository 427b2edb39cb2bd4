"""The sidecar: a JSON file beside each video file that says where it comes from, with the prompt only on request."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grokbatch.record.storage.private_files import write_private, write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import FileRecord, VideoRecord

SUFFIX = ".json"


class Origin(BaseModel):
    """What is known of a video before it is made; `prompt` is None unless the batch asks for it in sidecars."""

    model_config = ConfigDict(frozen=True)

    batch: str
    index: int
    id: str
    account: str
    permalink: str
    asked: dict[str, str] = Field(default_factory=dict)
    number: int = Field(1, description="of its prompt in the batch, from 1")
    name: str = ""
    axes: dict[str, str] = Field(default_factory=dict)
    prompt: str | None = Field(None, repr=False)


class Sidecar(Origin):
    """The contents of a sidecar; `duration` in seconds, `width` and `height` in pixels, `size` in bytes."""

    video_id: str
    video_url: str
    page_url: str
    attempts: int
    submitted_at: datetime | None = None
    finished_at: datetime | None = None
    downloaded_at: datetime
    duration: float | None = None
    width: int | None = None
    height: int | None = None
    size: int | None = None
    sha256: str


def sidecar_of(file: Path) -> Path:
    """Return the path of a video file's sidecar."""
    return file.with_suffix(SUFFIX)


def write_sidecar(target: Path, origin: Origin, record: VideoRecord, file: FileRecord) -> None:
    """Write the sidecar of the file `target` atomically, readable by its owner only if it has the prompt.

    Raises OSError.
    """
    last = record.attempts[-1] if record.attempts else None
    told = Sidecar(
        **origin.model_dump(),
        video_id=record.video_id or "",
        video_url=record.video_url or "",
        page_url=record.page_url or "",
        attempts=len(record.attempts),
        submitted_at=last and last.submitted_at,
        finished_at=last and last.ended_at,
        downloaded_at=file.at,
        duration=file.duration,
        width=file.width,
        height=file.height,
        size=file.size,
        sha256=file.sha256,
    )
    plain = told.model_dump(mode="json", exclude={"prompt"} if told.prompt is None else None)
    write = write_whole if told.prompt is None else write_private
    write(sidecar_of(target), json.dumps(plain, indent=2, ensure_ascii=False) + "\n")


def read_sidecar(file: Path) -> Sidecar | None:
    """Return the sidecar of `file`, or None if there is none or it cannot be read."""
    try:
        return Sidecar.model_validate_json(sidecar_of(file).read_bytes())
    except (OSError, ValidationError):
        return None
