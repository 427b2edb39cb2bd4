"""Ctrl+C while a run is being prepared, at moments that hooks of a user's conftest.py hit exactly."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.user import User

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups of Unix")

_PRESS = """
import os as _os, signal as _signal, pytest

def press():
    "What a terminal does, once."
    if not _os.path.exists("pressed") and "PYTEST_XDIST_WORKER" not in _os.environ:
        open("pressed", "w").close()
        _os.killpg(_os.getpgrp(), _signal.SIGINT)
"""
_MOMENTS = {
    "while the plugin is loaded": "def pytest_plugin_registered(plugin_name): plugin_name == 'grokbatch.run.plugin' "
    "and press()",
    "before anything is opened": "def pytest_configure(config): press()",
    "once the manifest is there": "def pytest_sessionstart(session): press()",
    "while workers start": "@pytest.hookimpl(optionalhook=True)\ndef pytest_configure_node(node): press()",
}


@pytest.mark.parametrize(
    ("workers", "moment"),
    [
        ("-n0", "before anything is opened"),
        ("-n2", "while workers start"),
        *(
            pytest.param(workers, moment, marks=pytest.mark.slow)
            for moment in _MOMENTS
            for workers in ("-n0", "-n2")
            if moment != "while workers start" and (workers, moment) != ("-n0", "before anything is opened")
        ),
    ],
)
def test_an_early_ctrl_c_ends_the_call_and_lf_takes_up_its_batch(stubbed: User, moment: str, workers: str) -> None:
    """Not the one that was run before; and what is said are our lines only."""
    stubbed.write_batch("dogs", site="demo", count=1)
    assert stubbed.run("dogs.yaml", "-n0")[0] == 0
    with (stubbed.path / "conftest.py").open("a") as conftest:
        conftest.write(_PRESS + _MOMENTS[moment])
    code, said = stubbed.run("cats.yaml", workers)
    assert (stubbed.path / "pressed").exists()
    assert code == 2, said
    assert said.strip().splitlines()[-1].endswith("; resume with: pytest --lf")
    for word in ("Traceback", "KeyboardInterrupt", "INTERNALERROR", "node down"):
        assert word not in said, said
    assert len(stubbed.stub_submits()) == 1
    stubbed.check_nothing_runs()
    code, said = stubbed.run("--lf")
    assert code == 0, said
    assert sorted(stubbed.statuses("cats.demo").values()) == ["COMPLETED"] * 4
    assert len(stubbed.stub_submits()) == 5
