"""Calls the hooks that conftest.py files and plugins have for finished videos and runs; their errors harm no video."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.storage.run_log import LOGGER
from grokbatch.review.formatting import one_line
from grokbatch.run.events.results import run_result, video_result

if TYPE_CHECKING:
    from collections.abc import Callable

    import pluggy

    from grokbatch.run.controller.controller import Controller


class UserHooks:
    """Calls the hooks of the controller's process; what they raise is shown once for each line of code, and caught."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._shown: set[str] = set()

    def video_finished(self, controller: Controller, node_id: str, notice: Callable[[str], None]) -> None:
        """Call the hook for a finished video, with the result of the item's video; `notice` shows an error of it."""
        hook = self._config.hook.pytest_grokbatch_video_finished
        found = controller.items.record_of(node_id) if hook.get_hookimpls() else None
        if found is not None:
            batch, record = found
            self._call(hook, notice, batch=batch.path, video=video_result(batch, record))

    def run_finished(self, controller: Controller, notice: Callable[[str], None]) -> None:
        """Call the hook for a finished run, with the result of each batch; `notice` shows an error of it."""
        hook = self._config.hook.pytest_grokbatch_run_finished
        if hook.get_hookimpls():
            batches = zip(controller.plan.batches, controller.manifests(), strict=True)
            self._call(hook, notice, results=tuple(run_result(batch, manifest) for batch, manifest in batches))

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


USER_HOOKS = pytest.StashKey[UserHooks]()
