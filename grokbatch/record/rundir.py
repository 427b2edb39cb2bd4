"""The run directory `reports/<batch>/` and the names of what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

Keep = Literal["always", "failures", "never"]
"""Of which videos evidence is kept."""


@dataclass(frozen=True)
class RunDirectory:
    """Where everything that one batch leaves behind is kept."""

    root: Path

    @property
    def manifest(self) -> Path:
        """The file that remembers every video's state."""
        return self.root / "manifest.json"

    @property
    def log(self) -> Path:
        """Time-stamped lines of the controller and all workers."""
        return self.root / "run.log"

    @property
    def report(self) -> Path:
        """The HTML report."""
        return self.root / "report.html"

    @property
    def debug(self) -> Path:
        """Evidence of failures."""
        return self.root / "debug"

    @property
    def posters(self) -> Path:
        """A picture out of each video's file."""
        return self.root / "posters"

    @property
    def wall(self) -> Path:
        """The page to choose from."""
        return self.root / "wall.html"

    @property
    def picks(self) -> Path:
        """What was chosen there, if it was saved beside the page."""
        return self.root / "picks.yaml"

    @property
    def rehearsal(self) -> Path:
        """What the built-in site remembers of the videos that it made."""
        return self.root / "demo-site.json"

    @property
    def share(self) -> Path:
        """A copy of report and wall, with the films, to hand on."""
        return self.root / "share"

    @property
    def profiles(self) -> Path:
        """The workers' copies of the account's profile, while a run lasts."""
        return self.root / "worker-profiles"
