"""Files that a batch names: how faults call them, why they cannot be read, and which one may be meant instead."""

from __future__ import annotations

from pathlib import Path

from grokbatch.batch.faults import nearest


def shown(path: Path) -> str:
    """Return how faults name a file: from the current folder, if it is below."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def beside(display: str, name: str) -> str:
    """Return how faults call the file `name`, which is named in the one that they call `display`."""
    return str(Path(display).parent / name)


def unreadable(path: Path, error: OSError | ValueError) -> str:
    """Say why a file cannot be read, and which one beside it has nearly its name.

    A name with a null character in it is a ValueError to Python.
    """
    if isinstance(error, ValueError):
        return "cannot be read: no file has such a name"
    near = _near(path) if isinstance(error, FileNotFoundError) else None
    return f"cannot be read: {error.strerror or error}" + (f", did you mean {near}?" if near else "")


def _near(path: Path) -> str | None:
    try:
        return nearest(path.name, sorted(each.name for each in path.parent.iterdir()))
    except OSError:
        return None
