"""Plugin tests run in three modes: without xdist, with -n0 and with two workers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

# pytest in pytest forgets what it has imported, and numpy can be loaded only once in a process. A call loads what it
# needs when it is about a batch; here once for all of them, with the templates of the pages, which are compiled once.
import grokbatch.batch.discovery
import grokbatch.demo
import grokbatch.media.checks
import grokbatch.media.near_duplicates
import grokbatch.media.poster
import grokbatch.review.wall.page
import grokbatch.run.controller.keep_awake
import grokbatch.run.controller.memory_watch
import grokbatch.run.controller.open_run
import grokbatch.run.html_hooks
import grokbatch.run.planning.build
import grokbatch.run.plugin  # noqa: F401
from grokbatch.browser.profiles.home import HOME_VARIABLE
from tests.plugin.folder import BatchFolder

if sys.platform == "linux":
    pass

STUB = Path(__file__).with_name("stub_conftest.py")

# Without pytest-playwright, which cannot run inside of itself; the stub needs no browser. And without what users do
# not have or what does nothing here: every worker would load it.
_OFF = ("playwright", "hypothesispytest", "anyio", "unraisableexception")
_BASE = (*(word for name in _OFF for word in ("-p", f"no:{name}")), "--assert=plain")
MODES = {"plain": (*_BASE, "-p", "no:xdist"), "n0": (*_BASE, "-n0"), "n2": (*_BASE, "-n2")}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what runs remember out of the developer's own home folder."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no disk: a run writes its manifest some thirty times, and no test here is about lost power."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


def _folder(pytester: pytest.Pytester, mode: tuple[str, ...]) -> BatchFolder:
    pytester.makeconftest(STUB.read_text())
    # A configuration file marks the folder as a project of its own.
    pytester.makepyprojecttoml("[tool.pytest.ini_options]\n")
    folder = BatchFolder(pytester, mode)
    folder.batch()
    return folder


@pytest.fixture(params=list(MODES.values()), ids=list(MODES))
def folder(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> BatchFolder:
    """A user's folder, once for each mode."""
    return _folder(pytester, request.param)


@pytest.fixture(params=[MODES["n0"], pytest.param(MODES["n2"], marks=pytest.mark.slow)], ids=["n0", "n2"])
def either(request: pytest.FixtureRequest, pytester: pytest.Pytester) -> BatchFolder:
    """A user's folder, once with one process and once, slowly, with workers: for what hardly depends on them."""
    return _folder(pytester, request.param)


@pytest.fixture
def solo(pytester: pytest.Pytester) -> BatchFolder:
    """A user's folder in which one process does everything: for what does not depend on workers."""
    return _folder(pytester, MODES["n0"])


@pytest.fixture
def pair(pytester: pytest.Pytester) -> BatchFolder:
    """A user's folder with two workers."""
    return _folder(pytester, MODES["n2"])
