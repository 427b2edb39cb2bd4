"""Changes what other plugins show of videos: pytest-html's page, and pytest-xdist's lines on the terminal.

Registered in the controller of a batch run only, so that reports of tests stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.private_files import write_private
from grokbatch.review.formatting import VideoState, video_state
from grokbatch.review.report.page import report_inside
from grokbatch.review.report.video import ReportPage

if TYPE_CHECKING:
    from collections.abc import Generator

    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.controller.controller import Controller

_html = pytest.hookimpl(optionalhook=True)
_last_html = pytest.hookimpl(optionalhook=True, trylast=True)
_xdist = pytest.hookimpl(optionalhook=True, wrapper=True, tryfirst=True)


@dataclass(frozen=True)
class HtmlHooks:
    """Puts grokbatch's report into the page of pytest-html.

    Its own table is filled while the run goes on, with what this run touches only, and cannot be read where the page's
    script fails. So videos have no rows there: grokbatch's table is written at the end, from the manifests. The table
    of pytest-html keeps the tests of the same call, and failures that no manifest knows of.
    """

    controller: Controller
    page: ReportPage

    @classmethod
    def of(cls, controller: Controller, config: pytest.Config) -> HtmlHooks:
        """Return the hooks for the report of this call."""
        path = controller.plan.report or Path("report.html")
        return cls(controller, ReportPage(path, bool(getattr(config.option, "self_contained_html", False))))

    @_html
    def pytest_html_report_title(self, report: object) -> None:
        """Set the title to the names of the batches."""
        names = ", ".join(batch.name for batch in self.controller.plan.batches)
        report.title = f"grokbatch: {names}"  # type: ignore[attr-defined]

    @_last_html
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Leave out the row of a video, after other plugins have added to it."""
        found = self.controller.items.record_of(report.nodeid)
        if found is not None and not _is_unknown_failure(report, found[1]):
            cells.clear()

    @_html
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the report on top, after the manifests are closed."""
        self.controller.close()
        results = self.controller.results()
        if any(result.show_prompts for result in results):
            # pytest-html writes into the file that is there, wherever it is, and leaves it private.
            write_private(self.page.path, "")
        prefix.append(report_inside(results, self.controller.plan.clock.now(), self.page))


def _is_unknown_failure(report: pytest.TestReport, video: VideoRecord) -> bool:
    """Whether a test failed for a reason that the manifest does not give, such as a fixture of the user's."""
    is_settled = video_state(video.status, video.category) not in {VideoState.PENDING, VideoState.IN_PROGRESS}
    # pytest-xdist tells of a dead worker in a plain string; the manifest says so too.
    return bool(report.failed) and not is_settled and not isinstance(report.longrepr, str)


@dataclass(frozen=True)
class HtmlQuiet:
    """Keeps pytest-html from writing where its report is: grokbatch's summary says that."""

    plugins: pytest.PytestPluginManager

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Unregister pytest-html after it has written its report and before the terminal's summary."""
        yield
        for each in self.plugins.get_plugins():
            if type(each).__module__.startswith("pytest_html."):
                self.plugins.unregister(each)


@dataclass(frozen=True)
class LiveViewPauses:
    """Hides the live view while pytest-xdist writes to the terminal."""

    controller: Controller

    @_xdist
    def pytest_testnodedown(self) -> Generator[None, None, None]:
        """Hide it for the line about a worker that died."""
        with self.controller.live.paused():
            return (yield)

    @_xdist
    def pytest_testnodeready(self) -> Generator[None, None, None]:
        """Hide it for the line about a worker that is ready."""
        with self.controller.live.paused():
            return (yield)

    @_xdist
    def pytest_xdist_newgateway(self) -> Generator[None, None, None]:
        """Hide it for the line about a new worker."""
        with self.controller.live.paused():
            return (yield)

    @_xdist
    def pytest_xdist_node_collection_finished(self) -> Generator[None, None, None]:
        """Hide it for the line about what a worker collected."""
        with self.controller.live.paused():
            return (yield)
