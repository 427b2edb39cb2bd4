"""The batch files that come with grokbatch."""

from __future__ import annotations

import shutil
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_SCHEMA = "# yaml-language-server: $schema=../grokbatch/batch/batch.schema.json\n\n"


def examples_folder() -> Path:
    """Return the folder with the examples: that of the package, or in a clone the one beside it."""
    packaged = _PACKAGE / "examples"
    return packaged if packaged.is_dir() else _PACKAGE.parent / "batches"


def write_examples(folder: Path) -> list[Path]:
    """Copy all examples, and what they name, into `folder`; return what was written. Nothing is written over."""
    source = examples_folder()
    wanted = sorted(path for path in source.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [new for path in wanted if (new := write_example(path, folder / path.relative_to(source)))]


def write_example(path: Path, new: Path) -> Path | None:
    """Copy one; None if there is a file of that name already. The schema that editors read lies in the clone only."""
    if new.exists():
        return None
    new.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".yaml":
        new.write_text(path.read_text(encoding="utf-8").removeprefix(_SCHEMA), encoding="utf-8")
    else:
        shutil.copyfile(path, new)
    return new
