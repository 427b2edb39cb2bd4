"""The hooks that grokbatch adds to pytest; docs/extending.md shows an example of each."""

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
    """Return a function that makes a worker's video maker, which then replaces the browser; None to keep the browser.

    Called in the controller too: if the answer is not None, no browser, account or site is prepared.
    """


def pytest_grokbatch_video_finished(config: pytest.Config, batch: Path, video: VideoResult) -> None:
    """Called when this run has finished with a video of the file `batch`, whatever its outcome.

    Runs in the controller, after the outcome is in the manifest; not for videos that an earlier run completed. No new
    video starts before it returns. An exception is shown to the user and harms no video.
    """


def pytest_grokbatch_run_finished(config: pytest.Config, results: tuple[RunResult, ...]) -> None:
    """Called when a run is over, also when it was stopped, with a result for each of its batches.

    Runs in the controller, after manifests, report and summary are written. An exception is shown to the user and
    changes nothing.
    """
