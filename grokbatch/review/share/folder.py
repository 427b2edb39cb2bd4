"""Writes the copy for others: the folder `share/` in the run directory, which needs no other files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.storage.private_files import write_whole
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.counts import BatchResult
from grokbatch.review.report.page import report_text
from grokbatch.review.report.video import ReportPage
from grokbatch.review.share.public import public_copy
from grokbatch.review.share.video_files import MODE, copy_video_files, open_folder
from grokbatch.review.wall.content import wall_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest


@dataclass(frozen=True)
class _SharedDirectory(RunDirectory):
    """The folder of the copy; its pages embed posters from the run directory `source`."""

    source: RunDirectory | None = None

    @property
    def posters(self) -> Path:
        return self.source.posters if self.source else super().posters


def build_share(
    directory: RunDirectory, manifest: Manifest, began_at: datetime, now: datetime, only: Iterable[str] | None = None
) -> list[str]:
    """Write report, wall and video files of a batch for others; `began_at` is the time when this run began.

    `only` are the ids of the videos to share, None: all. Returns the names of the video files that are left out because
    they contain something that others must not see. Raises OSError.
    """
    chosen = [name for name in manifest.videos if only is None or name in set(only)]
    share = _SharedDirectory(directory.share, source=directory)
    open_folder(share.root)
    video_files, left_out = copy_video_files(directory, manifest, chosen, share.root)
    public = public_copy(manifest, _posters(directory, manifest, share.root), video_files, chosen)
    result = BatchResult(public.batch, public, share, began_at)
    # Pictures are inside of both pages: each shows them wherever it is alone.
    _write(share.wall, wall_text(share, public, pictures_inside=True, report=share.report))
    _write(share.report, report_text(result, now, ReportPage(share.report, self_contained=True), for_others=True))
    return left_out


def _posters(directory: RunDirectory, manifest: Manifest, share: Path) -> dict[str, str]:
    made = ((video.id, directory.poster(video.poster)) for video in manifest.videos.values() if video.poster)
    return {name: os.path.relpath(poster, share) for name, poster in made if poster is not None}


def _write(path: Path, text: str) -> None:
    write_whole(path, text)
    path.chmod(MODE)
