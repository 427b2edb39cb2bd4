"""What tests of several kinds need."""

from __future__ import annotations

import getpass
import os
import tempfile
from pathlib import Path

import pytest

from grokbatch.browser.discovery.find import Browser, find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.home import home_folder


def pytest_configure(config: pytest.Config) -> None:
    """Let Playwright's driver, which is started a hundred times, keep its compiled code between the starts."""
    cache = Path(tempfile.gettempdir()) / f"grokbatch-tests-of-{getpass.getuser()}"
    os.environ.setdefault("NODE_COMPILE_CACHE", str(cache))


@pytest.fixture(scope="session")
def installed() -> Browser:
    """The browser that a run on this machine would use, installed as a run would install it."""
    return provide_browser(lambda: find_browser(this_machine()), home_folder(os.environ), this_installer(print))
