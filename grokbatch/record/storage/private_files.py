"""Writes files atomically and durably, and readable by their owner only where their content is private."""

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
# The errors of file systems that cannot sync a folder, and of folders that this user may not read.
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF, errno.EROFS, errno.EACCES, errno.EPERM})


def private_folder(path: Path) -> Path:
    """Create the folder `path`, with its parents, and return it; its mode becomes 0700, even if it already exists.

    Raises OSError.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o700)
    _sync_folders(folder.parent for folder in missing)
    return path


def write_private(path: Path, text: str | bytes) -> None:
    """Replace the file `path` atomically by one with `text` and mode 0600, synced to disk before this returns.

    Raises OSError, for instance if the disk is full; the old file is then unchanged.
    """
    _replace(path, text.encode() if isinstance(text, str) else text, _PRIVATE)


def write_whole(path: Path, text: str) -> None:
    """Do the same as `write_private`, but with the user's default mode, because the text is not private."""
    _replace(path, text.encode(), _AS_USUAL)


def new_file(path: Path) -> IO[bytes]:
    """Open a new file `path` for writing; what had that name is removed first, so that no link is followed.

    Raises OSError.
    """
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
    # Without this, the old file could be back after a power cut.
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
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)  # on macOS, fsync may leave data in the drive's cache
        except OSError:
            os.fsync(handle)
    else:
        os.fsync(handle)
