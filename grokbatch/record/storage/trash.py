"""The bin for video files that were rejected: `.trash` beside them, from which they can be brought back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import FileState, is_there
from grokbatch.record.storage.run_directory import VIDEO_SUFFIX
from grokbatch.record.storage.sidecar import sidecar_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from grokbatch.record.model.manifest import FileRecord, VideoRecord
    from grokbatch.record.storage.run_directory import RunDirectory

FOLDER = ".trash"


@dataclass(frozen=True)
class StoredFile:
    """A video file on disk, and its record in the manifest, None if it has none any more; `size` is in bytes."""

    record: FileRecord | None
    path: Path
    size: int

    @property
    def is_in_trash(self) -> bool:
        """Whether it is in the bin."""
        return self.path.parent.name == FOLDER


@dataclass(frozen=True)
class Failure:
    """A file that could not be moved or deleted, and the reason."""

    path: Path
    reason: str


def stored_files(directory: RunDirectory, videos: Iterable[VideoRecord]) -> Iterator[StoredFile]:
    """Yield the files of the videos that are on disk; links are left alone."""
    for video in videos:
        for record in (video.download, video.hd):
            path = directory.video_file(record.path) if is_there(record) else None
            if record is not None and path is not None and path.is_file() and not path.is_symlink():
                yield StoredFile(record, path, path.stat().st_size)


def stray_files(directory: RunDirectory, known: Collection[Path]) -> list[StoredFile]:
    """Return the video files in the bin that no record leads to, such as those from before `--fresh`."""
    folder = (directory.output or directory.root / "videos") / FOLDER
    if folder.is_symlink():
        return []
    found = (path for path in sorted(folder.glob(f"*{VIDEO_SUFFIX}")) if path not in known and not path.is_symlink())
    return [StoredFile(None, path, path.stat().st_size) for path in found]


def throw_away(directory: RunDirectory, files: Iterable[StoredFile]) -> list[Failure]:
    """Move the files into the bin and change their records, which must be written to the manifest then."""
    return [failure for file in files if (failure := _moved(directory, file, file.path.parent / FOLDER))]


def bring_back(directory: RunDirectory, files: Iterable[StoredFile]) -> list[Failure]:
    """Move the files out of the bin and change their records, which must be written to the manifest then."""
    return [failure for file in files if (failure := _moved(directory, file, file.path.parent.parent))]


def delete(files: Iterable[StoredFile]) -> list[Failure]:
    """Delete the files; their records then say that nobody wants them, so that no run fetches them."""
    failures = []
    for file in files:
        try:
            file.path.unlink()
            sidecar_of(file.path).unlink(missing_ok=True)
        except OSError as error:
            failures.append(Failure(file.path, error.strerror or type(error).__name__))
        else:
            if file.record is not None:
                file.record.state = FileState.DISCARDED
    return failures


def fetch_again(videos: Iterable[VideoRecord]) -> tuple[list[str], list[str]]:
    """Forget that files were deleted, so that the next run fetches them.

    Returns the ids of the videos, and of those that the site does not have any more.
    """
    wanted: list[str] = []
    lost: list[str] = []
    for video in videos:
        is_gone = [file is not None and file.state is FileState.DISCARDED for file in (video.download, video.hd)]
        if any(is_gone) and video.removed_at is not None:
            lost.append(video.id)
        elif any(is_gone):
            wanted.append(video.id)
            if is_gone[0]:
                video.download, video.is_inspected = None, False
            if is_gone[1]:
                video.hd = None
    return wanted, lost


def _moved(directory: RunDirectory, file: StoredFile, folder: Path) -> Failure | None:
    try:
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            return Failure(folder, "is a link, not a folder")
        target = _free(folder / file.path.name)
        file.path.rename(target)
    except OSError as error:
        return Failure(file.path, error.strerror or type(error).__name__)
    if file.record is not None:
        is_absolute = PurePath(file.record.path).is_absolute()
        file.record.path = str(target) if is_absolute else target.relative_to(directory.root).as_posix()
    try:
        sidecar_of(file.path).rename(sidecar_of(target))
    except FileNotFoundError:
        return None  # nobody needs one
    except OSError as error:
        return Failure(sidecar_of(file.path), error.strerror or type(error).__name__)
    return None


def _free(target: Path) -> Path:
    """Return `target`, or the first numbered name after it that is free, so that no other file is overwritten."""
    stem, number = target.stem, 2
    while os.path.lexists(target):
        target = target.with_stem(f"{stem}~{number}")
        number += 1
    return target
