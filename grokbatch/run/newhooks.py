"""The hooks that grokbatch adds to pytest's; docs/extending.md shows each at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grokbatch.record.model.results import RunResult, VideoResult
    from grokbatch.video_maker import VideoMaker


@pytest.hookspec(firstresult=True)
def pytest_grokbatch_video_maker(config: pytest.Config) -> Callable[[], VideoMaker] | None:
    """Return what makes a worker's video maker, in place of the browser.

    Asked in the controller too: with an answer, neither a browser nor an account nor a site is prepared.
    """


def pytest_grokbatch_video_finished(config: pytest.Config, batch: Path, video: VideoResult) -> None:
    """Take note that this run is done with a video of the file `batch`, whatever came of it.

    Called in the controller, once the manifest has it; not for what an earlier run has completed. New videos wait
    until it returns. What it raises is told, and harms no video.
    """


def pytest_grokbatch_run_finished(config: pytest.Config, results: tuple[RunResult, ...]) -> None:
    """Take note that a run is over, with a result for each of its batches: also when it was stopped.

    Called in the controller, once manifests, report and summary are written. What it raises is told, and changes
    nothing.
    """
