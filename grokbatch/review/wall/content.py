"""What the wall of a batch shows: its manifest, seen from the folder of the page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.record.manifest import FileRecord, VideoRecord, is_there
from grokbatch.record.outcome import Status
from grokbatch.record.picks import Picks, PicksError, read_picks
from grokbatch.review.wall.page import WallVideo, write_wall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grokbatch.record.manifest import Manifest
    from grokbatch.record.rundir import RunDirectory


def build_wall(directory: RunDirectory, manifest: Manifest, *, share: Path | None = None) -> Path:
    """Write the wall of a batch and return where; `share`: a copy for others, without alias, addresses and messages.

    Raises OSError.
    """
    path = directory.wall if share is None else share
    twins = _twins(manifest)
    videos = [
        _shown(video, manifest, directory, path.parent, twins.get(video.id, ()), public=share is not None)
        for video in manifest.videos.values()
    ]
    write_wall(path, manifest.batch, videos, manifest.id, None if share else _picks(directory, manifest))
    return path


def _twins(manifest: Manifest) -> Mapping[str, tuple[str, ...]]:
    prints = {video.id: video.fingerprint for video in manifest.videos.values() if video.fingerprint}
    if len(prints) < 2:
        return {}
    # Imported here: it loads numpy.
    from grokbatch.media.twins import near_twins

    groups = near_twins(prints)
    return {name: tuple(other for other in group if other != name) for group in groups for name in group}


def _picks(directory: RunDirectory, manifest: Manifest) -> Picks | None:
    try:
        return read_picks(directory.picks, manifest=manifest.id) if directory.picks.exists() else None
    except PicksError:
        return None  # the page begins without; what is wrong is told where the file is used


def _shown(
    video: VideoRecord, manifest: Manifest, directory: RunDirectory, base: Path, twins: tuple[str, ...], *, public: bool
) -> WallVideo:
    last = video.attempts[-1] if video.attempts else None
    file = video.download if is_there(video.download) else None
    is_made = video.status is Status.COMPLETED
    return WallVideo(
        id=video.id,
        status=video.status,
        category=video.category,
        message="" if public else video.message,
        address=None if public else video.page_url,
        file=_seen_from(base, directory, file),
        poster=_relative(base, directory.root / video.poster) if video.poster else None,
        hd=_seen_from(base, directory, video.hd if is_there(video.hd) else None),
        width=file.width if file else video.width,
        height=file.height if file else video.height,
        duration=file.duration if file else video.duration,
        size=file.size if file else video.size,
        account="" if public else manifest.account,
        worker=video.worker or "",
        attempts=len(video.attempts),
        missed=(*video.misses, *([video.degraded] if video.degraded else [])),
        twins=twins,
        made_at=last.ended_at if last and is_made else None,
        seconds=video.seconds,
    )


def _seen_from(base: Path, directory: RunDirectory, file: FileRecord | None) -> Path | None:
    return _relative(base, directory.root / file.path) if file else None


def _relative(base: Path, path: Path) -> Path:
    try:
        return Path(os.path.relpath(path, base))
    except ValueError:
        return path  # another drive of Windows
