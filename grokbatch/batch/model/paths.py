"""Reads the files that a batch names, and says which file may be meant if one cannot be read."""

from __future__ import annotations

import stat
from pathlib import Path

from grokbatch.batch.model.errors import nearest

SMALL, LARGE = 1_000_000, 16_000_000
"""The largest sizes that are read, in bytes: of a file written by hand, and of a table written by a program."""


BATCHES = "batches"
"""The folder in which people keep their batch files, so that its name is left out when they are named."""


class NotReadError(Exception):
    """A file cannot be read; the message says why and is made to follow the file's name."""


def read_whole(path: Path, most: int = SMALL) -> bytes:
    """Return the content of a file of at most `most` bytes; raises NotReadError.

    Devices and pipes are not opened, because reading them may never end.
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
    """Whether the path of a file can be encoded as UTF-8; file systems also allow bytes that are no characters."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        return False
    return True


def printable(text: str) -> str:
    """Return a name that can be printed, with bytes that are no characters as escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


def shown(path: Path) -> str:
    """Return a path as problems show it: relative to the current folder, if it is below that."""
    here = Path.cwd()
    return printable(str(path.relative_to(here) if path.is_relative_to(here) else path))


def real_file(path: Path) -> Path:
    """Return the absolute path of a file, with all links followed; a path whose links lead in a circle keeps them."""
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, or a null character
        return path.absolute()


def beside(display: str, name: str) -> str:
    """Return how problems show the path `name`, which is relative to the folder of the file shown as `display`."""
    return str(Path(display).parent / name)


def unreadable(path: Path, error: OSError | ValueError) -> str:
    """Return why a file cannot be read, and which file in its folder has a similar name.

    Python raises ValueError for a name with a null character in it.
    """
    if isinstance(error, ValueError):
        return "cannot be read: no file has such a name"
    near = near_name(path) if isinstance(error, FileNotFoundError) else None
    return f"cannot be read: {error.strerror or error}" + (f", did you mean {near}?" if near else "")


def meant_by(typed: str, here: Path) -> str:
    """Return the end of a message that there is no file `typed`, seen from `here`: what may be meant, or nothing.

    That is the batch file whose folder or ending was left out, as people do, else the most similar name.
    """
    path = here / typed
    whole = (f"{path.name}.yaml", f"{BATCHES}/{path.name}", f"{BATCHES}/{path.name}.yaml")
    near = next((name for name in whole if (path.parent / name).is_file()), None) or near_name(path)
    return f", did you mean {beside(typed, near)}?" if near else ""


def near_name(path: Path) -> str | None:
    """Return the name in the folder of `path` that is most similar to its own, or None.

    Their endings are not compared: they would make any two short names similar.
    """
    try:
        there = sorted(path.parent.iterdir(), key=lambda each: (each.suffix == path.suffix, each.name))
    except OSError:
        return None
    by_stem = {each.stem: each.name for each in there}
    near = nearest(path.stem, by_stem)
    return by_stem[near] if near else None
