"""Files that a batch names: how problems call them, why they cannot be read, and which one may be meant instead."""

from __future__ import annotations

import stat
from pathlib import Path

from grokbatch.batch.model.errors import nearest

SMALL, LARGE = 1_000_000, 16_000_000
"""Bytes that a file written by hand may have at most, and a table that a program wrote."""


class NotReadError(Exception):
    """A file that is named cannot be taken in; the text says why, and stands after the file's name."""


def read_whole(path: Path, most: int = SMALL) -> bytes:
    """Return what is in a file of at most so many bytes; raises NotReadError.

    What is no file is not opened: a device never ends, and a pipe is waited for.
    """
    try:
        seen = path.stat()
        if not stat.S_ISREG(seen.st_mode):
            raise NotReadError(f"cannot be read: it is {_KINDS.get(stat.S_IFMT(seen.st_mode), 'no file')}")
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise NotReadError(unreadable(path, error)) from None
    if len(data) > most:
        size = max(seen.st_size, len(data))
        raise NotReadError(f"is too large: it has {size / 1e6:.1f} MB, and {most / 1e6:.0f} MB are read at most")
    return data


_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def is_nameable(path: Path) -> bool:
    """Whether the whole name of a file can be written down; some hold bytes that stand for no letter."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    """Return a name as it can be shown anywhere, with what stands for no letter as an escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def shown(path: Path) -> str:
    """Return how problems name a file: from the current folder, if it is below."""
    here = Path.cwd()
    return printable(str(path.relative_to(here) if path.is_relative_to(here) else path))


def real_file(path: Path) -> Path:
    """Return where a file really lies: past links, `..` and the folder one stands in; a broken link stays as it is."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # a link that leads in circles, or a null character
        return path.absolute()


def beside(display: str, name: str) -> str:
    """Return how problems call the file `name`, which is named in the one that they call `display`."""
    return str(Path(display).parent / name)


def unreadable(path: Path, error: OSError | ValueError) -> str:
    """Say why a file cannot be read, and which one beside it has nearly its name.

    A name with a null character in it is a ValueError to Python.
    """
    if isinstance(error, ValueError):
        return "cannot be read: no file has such a name"
    near = near_name(path) if isinstance(error, FileNotFoundError) else None
    return f"cannot be read: {error.strerror or error}" + (f", did you mean {near}?" if near else "")


def near_name(path: Path) -> str | None:
    """Return which file beside `path`, which is not there, has nearly its name."""
    try:
        return nearest(path.name, sorted(each.name for each in path.parent.iterdir()))
    except OSError:
        return None
