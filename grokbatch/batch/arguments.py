"""The paths in pytest's arguments, with one name for each batch file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.batch.model.paths import real_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def named_path(argument: str | os.PathLike[str], base: Path) -> Path:
    """Return the path in an argument such as `batches/x.yaml::video-001`, which is relative to the folder `base`."""
    # As in pytest, `..` removes the part before it from the path, even if that part is a link.
    return Path(os.path.normpath(base / os.fspath(argument).partition("::")[0]))


def by_first_names(arguments: Sequence[str], base: Path, batches: Sequence[Path]) -> list[str]:
    """Return the arguments with each batch file under its name in `batches`, also where they name a link to it."""
    names = {real_file(batch): batch for batch in batches}
    return [_by_first_name(argument, named_path(argument, base), names) for argument in arguments]


def _by_first_name(argument: str, path: Path, names: Mapping[Path, Path]) -> str:
    first = names.get(real_file(path), path)
    _, colons, rest = argument.partition("::")
    return argument if first == path else f"{first}{colons}{rest}"
