"""Hosts for the tests of runs over SSH: with accounts, or with a stub."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd, SshHost
    from tests.e2e.user import User

FOLDER = "grok"


def host(sshd: Sshd, name: str, user: User, site: DemoProcess, *aliases: str) -> SshHost:
    """Return a host on which accounts are signed in."""
    home = sshd.root / name / "home" / "grokbatch"
    found = sshd.host(name, GROKBATCH_HOME=str(home))
    for alias in aliases or ("me",):
        replace(user, home=home).sign_in(site, alias)
    return found


def workers(host: SshHost, number: int = 1) -> list[str]:
    """Return the arguments that add so many workers on the host."""
    where = f"ssh={host.ssh}//python={host.python}//chdir={FOLDER}"
    return [word for at in range(1, number + 1) for word in ("--tx", f"{where}//id={host.name}-{at}")]


def stubbed_host(sshd: Sshd, name: str, user: User, **variables: str) -> User:
    """Return, as a user with a journal, what a stub does on a host; `variables` are added to its environment."""
    found = sshd.host(name, GROKBATCH_HOME=str(sshd.root / name / "home" / "grokbatch"), **variables)
    there = replace(user, path=found.home / FOLDER)
    there.path.mkdir()
    there.use_stub()
    return there


_QUICK = """
from grokbatch.run.remote import heartbeat, reconnecting
heartbeat.SECONDS = {beat}
reconnecting.ALONE = {alone}
reconnecting._PAUSES = {pauses}
"""


def be_quick(
    *folders: Path, beat: float = 0.5, alone: float = 3.0, pauses: tuple[float, ...] = (1.0, 2.0, 5.0)
) -> None:
    """Have the computers that pytest runs on in these folders notice sooner that they lost each other.

    `pauses` are the seconds between the tries to reach each other again.
    """
    for folder in folders:
        with (folder / "conftest.py").open("a") as file:
            file.write(_QUICK.format(beat=beat, alone=alone, pauses=pauses))
