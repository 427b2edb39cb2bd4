"""The wall that is given out: drawn anew whenever the manifest or the picks have changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.manifest_store import ManifestStore, ManifestUnreadableError, ManifestView
from grokbatch.record.storage.picks import parse_picks
from grokbatch.record.storage.private_files import write_private
from grokbatch.review.wall.content import saved_picks, wall_videos
from grokbatch.review.wall.page import wall_data, wall_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.run_directory import RunDirectory


@dataclass(frozen=True)
class Contents:
    """What is given out: the page, its data as JSON with a tag that changes with it, and the files by their keys."""

    page: str
    data: str
    tag: str
    files: Mapping[str, Path]


class ServedWall:
    """The wall of a run directory and its picks, as they stand; used by several threads."""

    def __init__(self, directory: RunDirectory, *, show_prompts: bool = False) -> None:
        self._directory = directory
        self._show_prompts = show_prompts
        self._view = ManifestView(ManifestStore(directory.manifest))
        self._lock = Lock()
        self._drawn_of: Manifest | None = None
        self._picks: tuple[int, int, int] | None = None
        self._contents: Contents | None = None

    def contents(self) -> Contents:
        """Return the wall as it stands; while the manifest cannot be read, as it was before.

        Raises OSError and ManifestUnreadableError if it could never be read.
        """
        with self._lock:
            try:
                manifest = self._view.manifest()
            except (OSError, ManifestUnreadableError):
                if self._contents is None:
                    raise
                return self._contents
            picks = _stamp(self._directory.picks)
            if self._contents is None or manifest is not self._drawn_of or picks != self._picks:
                self._drawn_of, self._picks = manifest, picks
                self._contents = _drawn(self._directory, manifest, show_prompts=self._show_prompts)
            return self._contents

    def save(self, text: bytes) -> None:
        """Write the text of a `picks.yaml`; raises PicksError if it is none of these videos, and OSError."""
        with self._lock:
            manifest = self._view.manifest()
            parse_picks(text, self._directory.picks.name, manifest=manifest.id, videos=choosable(manifest))
            write_private(self._directory.picks, text)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _drawn(directory: RunDirectory, manifest: Manifest, *, show_prompts: bool) -> Contents:
    files: dict[str, Path] = {}
    shown = [
        replace(
            video,
            file=_address(video.file, directory, files),
            hd=_address(video.hd, directory, files),
            poster=_address(video.poster, directory, files),
            source=_address(video.source, directory, files),
        )
        for video in wall_videos(directory, manifest, show_prompts=show_prompts)
    ]
    told = (manifest.batch, shown, manifest.id, saved_picks(directory, manifest.id))
    data = json.dumps(wall_data(*told, shows_prompts=show_prompts), ensure_ascii=False)
    page = wall_html(*told, shows_prompts=show_prompts, is_served=True)
    return Contents(page, data, f'"{hashlib.sha256(data.encode()).hexdigest()[:32]}"', files)


def _address(place: Path | str | None, directory: RunDirectory, files: dict[str, Path]) -> Path | None:
    """Return the address of a file as seen from the page, and note the file under its key.

    Nothing in an address is ever taken for a path: only files that the page shows have a key.
    """
    if not isinstance(place, Path):
        return None
    key = hashlib.sha256(str(place).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    files[key] = directory.wall.parent / place
    return Path("files", key, place.name)
