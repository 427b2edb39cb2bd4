"""The pytest hooks of a call that is about batches: each calls the module that does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.run import lifecycle, pytest_reports
from grokbatch.run.command_line import options, usage_errors
from grokbatch.run.controller import finish, scheduler, signals
from grokbatch.run.controller.controller import CONTROLLER
from grokbatch.run.fixtures import page_timeouts as page_timeouts
from grokbatch.run.fixtures import video_maker as video_maker
from grokbatch.run.fixtures import video_makers as video_makers
from grokbatch.run.plan import RUN_PLAN
from grokbatch.run.worker import attempts, video_items
from grokbatch.run.worker.video_items import VideoItem

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add grokbatch's options."""
    options.add(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """Read the batches before xdist decides how many workers there are."""
    with usage_errors.laid_out():
        lifecycle.plan(config)
        try:
            return (yield)
        except pytest.UsageError:
            if lifecycle.is_interrupted(config):
                return finish.interrupted_early(config)
            raise


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Set the report's path, and keep the terminal's Ctrl+C from workers."""
    lifecycle.configure(config)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> Generator[None, None, None]:
    """Open the run before any worker starts."""
    lifecycle.start(session.config)
    with signals.blocked_for_children():
        yield


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect batches."""
    return video_items.batch_file(file_path, parent)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under `--lf`, leave out what is finished; put the videos of one account together."""
    if RUN_PLAN in config.stash:
        video_items.leave_out_finished(config, items)
        video_items.in_order_of_accounts(config, items)


# Before xdist's own message: the controller's decisions about it need the videos.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell the controller which videos there are."""
    lifecycle.collected(session)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Make an xdist worker ask for one item at a time."""
    lifecycle.prepare_loop(session)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Claim a video; a stopped run neither runs nor reports it."""
    return attempts.run_claimed(item) if isinstance(item, VideoItem) else None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what is completed before any browser starts."""
    if isinstance(item, VideoItem):
        attempts.check_claim(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put a video's result on its report."""
    report = yield
    return pytest_reports.attach(item, call, report) if isinstance(item, VideoItem) else report


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    """Count a video by its outcome."""
    return pytest_reports.teststatus(report, config)


@pytest.hookimpl(tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Write the closing summary."""
    finish.summarise(terminalreporter)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """End a stopped run once reports and caches are written."""
    finish.make_room(session.config)
    try:
        yield
    finally:
        finish.close(session.config)
    finish.leave(session)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Release what the run holds, however it ended."""
    lifecycle.release(config)


# After xdist's own reporter has taken note of them.
@pytest.hookimpl(optionalhook=True, trylast=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Make workers load this plugin, too, and start only one of them for now."""
    lifecycle.tell_workers(config, __name__)
    if CONTROLLER in config.stash:
        config.stash[CONTROLLER].starts.hold_back(config, specs)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Send the plan to a worker, whose arguments xdist has taken by now."""
    if CONTROLLER in node.config.stash:
        node.config.stash[CONTROLLER].configure_node(node)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_make_scheduler(config: pytest.Config) -> Any:
    """Schedule without look-ahead when batches run."""
    controller = config.stash.get(CONTROLLER, None)
    if controller is None:
        return None
    return scheduler.OneEach(
        config,
        controller.items.cut_off_first(),
        controller.items.page_of_item(),
        controller.is_put_off,
        controller.starts.was_freed,
        controller.is_held,
        controller.items.may_take,
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any) -> None:
    """Remember what was selected."""
    if CONTROLLER in node.config.stash:
        node.config.stash[CONTROLLER].remember()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object | None) -> None:
    """Start another worker, now or after a wait."""
    if CONTROLLER in node.config.stash:
        node.config.stash[CONTROLLER].node_down(node, error)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport, sched: Any) -> None:
    """Complete what a worker that died could not."""
    if CONTROLLER in sched.config.stash:
        sched.config.stash[CONTROLLER].crashed(crashitem, report)
