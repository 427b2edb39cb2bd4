"""The stages of a run in each process: in the controller, in an xdist worker, or in a process that is both."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.media.service import MediaCalls, media_service
from grokbatch.record.storage.private_files import private_folder
from grokbatch.record.storage.run_log import close_log, open_log
from grokbatch.review.report.video import STYLESHEET
from grokbatch.run import markers, pytest_reports
from grokbatch.run.command_line import named_batches, resumable
from grokbatch.run.command_line.early_interrupt import EarlyInterrupt
from grokbatch.run.command_line.options import leave_out_recordings
from grokbatch.run.controller import signals
from grokbatch.run.controller.controller import CONTROLLER, Controller
from grokbatch.run.live.view import LiveView, open_view
from grokbatch.run.plan import RUN_PLAN, BatchPlan, RunPlan, name_batches_once
from grokbatch.run.results import locks
from grokbatch.run.worker import one_item
from grokbatch.run.worker.video_items import VideoItem
from grokbatch.run.worker.worker import WORKER, Send, Worker

if TYPE_CHECKING:
    from collections.abc import Callable

_BASE_URL_WARNING = r"Session-scoped fixtures defined as instance methods[\s\S]*'base_url' fixture"
# An option -W comes before the configuration, and its text is no pattern.
_BASE_URL_TYPED = "ignore:Session-scoped fixtures defined as instance methods:pytest.PytestDeprecationWarning"

_ROOM = 1 << 16
"""Bytes that must be free at least in the report's folder."""

SOLO = "main"
"""The worker's name when there are no workers."""

RESOURCES = pytest.StashKey[ExitStack]()


def _worker_input(config: pytest.Config) -> dict[str, Any] | None:
    # xdist's documented way to tell a worker from the controller
    return getattr(config, "workerinput", None)


def plan(config: pytest.Config) -> None:
    """Make the plan; in a worker, read the one that the controller sent."""
    given = _worker_input(config)
    markers.before_plugins(config)
    if given is None:
        # Imported here, like other things below: a worker starts sooner without what only a controller needs.
        from grokbatch.run.planning import build

        config.stash.setdefault(named_batches.EARLY_INTERRUPT, EarlyInterrupt.of_process())
        build.plan_call(config)
    elif "grokbatch_plan" in given:
        _read_plan(config, given)
        config.option.lf = False
        leave_out_recordings(config)


def _read_plan(config: pytest.Config, given: dict[str, Any]) -> None:
    """Read the plan that the controller sent to this worker, and collect what it names."""
    plan = RunPlan.from_wire(given["grokbatch_plan"])
    if plan.host is not None:
        from grokbatch.run.remote import on_host

        with on_host.telling_trouble(given["grokbatch_channel"]):
            config.stash[RUN_PLAN] = on_host.plan_here(plan, given["workerid"])
        config.args[:] = on_host.arguments_here(config.stash[RUN_PLAN])
        return
    config.stash[RUN_PLAN] = plan
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args[:] = [str(batch.path) for batch in plan.batches]
    if plan.asked is not None:
        plan.asked.repeat(config)
    name_batches_once(config, plan)


def _let_interrupts_end_call(config: pytest.Config) -> None:
    """Let Ctrl+C end the call from now on: what `--lf` would resume is known by now."""
    early = config.stash[named_batches.EARLY_INTERRUPT]
    if RUN_PLAN in config.stash and not config.option.collectonly:
        early.let_end_call()
        return
    early.stop()
    if early.pressed:
        raise pytest.UsageError


def is_interrupted(config: pytest.Config) -> bool:
    """Whether Ctrl+C was pressed while the run was being prepared."""
    return named_batches.EARLY_INTERRUPT in config.stash and config.stash[named_batches.EARLY_INTERRUPT].pressed


def configure(config: pytest.Config) -> None:
    """Set what other plugins read when they are configured: warning filters and the report's path."""
    if _worker_input(config) is None:
        _let_interrupts_end_call(config)
    if RUN_PLAN not in config.stash:
        return
    config.stash[RESOURCES] = ExitStack()
    # pytest-playwright's own `base_url` fixture uses what pytest 9 deprecates; a user cannot change that.
    config.addinivalue_line("filterwarnings", f"ignore:{_BASE_URL_WARNING}:pytest.PytestDeprecationWarning")
    if typed := config.known_args_namespace.pythonwarnings:
        typed.append(_BASE_URL_TYPED)
    if _worker_input(config) is not None:
        signals.leave_foreground()
        return
    if hasattr(config.option, "htmlpath") and not config.option.collectonly:
        if not config.option.htmlpath:
            config.option.htmlpath = str(_report_path(config.stash[RUN_PLAN]))
            _check_room(Path(config.option.htmlpath).parent)
        config.option.css = [*config.option.css, str(STYLESHEET)]


def _check_room(folder: Path) -> None:
    # pytest-html writes there before the run is opened, and would fail with a traceback.
    try:
        with tempfile.TemporaryFile(dir=private_folder(folder)) as probe:
            probe.write(bytes(_ROOM))
            probe.flush()
    except OSError as error:
        room = "make room, or " if error.errno in {errno.ENOSPC, errno.EDQUOT} else ""
        raise pytest.UsageError(f"{folder}: {error.strerror}; {room}choose another folder with --runs-dir") from None


def _report_path(run: RunPlan) -> os.PathLike[str]:
    if len(run.batches) == 1:
        return run.batches[0].run_directory.report
    return run.runs_folder / "report.html"


def _written_report(config: pytest.Config) -> Path | None:
    """Return the path of the report that pytest-html writes in this call, None if it is not there to write one."""
    path = getattr(config.option, "htmlpath", None)
    return Path.cwd() / Path(os.path.expandvars(path)).expanduser() if path else None


def start(config: pytest.Config) -> None:
    """Open the run."""
    if RUN_PLAN not in config.stash:
        return
    markers.declare(config, config.stash[RUN_PLAN])
    if config.option.collectonly:
        return
    given = _worker_input(config)
    if given is not None:
        if config.stash[RUN_PLAN].host is not None:
            _become_worker_on_host(config, given)
            return
        channel = given["grokbatch_channel"]
        _become_worker(config, given["workerid"], _sender(channel))
        channel.setcallback(config.stash[WORKER].listen)
        return
    _become_controller(config)
    if not config.pluginmanager.has_plugin("dsession"):
        pytest_reports.write_no_file_names(config)
        controller = config.stash[CONTROLLER]
        _become_worker(config, SOLO, controller.receive, wait_here=controller.waits.wait_for)


_OPENER = "playwright"
_SERVED_WORKERS = 3
"""From so many workers on, one more process that looks into their files takes less memory than they would."""


def _has_more_to_read(config: pytest.Config) -> bool:
    """Whether pytest will read a conftest.py of a batch later, which may replace the video maker."""
    folders = {folder for batch in config.stash[RUN_PLAN].batches for folder in batch.file.parents}
    files = [file for folder in folders if (file := folder / "conftest.py").exists()]
    return not all(config.pluginmanager.has_plugin(str(file)) for file in files)


def _become_controller(config: pytest.Config) -> None:
    from grokbatch.browser.launch.environment import has_display
    from grokbatch.record.model.awake_clock import AwakeClock
    from grokbatch.run.controller import open_run
    from grokbatch.run.controller.keep_awake import kept_awake
    from grokbatch.run.controller.memory_watch import MemoryWatch, memory_watched
    from grokbatch.run.controller.user_hooks import USER_HOOKS, UserHooks
    from grokbatch.run.events import subscribers
    from grokbatch.run.html_hooks import HtmlHooks, HtmlQuiet, LiveViewPauses
    from grokbatch.run.planning import build
    from grokbatch.run.remote.plan_there import node_ids
    from grokbatch.run.remote.specs import count_workers

    resources, live = config.stash[RESOURCES], _view(config)
    pytest_reports.write_no_versions(config)
    for line in [
        *(pytest_reports.header(config) if config.get_verbosity() >= 0 else ()),
        *config.stash[RUN_PLAN].notices,
    ]:
        live.notice(line)
    replaced = config.hook.pytest_grokbatch_video_maker(config=config) is not None
    needs_browser = not replaced and not config.stash[RUN_PLAN].idle
    if needs_browser and not config.pluginmanager.has_plugin(_OPENER) and not _has_more_to_read(config):
        raise pytest.UsageError(f"-p no:{_OPENER}: without that plugin no browser can be opened; leave it out")
    options = config.stash[build.OPTIONS]
    output = subscribers.open_event_output(config, options, resources)
    memory, early = config.stash[build.MEMORY], config.stash[named_batches.EARLY_INTERRUPT]

    def remember(plan: RunPlan) -> None:
        early.only_note()
        memory.begin(plan)

    elsewhere, workers = count_workers(config)
    opened = open_run.open_run(
        config.stash[RUN_PLAN],
        options,
        resources,
        live.notice,
        remember,
        workers=workers,
        needs_browser=needs_browser,
    )
    opened = replace(opened, report=_written_report(config))
    if elsewhere:
        opened = replace(opened, batches=node_ids(opened.batches, config.rootpath))
    if opened.hosts:
        from grokbatch.run.planning.hosts import forward_rehearsals

        forward_rehearsals(opened, resources)
    config.stash[RUN_PLAN] = opened
    if workers >= _SERVED_WORKERS and any(batch.files.wants_any for batch in opened.batches):
        resources.enter_context(media_service(opened.folder))
    if not opened.idle and any(batch.keep_awake for batch in opened.batches):
        is_at_desk = opened.attended and has_display(os.environ)
        resources.enter_context(kept_awake(live.notice if is_at_desk else lambda _: None))
    if needs_browser:
        resources.enter_context(memory_watched(opened.batches, MemoryWatch()))
    controller = Controller(opened, options, memory, live, lambda: config.stash.get(WORKER, None))
    config.stash[CONTROLLER] = controller
    subscribers.subscribe_all(controller.plan, controller.events, output, options.events or "")
    resources.callback(controller.end_events, lambda _: None, subscribers.LEAVING_SECONDS)
    controller.sources.run_started()
    resources.callback(controller.waits.end)
    controller.waits.begin()
    resources.enter_context(AwakeClock(controller.pauses.note).ticking())
    config.stash[USER_HOOKS] = UserHooks(config)
    lines = pytest_reports.ResultLines(config.hook, controller, config.stash[USER_HOOKS], _reporter(config))
    config.pluginmanager.register(lines)
    config.pluginmanager.register(pytest_reports.FailureTexts())
    config.pluginmanager.register(HtmlHooks.of(controller, config))
    config.pluginmanager.register(HtmlQuiet(config.pluginmanager))
    config.pluginmanager.register(LiveViewPauses(controller))
    resources.enter_context(signals.two_step_interrupt(controller.drain, controller.abort, is_pressed=early.pressed))


def _reporter(config: pytest.Config) -> pytest.TerminalReporter | None:
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    return reporter


def _view(config: pytest.Config) -> LiveView:
    has_terminal = config.pluginmanager.has_plugin("terminalreporter")
    colour = has_terminal and config.get_terminal_writer().hasmarkup
    return open_view(config.get_verbosity() if has_terminal else -2, colour=colour)


def _become_worker(
    config: pytest.Config, name: str, send: Send, wait_here: Callable[[BatchPlan], bool] | None = None
) -> None:
    run = config.stash[RUN_PLAN]
    media = MediaCalls(None if name == SOLO else run.folder)
    config.stash[WORKER] = Worker(name, run, send, wait_here=wait_here, media=media)
    config.stash[RESOURCES].enter_context(config.stash[WORKER].awake.ticking())
    # The controller of this same process holds the run's lock and writes the log.
    for batch in () if name == SOLO else run.batches:
        # Held until the process ends: the lock says that this process may still write.
        config.add_cleanup(locks.hold_alive(batch.run_root, name).release)
        config.stash[RESOURCES].callback(close_log, open_log(batch.run_directory.log, name))
    # Ended before the log is closed: jobs in the background may still log something.
    config.stash[RESOURCES].callback(config.stash[WORKER].end)


def _sender(channel: Any) -> Send:
    def send(message: dict[str, Any]) -> None:
        try:
            channel.send(message)
        except OSError:
            return  # the controller is gone; the worker still records its results in the manifest

    return send


def _become_worker_on_host(config: pytest.Config, given: dict[str, Any]) -> None:
    from grokbatch.run.remote.on_host import ON_HOST, SendBeforeEnd, connect, telling_trouble

    channel = given["grokbatch_channel"]
    with telling_trouble(channel):
        on_host = connect(config, config.stash[RUN_PLAN], channel, config.stash[RESOURCES])
    config.stash[ON_HOST], config.stash[RUN_PLAN] = on_host, on_host.plan
    worker = Worker(given["workerid"], on_host.plan, on_host.connection.send)
    config.stash[WORKER] = worker = replace(worker, given_records=on_host.records(worker))
    config.stash[RESOURCES].enter_context(worker.awake.ticking())
    on_host.hear(worker)
    config.pluginmanager.register(SendBeforeEnd(on_host, worker))
    on_host.take_over()


def tell_workers(config: pytest.Config, plugin: str) -> None:
    """Make every worker load `plugin`, however late it starts: only the controller finds out what the call is about."""
    given = config.invocation_params
    args = (*given.args, "-p", plugin)
    config.invocation_params = pytest.Config.InvocationParams(args=args, plugins=given.plugins, dir=given.dir)
    if CONTROLLER in config.stash:
        config.stash[CONTROLLER].remote.remember_arguments(config, plugin)


def collected(session: pytest.Session) -> None:
    """Tell the controller which videos this process selected."""
    if WORKER not in session.config.stash:
        return
    items = [item for item in session.items if isinstance(item, VideoItem)]
    if CONTROLLER in session.config.stash:
        controller = session.config.stash[CONTROLLER]
        controller.items.add_own(items)
        controller.remember()
    else:
        ids = [[item.nodeid, item.batch.key, item.video.id] for item in items]
        session.config.stash[WORKER].send({"collected": ids})


def prepare_loop(session: pytest.Session) -> None:
    """Make an xdist worker run without look-ahead."""
    config = session.config
    if _worker_input(config) is None or WORKER not in config.stash:
        return
    worker = config.stash[WORKER]
    if worker.plan.host is None:
        one_item.one_at_a_time(config, worker)
        return
    from grokbatch.run.remote.on_host import ON_HOST

    on_host = config.stash[ON_HOST]
    one_item.one_at_a_time(config, worker, lambda: on_host.one_item(worker), lambda: on_host.connection.is_lost)


def _mark_ended(config: pytest.Config) -> None:
    from grokbatch.run.planning import build

    resumable.mark_ended(build.memory_of(config))


def release(config: pytest.Config) -> None:
    """Release locks, logs, browsers and everything else that the run holds."""
    if RUN_PLAN in config.stash and _worker_input(config) is None and not config.option.collectonly:
        _mark_ended(config)
    if RESOURCES in config.stash:
        config.stash[RESOURCES].close()
