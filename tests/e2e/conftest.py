"""Users with folders of their own, and one site for all tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.e2e.demo_process import DemoProcess
from tests.e2e.sshd import Sshd, why_not
from tests.e2e.user import User

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.browser.discovery.find import Browser


@pytest.fixture(scope="session")
def demo_process() -> Iterator[DemoProcess]:
    """Run the built-in site as long as the tests."""
    with DemoProcess.start() as site:
        yield site


@pytest.fixture
def site(demo_process: DemoProcess) -> DemoProcess:
    """The built-in site, with nothing in its memory."""
    demo_process.play()
    return demo_process


@pytest.fixture(scope="session")
def settable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that lets the clock of a program be set."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform == "win32":
        pytest.skip("a clock to set needs a C compiler")
    library = tmp_path_factory.mktemp("clock") / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture
def nobody() -> Iterator[User]:
    """A user with a batch of 4 videos and no account."""
    # Not tmp_path: a browser's sockets lie below, and their paths may not be long.
    root = Path(tempfile.mkdtemp(prefix="gb-"))
    user = User(root / "work", root / "home", root / "tmp")
    for folder in (user.path, user.home, user.scratch):
        folder.mkdir()
    user.write_batch()
    yield user
    user.end_everything()
    shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def user(nobody: User, site: DemoProcess, installed: Browser) -> User:
    """A user who is signed in on the built-in site, on a machine that has a browser."""
    nobody.sign_in(site)
    return nobody


@pytest.fixture
def stubbed(nobody: User) -> User:
    """A user whose videos a stub makes, held back until released."""
    nobody.write_batch(site="demo")
    nobody.use_stub()
    return nobody


@pytest.fixture
def sshd() -> Iterator[Sshd]:
    """An SSH server of the test's own, which leads to the hosts that the test makes."""
    if reason := why_not():
        pytest.skip(reason)
    with Sshd.start() as server:
        yield server
