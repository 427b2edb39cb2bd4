"""In which words runs are started here: pytest's, or those of the command that calls it. Hints keep to them."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE = "GROKBATCH_STARTED_WITH"
"""Tells a run, and its workers, that `grokbatch` was typed."""

_TYPED = "grokbatch"


@dataclass(frozen=True)
class Way:
    """What one types before the batch files, and what goes on with the last run."""

    run: str
    resume: str


PYTEST = Way("pytest", "pytest --lf")
COMMAND = Way("grokbatch run", "grokbatch resume")


def way() -> Way:
    """Return how this process was started."""
    return COMMAND if os.environ.get(VARIABLE) == _TYPED else PYTEST


def choose_command() -> None:
    """Let this process, and those it starts, speak of the command."""
    os.environ[VARIABLE] = _TYPED
