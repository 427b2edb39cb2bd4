"""Folders and files that only their owner may read, private from the moment they exist."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def private_folder(path: Path) -> Path:
    """Create `path` (and what leads to it) with mode 0700 and return it; an existing folder is tightened."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text` atomically; the file has mode 0600 and is on the disk when this returns.

    A full disk raises OSError and leaves the old file as it was.
    """
    # mkstemp makes the file 0600; beside the target, so that os.replace stays on one file system.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)  # noqa: PTH105 - the name is a str
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
