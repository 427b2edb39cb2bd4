"""Batches as pytest sees them: a file is a collector, each of its videos an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.run.making import make_video
from grokbatch.run.plan import RUN_PLAN
from grokbatch.run.verdict import VideoFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grokbatch.batch.video import VideoSpec
    from grokbatch.run.plan import BatchPlan


class UnexpectedError(Exception):
    """What went wrong in an item, told without the prompt."""


def batch_file(file_path: Path, parent: pytest.Collector) -> BatchFile | None:
    """Return a collector if `file_path` is a batch of this call."""
    plan = parent.config.stash.get(RUN_PLAN, None)
    batch = plan.batch(file_path) if plan else None
    return BatchFile.from_parent(parent, path=file_path, batch=batch) if batch else None


class BatchFile(pytest.File):
    """A batch file."""

    def __init__(self, *, batch: BatchPlan, **rest: Any) -> None:
        super().__init__(**rest)
        self.batch = batch

    def collect(self) -> Iterator[VideoItem]:
        """Yield an item for each video."""
        for video in self.batch.videos:
            yield VideoItem.from_parent(self, name=video.id, callobj=make_video, batch=self.batch, video=video)


class VideoItem(pytest.Function):
    """One requested video. A `pytest.Function`, so that real fixtures serve it."""

    def __init__(self, *, batch: BatchPlan, video: VideoSpec, **rest: Any) -> None:
        super().__init__(**rest)
        self.batch = batch
        self.video = video
        # Words and marks, for -k and -m; the names of marks are declared when the session starts.
        self.extra_keyword_matches.update(video.words)
        for mark in video.marks:
            self.add_marker(mark)
        if self.config.pluginmanager.has_plugin("timeout"):
            # pytest-timeout's limit is for tests: a video has its own, and one that is cut off may have cost something.
            self.add_marker(pytest.mark.timeout(0))

    def runtest(self) -> None:
        """Make the video; what is raised never quotes the prompt, for other plugins write exceptions down."""
        try:
            super().runtest()
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            if self.video.prompt not in text:
                raise
            hidden = UnexpectedError(text.replace(self.video.prompt, "[prompt]"))
            raise hidden.with_traceback(error.__traceback__) from None

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the video in headlines."""
        return self.path, None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object, **__: object) -> str:
        """Say what came of the video; never with local variables, which hold the prompt."""
        if isinstance(excinfo.value, VideoFailed):
            return str(excinfo.value)
        shown = excinfo.getrepr(style="short", showlocals=False, funcargs=False)
        return str(shown).replace(self.video.prompt, "[prompt]")


def leave_out_finished(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under `--lf`, deselect the videos that need nothing more.

    The choice was made once, by the controller: it must not change while the run lasts.
    """
    plan = config.stash[RUN_PLAN]
    finished = [
        item for item in items if isinstance(item, VideoItem) and not plan.is_selected(item.batch, item.video.id)
    ]
    if finished:
        config.hook.pytest_deselected(items=finished)
        items[:] = [item for item in items if item not in finished]
