"""In which words runs are started here: pytest's, or those of the command that calls it. Hints keep to them."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE = "GROKBATCH_STARTED_WITH"
"""Tells a run, and its workers, that `grokbatch` was typed."""

_TYPED = "grokbatch"


@dataclass(frozen=True)
class Invocation:
    """What one types before the batch files, and what goes on with the last run."""

    run: str
    resume: str


PYTEST = Invocation("pytest", "pytest --lf")
COMMAND = Invocation("grokbatch run", "grokbatch resume")


def invocation() -> Invocation:
    """Return how this process was started."""
    return COMMAND if os.environ.get(VARIABLE) == _TYPED else PYTEST


def choose_command() -> None:
    """Let this process, and those it starts, speak of the command."""
    os.environ[VARIABLE] = _TYPED
