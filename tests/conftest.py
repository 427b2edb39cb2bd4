"""What tests of several kinds need."""

from __future__ import annotations

import os

import hypothesis
import platformdirs
import pytest

from grokbatch.browser.discovery.find import Browser, find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.home import home_folder

# How long an example takes says nothing on a machine that others use, too.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Let the programs that are started hundreds of times keep their compiled code between the starts.

    These are Playwright's driver and, where Python is told to write no compiled files, every Python process.
    """
    cache = platformdirs.user_cache_path("grokbatch-tests")
    os.environ.setdefault("NODE_COMPILE_CACHE", str(cache / "node"))
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(cache / "python"))


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is printed stand on one line each, as tests read it; tests of narrow terminals set their own width."""
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture(scope="session")
def installed() -> Browser:
    """The browser that a run on this machine would use, installed as a run would install it."""
    return provide_browser(lambda: find_browser(this_machine()), home_folder(os.environ), this_installer(print))
