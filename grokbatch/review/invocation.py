"""Whether this run was started with `pytest` or with `grokbatch`; hints to the user name the same command."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE = "GROKBATCH_STARTED_WITH"
"""The environment variable that tells a run and its workers that it was started with `grokbatch`."""

_TYPED = "grokbatch"


@dataclass(frozen=True)
class Invocation:
    """The commands of one way to start runs: `run`, to be followed by batch files, and `resume`."""

    run: str
    resume: str


PYTEST = Invocation("pytest", "pytest --lf")
COMMAND = Invocation("grokbatch run", "grokbatch resume")


def invocation() -> Invocation:
    """Return the commands of the way in which this process was started."""
    return COMMAND if os.environ.get(VARIABLE) == _TYPED else PYTEST


def choose_command() -> None:
    """Let the hints of this process, and of those that it starts, name `grokbatch`."""
    os.environ[VARIABLE] = _TYPED
