"""Videos are made on other machines: over a real SSH server, with one manifest, and paid once whatever is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.e2e.bill import bill, check_paid_once

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd, SshMachine
    from tests.e2e.user import User

pytestmark = pytest.mark.slow

FOLDER = "grok"


def machine(sshd: Sshd, name: str, user: User, site: DemoProcess, *aliases: str) -> SshMachine:
    """Return a machine on which accounts are signed in."""
    home = sshd.root / name / "home" / "grokbatch"
    found = sshd.machine(name, GROKBATCH_HOME=str(home))
    for alias in aliases or ("me",):
        replace(user, home=home).sign_in(site, alias)
    return found


def workers(machine: SshMachine, number: int = 1) -> list[str]:
    """Return the arguments that add so many workers on the machine."""
    where = f"ssh={machine.ssh}//python={machine.python}//chdir={FOLDER}"
    return [word for at in range(1, number + 1) for word in ("--tx", f"{where}//id={machine.name}-{at}")]


def test_two_machines_make_a_batch_with_one_manifest(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """All files are here in the end, nothing is left there, and no prompt was ever written there."""
    studio, attic = (machine(sshd, name, user, site) for name in ("studio", "attic"))
    user.write_batch(count=4, download=True, sidecar_prompt=True)
    code, said = user.run("cats.yaml", *workers(studio, 2), *workers(attic), "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)
    folder = user.run_directory()
    videos = list(user.manifest().videos.values())
    assert all(video.download and (folder / video.download.path).is_file() for video in videos)
    assert all(video.poster and (folder / video.poster).is_file() for video in videos)
    prompts = {video.prompt for video in videos}
    for each in (studio, attic):
        each.check_nothing_runs()
        left = [path for path in each.home.rglob("*") if path.is_file() and FOLDER in path.parts]
        assert not left
        written = [path for path in each.root.rglob("*") if path.is_file()]
        assert not [path for path in written if any(prompt.encode() in path.read_bytes() for prompt in prompts)]
    assert bill(site).accepted == len(videos)
