"""The pictures that videos start from, kept in the run directory so that the wall can show them beside the videos."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from grokbatch.record.storage.private_files import private_folder, write_private

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.storage.run_directory import RunDirectory

LARGEST = 30_000_000
"""A picture of more bytes is not kept."""

_GIVEN = "given"
# How the files of the formats begin that browsers show; others, such as SVG, are not taken.
_FORMATS = {
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "avif": re.compile(rb".{4}ftypavi[fs]", re.DOTALL),
}


def is_kept(directory: RunDirectory, permalink: str) -> bool:
    """Whether the picture of the image post at `permalink` is there."""
    return _found(directory, _name_of(permalink)) is not None


def keep(directory: RunDirectory, permalink: str, content: bytes) -> None:
    """Keep the picture of the image post at `permalink`, unless `content` is not a picture. Raises OSError."""
    _write(directory, _name_of(permalink), content)


def keep_given(directory: RunDirectory, file: Path) -> None:
    """Keep the picture that the batch file names, for image posts whose own picture is not there. Raises OSError."""
    if file.stat().st_size <= LARGEST:
        _write(directory, _GIVEN, file.read_bytes())


def picture_of(directory: RunDirectory, permalink: str) -> Path | None:
    """Return the path of the picture that videos of the image post at `permalink` start from, or None."""
    return _found(directory, _name_of(permalink)) or _found(directory, _GIVEN)


def _name_of(permalink: str) -> str:
    return hashlib.sha256(permalink.encode()).hexdigest()[:16]


def _found(directory: RunDirectory, name: str) -> Path | None:
    paths = (directory.source_picture(f"{name}.{ending}") for ending in _FORMATS)
    return next((path for path in paths if path is not None and path.is_file()), None)


def _write(directory: RunDirectory, name: str, content: bytes) -> None:
    ending = next((ending for ending, begins in _FORMATS.items() if begins.match(content)), None)
    if ending is None or len(content) > LARGEST:
        return
    folder = private_folder(directory.sources)
    write_private(folder / f"{name}.{ending}", content)
    for other in _FORMATS.keys() - {ending}:
        (folder / f"{name}.{other}").unlink(missing_ok=True)
