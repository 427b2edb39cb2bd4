"""Says why a file or folder that somebody named as a batch holds none."""

from __future__ import annotations

from pathlib import Path

from grokbatch.batch.discovery import batches_in, has_batch_suffix
from grokbatch.batch.model.paths import BATCHES, NotReadError, read_whole
from grokbatch.batch.source.yaml_document import NotABatchError, decode


def why_no_batch(typed: str, here: Path) -> str:
    """Return the message about the path `typed`, seen from the folder `here`; it exists, and holds no batch."""
    path = here / typed
    return f"{typed}: {_of_folder(typed, path) if path.is_dir() else _of_file(path)}"


def _of_folder(typed: str, path: Path) -> str:
    near = f", did you mean {Path(typed, BATCHES)}?" if batches_in(path / BATCHES) else ""
    return f"holds no batch file{near}"


def _of_file(path: Path) -> str:
    if not has_batch_suffix(path):
        return "is not a batch file: their names end with .yaml"
    try:
        text = decode(read_whole(path))
    except NotReadError as error:
        return str(error)
    except NotABatchError as error:
        return error.reason
    if not text.strip():
        return "is empty; to write a batch file with comments: grokbatch init NAME"
    return "is no batch: it names no prompt and no image"
