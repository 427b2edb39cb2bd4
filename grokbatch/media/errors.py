"""The error for damaged media files, with a message for people."""

from __future__ import annotations

from pathlib import Path


class DamagedFileError(Exception):
    """The file at `path` is not a complete video; `reason` says why, such as "is cut off: …"."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path.name} {self.reason}"


class NoEncoderError(Exception):
    """This PyAV has none of the encoders."""
