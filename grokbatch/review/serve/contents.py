"""The wall that is given out: drawn anew whenever the manifest or the picks have changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.manifest_store import ManifestStore, ManifestUnreadableError, ManifestView
from grokbatch.record.storage.picks import parse_picks
from grokbatch.record.storage.private_files import write_private
from grokbatch.review.wall.content import wall_batch, with_different_names
from grokbatch.review.wall.page import wall_data, wall_html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.review.wall.content import WallSource
    from grokbatch.review.wall.page import WallVideo


@dataclass(frozen=True)
class Contents:
    """What is given out: the page, its data as JSON with a tag that changes with it, and the files by their keys."""

    page: str
    data: str
    tag: str
    files: Mapping[str, Path]


class ServedWall:
    """The wall of one or several run directories and their picks, as they stand; used by several threads."""

    def __init__(self, *sources: WallSource) -> None:
        self._sources = sources
        self._folder = sources[0].directory.wall.parent
        self._views = [ManifestView(ManifestStore(source.directory.manifest)) for source in sources]
        self._lock = Lock()
        self._drawn_of: list[_State] = []
        self._contents: Contents | None = None

    def contents(self) -> Contents:
        """Return the wall as it stands; while a manifest cannot be read, as it was before.

        Raises OSError and ManifestUnreadableError if it could never be read.
        """
        with self._lock:
            try:
                states = [_State(view.manifest(), _stamp(source.directory.picks)) for source, view in self._parts()]
            except (OSError, ManifestUnreadableError):
                if self._contents is None:
                    raise
                return self._contents
            if self._contents is None or states != self._drawn_of:
                self._drawn_of = states
                self._contents = self._drawn(states)
            return self._contents

    def save(self, text: bytes) -> None:
        """Write the text of a `picks.yaml` beside the manifest that it names.

        Raises PicksError if it is not about the videos there, and OSError.
        """
        with self._lock:
            named = parse_picks(text, self._sources[0].directory.picks.name).manifest
            parts = [(source.directory.picks, view.manifest()) for source, view in self._parts()]
            path, manifest = next((part for part in parts if part[1].id == named), parts[0])
            parse_picks(text, path.name, manifest=manifest.id, videos=choosable(manifest))
            write_private(path, text)

    def _parts(self) -> Iterator[tuple[WallSource, ManifestView]]:
        return zip(self._sources, self._views, strict=True)

    def _drawn(self, states: Sequence[_State]) -> Contents:
        files: dict[str, Path] = {}
        batches = [
            wall_batch(source.directory, state.manifest, folder=self._folder, show_prompts=source.show_prompts)
            for source, state in zip(self._sources, states, strict=True)
        ]
        shown = [
            replace(batch, videos=[_with_addresses(video, self._folder, files) for video in batch.videos])
            for batch in with_different_names(batches)
        ]
        shows_prompts = all(source.show_prompts for source in self._sources)
        data = json.dumps(wall_data(*shown, shows_prompts=shows_prompts), ensure_ascii=False)
        page = wall_html(*shown, shows_prompts=shows_prompts, is_served=True)
        return Contents(page, data, f'"{hashlib.sha256(data.encode()).hexdigest()[:32]}"', files)


class _State(NamedTuple):
    """What a wall is drawn of: the manifest of a batch, and which file of picks there was."""

    manifest: Manifest
    picks: tuple[int, int, int] | None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _with_addresses(video: WallVideo, folder: Path, files: dict[str, Path]) -> WallVideo:
    return replace(
        video,
        file=_address(video.file, folder, files),
        hd=_address(video.hd, folder, files),
        poster=_address(video.poster, folder, files),
        source=_address(video.source, folder, files),
    )


def _address(place: Path | str | None, folder: Path, files: dict[str, Path]) -> Path | None:
    """Return the address of a file as seen from the page, and note the file under its key.

    Nothing in an address is ever taken for a path: only files that the page shows have a key.
    """
    if not isinstance(place, Path):
        return None
    key = hashlib.sha256(str(place).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    files[key] = folder / place
    return Path("files", key, place.name)
