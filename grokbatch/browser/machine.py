"""A description of the machine for the search for a browser, so that tests can describe other machines."""

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
    """A machine: the system's name as in sys.platform, the environment, folders, and a function that runs commands.

    `probe` runs a command without a window and returns its output, or None if it fails or takes more than 20 seconds.
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

    def below_root(self, absolute: str) -> Path:
        """Return the absolute POSIX path `absolute` within this machine's root folder."""
        return self.root / absolute.lstrip("/")


def this_machine(environ: Mapping[str, str] | None = None) -> Machine:
    """Return the description of this machine."""
    return Machine(system=sys.platform, environ=os.environ if environ is None else environ, home=Path.home())
