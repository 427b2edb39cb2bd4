"""What tests of several kinds need."""

from __future__ import annotations

import gc
import os

import hypothesis
import platformdirs
import pytest
from playwright.sync_api import expect

from grokbatch.browser.discovery.find import Browser, find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.home import home_folder
from tests.order import dealt

# How long an example takes says nothing on a machine that others use, too.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")
# Five seconds, as Playwright gives them, are not enough on a machine that is busy.
expect.set_options(timeout=60_000)


def pytest_configure(config: pytest.Config) -> None:
    """Let the programs that are started hundreds of times keep their compiled code between the starts.

    These are Playwright's driver and, where Python is told to write no compiled files, every Python process.
    """
    cache = platformdirs.user_cache_path("grokbatch-tests")
    os.environ.setdefault("NODE_COMPILE_CACHE", str(cache / "node"))
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(cache / "python"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Keep what thousands of collected tests hold out of the garbage collections of each pytest that a test runs."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where workers share the tests, order them as they are to be handed out, in each worker alike."""
    told: dict[str, int] = getattr(config, "workerinput", {})
    if (workers := told.get("workercount", 1)) > 1:
        order = dealt([item.nodeid.partition("::")[0] for item in items], workers)
        items[:] = [items[position] for position in order]


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is printed stand on one line each, as tests read it; tests of narrow terminals set their own width."""
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture(scope="session")
def installed() -> Browser:
    """The browser that a run on this machine would use, installed as a run would install it."""
    return provide_browser(lambda: find_browser(this_machine()), home_folder(os.environ), this_installer(print))
