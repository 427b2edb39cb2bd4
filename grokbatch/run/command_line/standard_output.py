"""Keeps the standard output for the events alone, where `--events -` asks for it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from typing import IO, TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

STANDARD_OUTPUT = "-"
"""The value of `--events` that means the standard output."""

_OUT, _ERR = 1, 2


def is_for_events(args: Sequence[str]) -> bool:
    """Whether a call with these arguments writes its events to the standard output."""
    return f"--events={STANDARD_OUTPUT}" in args or ("--events", STANDARD_OUTPUT) in pairwise(args)


@dataclass(frozen=True)
class KeptOutput:
    """The standard output of this process; `descriptor` is a copy of it."""

    descriptor: int

    @classmethod
    def keep(cls) -> KeptOutput:
        """Send to the error output what this process and its children print from now on.

        Call it before pytest begins to capture: it would bring the standard output back after each test.
        """
        sys.stdout.flush()
        kept = cls(os.dup(_OUT))
        os.dup2(_ERR, _OUT)
        return kept

    def file(self) -> IO[bytes]:
        """Return the standard output as a file without a buffer, which the caller closes."""
        return os.fdopen(os.dup(self.descriptor), "wb", buffering=0)

    def release(self) -> None:
        """Let everything go to the standard output again."""
        sys.stdout.flush()
        os.dup2(self.descriptor, _OUT)
        os.close(self.descriptor)


KEPT_OUTPUT = pytest.StashKey[KeptOutput]()
