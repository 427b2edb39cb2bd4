"""Inspects a video's file once it is on disk: checks the batch's expectations, writes a poster, takes a fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.media.errors import DamagedFileError
from grokbatch.record.rules.video_files import Inspection
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.media.checks import Miss
    from grokbatch.media.frame_samples import Samples
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan


def inspect(batch: BatchPlan, video: VideoSpec, record: VideoRecord) -> Inspection:
    """Return what is found in the file of `video`; what cannot be read or written is only logged."""
    # Imported here: it loads numpy and the decoder, which a run without videos on disk does not need.
    from grokbatch.media.frame_samples import take_samples
    from grokbatch.media.near_duplicates import fingerprint

    file = batch.file_of(record)
    if file is None:
        LOGGER.warning("%s: its file could not be looked into: it is not where files of this batch are", video.id)
        return Inspection()
    try:
        samples = take_samples(file)
        misses = tuple(str(miss) for miss in _misses(batch, video, file, samples))
        return Inspection(misses, _poster(batch, video, file), fingerprint(file, samples))
    except (DamagedFileError, OSError) as error:
        LOGGER.warning("%s: its file could not be looked into: %s", video.id, error)
        return Inspection()


def _misses(batch: BatchPlan, video: VideoSpec, file: Path, samples: Samples) -> tuple[Miss, ...]:
    from grokbatch.media.checks import check
    from grokbatch.media.probe import read_facts

    expectations = batch.expectations_of(video)
    if expectations.is_empty:
        return ()
    return check(file, read_facts(file), expectations, batch.files.source_image, samples)


def _poster(batch: BatchPlan, video: VideoSpec, file: Path) -> str | None:
    from grokbatch.media.poster import write_poster

    try:
        batch.run_directory.posters.mkdir(exist_ok=True)
        return batch.shown(write_poster(file, batch.run_directory.posters / f"{video.digest[:12]}-{video.repetition}"))
    except OSError as error:
        LOGGER.warning("%s: its poster could not be written: %s", video.id, error.strerror)
        return None
