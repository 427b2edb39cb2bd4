"""Batches in pytest: a batch file is a collector, each of its videos an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from grokbatch.run.plan import RUN_PLAN
from grokbatch.run.worker.attempts import make_video
from grokbatch.run.worker.item_result import VideoFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pluggy

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan


class UnexpectedError(Exception):
    """An unexpected exception in an item, with the prompt taken out of its text."""


def batch_file(file_path: Path, parent: pytest.Collector) -> BatchFile | None:
    """Return a collector if `file_path` is a batch of this call."""
    plan = parent.config.stash.get(RUN_PLAN, None)
    batch = plan.batch(file_path) if plan else None
    if batch is None:
        return None
    return BatchFile.from_parent(parent, path=file_path, batch=batch, nodeid=batch.node_id or None)


class HeldReports:
    """An item's hooks; reports are held back until `release`."""

    def __init__(self, hooks: pluggy.HookRelay) -> None:
        self._hooks = hooks
        self._reports: list[pytest.TestReport] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._hooks, name)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hold a report back."""
        self._reports.append(report)

    def release(self, *, is_done: bool) -> None:
        """Pass the held reports on if the item `is_done`, else drop them."""
        reports, self._reports = self._reports, []
        for report in reports if is_done else ():
            self._hooks.pytest_runtest_logreport(report=report)


class BatchFile(pytest.File):
    """A batch file."""

    def __init__(self, *, batch: BatchPlan, **rest: Any) -> None:
        super().__init__(**rest)
        self.batch = batch

    def collect(self) -> Iterator[VideoItem]:
        """Yield an item for each video."""
        for video in self.batch.videos:
            batch = self.batch.part_of(video.id)
            yield VideoItem.from_parent(self, name=video.id, callobj=make_video, batch=batch, video=video)


class VideoItem(pytest.Function):
    """One requested video. A `pytest.Function`, so that real fixtures serve it."""

    def __init__(self, *, batch: BatchPlan, video: VideoSpec, **rest: Any) -> None:
        super().__init__(**rest)
        self.batch = batch
        self.video = video
        self.is_put_off = False
        self.waits = False
        self.is_later = False
        self._held = HeldReports(super().ihook)
        # Words and marks, for -k and -m; the names of marks are declared when the session starts.
        self.extra_keyword_matches.update(video.words)
        for mark in video.marks:
            self.add_marker(mark)
        if self.config.pluginmanager.has_plugin("timeout"):
            # pytest-timeout's limit is for tests. A video has limits of its own, and one that is cut off may be paid.
            self.add_marker(pytest.mark.timeout(0))

    @property
    def ihook(self) -> pluggy.HookRelay:
        """The hooks of pytest for this item; its reports are held back until it is known whether it was put off."""
        return cast("pluggy.HookRelay", self._held)

    def report_unless_put_off(self) -> bool:
        """Pass the item's reports on and return True; False, and no report, if it was put off."""
        is_done, self.is_put_off = not self.is_put_off, False
        self._held.release(is_done=is_done)
        return is_done

    def runtest(self) -> None:
        """Make the video; an exception never quotes the prompt, because other plugins write exceptions to files.

        Raises UnexpectedError in place of an exception that quotes the prompt.
        """
        # Every Exception: any of them may quote the prompt; it is raised again in any case.
        try:
            super().runtest()
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            if self.video.prompt not in text:
                raise
            hidden = UnexpectedError(text.replace(self.video.prompt, "[prompt]"))
            raise hidden.with_traceback(error.__traceback__) from None

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the path, no line, and the video's id, which pytest shows in headlines."""
        return self.path, None, self.name

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object, **__: object) -> str:
        """Return why the video failed; never with local variables, which hold the prompt."""
        error = excinfo.value
        if isinstance(error, VideoFailed):
            return str(error)
        is_told = isinstance(error, pytest.fail.Exception) and not error.pytrace
        shown = error if is_told else excinfo.getrepr(style="short", showlocals=False, funcargs=False)
        return str(shown).replace(self.video.prompt, "[prompt]")


def in_order_of_accounts(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the videos of a batch with several accounts in the order of these, if this one process makes all of them.

    Each change of the account costs a browser; where there are workers, their scheduler takes care of that.
    """
    if hasattr(config, "workerinput") or config.pluginmanager.has_plugin("dsession"):
        return
    begins: dict[Path, int] = {}
    for at, item in enumerate(items):
        begins.setdefault(item.path, at)

    def place(at: int) -> tuple[int, int]:
        item = items[at]
        if not isinstance(item, VideoItem):
            return at, 0
        parts = [part.key for part in config.stash[RUN_PLAN].whole(item.batch).parts]
        return begins[item.path], parts.index(item.batch.key)

    items[:] = [items[at] for at in sorted(range(len(items)), key=place)]


def leave_out_finished(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under `--lf`, deselect the videos that need nothing more.

    The controller chose once: the choice must not change during the run, or workers would collect different items.
    """
    plan = config.stash[RUN_PLAN]
    finished = [
        item for item in items if isinstance(item, VideoItem) and not plan.is_selected(item.batch, item.video.id)
    ]
    if finished:
        config.hook.pytest_deselected(items=finished)
        items[:] = [item for item in items if item not in finished]
