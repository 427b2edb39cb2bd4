"""Puts the files that a worker on another computer sends into the run directory, each when it is whole.

What the other side says is checked: a name leads nowhere else, a file is as long as it was announced, and its hash is
the one that was told. No file is overwritten by another one.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any

from grokbatch.record.rules import video_files
from grokbatch.record.storage.private_files import private_folder, replace_when_free, write_private
from grokbatch.record.storage.run_directory import VIDEO_SUFFIX
from grokbatch.record.storage.sidecar import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grokbatch.record.storage.manifest_store import ManifestStore
    from grokbatch.run.plan import BatchPlan

FILE_MESSAGES = frozenset({"file", "piece", "end"})
"""The messages that bring a file, each by the key that tells it: what `sending.send_file` sends."""

INCOMING = ".incoming"
"""The folder, in the run directory, of files that are not whole yet."""

VIDEOS = "videos"
"""The kind of the files that go to the batch's folder for video files; all others go to the run directory."""

_OTHERS = frozenset({"posters", "debug", "sources"})
_KEPT_FREE = 50_000_000
_PIECE = 1 << 20
_LONGEST_NAME = 240


class PlacingError(Exception):
    """A file cannot be taken; the message says why."""


@dataclass(frozen=True)
class Destination:
    """Where the files of one batch go: its run directory, its folder for video files, and its manifest.

    `prompts` are those that its sidecars are to have, by video id: on the other computer they are never written.
    """

    root: Path
    videos: Path
    store: ManifestStore
    prompts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, batch: BatchPlan) -> Destination:
        """Return where the files of a batch of this run go."""
        prompts = {video.id: video.prompt for video in batch.videos} if batch.files.sidecar_prompt else {}
        return cls(batch.run_root, batch.files.folder, batch.store(), prompts)

    def shown(self, file: Path) -> str:
        """Return a file's path as the manifest holds it."""
        return file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else str(file)


@dataclass
class _Coming:
    to: Destination
    target: Path
    is_video: bool
    size: int
    part: Path
    file: IO[bytes]
    hash: Any = field(default_factory=hashlib.sha256)
    written: int = 0


class FilePlacer:
    """Takes the files of one worker, called `worker`, one after the other.

    `destination_of` returns where the files of the batch with a key go.
    """

    def __init__(self, worker: str, destination_of: Callable[[str], Destination]) -> None:
        self._worker, self._destination_of = worker, destination_of
        self._coming: _Coming | None = None

    def take(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Take one of the messages that bring a file, and return what to answer; raises PlacingError.

        A file is announced with its `kind`, its `name` with slashes, its `size` in bytes, and its `sha256`, then come
        its pieces, then its end. It is `placed` under the name that is answered, perhaps at once: then it was here.
        """
        if "file" in message:
            return self._begin(self._destination_of(message["batch"]), message["file"])
        if "piece" in message:
            self._write(message["piece"])
            return {"written": True}
        return {"placed": self._place(message["end"])}

    def _begin(self, to: Destination, told: dict[str, Any]) -> dict[str, Any]:
        self.close()
        target = _target(to, told["kind"], told["name"])
        folder = to.root / INCOMING
        try:
            if target.is_file() and target.stat().st_size == told["size"] and _hash_of(target) == told["sha256"]:
                self._note(to, target, target, told["sha256"])
                return {"placed": target.name}
            private_folder(folder)
            if shutil.disk_usage(folder).free < told["size"] + _KEPT_FREE:
                raise PlacingError(f"{to.root}: too little room for a file of {told['size'] / 1e6:.0f} MB")
            part = folder / f"{self._worker}.part"
            file = part.open("wb")
        except OSError as error:
            raise PlacingError(f"{error.filename or folder}: {error.strerror}") from None
        self._coming = _Coming(to, target, told["kind"] == VIDEOS, told["size"], part, file)
        return {"send": True}

    def _write(self, piece: bytes) -> None:
        coming = self._open()
        coming.written += len(piece)
        if coming.written > coming.size:
            self.close()
            raise PlacingError(f"{coming.target.name}: is longer than it was said to be")
        coming.hash.update(piece)
        try:
            coming.file.write(piece)
        except OSError as error:
            self.close()
            raise PlacingError(f"{coming.part}: {error.strerror}") from None

    def _place(self, sha256: str) -> str:
        """Put the file that has come to its place, record that, and return its name."""
        coming = self._open()
        if coming.written != coming.size or coming.hash.hexdigest() != sha256:
            self.close()
            raise PlacingError(f"{coming.target.name}: did not arrive as it was sent")
        try:
            coming.file.flush()
            os.fsync(coming.file.fileno())
            coming.file.close()
            coming.target.parent.mkdir(parents=True, exist_ok=True)
            target = _free(coming.target) if coming.is_video else coming.target
            if _is_same_disk(coming.part, target):
                replace_when_free(lambda: coming.part.replace(target))
            else:
                shutil.move(coming.part, target)
        except OSError as error:
            self.close()
            raise PlacingError(f"{error.filename or coming.target}: {error.strerror}") from None
        self._coming = None
        if coming.is_video and target.suffix == SUFFIX:
            _add_prompt(coming.to, target)
        self._note(coming.to, coming.target, target, sha256)
        return target.name

    def close(self) -> None:
        """Give up a file that is not whole; safe to call twice."""
        coming, self._coming = self._coming, None
        if coming is not None:
            with suppress(OSError):  # what it still holds does not fit on the disk
                coming.file.close()
            coming.part.unlink(missing_ok=True)

    def _open(self) -> _Coming:
        if self._coming is None:
            raise PlacingError("no file was begun")
        return self._coming

    def _note(self, to: Destination, wanted: Path, target: Path, sha256: str) -> None:
        """Record that a video file is here, if it is one."""
        if target.suffix == VIDEO_SUFFIX:
            with to.store.transaction() as manifest:
                video_files.collected(manifest, to.shown(wanted), to.shown(target), sha256)


def _add_prompt(to: Destination, sidecar: Path) -> None:
    """Write the prompt into a sidecar, if sidecars are to have it."""
    if to.prompts:
        told = json.loads(sidecar.read_text(encoding="utf-8"))
        completed = {**told, "prompt": to.prompts.get(str(told.get("id")))}
        write_private(sidecar, json.dumps(completed, indent=2, ensure_ascii=False) + "\n")


def _target(to: Destination, kind: str, name: str) -> Path:
    """Return where a file goes; raises PlacingError for a name that no file of a worker has."""
    parts = PurePosixPath(name).parts
    is_plain = bool(parts) and all(map(_is_plain, parts))
    if kind == VIDEOS:
        if is_plain and parts[-1].endswith((VIDEO_SUFFIX, SUFFIX)):
            return to.videos.joinpath(*parts)
    elif is_plain and len(parts) > 1 and parts[0] in _OTHERS:
        return to.root.joinpath(*parts)
    raise PlacingError("a file with a name that no file of a worker has")


def _is_plain(part: str) -> bool:
    is_short = len(part.encode(errors="replace")) <= _LONGEST_NAME
    return is_short and part != ".." and not any(sign < " " or sign in "/\\:\x7f" for sign in part)


def _free(target: Path) -> Path:
    number, free = 1, target
    while os.path.lexists(free) and free.suffix == VIDEO_SUFFIX:
        number += 1
        free = target.with_stem(f"{target.stem}~{number}")
    return free


def _is_same_disk(part: Path, target: Path) -> bool:
    return part.stat().st_dev == target.parent.stat().st_dev


def _hash_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
