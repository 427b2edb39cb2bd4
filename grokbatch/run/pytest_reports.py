"""Videos in pytest's own reporting: header, reports, counts, and a line for each video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules.ledger import Claim
from grokbatch.review.formatting import count_of, shown_path
from grokbatch.review.text_layout import output_width, wrapped
from grokbatch.run.controller.controller import CONTROLLER
from grokbatch.run.live.render import FinishedVideo
from grokbatch.run.plan import RUN_PLAN
from grokbatch.run.worker.attempts import CLAIM
from grokbatch.run.worker.item_result import ATTRIBUTE, CRASHED, attached, item_result_of
from grokbatch.run.worker.worker import WORKER

if TYPE_CHECKING:
    from collections.abc import Generator

    from grokbatch.run.controller.controller import Controller
    from grokbatch.run.controller.user_hooks import UserHooks
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.item_result import ItemResult
    from grokbatch.run.worker.video_items import VideoItem


def header(config: pytest.Config) -> list[str]:
    """Return a line for each batch of this call."""
    plan, here = config.stash[RUN_PLAN], config.invocation_params.dir
    return [
        f"batch: {batch.display}, {count_of(len(batch.videos), 'video')}{_shares(batch)}, site {batch.site}, "
        f"results in {shown_path(batch.run_root, here)}"
        for batch in plan.batches
    ]


def _shares(batch: BatchPlan) -> str:
    """Return how the accounts share the videos of a batch, if it has several: ` (main 14, second 6)`."""
    shares = ", ".join(f"{part.part} {len(part.videos)}" for part in batch.parts if part.part)
    return f" ({shares})" if shares else ""


def write_no_versions(config: pytest.Config) -> None:
    """Leave out pytest's lines about platform and plugins, unless -v asks for more."""
    config.option.no_header = config.option.no_header or config.get_verbosity() == 0


def write_no_file_names(config: pytest.Config) -> None:
    """Keep pytest's progress, which starts with the file's name, out of grokbatch's lines."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.showfspath = False


def attach(item: VideoItem, call: pytest.CallInfo[None], report: pytest.TestReport) -> pytest.TestReport:
    """Put the record of the item's video on its report, and remove the captured log."""
    if report.failed and report.when != "call" and call.excinfo is not None:
        # pytest asks the item for its words only where the test itself failed.
        report.longrepr = item.repr_failure(call.excinfo)
    if report.when == "call" or not report.passed:
        record = item.config.stash[WORKER].records.record(item.batch, item.video)
        already = item.stash[CLAIM] in {Claim.COMPLETED, Claim.MODERATED}
        setattr(report, ATTRIBUTE, item_result_of(item.batch, record, already=already))
    # run.log has all of it; below each failed video it would only be repeated.
    report.sections = [section for section in report.sections if "log" not in section[0]]
    return report


_TITLES = {Category.RATE_LIMIT.value: "rate limited", Category.CONTENT_MODERATED.value: "moderated"}


def teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    """Return pytest's category for a video's report; no letter and no word, because grokbatch prints its own lines."""
    item_result = attached(report)
    if item_result is None or CONTROLLER not in config.stash or not config.stash[CONTROLLER].is_open:
        return None  # after the run pytest calls this hook for its short summary, which needs the word
    if _never_started(report, item_result):
        return "", "", ""
    if _is_repeated(report):
        return None  # the plugin that repeats the item counts it
    if report.failed:
        return _TITLES.get(item_result["category"] or "", "failed"), "", ""
    if report.skipped:
        return "skipped", "", ""
    return "passed", "", ""


@dataclass(frozen=True)
class ResultLines:
    """Prints a line for each finished video; registered in the controller."""

    hook: Any
    controller: Controller
    user_hooks: UserHooks
    reporter: pytest.TerminalReporter | None

    def pytest_runtest_logstart(self) -> None:
        """Start the live view; not earlier, because pytest-xdist redraws a line of its own until then."""
        self.controller.show()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> Generator[None, None, None]:
        """Print the line after all other plugins have handled the report."""
        yield
        item_result = attached(report)
        if item_result is not None and not _never_started(report, item_result) and not _is_repeated(report):
            if self.reporter is not None:
                self.reporter.ensure_newline()  # with -v the reporter has begun a line of its own
            account = self.controller.items.account_of(report.nodeid)
            self.controller.live.finished(_finished(item_result, account))
            if not item_result["already"]:
                self.controller.video_finished(report.nodeid)
                self.user_hooks.video_finished(self.controller, report.nodeid, self.controller.live.notice)
        if getattr(report, CRASHED, False):
            # pytest-html shows a test's row when its teardown is reported, and a dead worker reports none.
            self.hook.pytest_runtest_logreport(report=_teardown_of(report))


class FailureTexts:
    """Lets pytest write why videos failed in lines that fit into the terminal; registered in the controller.

    The reports are as they were again before anybody else reads them, pytest's short summary for instance.
    """

    def __init__(self) -> None:
        self._whole: list[tuple[pytest.TestReport, str]] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
        """Lay the texts out before pytest writes them, which it does first of all."""
        for report in (each for reports in terminalreporter.stats.values() for each in reports):
            if attached(report) is not None and isinstance(report.longrepr, str):
                self._whole.append((report, report.longrepr))
                report.longrepr = "\n".join(wrapped(report.longrepr, output_width()))
        yield

    @pytest.hookimpl(specname="pytest_terminal_summary", tryfirst=True)
    def pytest_after_failures(self) -> None:
        """Restore the reports: this comes after the failures and before the short summary."""
        for report, text in self._whole:
            report.longrepr = text


def _is_repeated(report: pytest.TestReport) -> bool:
    """Whether another plugin runs the item once more: a later report will hold the video's result."""
    return report.outcome not in {"passed", "failed", "skipped"}


def _never_started(report: pytest.TestReport, item_result: ItemResult) -> bool:
    """Whether the run was stopped between the claim and the submit: such a video is not reported."""
    return report.skipped and item_result["status"] == Status.PENDING.value


def _finished(item_result: ItemResult, account: str) -> FinishedVideo:
    category = item_result["category"]
    return FinishedVideo(
        id=item_result["video"],
        batch=Path(item_result["batch"]).stem,
        status=Status(item_result["status"]),
        category=Category(category) if category else None,
        message=item_result["message"],
        flaws=tuple(item_result["shortcomings"]) if item_result["status"] == Status.COMPLETED.value else (),
        seconds=item_result["seconds"],
        worker=item_result["worker"],
        attempts=item_result["attempts"],
        url=item_result["url"] or "",
        already=item_result["already"],
        degraded=item_result["degraded"],
        account=account,
    )


def _teardown_of(report: pytest.TestReport) -> pytest.TestReport:
    return pytest.TestReport(
        nodeid=report.nodeid,
        location=report.location,
        keywords=report.keywords,
        outcome="passed",
        longrepr=None,
        when="teardown",
        # By this, which xdist sets, pytest's JUnit report knows that both are about one test.
        node=getattr(report, "node", None),
    )
