"""A host to which the connection was lost is tried again, until it answers or no worker is wanted any more."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import execnet
import pytest

from grokbatch.run.remote import reconnecting
from grokbatch.run.remote.reconnecting import Reconnecting
from tests.e2e.waiting import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="its ssh is a shell script")

SECONDS = 20
"""For what happens within a second on a quiet machine."""


@dataclass
class Wanted:
    """Whether another worker is wanted, and an attempt to reach its host."""

    is_wanted: bool = True
    is_alone: bool = False
    changed: threading.Condition = field(default_factory=threading.Condition)
    reached: list[bool] = field(default_factory=list)

    def start(self) -> threading.Thread:
        spec = execnet.XSpec("ssh=studio//id=studio-1")
        tries = Reconnecting(spec, lambda: self.is_wanted, lambda: self.is_alone, self.changed)
        thread = threading.Thread(target=lambda: self.reached.append(tries.is_reached()), daemon=True)
        thread.start()
        return thread

    def end(self, thread: threading.Thread) -> None:
        self.is_wanted = False
        with self.changed:
            self.changed.notify_all()
        thread.join(SECONDS)


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that takes the place of ssh; it fails unless a test writes something else into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    program = folder / "ssh"
    write(program, "exit 255")
    return program


def write(program: Path, text: str) -> None:
    program.write_text(f"#!/bin/sh\necho >> {program.parent / 'tries'}\n{text}\n")
    program.chmod(0o755)


def tries(ssh: Path) -> int:
    file = ssh.parent / "tries"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_a_host_is_tried_until_it_answers(ssh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnecting, "_PAUSES", (0.01,))
    wanted = Wanted()
    thread = wanted.start()
    wait_until(lambda: tries(ssh) >= 2, "second try")
    write(ssh, "exit 0")
    thread.join(SECONDS)
    assert wanted.reached == [True]


def test_the_pause_ends_when_no_worker_is_wanted_any_more(ssh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnecting, "_PAUSES", (3600.0,))
    wanted = Wanted()
    wanted.end(wanted.start())
    assert wanted.reached == [False]
    assert not tries(ssh)


def test_a_try_ends_when_no_worker_is_wanted_any_more(ssh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnecting, "_PAUSES", (0.01,))
    monkeypatch.setattr(reconnecting, "_SECONDS", 3600.0)
    write(ssh, "exec sleep 3600")
    wanted = Wanted()
    thread = wanted.start()
    wait_until(lambda: tries(ssh) == 1, "try")
    wanted.end(thread)
    assert wanted.reached == [False]


def test_a_run_without_other_workers_gives_up_after_a_while(ssh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconnecting, "_PAUSES", (0.01,))
    monkeypatch.setattr(reconnecting, "ALONE", 0.1)
    wanted = Wanted(is_alone=True)
    wanted.start().join(SECONDS)
    assert wanted.reached == [False]
    assert tries(ssh)
