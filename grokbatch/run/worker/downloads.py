"""Downloads a finished video's files, checks and describes them. Nothing here submits anything."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from grokbatch.media.errors import DamagedFileError
from grokbatch.record.model.manifest import FileRecord, FileState, is_missing, is_there
from grokbatch.record.storage.private_files import new_file
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.record.storage.sidecar import read_sidecar, write_sidecar
from grokbatch.run.worker.download_retries import FileWay, Tries
from grokbatch.run.worker.inspection import inspect
from grokbatch.video_maker import SiteVideo, TransferError, VideoActionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.media.probe import VideoFacts
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.worker import Worker
    from grokbatch.video_maker import VideoMaker


class _GivenUpError(Exception):
    """The file could not be brought to disk; the text says why."""


@dataclass(frozen=True)
class _Part:
    """One of a video's files: its path on disk, and whether it is the HD file."""

    target: Path
    hd: bool = False

    @property
    def name(self) -> str:
        return "HD file" if self.hd else "file"


@dataclass(frozen=True)
class Delivery:
    """Downloads the files of one video of `batch`, inspects them, and deletes the video on the site if wanted."""

    batch: BatchPlan
    video: VideoSpec
    worker: Worker
    maker: VideoMaker

    def run(self) -> VideoRecord:
        """Do what the batch wants and is not done yet; return the video's record after that."""
        record = self._record()
        wanted, target = self.batch.files.wanted_of(self.video.id), self.batch.files.path_of(record)
        if wanted.download and is_missing(record.download):
            record = self._bring(_Part(target), lambda: self.batch.found_at(record))
        if wanted.hd and is_missing(record.hd):
            hd = _Part(target.with_stem(f"{target.stem}-hd"), hd=True)
            record = self._bring(hd, lambda: self.maker.upscale(self.video, self.batch.found_at(record)))
        if is_there(record.download) and not record.is_inspected:
            record = self._inspect(record)
        if wanted.delete and record.removed_at is None and not record.lacks(replace(wanted, delete=False)):
            record = self._remove(record)
        return record

    def _record(self) -> VideoRecord:
        return self.worker.records.record(self.batch, self.video)

    def _bring(self, part: _Part, made: Callable[[], SiteVideo]) -> VideoRecord:
        self.worker.tell(self.video.id, "upscaling" if part.hd else "downloading", batch=self.batch)
        record, tries, began = self._record(), Tries(self.worker.ways, self.worker.stopped), self.worker.now()
        try:
            file = self._found(record, part.target) or self._fetched(record, part.target, made(), tries)
        except (_GivenUpError, VideoActionError) as error:
            file = FileRecord(state=FileState.FAILED, message=str(error), attempts=tries.made, at=self.worker.now())
            LOGGER.warning("%s: %s not downloaded: %s", self.video.id, part.name, error)
        else:
            LOGGER.info("%s: %s downloaded as %s", self.video.id, part.name, file.path)
        file = structs.replace(file, worker=self.worker.id, began_at=began)
        return self.worker.records.brought(self.batch, self.video, file, hd=part.hd)

    def _inspect(self, record: VideoRecord) -> VideoRecord:
        """Inspect the file: at once if the batch expects something of it, else while the next video is being made."""

        def look() -> VideoRecord:
            found = inspect(self.batch, self.video, record, self.worker.media)
            return self.worker.records.inspected(self.batch, self.video, found)

        if not self.batch.expectations_of(self.video).is_empty:
            return look()
        self.worker.background.add(look, f"{self.video.id}: its file was not looked into")
        return record

    def _remove(self, record: VideoRecord) -> VideoRecord:
        self.worker.tell(self.video.id, "tidying up", batch=self.batch)
        try:
            self.maker.remove(self.video, self.batch.found_at(record))
        except VideoActionError as error:
            reason = str(error)
            LOGGER.warning("%s: not deleted on the site: %s", self.video.id, reason)
            return self.worker.records.removed(self.batch, self.video, reason)
        LOGGER.info("%s: deleted on the site", self.video.id)
        return self.worker.records.removed(self.batch, self.video, "")

    def _found(self, record: VideoRecord, target: Path) -> FileRecord | None:
        """Return the file if an earlier run downloaded it and was killed before it could record that."""
        sidecar = read_sidecar(target)
        if sidecar is None or sidecar.video_id != record.video_id or not target.is_file():
            return None
        try:
            facts = self.worker.media.read_facts(target)
        except (DamagedFileError, OSError):
            return None
        return self._described(target, facts, 0) if facts.sha256 == sidecar.sha256 else None

    def _fetched(self, record: VideoRecord, wanted: Path, made: SiteVideo, tries: Tries) -> FileRecord:
        """Download the file and return its description; raises _GivenUpError."""
        part = wanted.with_name(f"{wanted.name}.part")
        try:
            facts = self._whole(made, part, tries)
            target = _free(wanted)
            file = self._described(target, facts, tries.made)
            # The sidecar comes first: whoever finds the file under its name can tell where it comes from.
            write_sidecar(target, self.batch.sidecar_origin(self.video), record, file)
            part.replace(target)
        except OSError as error:
            raise _GivenUpError(f"{error.filename or wanted}: {_reason(error)}") from None
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
        return file

    def _whole(self, made: SiteVideo, part: Path, tries: Tries) -> VideoFacts:
        """Download the file of `made` to `part`, again until it is complete; raises _GivenUpError and OSError."""
        for way in tries:
            try:
                with new_file(part) as file:
                    self.maker.download(self.video, made, file, by_button=way is FileWay.BUTTON)
                facts = self.worker.media.read_facts(part)
            except TransferError as error:
                tries.failed(str(error), is_early=error.is_early, is_refusal=error.is_refusal)
            except DamagedFileError as error:
                tries.failed(f"the file {error.reason}")
            else:
                tries.succeeded()
                return facts
        raise _GivenUpError(tries.reason)

    def _described(self, target: Path, facts: VideoFacts, tries: int) -> FileRecord:
        return FileRecord(
            state=FileState.DONE,
            path=self.batch.shown(target),
            attempts=tries,
            at=self.worker.now(),
            size=facts.size,
            sha256=facts.sha256,
            duration=facts.duration,
            width=facts.width,
            height=facts.height,
            frames_per_second=facts.frames_per_second,
            has_audio=facts.has_audio,
        )


def _free(target: Path) -> Path:
    """Return `target`, or the first numbered name after it that is free, so that no other file is overwritten.

    Raises _GivenUpError if a thousand names are taken.
    """
    stem = target.stem
    for number in range(2, 1000):
        if not os.path.lexists(target):
            return target
        target = target.with_stem(f"{stem}~{number}")
    raise _GivenUpError(f"{target}: too many files of that name")


def _reason(error: OSError) -> str:
    advice = "; make room there" if error.errno in {errno.ENOSPC, errno.EDQUOT} else ""
    return f"{error.strerror}{advice}"
