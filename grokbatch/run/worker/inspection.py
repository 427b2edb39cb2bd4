"""Inspects a video's file once it is on disk: checks the batch's expectations, writes a poster, takes a fingerprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.media.errors import DamagedFileError
from grokbatch.record.rules.video_files import Inspection
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.media.service import MediaCalls
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan


def inspect(batch: BatchPlan, video: VideoSpec, record: VideoRecord, media: MediaCalls) -> Inspection:
    """Return what is found in the file of `video`; what cannot be read or written is only logged."""
    file = batch.file_of(record)
    if file is None:
        LOGGER.warning("%s: its file could not be looked into: it is not where files of this batch are", video.id)
        return Inspection()
    target = batch.run_directory.posters / f"{video.digest[:12]}-{video.repetition}"
    try:
        found = media.look_into(file, batch.expectations_of(video), batch.files.source_image, target)
    except (DamagedFileError, OSError) as error:
        LOGGER.warning("%s: its file could not be looked into: %s", video.id, error)
        return Inspection()
    if found.poster is None:
        LOGGER.warning("%s: its poster could not be written: %s", video.id, found.poster_error)
    poster = None if found.poster is None else batch.shown(found.poster)
    return Inspection(found.misses, poster, found.fingerprint)
