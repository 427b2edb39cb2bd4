"""Reads the facts of a video file: its duration, sizes and checksum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.media.errors import DamagedFileError
from grokbatch.media.frames import SHORTEST, length_of, opened, pictures_of
from grokbatch.media.integrity import prove_contents, prove_structure

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer


@dataclass(frozen=True)
class VideoFacts:
    """The facts of a complete video file.

    `duration` is in seconds, `width` and `height` are in pixels, `size` is in bytes. `frames_per_second` is 0 if it is
    unknown. `has_audio`: whether there is a sound track. `sha256` is the file's checksum in hexadecimal digits.
    """

    duration: float
    width: int
    height: int
    frames_per_second: float
    has_audio: bool
    size: int
    sha256: str


def read_facts(path: Path) -> VideoFacts:
    """Return the facts of a video file, after checking that it is complete.

    Raises `DamagedFileError` if it is not a complete MP4 with pictures, and `OSError` if it cannot be read. The file is
    read twice in small blocks, so that the memory needed does not grow with its size.
    """
    prove_structure(path)
    size = path.stat().st_size
    with opened(path) as video_file:
        prove_contents(path, video_file, size)
        duration, width, height, frames_per_second = _measured(path, video_file)
        has_audio = bool(video_file.streams.audio)
    return VideoFacts(duration, width, height, frames_per_second, has_audio, size, file_digest(path))


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _measured(path: Path, video_file: InputContainer) -> tuple[float, int, int, float]:
    pictures = pictures_of(path, video_file)
    duration = length_of(video_file)
    if duration < SHORTEST:
        raise DamagedFileError(path, "tells no length")
    rate = float(pictures.average_rate or pictures.guessed_rate or 0)
    return round(duration, 3), pictures.codec_context.width, pictures.codec_context.height, round(rate, 3)
