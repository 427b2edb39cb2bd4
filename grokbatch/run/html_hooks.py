"""Changes what other plugins show of videos: pytest-html's rows, and pytest-xdist's lines on the terminal.

Registered in the controller of a batch run only, so that reports of tests stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.review.report import rows
from grokbatch.review.report.summary import results_summary
from grokbatch.review.report.video import ReportedVideo, ReportPage

if TYPE_CHECKING:
    from collections.abc import Generator

    from grokbatch.run.controller.controller import Controller

_html = pytest.hookimpl(optionalhook=True)
_xdist = pytest.hookimpl(optionalhook=True, wrapper=True, tryfirst=True)


@dataclass(frozen=True)
class HtmlHooks:
    """Fills pytest-html's report from the manifests."""

    controller: Controller
    page: ReportPage

    @classmethod
    def of(cls, controller: Controller, config: pytest.Config) -> HtmlHooks:
        """Return the hooks for the report of this call."""
        path = Path(getattr(config.option, "htmlpath", None) or "report.html")
        return cls(controller, ReportPage(path, bool(getattr(config.option, "self_contained_html", False))))

    @_html
    def pytest_html_report_title(self, report: object) -> None:
        """Set the title to the names of the batches."""
        report.title = rows.title([batch.name for batch in self.controller.plan.batches])  # type: ignore[attr-defined]

    @_html
    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Replace the columns of the table."""
        rows.table_header(cells)

    @_html
    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Replace the cells of a row."""
        rows.table_row(report, cells, self._video(report), self.page)

    @_html
    def pytest_html_results_table_html(self, report: pytest.TestReport, data: list[str]) -> None:
        """Replace the details below a row."""
        rows.row_details(report, data, self._video(report), self.page)

    @_html
    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """Put the figures of each batch on top, with the videos that never started."""
        self.controller.close()
        results_summary(prefix, self.controller.results(), self.controller.plan.clock.now(), self.page)

    def _video(self, report: pytest.TestReport) -> ReportedVideo | None:
        found = self.controller.find(report.nodeid)
        if found is None:
            return None
        batch, record = found
        name = batch.name if len(self.controller.plan.batches) > 1 else ""
        return ReportedVideo(record, batch.run_directory, name)


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
