"""Sends the files that a worker on another computer has written to its controller, while the next video is made."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.record.storage.sidecar import SUFFIX, sidecar_of
from grokbatch.run.records.over_channel import ConnectionLostError
from grokbatch.run.remote.placing import VIDEOS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grokbatch.run.plan import BatchPlan

PIECE = 256 * 1024
"""The bytes of a piece. Only one is under way at a time, so that questions of the worker do not wait behind many."""

_TRIES = 2


@dataclass(frozen=True)
class _Job:
    batch: BatchPlan
    kind: str
    name: str
    path: Path

    @property
    def key(self) -> tuple[str, str, str]:
        return self.batch.key, self.kind, self.name


class FileSender:
    """Sends files in a thread of its own, and deletes each here when it is in its place there.

    `answer_to` sends a message and returns the controller's answer, or raises ConnectionLostError. With `has_videos`
    False the video files stay here.
    """

    def __init__(self, answer_to: Callable[[dict[str, Any]], dict[str, Any]], *, has_videos: bool = True) -> None:
        self._answer_to, self._has_videos = answer_to, has_videos
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._queued: set[tuple[str, str, str]] = set()
        self._thread = threading.Thread(target=self._run, name="grokbatch-files", daemon=True)
        self._thread.start()

    def send_new(self, batch: BatchPlan) -> None:
        """Send what was written for `batch` since the last time."""
        for job in _jobs_of(batch):
            if job.key not in self._queued and (self._has_videos or job.kind != VIDEOS):
                self._queued.add(job.key)
                self._jobs.put(job)

    def finish(self) -> None:
        """Return when everything is sent, or the connection is lost."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._send(job)
            except ConnectionLostError:
                return  # what is here stays here, for the next run
            except OSError as error:
                LOGGER.warning("%s: not sent: %s", job.name, error.strerror)

    def _send(self, job: _Job) -> None:
        for _ in range(_TRIES):
            if (placed := self._placed(job, job.name)) is None:
                continue
            if job.kind == VIDEOS:
                self._send_sidecar(job, placed)
            job.path.unlink(missing_ok=True)
            return

    def _send_sidecar(self, job: _Job, placed: str) -> None:
        """Send the sidecar under the name that the video file has there."""
        sidecar = sidecar_of(job.path)
        if sidecar.exists():
            named = placed.removesuffix(job.path.suffix) + SUFFIX
            self._placed(_Job(job.batch, VIDEOS, named, sidecar), named)
            sidecar.unlink(missing_ok=True)

    def _placed(self, job: _Job, name: str) -> str | None:
        """Send one file; return the name that it has there, None if it was not taken."""
        size, sha256 = job.path.stat().st_size, _hash_of(job.path)
        told = {"kind": job.kind, "name": name, "size": size, "sha256": sha256}
        answer = self._answer_to({"file": told, "batch": job.batch.key})
        if "send" in answer:
            with job.path.open("rb") as file:
                while "refused" not in answer and (piece := file.read(PIECE)):
                    answer = self._answer_to({"piece": piece})
            if "refused" not in answer:
                answer = self._answer_to({"end": sha256})
        if "placed" in answer:
            placed: str = answer["placed"]
            return placed
        LOGGER.warning("%s: not collected: %s", name, answer.get("refused") or answer.get("failed"))
        return None


def _jobs_of(batch: BatchPlan) -> Iterator[_Job]:
    """Yield the finished files of `batch`: a worker writes each under another name first."""
    folders = [("run", batch.run_directory.posters, batch.run_root), ("run", batch.run_directory.debug, batch.run_root)]
    for kind, folder, root in [*folders, (VIDEOS, batch.files.folder, batch.files.folder)]:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            is_ready = path.is_file() and not path.name.startswith(".") and path.suffix not in {".part", ".tmp"}
            if is_ready and not (kind == VIDEOS and path.suffix == SUFFIX):
                yield _Job(batch, kind, path.relative_to(root).as_posix(), path)


def _hash_of(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        for piece in iter(partial(file.read, PIECE), b""):
            found.update(piece)
    return found.hexdigest()
