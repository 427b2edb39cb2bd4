"""Finds the evidence files of a video, those of its last failure with evidence, as far as they still exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.record.storage.run_directory import RunDirectory


def bundle_files(directory: RunDirectory, video: VideoRecord) -> list[Path]:
    """Return the existing files in the last evidence folder of `video`."""
    files = [file for name in video.evidence if (file := directory.evidence(name)) is not None]
    return [file for file in files if file.parent == files[-1].parent and file.is_file()]


def bundle_file(directory: RunDirectory, video: VideoRecord, name: str) -> Path | None:
    """Return the file called `name` in the last evidence folder of `video`, or None."""
    return next((file for file in bundle_files(directory, video) if file.name == name), None)
