"""What a run writes at its end: the wall to choose from, copies of picked files, with `--share` a copy to hand on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from grokbatch.media.service import MediaCalls
from grokbatch.record.model.manifest import is_there
from grokbatch.record.rules import video_files
from grokbatch.record.storage.run_log import LOGGER, log_error
from grokbatch.review.export.chosen import files_on_disk
from grokbatch.review.export.files import Form, put_files
from grokbatch.review.export.placing import OtherContentError
from grokbatch.review.formatting import count_of
from grokbatch.run.worker.inspection import inspect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.run.plan import BatchPlan

PICKED = "picks"
"""The folder for picked files, below the output folder."""


def show(batch: BatchPlan, notice: Callable[[str], None], report: Path | None = None) -> None:
    """Write the wall of `batch` if it has a file, and copy the picked files; problems become notices.

    `report` is the path of the report that this run is going to write.
    """
    # Imported here: it happens once, at the end, and in the controller only.
    from grokbatch.review.wall.content import build_wall

    try:
        _inspect_rest(batch)
        manifest = batch.store().read()
        if any(is_there(video.download) for video in manifest.videos.values()):
            build_wall(batch.run_directory, manifest, report, show_prompts=batch.show_prompts)
        if batch.files.picks is not None:
            _copy_picked(batch, manifest, batch.files.picks, notice)
    except OSError as error:
        notice(f"{batch.display}: {error.filename or batch.run_directory.wall}: {error.strerror}")
        LOGGER.error("%s: the wall could not be written: %s", batch.display, error.strerror)


def _copy_picked(batch: BatchPlan, manifest: Manifest, ids: Sequence[str], notice: Callable[[str], None]) -> None:
    folder = batch.files.folder / PICKED
    folder.mkdir(parents=True, exist_ok=True)
    files = files_on_disk(batch.run_directory, manifest, ids)
    try:
        put_files(files, folder, Form.COPIES, force=False)
    except OtherContentError as error:
        notice(f"{batch.display}: no picked file was copied: {error}; move it away, then the same call again")
        return
    notice(f"{batch.display}: {count_of(len(files), 'picked file')} in {folder}")


def share(batch: BatchPlan, began_at: datetime, now: datetime, notice: Callable[[str], None]) -> None:
    """Write a copy to hand on of a run that began at `began_at`, only of the picks if there are any.

    Problems become notices.
    """
    # Imported here: only this option needs it.
    from grokbatch.review.share.folder import build_share

    directory = batch.run_directory
    try:
        left_out = build_share(directory, batch.store().read(), began_at, now, batch.files.picks)
    except OSError as error:
        notice(f"{batch.display}: {error.filename or directory.share}: {error.strerror}; not shared")
        LOGGER.error("%s: the copy to hand on could not be written: %s", batch.display, error.strerror)
        return
    notice(f"{batch.display}: a copy to hand on: {directory.share}")
    for name in left_out:
        notice(f"{batch.display}: {name} is not in the copy: the file itself tells where it comes from")


def _inspect_rest(batch: BatchPlan) -> None:
    """Inspect the files that no worker inspected, because it was ended or failed at it."""
    specs = {video.id: video for video in batch.videos}
    for record in batch.store().read().videos.values():
        if is_there(record.download) and not record.is_inspected and record.id in specs:
            # In a thread, whose future holds any exception: the wall can do without this video's poster.
            with ThreadPoolExecutor(max_workers=1) as beside:
                look = beside.submit(inspect, batch, specs[record.id], record, MediaCalls())
            if look.exception() is not None:
                log_error(f"{record.id}: its file was not looked into", look)
                continue
            with batch.store().transaction() as manifest:
                video_files.inspected(manifest, record.id, look.result())
