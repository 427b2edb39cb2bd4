"""Batch files for tests: written, loaded, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.loader import BatchError, load_batch

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch

UUID = "0d3f9a52-6c1e-4b7a-9f28-5e41c7d0b86"
POST = f"https://grok.com/imagine/post/{UUID}3"
POSTS = [f"https://grok.com/imagine/post/{UUID}{number}" for number in range(10)]


def written(folder: Path, content: str | bytes | Mapping[str, object], **files: str | bytes) -> Path:
    """Write a batch x.yaml, and beside it `files`: a__b_csv is a/b.csv."""
    for name, text in files.items():
        stem, _, suffix = name.replace("__", "/").rpartition("_")
        path = folder / f"{stem}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path = folder / "x.yaml"
    if isinstance(content, Mapping):
        content = json.dumps({"permalink": POST, **content}, ensure_ascii=False)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def loaded(folder: Path, content: str | bytes | Mapping[str, object], **files: str | bytes) -> Batch:
    """Load a batch as written; a mapping gets a permalink. Faults call it x.yaml."""
    return load_batch(written(folder, content, **files), display_path="x.yaml")


def texts(folder: Path, content: str | bytes | Mapping[str, object], **files: str | bytes) -> list[str]:
    """Return the prompts of the batch's videos, in order."""
    return [video.prompt for video in loaded(folder, content, **files).videos()]


def problems(folder: Path, content: str | bytes | Mapping[str, object], **files: str | bytes) -> list[str]:
    """Return what is wrong with a batch, one fault an entry."""
    with pytest.raises(BatchError) as caught:
        loaded(folder, content, **files)
    return str(caught.value).splitlines()
