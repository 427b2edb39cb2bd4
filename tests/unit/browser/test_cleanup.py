"""What killed runs leave behind is found and removed, and nothing else is."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.browser.process.cleanup import RunTemp, sweep, sweep_temp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., subprocess.Popen[bytes]]

DIE_WITH_TEMP = """
import os, signal, sys
from pathlib import Path
from grokbatch.browser.process.cleanup import RunTemp
temp = RunTemp(Path(sys.argv[1]))
print(temp.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts sleeping processes with the arguments and the environment given."""
    started = []

    def begin(*arguments: str, **environ: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "import time; time.sleep(60)", *arguments]
        started.append(subprocess.Popen(command, env={**os.environ, **environ}))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def test_a_sweep_ends_browsers_on_the_runs_profiles_and_removes_the_copies(tmp_path: Path, start: Start) -> None:
    profiles = tmp_path / "worker-profiles"
    (profiles / "gw0" / "profile").mkdir(parents=True)
    (profiles / "gw1" / "profile").mkdir(parents=True)
    left = start(f"--user-data-dir={profiles / 'gw0' / 'profile'}")
    stopped = start(f"--user-data-dir={profiles / 'gw1' / 'profile'}")
    psutil.Process(stopped.pid).suspend()
    elsewhere = start(f"--user-data-dir={tmp_path / 'worker-profiles-of-another' / 'gw0'}")
    sweep(profiles)
    assert (left.wait(30), stopped.wait(30)) != (0, 0)
    assert elsewhere.poll() is None
    assert list(profiles.iterdir()) == []


def test_a_sweep_before_the_first_run_leaves_everything_as_it_is(tmp_path: Path) -> None:
    sweep(tmp_path / "worker-profiles")
    assert list(tmp_path.iterdir()) == []


def test_the_temporary_folder_is_where_programs_put_their_files_and_ends_with_the_run(tmp_path: Path) -> None:
    with RunTemp(tmp_path) as temp:
        environ = dict(os.environ)
        temp.use_in(environ)
        ask = [sys.executable, "-c", "import tempfile; print(tempfile.gettempdir())"]
        answer = subprocess.run(ask, env=environ, capture_output=True, text=True, check=True).stdout.strip()
        assert answer == str(temp.folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a process ends itself by a signal")
def test_the_folder_and_drivers_of_a_killed_run_are_removed_and_those_of_a_running_one_stay(
    tmp_path: Path, start: Start
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", DIE_WITH_TEMP, str(tmp_path)], capture_output=True, text=True, check=False
    )
    folder = killed.stdout.strip()
    driver = start("run-driver", TMPDIR=folder)
    viewer = start("report.html", TMPDIR=folder)
    with RunTemp(tmp_path) as temp:
        sweep_temp(tmp_path)
        assert list(tmp_path.iterdir()) == [temp.folder]
        assert driver.wait(30) != 0
        assert viewer.poll() is None


def test_the_temporary_folder_leaves_room_for_a_socket_path() -> None:
    with RunTemp() as temp:
        assert len(str(temp.folder)) - len(tempfile.gettempdir()) < 30
