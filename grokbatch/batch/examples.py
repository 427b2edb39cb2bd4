"""The batch files that come with grokbatch."""

from __future__ import annotations

import shutil
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SCHEMA = "# yaml-language-server: $schema=../grokbatch/batch/batch.schema.json\n\n"


def examples_folder() -> Path:
    """Return the folder with the examples: in the installed package, or, in a clone, beside the package."""
    packaged = _PACKAGE / "examples"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "batches"


def write_examples(folder: Path) -> list[Path]:
    """Copy all examples and the files that they name into `folder`; return the new files.

    Existing files are not changed. Raises OSError.
    """
    source = examples_folder()
    wanted = sorted(path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [new for path in wanted if (new := write_example(path, folder / path.relative_to(source)))]


def write_example(path: Path, new: Path) -> Path | None:
    """Copy one example and return the new file, or None if it already exists.

    The line that names the schema for editors is left out: its path is right in a clone only.
    """
    if new.exists():
        return None
    new.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".yaml":
        new.write_text(path.read_text(encoding="utf-8").removeprefix(_SCHEMA), encoding="utf-8")
    else:
        shutil.copyfile(path, new)
    return new
