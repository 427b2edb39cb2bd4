"""The run directory, `reports/<batch>/` in the project of the batch file, and the paths of the files in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

VIDEO_SUFFIX = ".mp4"
Keep = Literal["always", "failures", "never"]
"""For which videos evidence is kept."""


@dataclass(frozen=True)
class RunDirectory:
    """The folder with all results of a batch; `output` is the folder of its video files, if that is another one.

    Files that a manifest names are looked for in these folders only: an edited manifest must not get other files of the
    user shown, copied or shared.
    """

    root: Path
    output: Path | None = None

    def video_file(self, name: str) -> Path | None:
        """Return the path of a video file that the manifest names, or None if no video file may be there."""
        path = self.root / name
        is_video = path.suffix.lower() == VIDEO_SUFFIX
        return path if is_video and _is_below(path, (self.root, self.output)) else None

    def poster(self, name: str) -> Path | None:
        """Return the path of a poster that the manifest names, or None if no poster may be there."""
        path = self.root / name
        return path if _is_below(path, (self.posters,)) else None

    def source_picture(self, name: str) -> Path | None:
        """Return the path of a picture that videos start from, or None if none may be there."""
        path = self.sources / name
        return path if _is_below(path, (self.sources,)) else None

    def evidence(self, name: str) -> Path | None:
        """Return the path of an evidence file that the manifest names, or None if no evidence may be there."""
        path = self.root / name
        return path if _is_below(path, (self.debug,)) else None

    @property
    def manifest(self) -> Path:
        """The manifest: the file with the state of every video."""
        return self.root / "manifest.json"

    @property
    def log(self) -> Path:
        """The log of the controller and all workers."""
        return self.root / "run.log"

    @property
    def report(self) -> Path:
        """The HTML report."""
        return self.root / "report.html"

    @property
    def debug(self) -> Path:
        """The folder with the evidence of failures."""
        return self.root / "debug"

    @property
    def posters(self) -> Path:
        """The folder with the posters: a picture from each video's file."""
        return self.root / "posters"

    @property
    def sources(self) -> Path:
        """The folder with the pictures that the videos start from."""
        return self.root / "sources"

    @property
    def wall(self) -> Path:
        """The wall: the page on which the user chooses among the videos."""
        return self.root / "wall.html"

    @property
    def picks(self) -> Path:
        """The choice that was made on the wall, if it was saved beside it."""
        return self.root / "picks.yaml"

    @property
    def rehearsal(self) -> Path:
        """The file in which the built-in site keeps the videos that it made."""
        return self.root / "demo-site.json"

    def quota_of(self, account: str = "") -> Path:
        """The quota record of the built-in site's account, or of one of several."""
        return self.root / (f"quota-{account}.json" if account else "quota.json")

    @property
    def share(self) -> Path:
        """The folder with copies of report, wall and video files that can be given to others."""
        return self.root / "share"

    @property
    def profiles(self) -> Path:
        """The folder with the workers' copies of the account's profile, during a run."""
        return self.root / "worker-profiles"


def _is_below(path: Path, folders: Iterable[Path | None]) -> bool:
    """Whether `path`, with all links followed, is below one of the folders."""
    try:
        real = path.resolve()
        homes = [folder.resolve() for folder in folders if folder is not None]
    except (OSError, RuntimeError, ValueError):  # for instance links in a circle, or a null character
        return False
    return any(real != home and real.is_relative_to(home) for home in homes)
