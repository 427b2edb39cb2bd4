"""Prepares a worker on another computer: its folder there, its browser and accounts, and its side of the connection."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from filelock import FileLock, Timeout

from grokbatch.batch.model.permalink import DEMO
from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.machine import this_machine
from grokbatch.browser.process.cleanup import RunTemp, sweep, sweep_temp
from grokbatch.browser.profiles.account import find_account
from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.model.clock import RunClock, uptime
from grokbatch.record.storage.accounts import AccountError
from grokbatch.record.storage.private_files import private_folder
from grokbatch.record.storage.run_log import LOGGER
from grokbatch.run.plan import AccountPlan, BatchPlan, HostPlan, RunPlan
from grokbatch.run.records.over_channel import ChannelRecords
from grokbatch.run.remote import kept_results
from grokbatch.run.remote.connection import FINISHING, Connection, LogOverChannel
from grokbatch.run.remote.sending import FileSender
from grokbatch.run.worker import one_item
from grokbatch.run.worker.worker import WORKER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.run.worker.worker import Worker

ENDING = 15.0
"""Seconds that a worker may take to end after that."""

RUNS = "runs"
"""The folder, in the host's working folder, of what runs keep there: a folder for each manifest."""


def folder_of(manifest_id: str) -> Path:
    """Return the folder, in the working folder of this process, for what belongs to a manifest."""
    return Path.cwd() / RUNS / hashlib.sha256(manifest_id.encode()).hexdigest()[:12]


def plan_here(plan: RunPlan, worker: str) -> RunPlan:
    """Return the plan with paths of this computer in place of the controller's; makes the folders.

    The batch files stay with the controller: empty files take their places, which pytest can collect.
    """
    if plan.host is None:
        return plan
    batches = tuple(_batch_here(batch, plan.host, worker) for batch in plan.batches)
    return replace(plan, batches=batches, runs_folder=Path.cwd() / RUNS)


def _batch_here(batch: BatchPlan, host: HostPlan, worker: str) -> BatchPlan:
    root = private_folder(folder_of(host.manifests[batch.key]) / f"{host.call}-{worker}")
    place = root / "batch" / PurePosixPath(batch.node_id).name
    private_folder(place.parent)
    place.touch()
    files = replace(batch.files, folder=root / "videos", source_image=None, sidecar_prompt=False)
    if batch.files.wants_any:
        files.folder.mkdir(exist_ok=True)
    return replace(batch, path=place, file=place, run_root=root, files=files)


def arguments_here(plan: RunPlan) -> list[str]:
    """Return pytest's arguments with the files that take the places of the batch files."""
    known = {batch.key: str(batch.path) for batch in plan.batches}
    found: list[str] = []
    for argument in plan.host.arguments if plan.host else ():
        for each in argument.split("\n") if argument else ():
            key, colons, rest = each.partition("::")
            found.append(f"{known[key]}{colons}{rest}")
    return found


@dataclass(frozen=True)
class OnHost:
    """A worker's side of its connection to a controller on another computer; `plan` is the plan as it is there."""

    connection: Connection
    sender: FileSender
    plan: RunPlan
    early: deque[Any]
    taken_over: list[Path] = field(default_factory=list)

    def hear(self, worker: Worker) -> None:
        """Pass on to `worker` what the controller has sent while there was none yet."""
        _pass_on(self.early, worker)

    @contextmanager
    def one_item(self, worker: Worker) -> Iterator[None]:
        """Have `worker` work on an item; its files are sent when it is done and they have been looked into."""
        with self.connection.busy():
            yield
        if not self.connection.is_lost:
            worker.background.add(self._send_new, "its files were not sent")

    def records(self, worker: Worker) -> ChannelRecords:
        """Return the records of `worker`, over the connection."""
        skew = self.plan.clock.skew
        return ChannelRecords(self.connection.ask, kept_results.keep, worker.stopped.set, skew, self.leave)

    def leave(self, reason: str) -> NoReturn:
        """End this process when all files are sent; what it was about to make is left to others."""
        self.connection.send({"unusable": reason})
        self._send_new()
        self.sender.finish()
        # Without clean-up: the browser ends with its parent process.
        os._exit(1)

    def end(self) -> None:
        """Return when all files are sent, or the connection is lost; remove the folders in which nothing is left."""
        self._send_new()
        self.sender.finish()
        self.connection.close()
        for folder in (*(batch.run_root for batch in self.plan.batches), *self.taken_over):
            remove_if_empty(folder)

    def take_over(self) -> None:
        """Tell and send what earlier workers left here; raises ConnectionLostError."""
        for batch in self.plan.batches:
            kept_results.tell(batch.run_root, batch.key, self.connection.answer_to)
            for left in sorted(batch.run_root.parent.iterdir()):
                if left.is_dir() and self._is_of_earlier_call(left):
                    self._take_over(left, batch)

    def _is_of_earlier_call(self, folder: Path) -> bool:
        return self.plan.host is not None and not folder.name.startswith(f"{self.plan.host.call}-")

    def _take_over(self, left: Path, batch: BatchPlan) -> None:
        # One worker does it for all of this call.
        with suppress(Timeout), FileLock(left / "taken.lock", timeout=0), alive(left).acquire():
            sweep(left / "worker-profiles")
            kept_results.tell(left, batch.key, self.connection.answer_to)
            self.sender.send_new(left, batch.key)
            self.taken_over.append(left)

    def _send_new(self) -> None:
        for batch in self.plan.batches:
            self.sender.send_new(batch.run_root, batch.key)


def connect(config: pytest.Config, plan: RunPlan, channel: Any, resources: ExitStack) -> OnHost:
    """Open this worker's side of the connection, and what the worker needs of this computer.

    Raises pytest.UsageError if something is missing here.
    """

    early: deque[Any] = deque()

    def on_message(message: Any) -> None:
        early.append(message)
        if (found := config.stash.get(WORKER, None)) is not None:
            _pass_on(early, found)
        elif message == "abort":
            os._exit(1)

    def on_lost() -> None:
        if (found := config.stash.get(WORKER, None)) is not None:
            found.stopped.set()
        threading.Thread(target=_end_later, args=(connection,), daemon=True).start()
        # A controller that was only silent has given this worker up by now: it must not hear its reports later.
        one_item.report_no_more(config)

    connection = Connection(channel, on_message, on_lost)
    connection.open()
    for batch in plan.batches:
        # The last worker of that name may still be busy with what it can no longer tell.
        resources.enter_context(_held_alive(batch.run_root))
        sweep(batch.run_directory.profiles)
    plan = _with_browser(replace(plan, session_folder=resources.enter_context(RunTemp()).folder), config)
    plan = replace(plan, clock=_clock_of_run(connection))
    handler = LogOverChannel(connection)
    LOGGER.addHandler(handler)
    LOGGER.setLevel("INFO")
    resources.callback(LOGGER.removeHandler, handler)
    has_videos = plan.host is not None and plan.host.has_videos
    return OnHost(connection, FileSender(connection.answer_to, has_videos=has_videos), plan, early)


def _pass_on(messages: deque[Any], worker: Worker) -> None:
    with suppress(IndexError):  # two threads may do this
        while True:
            worker.listen(messages.popleft())


def _clock_of_run(connection: Connection) -> RunClock:
    """Return the run's clock as it is at the controller, whatever this computer's clock shows."""
    asked = uptime()
    now = datetime.fromisoformat(connection.answer_to({"time": True})["now"])
    middle = (asked + uptime()) / 2
    return RunClock(now, middle, skew=(now - datetime.now(UTC)).total_seconds())


def alive(folder: Path) -> FileLock:
    """Return the lock that a worker holds as long as it may still write to its folder."""
    return FileLock(folder / "alive.lock", timeout=FINISHING + ENDING, mode=0o600, thread_local=False)


@contextmanager
def _held_alive(folder: Path) -> Iterator[None]:
    try:
        lock = alive(folder).acquire()
    except Timeout:
        raise pytest.UsageError("a worker of an earlier run does not end there") from None
    with lock:
        yield


@contextmanager
def telling_trouble(channel: Any) -> Iterator[None]:
    """Tell the controller what keeps this worker from starting: people look there, not here."""
    try:
        yield
    except pytest.UsageError as error:
        channel.send({"unusable": str(error)})
        raise
    except OSError as error:
        with suppress(OSError):
            channel.send({"unusable": f"{error.filename or 'disk'}: {error.strerror}"})
        raise


def _end_later(connection: Connection) -> None:
    """End this process some time after its controller was lost, whatever keeps it."""
    connection.wait_for_end()
    # Without clean-up: the browser ends with its parent process.
    threading.Timer(ENDING, os._exit, args=(1,)).start()


def remove_if_empty(root: Path) -> None:
    """Remove the folder of a worker if nothing in it is of use any more."""
    videos = root / "videos"
    if not kept_results.has_any(root) and not (videos.is_dir() and any(videos.iterdir())):
        shutil.rmtree(root, ignore_errors=True)


def _with_browser(plan: RunPlan, config: pytest.Config) -> RunPlan:
    if config.hook.pytest_grokbatch_video_maker(config=config) is not None:
        return plan
    sweep_temp()
    home, machine = home_folder(os.environ), this_machine()
    try:
        channel = config.getoption("browser_channel", None)
        browser = provide_browser(lambda: find_browser(machine, channel=channel), home, this_installer(LOGGER.info))
        named = plan.host.accounts if plan.host else None
        aliases = dict.fromkeys(
            part.account for part in plan.parts if part.site != DEMO and (named is None or part.account in named)
        )
        accounts = [find_account(alias, home) for alias in aliases]
    except (AccountError, BrowserError) as error:
        raise pytest.UsageError(str(error)) from None
    mine = tuple(AccountPlan(each.alias, each.profile, json.dumps(list(each.cookies))) for each in accounts)
    return replace(plan, browser=browser.as_plain(), accounts=(*plan.accounts, *mine))


@dataclass(frozen=True, eq=False)
class SendBeforeEnd:
    """Sends what is left before pytest-xdist tells the controller that this worker has finished: it is ended then."""

    on_host: OnHost
    worker: Worker

    # Inside of xdist's own wrapper, and after the browser has been closed.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Iterator[None]:
        """Wait for what runs in the background, then send all files."""
        yield
        self.worker.end()
        self.on_host.end()


ON_HOST = pytest.StashKey[OnHost]()
