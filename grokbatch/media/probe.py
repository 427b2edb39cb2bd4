"""What a video file is: how long, how large, which bytes."""

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
    """A whole video file.

    `duration` in seconds, `width` and `height` in pixels, `frames_per_second` 0 if the file does not tell, `has_audio`
    whether it has a sound track, `size` in bytes, `sha256` of all of them as hexadecimal digits.
    """

    duration: float
    width: int
    height: int
    frames_per_second: float
    has_audio: bool
    size: int
    sha256: str


def read_facts(path: Path) -> VideoFacts:
    """Read the facts of a video file, whatever it is called, and prove on the way that it is whole.

    Raises `DamagedFileError` if it is anything less than a whole MP4 with pictures, and `OSError` if it cannot
    be read. The file is read twice, block by block: 200 MB need no more memory than 2 MB.
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
