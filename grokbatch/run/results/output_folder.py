"""The folder for video files: checked before anything is paid; and video files that were removed from it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import is_there
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules import video_files
from grokbatch.review.formatting import some

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from grokbatch.record.model.manifest import FileRecord, Manifest, VideoRecord
    from grokbatch.run.plan import BatchPlan

ROOM = 16_000_000
"""Bytes that must be free for each video file that is still to come; larger files are rare."""

_PROBE = bytes(1 << 16)


class OutputError(Exception):
    """Video files cannot be written to their folder; the text names the folder and says why."""


def check(folder: Path, number: int = 1) -> None:
    """Raise OutputError unless `folder` exists and has room for `number` video files."""
    if not folder.is_dir():
        raise OutputError(f"{folder}: is no folder" if folder.exists() else f"{folder}: is gone")
    try:
        # Written as a try, because permissions and quotas cannot be read reliably.
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(_PROBE)
            probe.flush()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror}") from None
    if free < ROOM * number:
        raise OutputError(
            f"{folder}: {free / 1e6:.0f} MB are free, too little for the videos under way; make room there"
        )


def prepare(batch: BatchPlan) -> None:
    """Make the folder of `batch` and check that video files can be written to it; raises OutputError."""
    if not batch.files.wants_any:
        return
    folder = batch.files.folder
    try:
        if batch.store().exists():
            check_not_gone(folder, batch.run_root, batch.store().read())
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise OutputError(f"{folder}: is no folder") from None
    except OSError as error:
        raise OutputError(f"{error.filename or folder}: {error.strerror}") from None
    check(folder)


def check_not_gone(folder: Path, run_root: Path, manifest: Manifest) -> None:
    """Raise OutputError if the folder is outside of the run directory and gone, with files that were in it.

    Probably its disk is not connected: every file would be downloaded again, to the wrong disk.
    """
    if folder.exists() or folder.is_relative_to(run_root):
        return
    files = [file for video in manifest.videos.values() for file in (video.download, video.hd)]
    if number := sum(is_there(file) and (run_root / file.path).is_relative_to(folder) for file in files):
        raise OutputError(
            f"{folder}: is gone, with {number} files; bring it back, or make an empty folder to download them again"
        )


@dataclass(frozen=True)
class Gone:
    """Videos whose files are gone: `fetched` can be downloaded again, `lost` were deleted on the site."""

    fetched: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def lines(self, batch: BatchPlan) -> Iterable[str]:
        """Yield the lines that tell the user of them."""
        where = f"{batch.display}: gone from {batch.files.folder}"
        if self.fetched:
            yield f"{where}: {some(self.fetched)}; fetched again, not made again"
        if self.lost:
            yield f"{where}: {some(self.lost)}; cannot be fetched again: deleted on the site"


def note_gone(batch: BatchPlan, manifest: Manifest, now: datetime) -> Gone:
    """Record which downloaded video files are gone, so that they are downloaded again."""
    gone = [(video, files) for video in manifest.videos.values() if (files := _gone_files(batch, video))]
    for video, files in gone:
        if video.removed_at is None:
            video_files.gone(manifest, video.id, files, f"its file is gone from {batch.files.folder}", now)
    return Gone(
        tuple(video.id for video, _ in gone if video.removed_at is None),
        tuple(video.id for video, _ in gone if video.removed_at is not None),
    )


def is_left(batch: BatchPlan, video: VideoRecord) -> bool:
    """Whether a file of a completed video is still wanted, or has to be downloaded again."""
    is_gone = video.removed_at is None and bool(_gone_files(batch, video))
    return is_gone or video.lacks(batch.files.wanted_of(video.id))


def _gone_files(batch: BatchPlan, video: VideoRecord) -> list[FileRecord]:
    """Return the wanted video files that were downloaded and are gone."""
    if video.status is not Status.COMPLETED:
        return []
    wanted = batch.files.wanted_of(video.id)
    files = [(wanted.download, video.download), (wanted.hd, video.hd)]
    return [
        video_file
        for is_wanted, video_file in files
        if is_wanted and is_there(video_file) and not _is_on_disk(batch, video_file)
    ]


def _is_on_disk(batch: BatchPlan, video_file: FileRecord) -> bool:
    path = batch.run_directory.video_file(video_file.path)
    return path is not None and path.is_file()
