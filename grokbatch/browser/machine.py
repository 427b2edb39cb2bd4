"""What the search for a browser asks of the machine: a description that a test can make up."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_PROBE_SECONDS = 20.0


def _run_probe(command: list[str]) -> str | None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


@dataclass(frozen=True)
class Machine:
    """A system's name as in sys.platform, its environment, its folders, and a way to run probes.

    `probe` runs a command without a window and returns its output, or None when it fails or takes too long.
    """

    system: str
    environ: Mapping[str, str]
    home: Path
    root: Path = Path("/")
    probe: Callable[[list[str]], str | None] = _run_probe

    @property
    def is_windows(self) -> bool:
        """Whether this is Windows."""
        return self.system == "win32"

    def place(self, absolute: str) -> Path:
        """Return the absolute POSIX path `absolute` below this machine's root."""
        return self.root / absolute.lstrip("/")


def this_machine(environ: Mapping[str, str] | None = None) -> Machine:
    """Describe the machine that we run on."""
    return Machine(system=sys.platform, environ=os.environ if environ is None else environ, home=Path.home())
