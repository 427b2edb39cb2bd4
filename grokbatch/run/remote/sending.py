"""Sends the files that a worker on another computer has written to its controller, while the next video is made."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.record.storage.sidecar import SUFFIX, sidecar_of
from grokbatch.run.records.over_channel import ConnectionLostError
from grokbatch.run.remote.placing import VIDEOS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PIECE = 256 * 1024
"""The bytes of a piece. Only one is under way at a time, so that questions of the worker do not wait behind many."""


Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""Sends a message to the controller and returns what it answers; raises ConnectionLostError."""


@dataclass(frozen=True)
class FileOfBatch:
    """One file of the batch `key`: its kind, and its name with slashes, as the controller is told them."""

    key: str
    kind: str
    name: str
    path: Path

    @property
    def is_video(self) -> bool:
        """Whether it is one of the files that stay here if the user wants that."""
        return self.kind == VIDEOS


def files_below(root: Path, key: str) -> Iterator[FileOfBatch]:
    """Yield the finished files of the batch `key` in a worker's folder: each is written under another name first."""
    for kind, folder, base in [
        *(("run", root / name, root) for name in ("posters", "sources", "debug")),
        (VIDEOS, root / VIDEOS, root / VIDEOS),
    ]:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            is_ready = path.is_file() and not path.name.startswith(".") and path.suffix not in {".part", ".tmp"}
            if is_ready and not (kind == VIDEOS and path.suffix == SUFFIX):
                yield FileOfBatch(key, kind, path.relative_to(base).as_posix(), path)


def send_file(file: FileOfBatch, answer_to: Answer) -> bool:
    """Send a file, with the sidecar of a video file, and delete it here when it is in its place there.

    Returns False if it was not taken; the log says why. Raises ConnectionLostError.
    """
    placed = _placed(file, answer_to)
    if placed is None:
        return False
    sidecar = sidecar_of(file.path)
    if file.is_video and sidecar.exists():
        # Under the name that the video file has there.
        named = placed.removesuffix(file.path.suffix) + SUFFIX
        _placed(FileOfBatch(file.key, VIDEOS, named, sidecar), answer_to)
        sidecar.unlink(missing_ok=True)
    file.path.unlink(missing_ok=True)
    return True


def _placed(file: FileOfBatch, answer_to: Answer) -> str | None:
    """Send one file; return the name that it has there, None if it was not taken."""
    sha256 = _hash_of(file.path)
    told = {"kind": file.kind, "name": file.name, "size": file.path.stat().st_size, "sha256": sha256}
    answer = answer_to({"file": told, "batch": file.key})
    if "send" in answer:
        with file.path.open("rb") as opened:
            while "refused" not in answer and (piece := opened.read(PIECE)):
                answer = answer_to({"piece": piece})
        if "refused" not in answer:
            answer = answer_to({"end": sha256})
    if "placed" in answer:
        placed: str = answer["placed"]
        return placed
    LOGGER.warning("%s: not collected: %s", file.name, answer.get("refused") or answer.get("failed"))
    return None


class FileSender:
    """Sends files in a thread of its own. With `has_videos` False the video files stay here."""

    def __init__(self, answer_to: Answer, *, has_videos: bool = True) -> None:
        self._answer_to, self._has_videos = answer_to, has_videos
        self._files: SimpleQueue[FileOfBatch | None] = SimpleQueue()
        self._queued: set[Path] = set()
        self._thread = threading.Thread(target=self._run, name="grokbatch-files", daemon=True)
        self._thread.start()

    def send_new(self, root: Path, key: str) -> None:
        """Send what was written below `root`, the folder of a worker, since the last time."""
        for file in files_below(root, key):
            if file.path not in self._queued and (self._has_videos or not file.is_video):
                self._queued.add(file.path)
                self._files.put(file)

    def finish(self) -> None:
        """Return when everything is sent, or the connection is lost."""
        self._files.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (file := self._files.get()) is not None:
            try:
                # What is refused once is tried once more: it may have been cut off on the way.
                if not send_file(file, self._answer_to):
                    send_file(file, self._answer_to)
            except ConnectionLostError:
                return  # what is here stays here, for the next run
            except OSError as error:
                LOGGER.warning("%s: not sent: %s", file.name, error.strerror)


def _hash_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(partial(file.read, PIECE), b""):
            found.update(piece)
    return found.hexdigest()
