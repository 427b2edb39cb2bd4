"""Ends a run: closes the manifests, writes the summary, chooses the exit code."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import RunStatus, Status
from grokbatch.record.rules.keepers import is_met
from grokbatch.review.formatting import signs_for
from grokbatch.review.invocation import invocation
from grokbatch.review.next_steps import ending
from grokbatch.review.terminal_summary import write_summary
from grokbatch.review.text_layout import output_width, wrapped
from grokbatch.run.controller.controller import CONTROLLER
from grokbatch.run.controller.user_hooks import USER_HOOKS
from grokbatch.run.plan import RUN_PLAN
from grokbatch.run.planning.selectors import nothing_selected
from grokbatch.run.worker.worker import WORKER

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.run.controller.controller import Controller

EXIT_CODES = {
    RunStatus.STOPPED_AUTH_REQUIRED: 77,
    RunStatus.STOPPED_RATE_LIMIT: 75,
    RunStatus.STOPPED_TIME_UP: 75,
    RunStatus.INTERRUPTED: int(pytest.ExitCode.INTERRUPTED),
    RunStatus.FAILED: int(pytest.ExitCode.TESTS_FAILED),
}
"""The exit code of a run that was stopped, the most severe first (75 and 77 as in sysexits.h)."""


def close(config: pytest.Config, *, interrupted: bool = False) -> None:
    """Close the manifests, whatever ended the run; safe to call twice."""
    if CONTROLLER in config.stash:
        if WORKER in config.stash:
            config.stash[WORKER].end()
        config.stash[CONTROLLER].close(interrupted=interrupted)


def make_room(config: pytest.Config) -> None:
    """Free the disk space that was set aside, for the reports: nothing starts any more."""
    if CONTROLLER in config.stash:
        config.stash[CONTROLLER].make_room()


def summarise(reporter: pytest.TerminalReporter) -> None:
    """Write the closing summary."""
    config = reporter.config
    if CONTROLLER not in config.stash:
        return
    close(config)
    controller = config.stash[CONTROLLER]
    if _nothing_selected(controller, config) is None and config.get_verbosity() >= -1:
        write_summary(reporter, controller.results(), controller.plan.clock.now(), signs_for(sys.stdout.encoding))


def interrupted_early(config: pytest.Config) -> int:
    """Return the exit code after Ctrl+C before the run started; write how to resume, and save the call for `--lf`."""
    from grokbatch.run.planning import build

    if RUN_PLAN in config.stash:
        with suppress(OSError):
            config.stash[build.MEMORY].begin(config.stash[RUN_PLAN])
        line = f"interrupted: nothing was started; resume with: {invocation().resume}"
    else:
        line = "interrupted"
    sys.stderr.write("\n".join(wrapped(line, output_width())) + "\n")
    return int(pytest.ExitCode.INTERRUPTED)


def leave(session: pytest.Session) -> None:
    """Set the session's exit code; raises pytest's Exit, with the last line, if the run stopped or had no videos."""
    controller = session.config.stash.get(CONTROLLER, None)
    if controller is None or session.exitstatus in {
        pytest.ExitCode.INTERNAL_ERROR,
        pytest.ExitCode.USAGE_ERROR,
    }:
        return
    if (nothing := _nothing_selected(controller, session.config)) is not None:
        controller.end_unstarted()
        raise _exit(nothing, pytest.ExitCode.USAGE_ERROR)
    session.config.stash[USER_HOOKS].run_finished(controller, _writer(session.config))
    controller.end_events(_writer(session.config))
    _write_links(controller, session.config)
    manifests = controller.manifests()
    statuses = {manifest.status for manifest in manifests}
    code = next((code for status, code in EXIT_CODES.items() if status in statuses), None)
    line = ending(manifests, controller.plan.clock.wall())
    if code is not None and line is not None:
        raise _exit(line, code)
    # With workers, pytest reports a run that `-x` or `--maxfail` ended as interrupted.
    if session.exitstatus == pytest.ExitCode.TESTS_FAILED and _has_its_keepers(session, controller, manifests):
        session.exitstatus = pytest.ExitCode.OK
        return
    has_failed = session.exitstatus == pytest.ExitCode.INTERRUPTED and session.shouldfail
    # No worker got so far as to collect anything.
    has_failed = has_failed or session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
    if has_failed or (session.exitstatus == pytest.ExitCode.OK and not _is_all_made(controller, manifests)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _writer(config: pytest.Config) -> Callable[[str], None]:
    """Return a function that prints a line after the live view has ended."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    write_line = reporter.write_line if isinstance(reporter, pytest.TerminalReporter) else print
    return lambda text: write_line("\n".join(wrapped(text, output_width())))


def _write_links(controller: Controller, config: pytest.Config) -> None:
    """Write the address of each batch's wall or report, which terminals make a link."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or config.get_verbosity() < 0:
        return
    for result in controller.results():
        page = result.directory.wall if result.directory.wall.exists() else result.report
        if page is not None and page.exists():
            reporter.write_line(page.absolute().as_uri())


def _nothing_selected(controller: Controller, config: pytest.Config) -> str | None:
    if any(map(controller.items.selected, controller.plan.batches)):
        return None
    return nothing_selected(controller.plan, config)


def _has_its_keepers(session: pytest.Session, controller: Controller, manifests: list[Manifest]) -> bool:
    """Whether all that was run are batches that have the keepers that they want: a video that failed was replaced."""
    videos = sum(len(controller.items.selected(batch)) for batch in controller.plan.batches)
    return all(map(is_met, manifests)) and session.testscollected == videos


def _is_all_made(controller: Controller, manifests: list[Manifest]) -> bool:
    """Whether every selected video is completed, or all keepers are: only then may pytest say that all passed.

    What `--lf` left out because it was moderated counts, too: the run that is gone on with is not complete without it.
    """
    return all(
        is_met(manifest) or (manifest.keepers is None and manifest.videos[name].status is Status.COMPLETED)
        for batch, manifest in zip(controller.plan.batches, manifests, strict=True)
        for name in (*controller.items.selected(batch), *controller.plan.given_up.get(batch.key, ()))
    )


def _exit(line: str, code: int) -> BaseException:
    # pytest prints the exception as "<class name>: <message>", and that is the last line a user sees.
    title, _, rest = "\n".join(wrapped(line, output_width())).partition(": ")
    kind = type(title, (pytest.exit.Exception,), {})
    ended: BaseException = kind(rest, returncode=code)
    return ended
