"""Calls the hooks that conftest.py files and plugins have for finished videos and runs; their errors harm no video."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.manifest import is_there
from grokbatch.record.model.results import RunResult, VideoResult
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.counts import Tally
from grokbatch.review.formatting import one_line
from grokbatch.run.worker.item_result import shortcomings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pluggy

    from grokbatch.record.model.manifest import FileRecord, Manifest, VideoRecord
    from grokbatch.run.controller.controller import Controller
    from grokbatch.run.plan import BatchPlan


class UserHooks:
    """Calls the hooks of the controller's process; what they raise is shown once for each line of code, and caught."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._shown: set[str] = set()

    def video_finished(self, controller: Controller, node_id: str, notice: Callable[[str], None]) -> None:
        """Call the hook for a finished video, with the result of the item's video; `notice` shows an error of it."""
        hook = self._config.hook.pytest_grokbatch_video_finished
        found = controller.find(node_id) if hook.get_hookimpls() else None
        if found is not None:
            batch, record = found
            self._call(hook, notice, batch=batch.path, video=_video_result(batch, record))

    def run_finished(self, controller: Controller, notice: Callable[[str], None]) -> None:
        """Call the hook for a finished run, with the result of each batch; `notice` shows an error of it."""
        hook = self._config.hook.pytest_grokbatch_run_finished
        if hook.get_hookimpls():
            batches = zip(controller.plan.batches, controller.manifests(), strict=True)
            self._call(hook, notice, results=tuple(_run_result(batch, manifest) for batch, manifest in batches))

    def _call(self, hook: pluggy.HookCaller, notice: Callable[[str], None], **arguments: Any) -> None:
        try:
            hook(config=self._config, **arguments)
        # Every Exception, because other people's code may raise any; pytest.fail and pytest.skip raise what is not an
        # Exception. pytest.exit and Ctrl+C still end the run.
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:  # noqa: BLE001
            frames = traceback.extract_tb(error.__traceback__)
            where = next((frame for frame in frames if frame.name == hook.name), frames[-1])
            # On one line, as it may appear in the live view. It cannot quote a prompt: hooks are given none.
            text = one_line(f"{where.filename}:{where.lineno}: {hook.name}: {type(error).__name__}: {error}")
            LOGGER.error("%s", text)
            if text not in self._shown:
                self._shown.add(text)
                notice(f"{text}; the videos are not affected; mend the hook, or type --noconftest or -p no:PLUGIN")


def _video_result(batch: BatchPlan, record: VideoRecord) -> VideoResult:
    return VideoResult(
        id=record.id,
        status=record.status,
        category=record.category,
        message=record.message,
        seconds=record.seconds,
        attempts=len(record.attempts),
        file=_on_disk(batch, record.download),
        hd_file=_on_disk(batch, record.hd),
        video_id=record.video_id,
        page_url=record.page_url,
        degraded=record.degraded,
        shortcomings=tuple(shortcomings(record)),
    )


def _on_disk(batch: BatchPlan, file: FileRecord | None) -> Path | None:
    return batch.run_directory.video_file(file.path) if is_there(file) else None


def _run_result(batch: BatchPlan, manifest: Manifest) -> RunResult:
    stop = manifest.stop
    return RunResult(
        batch=batch.path,
        directory=batch.run_root,
        status=manifest.status,
        videos=tuple(_video_result(batch, record) for record in manifest.videos.values()),
        completed_now=Tally.of([manifest], since=manifest.run_started_at).completed_now,
        category=stop.category if stop else None,
        message=stop.message if stop else "",
        retry_at=stop.retry_at if stop else None,
    )


USER_HOOKS = pytest.StashKey[UserHooks]()
