"""A user: a folder with a batch file, accounts, and calls of pytest that run as processes of their own."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import yaml

from grokbatch.record.storage.manifest_store import ManifestStore
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.record.model.manifest import Manifest
    from tests.e2e.demo_process import DemoProcess

PROMPT = "the heron nobody else may read about lifts off"
PERMALINK = "https://grok.com/imagine/post/0f0e0d0c-0b0a-4908-8706-050403020100"
STUB = Path(__file__).with_name("held_conftest.py")
ESCAPE = re.compile(r"\x1b")

# Without what users do not have, such as hypothesis, whose plugin takes as long to load as a good part of pytest, and
# without what does nothing here: rewritten assertions and a search for lost exceptions at the end are a quarter of what
# a process takes.
_ADDOPTS = "-p no:hypothesispytest -p no:anyio -p no:unraisableexception --assert=plain"


def press_ctrl_c(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Do what a terminal does: interrupt the foreground process group, which `process` leads."""
    if sys.platform == "win32":
        raise NotImplementedError("a signal of Unix")
    os.killpg(process.pid, signal.SIGINT)


@dataclass(frozen=True)
class Call:
    """A call of pytest that runs, or ran."""

    process: subprocess.Popen[bytes]
    output: Path

    def said(self) -> str:
        """Return what it has printed so far."""
        return self.output.read_text(encoding="utf-8")

    def wait(self, seconds: float = 120.0) -> int:
        """Return its exit code once it has ended."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {seconds:g} s:\n{self.said()}") from None

    def press_ctrl_c(self) -> None:
        """Do what a terminal does at Ctrl+C."""
        press_ctrl_c(self.process)

    def kill(self) -> None:
        """End the controller, and it alone, as nothing can prevent it."""
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class User:
    """Someone who works in `path`; accounts are in `home`, temporary files go to `scratch`.

    `variables` are added to the environment of this user's programs.
    """

    path: Path
    home: Path
    scratch: Path
    variables: dict[str, str] = field(default_factory=dict)

    def write_batch(self, name: str = "cats", **keys: object) -> Path:
        """Write a batch file, by default of 4 videos of the account `me`."""
        says = {"account": "me", "permalink": PERMALINK, "prompt": PROMPT, "count": 4, "download": False} | keys
        path = self.path / f"{name}.yaml"
        path.write_text(yaml.safe_dump({key: value for key, value in says.items() if value is not None}))
        return path

    # accounts

    def sign_in(self, site: DemoProcess, alias: str = "me") -> str:
        """Give the account an empty profile and a session of `site`; return the session's secret."""
        folder = self.home / "accounts" / alias
        (folder / "profile").mkdir(parents=True, exist_ok=True)
        cookies = site.session(alias)
        (folder / "session-cookies.json").write_text(json.dumps(cookies))
        return str(cookies[0]["value"])

    # calls

    def environment(self) -> dict[str, str]:
        """Return the environment of this user's programs."""
        ours = re.compile(r"PYTEST_|GROKBATCH_|PYTHONDONTWRITEBYTECODE|CI$|DISPLAY$|NO_COLOR|FORCE_COLOR|PY_COLORS")
        kept = {key: value for key, value in os.environ.items() if not ours.match(key)}
        own = {"GROKBATCH_HOME": str(self.home), "TMPDIR": str(self.scratch), "PYTHONUTF8": "1"}
        return kept | own | {"PYTEST_ADDOPTS": _ADDOPTS} | self.variables

    def start(self, *arguments: str, cwd: Path | None = None) -> Call:
        """Call pytest in `cwd`, by default this user's folder, with its output going into a file."""
        output = self.scratch / f"output-{len(list(self.scratch.glob('output-*')))}.txt"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", *arguments],
                cwd=cwd or self.path,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Call(process, output)

    def run(self, *arguments: str, cwd: Path | None = None) -> tuple[int, str]:
        """Call pytest in `cwd` and return its exit code and all that it printed."""
        call = self.start(*arguments, cwd=cwd)
        return call.wait(), call.said()

    # results

    def run_directory(self, name: str = "cats", runs: str = "reports") -> Path:
        return self.path / runs / name

    def manifest(self, name: str = "cats", runs: str = "reports") -> Manifest:
        """Return the manifest of a batch."""
        return ManifestStore(self.run_directory(name, runs) / "manifest.json").read()

    def statuses(self, name: str = "cats") -> dict[str, str]:
        """Return each video's status; nothing before there is a manifest."""
        if not (self.run_directory(name) / "manifest.json").exists():
            return {}
        return {video.id: video.status.value for video in self.manifest(name).videos.values()}

    def reported(self, name: str = "cats") -> dict[str, str]:
        """Return the rows of the report: by the video's id what each says of it, `status: message`."""
        page = (self.run_directory(name) / "report.html").read_text()
        rows = re.findall(
            r'<tbody id="([^"]*)".*?<td class="gb-status".*?>(.*?)</td>.*?class="gb-message".*?>(.*?)</td>',
            page,
            re.DOTALL,
        )
        return {html.unescape(row): re.sub("<.*?>", "", f"{status}: {told}") for row, status, told in rows}

    # the stub

    def use_stub(self) -> None:
        """Have videos made without a browser, by a stub that can be held back."""
        shutil.copy(STUB, self.path / "conftest.py")
        # The stub needs no browser, and every process starts faster without.
        (self.path / "pytest.ini").write_text("[pytest]\naddopts = -p no:playwright\n")

    def hold(self) -> None:
        """Let no video of the stub end."""
        (self.path / "hold").touch()

    def release(self) -> None:
        """Let the stub's videos end."""
        (self.path / "hold").unlink()

    def limit(self, seconds: float | None = None, said: float | None = None) -> None:
        """Have the stub refuse every submit for so many seconds, and say that it does so for `said` seconds.

        None: for ever, and nothing is said of the end.
        """
        now = datetime.now(UTC)
        ends = {"until": seconds, "retry_at": said}
        told = {key: None if end is None else (now + timedelta(seconds=end)).isoformat() for key, end in ends.items()}
        part = self.path / "limit.part"
        part.write_text(json.dumps(told))
        part.replace(self.path / "limit.json")

    def lift_limit(self) -> None:
        """Have the stub refuse nothing."""
        (self.path / "limit.json").unlink()

    def stub_submits(self, event: str = "submit") -> list[dict[str, Any]]:
        """Return the stub's submits, or those it has "refused": each with `video`, `name` and the worker's `pid`."""
        journal = self.path / "journal.jsonl"
        lines = journal.read_text().splitlines() if journal.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["event"] == event]

    def wait_for_stub_submits(self, number: int) -> list[dict[str, Any]]:
        """Return the stub's submits once there are `number` of them."""
        found = wait_until(lambda: len(self.stub_submits()) >= number, f"{number} submits by the stub")
        assert found
        return self.stub_submits()

    # processes

    def processes(self) -> list[psutil.Process]:
        """Return all processes that work for this user: pytest, workers, drivers, browsers."""
        return [process for process in psutil.process_iter() if self._is_mine(process)]

    def browsers(self, worker: str = "") -> list[psutil.Process]:
        """Return the main processes of this user's browsers, of all workers or of one."""
        return [process for process in self.processes() if _is_browser(process, f"worker-profiles/{worker}")]

    def command_lines(self) -> str:
        """Return what anybody on this machine can read of this user's processes."""
        return "\n".join(" ".join(_command(process)) for process in self.processes())

    def check_nothing_runs(self) -> None:
        """Check that no process of this user is left, 20 s after the end at most."""
        wait_until(lambda: not self.processes(), "end of all processes", 20)

    def end_everything(self) -> None:
        """Kill what a failed test left behind."""
        for process in self.processes():
            process.kill()

    def _is_mine(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            if any(str(self.path) in part for part in process.cmdline()):
                return True
            return process.environ().get("GROKBATCH_HOME") == str(self.home)
        except (psutil.Error, OSError):
            return False

    def files(self) -> Iterator[Path]:
        """Yield every file that this user has, wherever."""
        for folder in (self.path, self.home, self.scratch):
            yield from (path for path in folder.rglob("*") if path.is_file())


def _is_browser(process: psutil.Process, marker: str) -> bool:
    command = _command(process)
    is_ours = any(part.startswith("--user-data-dir=") and marker in part for part in command)
    return is_ours and not any(part.startswith("--type=") for part in command)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
