"""How much memory a worker took in earlier runs on this machine: `workers.json` in the home folder, without prompts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grokbatch.record.storage.private_files import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

VERSION = 1
_KEPT = 8
_CREW = 4


class RunMemory(msgspec.Struct, frozen=True):
    """What one run measured: the bytes of a worker at the moment when its workers took most, and how many there were.

    A worker is its Python process, Playwright's driver and its browser. Where the system tells it, memory that
    processes share is counted in equal parts (PSS).
    """

    memory: int
    workers: int


class _File(msgspec.Struct):
    version: int = VERSION
    kinds: dict[str, list[RunMemory]] = msgspec.field(default_factory=dict)


def kind_of(*, headed: bool, demo: bool) -> str:
    """Return the name of runs that are alike: windows take more memory, and so do the real site's pages."""
    return ("headed" if headed else "headless") + ("-demo" if demo else "")


@dataclass(frozen=True)
class WorkerMemory:
    """The figures of the last runs of each kind, in one home folder of grokbatch."""

    home: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.home / "workers.json"

    def runs(self, kind: str) -> Sequence[RunMemory]:
        """Return what the last runs of this kind measured, the newest last; nothing if the file cannot be read."""
        return self._read().kinds.get(kind, [])

    def note(self, kind: str, run: RunMemory) -> None:
        """Add the figures of a run, and forget the oldest of this kind. Raises OSError."""
        if not self.home.exists():
            private_folder(self.home)
        said = self._read()
        said.kinds[kind] = [*said.kinds.get(kind, []), run][-_KEPT:]
        # Two runs that end at the same moment may lose one of their figures, which is no harm.
        write_private(self.path, msgspec.json.format(msgspec.json.encode(said), indent=1) + b"\n")

    def _read(self) -> _File:
        try:
            said = msgspec.json.decode(self.path.read_bytes(), type=_File)
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
            return _File()
        sane = {kind: [run for run in runs if run.memory > 0 and run.workers > 0] for kind, runs in said.kinds.items()}
        return _File(kinds=sane) if said.version == VERSION else _File()


def memory_each(runs: Sequence[RunMemory], assumed: int) -> int | None:
    """Return the bytes to count for a worker after these runs, or None if they say nothing.

    The run with the most workers counts, the newest of several. In a run with fewer than four, each bears more of what
    they share: it never raises the figure above the `assumed` one.
    """
    if not runs:
        return None
    most = max(enumerate(runs), key=lambda each: (each[1].workers, each[0]))[1]
    return most.memory if most.workers >= _CREW else min(most.memory, assumed)
