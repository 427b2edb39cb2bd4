"""The part of a batch's plan about its files: which are wanted, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from grokbatch.batch.model.expectations import Expectations  # noqa: TC001 - as above
from grokbatch.media.resolution import resolution_class
from grokbatch.record.model.manifest import Wanted

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import VideoRecord


@dataclass(frozen=True)
class FilesPlan:
    """Which files of each video are wanted, and where: `names` are file names by video id.

    `open_names` are those in which `{}` stands for a resolution that is known only once the video is made.
    `picks` are the videos that `--picks` names, None if it was not given. `hd` says whether all videos are wanted in
    HD, or those in `picks` only.
    """

    folder: Path
    names: dict[str, str]
    download: bool
    hd: bool | Literal["picks"]
    delete: bool
    sidecar_prompt: bool
    expect: Expectations
    source_image: Path | None = None
    picks: tuple[str, ...] | None = None
    open_names: dict[str, str] = field(default_factory=dict)

    def wanted_of(self, video_id: str) -> Wanted:
        """Return what is wanted of a video."""
        is_picked = self.picks is not None and video_id in self.picks
        return Wanted(self.download, self.hd is True or (self.hd == "picks" and is_picked), self.delete)

    @property
    def wants_any(self) -> bool:
        """Whether a file of any video is wanted."""
        return self.download or bool(self.hd)

    def path_of(self, record: VideoRecord) -> Path:
        """Return the path for the file of a finished video; it is the same in every run."""
        if record.id in self.open_names and record.width and record.height:
            return self.folder / self.open_names[record.id].format(resolution_class(record.width, record.height))
        return self.folder / self.names[record.id]
