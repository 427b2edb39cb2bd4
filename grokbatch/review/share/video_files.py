"""Copies the video files for others: with neutral names, and without metadata in which the site may name the user."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from grokbatch.media.errors import DamagedFileError
from grokbatch.record.storage.private_files import new_file
from grokbatch.review.share.public import VIDEOS, file_names, public_ids, secrets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest, VideoRecord
    from grokbatch.record.storage.run_directory import RunDirectory

_BLOCK = 1 << 20
MODE, FOLDER_MODE = 0o644, 0o755
"""The modes of files and folders in the copy, which everybody may read."""


def copy_video_files(
    directory: RunDirectory, manifest: Manifest, only: Iterable[str], share: Path
) -> tuple[list[str], list[str]]:
    """Copy the files of the videos `only` to the folder `share`; return the names of those copied and those left out.

    A file that is already there is not copied again, and other files in the folder are deleted. Raises OSError.
    """
    folder = open_folder(share / VIDEOS)
    hidden = secrets(manifest)
    names = public_ids(manifest)
    videos = {names[name]: manifest.videos[name] for name in only}
    done = {name: _copy(source, folder / name, hidden) for name, source in _sources(directory, videos)}
    there = [name for name, is_there in done.items() if is_there]
    for file in folder.iterdir():
        if file.name not in there:
            file.unlink()
    return there, [name for name in done if name not in there]


def open_folder(path: Path) -> Path:
    """Create the folder `path`, which everybody may read, and return it; a link with this name is replaced."""
    if path.is_symlink():
        path.unlink()
    path.mkdir(exist_ok=True)
    path.chmod(FOLDER_MODE)
    return path


def _sources(directory: RunDirectory, videos: Mapping[str, VideoRecord]) -> Iterator[tuple[str, Path]]:
    for called, video in videos.items():
        for name, file in file_names(video, called):
            source = directory.video_file(file.path)
            if source is not None and source.is_file():
                yield name, source


def _copy(source: Path, target: Path, hidden: frozenset[bytes]) -> bool:
    """Copy a video file and return True, or False if it contains something `hidden` that cannot be removed."""
    when = source.stat()
    if target.exists() and target.stat().st_mtime_ns == when.st_mtime_ns:
        return True
    part = target.with_name(f"{target.name}.part")
    try:
        with source.open("rb") as video_file, new_file(part) as copy:
            shutil.copyfileobj(video_file, copy)
        if _holds(part, hidden) and not _bared(source, part, hidden):
            return False
        part.chmod(MODE)
        os.utime(part, ns=(when.st_mtime_ns, when.st_mtime_ns))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return True


def _bared(source: Path, part: Path, hidden: frozenset[bytes]) -> bool:
    # Imported here: it loads the decoder, which most copies do not need.
    from grokbatch.media.strip_metadata import write_bare

    try:
        write_bare(source, part)
    except DamagedFileError:
        return False
    return not _holds(part, hidden)


def _holds(file: Path, words: frozenset[bytes]) -> bool:
    """Whether a file contains one of the words, even across the boundary of two blocks."""
    longest = max(map(len, words), default=1)
    end = b""
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            seen = end + block
            if any(word in seen for word in words):
                return True
            end = seen[-longest:]
    return False
