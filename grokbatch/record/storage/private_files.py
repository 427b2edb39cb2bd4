"""Files that are whole or not there, on the disk when that is said, and read by their owner only where that matters."""

from __future__ import annotations

import errno
import os
import secrets
import sys
import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_PRIVATE, _AS_USUAL = 0o600, 0o666
_RENAMES = 100 if sys.platform == "win32" else 1
_BETWEEN_RENAMES = 0.02
"""Seconds."""
# What is answered where folders cannot be put on the disk one by one, or by those who may not read them.
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EROFS, errno.EACCES, errno.EPERM})


def private_folder(path: Path) -> Path:
    """Create `path` (and what leads to it) with mode 0700 and return it; an existing folder is tightened."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o700)
    _sync_folders(folder.parent for folder in missing)
    return path


def write_private(path: Path, text: str | bytes) -> None:
    """Replace `path` by `text` atomically; the file has mode 0600 and is on the disk when this returns.

    A full disk raises OSError and leaves the old file as it was.
    """
    _replace(path, text.encode() if isinstance(text, str) else text, _PRIVATE)


def write_whole(path: Path, text: str) -> None:
    """Do the same for what may be read by whoever may read the user's other files."""
    _replace(path, text.encode(), _AS_USUAL)


def new_file(path: Path) -> IO[bytes]:
    """Open `path` to be written anew; what had that name is removed, so that a link is never written through."""
    path.unlink(missing_ok=True)
    return path.open("xb")


def _replace(path: Path, data: bytes, mode: int) -> None:
    # Beside the target, so that os.replace stays on one file system.
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(data)
            file.flush()
            _to_disk(file.fileno())
        replace_when_free(lambda: part.replace(path))
    except BaseException:  # Ctrl+C included: the part may hold prompts and must not stay behind
        part.unlink(missing_ok=True)
        raise
    # Without this a power cut may bring the old file back.
    _sync_folders([path.parent])


def replace_when_free(
    rename: Callable[[], object], tries: int = _RENAMES, pause: Callable[[float], None] = time.sleep
) -> None:
    """Call `rename` until it is not refused; the last of `tries` lets the PermissionError through.

    On Windows a virus scanner, a search index or a reader may hold a file for a moment (errors 5 and 32), and nothing
    tells when it lets go.
    """
    for _ in range(tries - 1):
        try:
            rename()
        except PermissionError:
            pause(_BETWEEN_RENAMES)
        else:
            return
    rename()


def _sync_folders(folders: Iterable[Path]) -> None:
    for folder in folders if os.name == "posix" else ():
        try:
            _sync_folder(folder)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        _to_disk(handle)
    finally:
        os.close(handle)


def _to_disk(handle: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # fsync leaves it in the drive's memory there
        except OSError:
            os.fsync(handle)
    else:
        os.fsync(handle)
