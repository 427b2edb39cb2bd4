"""The rules of the manifest about video files: downloaded, missing, inspected, and deleted on the site.

Pure functions on a `Manifest`, like those of `grokbatch.record.rules.ledger`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.record.model.manifest import FileRecord, FileState, Manifest, Wanted, is_there
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.failing import FailureLimits, weigh_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_NO_LIMITS = FailureLimits()


@dataclass(frozen=True)
class Inspection:
    """The result of inspecting a video's file: the missed expectations in words, its poster and its fingerprint."""

    misses: tuple[str, ...] = ()
    poster: str | None = None
    fingerprint: str = ""


def brought(
    manifest: Manifest, video_id: str, file: FileRecord, *, hd: bool = False, limits: FailureLimits = _NO_LIMITS
) -> None:
    """Record the result of downloading a file of `video_id`, the upscaled one with `hd`."""
    video = manifest.videos[video_id]
    file = structs.replace(file, run=manifest.run)
    if hd:
        video.hd = file
    else:
        video.download = file
    weigh_file(manifest, video, limits, file.at, is_there=file.state is not FileState.FAILED)


def not_brought(manifest: Manifest, video_id: str, wanted: Wanted, message: str, now: datetime) -> None:
    """Record as failed the `wanted` files of `video_id` that nobody will download, if the video is completed."""
    video = manifest.videos[video_id]
    if video.status is not Status.COMPLETED:
        return
    lost = FileRecord(state=FileState.FAILED, message=message, at=now)
    if wanted.download and video.download is None:
        video.download = lost
    if wanted.hd and video.hd is None:
        video.hd = lost


def gone(manifest: Manifest, video_id: str, video_files: Iterable[FileRecord], message: str, now: datetime) -> None:
    """Record that downloaded files are no longer on disk, so that they are downloaded and inspected again."""
    video = manifest.videos[video_id]
    for video_file in video_files:
        lost = FileRecord(
            state=FileState.FAILED, path=video_file.path, message=message, attempts=video_file.attempts, at=now
        )
        if video_file is video.hd:
            video.hd = lost
        else:
            video.download, video.is_inspected = lost, False


def collected(manifest: Manifest, path: str, new_path: str, sha256: str) -> None:
    """Record that a file, which the manifest knows by `path` on another computer, is on disk here as `new_path`."""
    for video in manifest.videos.values():
        for file in (video.download, video.hd):
            is_it = file is not None and file.state is FileState.ON_HOST and file.path == path
            if file is not None and is_it and file.sha256 == sha256:
                file.state, file.path, file.host = FileState.DONE, new_path, ""


def lost_with_host(manifest: Manifest, host: str, now: datetime) -> int:
    """Record that the files on `host` are lost, so that they are downloaded again; return how many there were."""
    number = 0
    for video in manifest.videos.values():
        on_host = [file for file in (video.download, video.hd) if file is not None and file.host == host]
        gone(manifest, video.id, on_host, f"{host}, which had its file, is gone", now)
        number += len(on_host)
    return number


def inspected(manifest: Manifest, video_id: str, seen: Inspection) -> None:
    """Record the result of inspecting the file of `video_id`."""
    video = manifest.videos[video_id]
    video.misses, video.poster, video.fingerprint = list(seen.misses), seen.poster, seen.fingerprint
    video.is_inspected = True


def not_inspected(manifest: Manifest, video_id: str) -> None:
    """Record that nobody will inspect the file of `video_id`, so that nobody waits for what is found in it."""
    if is_there(manifest.videos[video_id].download):
        manifest.videos[video_id].is_inspected = True


def removed(manifest: Manifest, video_id: str, now: datetime) -> None:
    """Record that `video_id` was deleted on the site."""
    video = manifest.videos[video_id]
    video.removed_at, video.not_removed = now, ""


def not_removed(manifest: Manifest, video_id: str, reason: str) -> None:
    """Record why `video_id` could not be deleted on the site."""
    manifest.videos[video_id].not_removed = reason
