"""`grokbatch hosts check` on hosts behind a real SSH server."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grokbatch.hosts.host import Host
from grokbatch.hosts.look import look_at, look_at_all
from grokbatch.hosts.rules import needs_of, problems
from grokbatch.hosts.trouble import TroubleKind
from tests.e2e.sshd import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.sshd import Sshd, SshHost


@pytest.fixture
def studio(sshd: Sshd) -> SshHost:
    return sshd.host("studio")


def host_of(host: SshHost, **keys: object) -> Host:
    return replace(Host(host.name, host.ssh, str(host.python)), **keys)  # type: ignore[arg-type]


def program(host: SshHost, text: str, name: str = "program") -> str:
    path = host.root / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_host_like_this_computer_is_seen_as_it_is(studio: SshHost) -> None:
    host = host_of(studio)
    facts = look_at(host)
    assert facts.trouble is None, facts.trouble
    assert facts.basics is not None
    assert facts.basics.grokbatch is not None
    assert facts.basics.grokbatch.home.startswith(str(studio.home))
    assert abs(facts.skew) < 1
    assert 0 < facts.round_trip < 5
    assert [line for line in problems(facts, needs_of(host)) if "browser" not in line] == []
    assert problems(facts, needs_of(host, ["main"]))[-1].startswith("studio: main: there is none")
    studio.check_nothing_runs()


def test_what_keeps_ssh_from_connecting_is_told_by_its_kind(studio: SshHost, sshd: Sshd) -> None:
    def kind(ssh: str) -> TroubleKind | None:
        trouble = look_at(host_of(studio, ssh=ssh)).trouble
        return trouble.kind if trouble else None

    assert kind(f"-oPubkeyAuthentication=no {studio.ssh}") is TroubleKind.NOT_LET_IN
    assert kind(f"-oUserKnownHostsFile=/dev/null {studio.ssh}") is TroubleKind.UNKNOWN_KEY
    assert kind("-F none nobody@grokbatch.invalid") is TroubleKind.NAME
    sshd.stop()
    assert kind(studio.ssh) is TroubleKind.REFUSED


def test_what_is_wrong_with_its_python_is_told(studio: SshHost) -> None:
    def told(python: str) -> str:
        (line,) = problems(look_at(host_of(studio, python=python)), needs_of(host_of(studio)))
        return line

    assert "no Python by the name nowhere/python" in told("nowhere/python")
    assert told("").endswith("type: grokbatch hosts install studio")
    assert "has Python 3.9.2; grokbatch needs 3.11 or later" in told(program(studio, "echo grokbatch-greeting 3.9.2"))
    assert "says more than it is asked for: welcome" in told(program(studio, f'echo welcome; {studio.python} "$@"'))
    assert "its Python answers" in told(program(studio, "echo grokbatch-greeting '\\033[2J'"))


@pytest.mark.slow
def test_a_host_that_floods_or_hangs_holds_nobody_up(studio: SshHost) -> None:
    flood = host_of(studio, name="flood", python=program(studio, "yes"))
    silent = host_of(studio, name="silent", python=program(studio, "exec sleep 1000", "silent"))
    facts = {each.host.name: each for each in look_at_all([flood, silent, host_of(studio)], seconds=20)}
    assert facts["studio"].trouble is None
    assert facts["flood"].trouble is not None
    assert facts["silent"].trouble is not None
    assert facts["silent"].trouble.kind is TroubleKind.SILENT


def test_a_clock_that_differs_is_measured(sshd: Sshd, settable: Path, tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("7200")
    attic = sshd.host("attic", LD_PRELOAD=str(settable), GROKBATCH_TEST_CLOCK=str(tmp_path / "clock"))
    facts = look_at(host_of(attic))
    assert facts.skew == pytest.approx(7200, abs=2)


def test_another_grokbatch_there_is_refused(studio: SshHost) -> None:
    """Of the same version but other code, and one of another version."""
    other = studio.root / "other" / "grokbatch"
    other.parent.mkdir()
    subprocess.run(["cp", "-r", str(CHECKOUT / "grokbatch"), str(other)], check=True)
    with (other / "javascript.py").open("a") as file:
        file.write("# changed\n")
    python = program(studio, f'PYTHONPATH={other.parent} exec {sys.executable} "$@"')
    lines = problems(look_at(host_of(studio, python=python)), needs_of(host_of(studio)))
    assert "there has other code than" in lines[0]
    plain = program(studio, f'exec {sys.executable} -S "$@"')
    lines = problems(look_at(host_of(studio, python=plain)), needs_of(host_of(studio)))
    assert "is not installed for Python" in lines[0]


def test_the_command_says_it_all_and_ends_with_its_code(studio: SshHost, sshd: Sshd, tmp_path: Path) -> None:
    lost = sshd.host("lost")
    (tmp_path / "hosts.yaml").write_text(
        f"studio: {{ssh: {studio.ssh}, python: {studio.python}, workers: 1}}\n"
        f"lost: {{ssh: -oPubkeyAuthentication=no {lost.ssh}}}\n"
    )

    def check(*names: str) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "grokbatch", "hosts", "check", *names]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    both = check()
    assert both.returncode == 1, both.stdout + both.stderr
    assert "1 of 2 cannot be used yet: lost" in both.stdout
    assert "ssh-copy-id" in both.stdout
    one = check("studio")
    assert one.returncode == 0, one.stdout + one.stderr
    assert "It can be used." in one.stdout
    assert one.stderr == ""
    unknown = check("studoi")
    assert unknown.returncode == 1
    assert "did you mean studio?" in unknown.stderr
