"""The rules of the manifest about video files: brought to disk, gone from it, looked into, deleted on the site.

Pure functions on a `Manifest`, as those of `grokbatch.record.rules.ledger`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.record.model.manifest import FileRecord, FileState, Manifest, Wanted
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.failing import Row, weigh_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_NO_ROW = Row()


@dataclass(frozen=True)
class Inspection:
    """What a look into a video's file found: missed expectations in words, a poster, a fingerprint."""

    misses: tuple[str, ...] = ()
    poster: str | None = None
    fingerprint: str = ""


def brought(manifest: Manifest, video_id: str, file: FileRecord, *, hd: bool = False, row: Row = _NO_ROW) -> None:
    """Record what came of bringing a file of `video_id` to disk."""
    video = manifest.videos[video_id]
    file = structs.replace(file, run=manifest.run)
    if hd:
        video.hd = file
    else:
        video.download = file
    weigh_file(manifest, video, row, file.at, is_there=file.state is FileState.DONE)


def not_brought(manifest: Manifest, video_id: str, wanted: Wanted, message: str, now: datetime) -> None:
    """Record that nobody brings the `wanted` files of `video_id`, if it is completed, of which nothing is known."""
    video = manifest.videos[video_id]
    if video.status is not Status.COMPLETED:
        return
    lost = FileRecord(state=FileState.FAILED, message=message, at=now)
    if wanted.download and video.download is None:
        video.download = lost
    if wanted.hd and video.hd is None:
        video.hd = lost


def gone(manifest: Manifest, video_id: str, video_files: Iterable[FileRecord], message: str, now: datetime) -> None:
    """Record that files which were brought are not there any more: they are to be fetched, and looked into, again."""
    video = manifest.videos[video_id]
    for video_file in video_files:
        lost = FileRecord(
            state=FileState.FAILED, path=video_file.path, message=message, attempts=video_file.attempts, at=now
        )
        if video_file is video.hd:
            video.hd = lost
        else:
            video.download, video.is_inspected = lost, False


def inspected(manifest: Manifest, video_id: str, seen: Inspection) -> None:
    """Record what was found in the file of `video_id`."""
    video = manifest.videos[video_id]
    video.misses, video.poster, video.fingerprint = list(seen.misses), seen.poster, seen.fingerprint
    video.is_inspected = True


def removed(manifest: Manifest, video_id: str, now: datetime) -> None:
    """Record that `video_id` was deleted on the site."""
    video = manifest.videos[video_id]
    video.removed_at, video.not_removed = now, ""


def not_removed(manifest: Manifest, video_id: str, reason: str) -> None:
    """Record why `video_id` could not be deleted on the site."""
    manifest.videos[video_id].not_removed = reason
