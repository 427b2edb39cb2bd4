"""A worker that is killed takes its browser and its driver along, even when these hang."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.browser.process.cleanup import sweep
from grokbatch.browser.process.tree import browsers_on
from grokbatch.browser.process.wrapper_scripts import dies_with_parent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., "Worker"]

# A worker as the run starts it; the first argument is its folder, the second whether it is guarded.
WORKER = """
import os, sys
from pathlib import Path
from playwright.sync_api import sync_playwright
from grokbatch.browser.process import wrapper_scripts as guard; from grokbatch.browser.launch import context as launch
from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.profiles.home import home_folder
from grokbatch.browser.machine import this_machine
from grokbatch.browser.discovery.install import provide_browser, this_installer

folder = launch.WorkerFolder(Path(sys.argv[1]))
installer = this_installer(lambda line: None, sys.stderr.fileno())
browser = provide_browser(lambda: find_browser(this_machine()), home_folder(os.environ), installer)
if sys.argv[2] == "guarded":
    guard.guard_driver(os.environ, folder.scripts, folder.root / 'cache')
else:
    launch.guard_browser = lambda executable, *rest: executable
with sync_playwright() as playwright:
    worker = launch.open_context(playwright.chromium, browser, folder)
    print("open", flush=True)
    sys.stdin.readline()
    worker.close()
    print("closed", flush=True)
"""

needs_signal = pytest.mark.skipif(not dies_with_parent(), reason="no signal on the parent's death here")


class Worker:
    """A Python process that holds a browser open."""

    def __init__(self, folder: Path, *, guarded: bool) -> None:
        command = [sys.executable, "-c", WORKER, str(folder), "guarded" if guarded else "bare"]
        # Its own folder for temporary files, because a killed browser leaves some; a short one, for a socket in it.
        self.scratch = tempfile.mkdtemp()
        environ = {**os.environ, "TMPDIR": self.scratch}
        self.python = subprocess.Popen(command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.read() == "open"
        self.family = psutil.Process(self.python.pid).children(recursive=True)
        self.browser = next(browsers_on(lambda path: path.is_relative_to(folder.resolve()), self.family))
        driver = self.browser.parent()
        assert driver is not None
        self.driver = driver

    def read(self) -> str:
        """Return the next line that the worker says."""
        assert self.python.stdout is not None
        return self.python.stdout.readline().strip()

    def close(self) -> None:
        """Tell the worker to close its browser."""
        assert self.python.stdin is not None
        self.python.stdin.write("\n")
        self.python.stdin.flush()

    def kill(self) -> None:
        """End the Python process without a chance to clean up."""
        self.python.kill()
        self.python.wait()

    def alive(self) -> list[psutil.Process]:
        """Return the driver and the browser's processes that are still running."""
        return [process for process in self.family if _is_alive(process)]

    def end(self) -> None:
        """Leave nothing of it behind."""
        self.python.kill()
        self.python.communicate()
        for process in self.alive():
            process.kill()
        shutil.rmtree(self.scratch, ignore_errors=True)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a worker with its folder below `worker-profiles`."""
    workers: list[Worker] = []

    def begin(*, guarded: bool = True) -> Worker:
        workers.append(Worker(tmp_path / "worker-profiles" / "gw0", guarded=guarded))
        return workers[-1]

    yield begin
    for worker in workers:
        worker.end()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@needs_signal
@pytest.mark.parametrize("hangs", ["nothing", "browser", "driver", "both"])
def test_no_process_survives_a_killed_worker_whatever_hangs(start: Start, hangs: str) -> None:
    worker = start()
    if hangs in ("browser", "both"):
        worker.browser.suspend()
    if hangs in ("driver", "both"):
        worker.driver.suspend()
    worker.kill()
    assert wait_until(lambda: not worker.alive(), 20), worker.alive()


def test_what_survives_without_the_guard_is_ended_by_the_next_runs_sweep(start: Start, tmp_path: Path) -> None:
    worker = start(guarded=False)
    worker.browser.suspend()
    worker.kill()
    assert worker.browser in worker.alive()
    sweep(tmp_path / "worker-profiles")
    assert wait_until(lambda: not worker.alive(), 20), worker.alive()


def test_a_worker_whose_driver_hangs_still_closes(start: Start) -> None:
    worker = start()
    worker.driver.suspend()
    worker.close()
    said, _ = worker.python.communicate(timeout=20)
    assert said == "closed\n"
    assert wait_until(lambda: not worker.alive(), 20), worker.alive()
