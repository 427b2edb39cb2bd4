"""The run directory, `reports/<batch>/` of the batch file's project, and the names of what lies in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILM_SUFFIX = ".mp4"
Keep = Literal["always", "failures", "never"]
"""Of which videos evidence is kept."""


@dataclass(frozen=True)
class RunDirectory:
    """Where all results of a batch are kept; `output` is the folder of its video files if that is elsewhere.

    What a manifest names is looked for in these folders only: whoever edits one is not to have other files of the
    user's shown, copied or handed on.
    """

    root: Path
    output: Path | None = None

    def video_file(self, name: str) -> Path | None:
        """Return where a video file lies that the manifest names, or None where no video file can be."""
        path = self.root / name
        is_film = path.suffix.lower() == FILM_SUFFIX
        return path if is_film and _is_below(path, (self.root, self.output)) else None

    def poster(self, name: str) -> Path | None:
        """Return where a picture out of a video file lies that the manifest names, or None where none can be."""
        path = self.root / name
        return path if _is_below(path, (self.posters,)) else None

    def evidence(self, name: str) -> Path | None:
        """Return where a piece of evidence lies that the manifest names, or None where none can be."""
        path = self.root / name
        return path if _is_below(path, (self.debug,)) else None

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
        """A copy of report and wall, with the video files, to hand on."""
        return self.root / "share"

    @property
    def profiles(self) -> Path:
        """The workers' copies of the account's profile, while a run lasts."""
        return self.root / "worker-profiles"


def _is_below(path: Path, folders: Iterable[Path | None]) -> bool:
    """Whether `path` really lies below one of the folders, links followed."""
    try:
        real = path.resolve()
        homes = [folder.resolve() for folder in folders if folder is not None]
    except (OSError, RuntimeError, ValueError):  # a link in circles, a null character
        return False
    return any(real != home and real.is_relative_to(home) for home in homes)
