"""A host on which no worker can start is left out with one line that says why; the others make its videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from tests.e2e.hosts import FOLDER, host, stubbed_host, workers
from tests.e2e.sshd import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd, SshHost
    from tests.e2e.user import User

pytestmark = pytest.mark.slow


def has_other_version(host: SshHost) -> None:
    """Let grokbatch be of another version there."""
    told = host.root / "packages" / "grokbatch-0.0.1.dist-info"
    told.mkdir(parents=True)
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: grokbatch\nVersion: 0.0.1\n")
    script = host.python.read_text()
    host.python.write_text(script.replace(f"PYTHONPATH={CHECKOUT}", f"PYTHONPATH={told.parent}:{CHECKOUT}"))


def prints_something(host: SshHost) -> None:
    """Let something be printed there whenever Python is started."""
    script = host.python.read_text()
    host.python.write_text(script.replace("PYTHONPATH", "echo Welcome to the studio\nPYTHONPATH"))


def has_no_python(host: SshHost) -> None:
    """Let there be no Python."""
    host.python.unlink()


def has_file_for_folder(host: SshHost) -> None:
    """Let there be a file where the folder should be."""
    folder = host.home / FOLDER
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.touch()


def has_file_for_runs(host: SshHost) -> None:
    """Let there be a file where the folder for runs should be."""
    (host.home / FOLDER / "runs").touch()


def breaks_in_start(host: SshHost) -> None:
    """Let pytest fail in its start."""
    conftest = host.home / FOLDER / "conftest.py"
    conftest.write_text(f"{conftest.read_text()}\ndef pytest_sessionstart():\n    raise LookupError('no such lamp')\n")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (has_other_version, "its Python has grokbatch 0.0.1, here it is"),
        (prints_something, "something there prints before Python does"),
        (has_no_python, "its Python ended at once, or is not there"),
        (has_file_for_folder, "NotADirectoryError"),
        (has_file_for_runs, "Not a directory"),
        (breaks_in_start, "LookupError in its pytest; run.log says where"),
    ],
)
def test_a_host_that_cannot_start_a_worker_is_left_out(
    stubbed: User, sshd: Sshd, damage: Callable[[SshHost], None], reason: str
) -> None:
    """Whether its worker would have been the first one, or comes later."""
    stubbed_host(sshd, "studio", stubbed)
    attic = stubbed_host(sshd, "attic", stubbed)
    studio = sshd.hosts[0]
    damage(studio)
    stubbed.write_batch(site="demo", count=3)
    code, said = stubbed.run("cats.yaml", *workers(studio), *workers(sshd.hosts[1]))
    assert code == 0, said
    (line,) = [each for each in said.splitlines() if each.startswith("studio:")]
    assert reason in line
    assert "INTERNALERROR" not in said
    assert "Traceback" not in said
    assert len(attic.stub_submits()) == 3
    studio.check_nothing_runs()


def test_a_run_whose_only_host_cannot_be_reached_ends_with_the_reason(stubbed: User, sshd: Sshd) -> None:
    stubbed_host(sshd, "studio", stubbed)
    sshd.stop()
    code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0], 2))
    assert code == 4, said
    assert "studio: no browser studio-1 can be started there: ssh cannot connect to it" in said
    assert "INTERNALERROR" not in said


def test_a_run_whose_only_host_has_another_version_says_so(stubbed: User, sshd: Sshd) -> None:
    stubbed_host(sshd, "studio", stubbed)
    has_other_version(sshd.hosts[0])
    code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]))
    assert code == 4, said
    assert "its Python has grokbatch 0.0.1, here it is" in said
    assert "type: grokbatch hosts install" in said
    assert "INTERNALERROR" not in said


def test_a_run_whose_only_host_lacks_the_account_says_so(user: User, site: DemoProcess, sshd: Sshd) -> None:
    studio = host(sshd, "studio", user, site, "somebody-else")
    code, said = user.run("cats.yaml", *workers(studio), "--site", site.origin)
    assert code == 1, said
    assert "studio: studio-1 makes no videos in this run" in said
    assert "account me: no profile in" in said
    assert "INTERNALERROR" not in said
    assert "Traceback" not in said
    studio.check_nothing_runs()


def test_a_host_that_does_not_answer_is_given_up(stubbed: User, sshd: Sshd) -> None:
    """Its SSH server accepts connections, and says nothing: it sleeps."""
    stubbed_host(sshd, "studio", stubbed)
    server = psutil.Process(sshd.process.pid)
    server.suspend()
    try:
        code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]))
    finally:
        server.resume()
    assert code == 4, said
    assert "studio: no browser studio-1 can be started there: ssh cannot connect to it" in said
