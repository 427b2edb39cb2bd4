"""What can be wrong with a media file, said for people."""

from __future__ import annotations

from pathlib import Path


class DamagedFileError(Exception):
    """The file at `path` is not a whole video; `reason` says why, as in "is cut off: …"."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path.name} {self.reason}"
