"""`grokbatch hosts install` sets up a host behind a real SSH server."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.hosts.host import Host, HostError
from grokbatch.hosts.install import install
from grokbatch.hosts.look import look_at
from grokbatch.hosts.rules import is_same, needs_of
from grokbatch.hosts.wheel import pack_wheel

if TYPE_CHECKING:
    from tests.e2e.sshd import Sshd, SshHost

_NO_ENSUREPIP = """The virtual environment was not created successfully because ensurepip is not
available.  On Debian/Ubuntu systems, you need to install the python3-venv
package using the following command.

    apt install python3.11-venv

Failing command: /home/me/grokbatch-host/venv/bin/python3
"""
PATH = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"


def cached() -> dict[str, str]:
    """Let a host use what pip of this computer has downloaded already."""
    said = subprocess.run([sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=False)
    pip = {key: value for key, value in os.environ.items() if key.startswith("PIP_")}
    cache = {"PIP_CACHE_DIR": said.stdout.strip()} if said.returncode == 0 else {}
    return {"PATH": PATH, "PIP_NO_COMPILE": "1"} | pip | cache


def pretend(host: SshHost, name: str, text: str) -> None:
    """Put a program in front of all others of its name on the host."""
    folder = host.root / "bin"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def refused(host: SshHost, python: str = "") -> str:
    with pytest.raises(HostError) as caught:
        install(Host(host.name, host.ssh, python), lambda _: None, lambda _: False)
    return str(caught.value)


@pytest.mark.slow
def test_a_bare_host_gets_what_is_here_once(sshd: Sshd) -> None:
    studio = sshd.host("studio", **cached())
    host, steps = Host("studio", studio.ssh), list[str]()
    facts = install(host, steps.append, lambda _: False)
    assert is_same(facts, needs_of(host)), facts
    assert [step.split()[0] for step in steps] == ["makes", "sends", "installs"]
    assert studio.run("grokbatch-host/venv/bin/grokbatch --version").stdout.startswith("grokbatch ")
    left = {path.name for path in (studio.home / "grokbatch-host").iterdir()}
    assert left == {"venv", "install.log"}
    steps.clear()
    install(host, steps.append, lambda _: False)
    assert steps == ["the same grokbatch is there already, in grokbatch-host/venv"]
    # Changed code of the same version is brought up to date.
    code = next((studio.home / "grokbatch-host" / "venv").glob("lib/*/site-packages/grokbatch/javascript.py"))
    code.write_text(code.read_text() + "# changed\n")
    assert not is_same(look_at(host), needs_of(host))
    assert is_same(install(host, steps.append, lambda _: False), needs_of(host))
    studio.check_nothing_runs()


def test_an_old_python_there_is_one_clear_line(sshd: Sshd) -> None:
    studio = sshd.host("studio", PATH=f"{sshd.root}/studio/bin:/usr/bin:/bin")
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"):
        pretend(studio, name, "echo grokbatch-greeting 3.9.2")
    told = refused(studio)
    assert told.startswith(
        "studio: has Python 3.9.2; grokbatch needs 3.11 or later; install Python 3.11 or later there"
    )
    assert "\n" not in told
    assert not (studio.home / "grokbatch-host").exists()


def test_a_python_that_cannot_make_environments_says_what_is_missing(sshd: Sshd) -> None:
    """As on Debian without python3-venv."""
    studio = sshd.host("studio", PATH=PATH, PYTHONPATH=f"{sshd.root}/studio/modules")
    venv = studio.root / "modules" / "venv"
    venv.mkdir(parents=True)
    (venv / "__init__.py").touch()
    (venv / "__main__.py").write_text(f"print({_NO_ENSUREPIP!r})\nraise SystemExit(1)\n")
    told = refused(studio)
    assert "no virtual environment can be made: " in told
    assert "because ensurepip is not" in told
    assert "type there: sudo apt-get install python3-venv" in told
    assert "\n" not in told


@pytest.mark.slow
def test_a_host_that_reaches_no_package_index_says_so(sshd: Sshd) -> None:
    nowhere = {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_RETRIES": "0"}
    studio = sshd.host("studio", PATH=PATH, **nowhere)
    told = refused(studio)
    assert told.startswith("studio: pip cannot install it: ERROR: No matching distribution found for ")
    assert told.endswith("(all that was said: grokbatch-host/install.log there)")
    assert "No matching distribution" in (studio.home / "grokbatch-host" / "install.log").read_text()


def test_what_is_not_ours_is_left_alone(sshd: Sshd) -> None:
    studio = sshd.host("studio")
    assert "is an environment of your own" in refused(studio, python="/opt/python")
    with pytest.raises(HostError, match="is this computer"):
        install(Host("here"), lambda _: None, lambda _: False)
    assert not list(studio.home.iterdir())


def test_the_wheel_is_the_code_that_runs_here(tmp_path: Path) -> None:
    wheel = pack_wheel(tmp_path)
    target = tmp_path / "target"
    zipfile.ZipFile(wheel).extractall(target)
    source = "from grokbatch.hosts.code_digest import code_digest; print(code_digest())"
    environment = os.environ | {"PYTHONPATH": str(target)}
    said = subprocess.run(
        [sys.executable, "-c", source], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == needs_of(Host("here")).digest
    again = tmp_path / "again"
    again.mkdir()
    assert pack_wheel(again).read_bytes() == wheel.read_bytes()
    assert list(target.glob("grokbatch/examples/*.yaml"))
