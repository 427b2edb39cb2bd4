"""Makes posters: a small picture from each video, which pages show until the video is played."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, features

from grokbatch.media.errors import DamagedFileError
from grokbatch.media.frames import frames_at, length_of, opened
from grokbatch.media.measures import BLACK_LEVEL, VISIBLE_SHARE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_BYTES = 15_000
"""The largest size of a poster, in bytes, so that a page with 100 videos opens at once."""

QUALITIES = (80, 60, 40, 20)
"""The qualities of encoding that are tried in turn; if all are too large, the width is halved."""


def write_poster(path: Path, target: Path, width: int = 320, at: float = 0.5) -> Path:
    """Write a picture from a video, `width` pixels wide, or as wide as the video if that is less; return its path.

    It is the frame at the share `at` of the duration, or a later one if that is black. By default it is in the middle,
    because all videos of a batch begin with the same image. The path is `target` with `.webp` added, or `.jpg` if
    Pillow cannot write WebP; the file is replaced atomically. Raises `DamagedFileError` and `OSError`.
    """
    suffix, kind = (".webp", "WEBP") if features.check("webp") else (".jpg", "JPEG")
    poster = target.with_name(target.name + suffix)
    part = poster.with_name(f"{poster.name}.part")
    picture = _encoded(_picture(path, width, at), kind)
    try:
        part.unlink(missing_ok=True)  # writing to a link would change the file that it leads to
        part.write_bytes(picture)
        part.replace(poster)
    finally:
        part.unlink(missing_ok=True)
    return poster


def _picture(path: Path, width: int, at: float) -> Image.Image:
    picture = None
    for picture in _candidates(path, width, at):
        if not _is_black(picture):
            return picture
    if picture is None:
        raise DamagedFileError(path, "holds no pictures that can be played")
    return picture


def _candidates(path: Path, width: int, at: float) -> Iterator[Image.Image]:
    """Yield the wanted frame, then later ones, all in the size of the poster."""
    with opened(path) as video_file:
        length = length_of(video_file)
        shares = (at, *(share for share in (0.25, 0.5, 0.75, 1.0) if share > at))
        for frame in frames_at(path, video_file, [length * share for share in shares]):
            wide = min(width, frame.width)
            high = max(1, round(frame.height * wide / frame.width))
            yield Image.fromarray(frame.reformat(wide, high, "rgb24", interpolation="AREA").to_ndarray())


def _is_black(picture: Image.Image) -> bool:
    return bool(np.quantile(np.asarray(picture.convert("L")), 1 - VISIBLE_SHARE) < BLACK_LEVEL)


def _encoded(picture: Image.Image, kind: str) -> bytes:
    for quality in QUALITIES:
        file = io.BytesIO()
        picture.save(file, kind, quality=quality)
        if file.tell() <= MOST_BYTES:
            return file.getvalue()
    return _encoded(picture.reduce(2), kind)
