"""Settings of pytest, of its plugins and of a terminal that a run knows nothing of end none."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from grokbatch.browser.discovery.find import Browser
    from tests.e2e.user import User


@pytest.mark.slow
def test_warnings_as_errors_and_recordings_do_no_harm(nobody: User, installed: Browser) -> None:
    """A deprecated habit of pytest-playwright is none of the user's, and what it records is none of a run's."""
    nobody.write_batch(site="demo", count=1)
    # With all that pytest itself makes a warning of.
    nobody = replace(nobody, variables={"PYTEST_ADDOPTS": "-p no:hypothesispytest"})
    recordings = ("--tracing", "on", "--video", "on", "--screenshot", "on")
    code, said = nobody.run("cats.yaml", "-n1", "-W", "error", *recordings)
    assert code == 0, said
    assert "--tracing, --video, --screenshot: left out, only tests have them; --evidence always keeps" in said


@pytest.mark.parametrize("encoding", [pytest.param("cp1252", marks=pytest.mark.slow), "ascii"])
def test_a_terminal_that_lacks_letters_ends_no_command(nobody: User, encoding: str) -> None:
    nobody.write_batch(prompt="生 ☂ é", site="demo")
    for arguments in (["locators", "show"], ["plan", "cats.yaml", "--show-prompts"], ["schema"], ["status"]):
        told = subprocess.run(
            [sys.executable, "-m", "grokbatch", *arguments],
            cwd=nobody.path,
            env=nobody.environment() | {"PYTHONIOENCODING": encoding, "PATH": os.environ["PATH"]},
            capture_output=True,
            check=False,
        )
        assert b"Traceback" not in told.stderr, told.stderr
        assert told.stdout or told.stderr
