"""Copies the files of picked videos."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import is_there
from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.private_files import new_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.run_directory import RunDirectory


def copy_files(directory: RunDirectory, manifest: Manifest, ids: Iterable[str], target: Path) -> int:
    """Copy the files of the videos `ids`, HD files included, to the folder `target`; return how many there are.

    A file of the same size that is already there is not copied again. Raises OSError.
    """
    target.mkdir(parents=True, exist_ok=True)
    known = choosable(manifest)
    videos = [known[name] for name in ids if name in known]
    files = [file for video in videos for file in (video.download, video.hd)]
    named = [directory.video_file(file.path) for file in files if is_there(file)]
    there = [path for path in named if path is not None]
    for path in there:
        _copy(path, target / path.name)
    return len(there)


def _copy(source: Path, target: Path) -> None:
    if target.is_symlink() or not target.exists() or target.stat().st_size != source.stat().st_size:
        part = target.with_name(f"{target.name}.part")
        with source.open("rb") as video_file, new_file(part) as copy:
            shutil.copyfileobj(video_file, copy)
        shutil.copystat(source, part)
        part.replace(target)
