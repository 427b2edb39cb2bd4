"""Results that could not be told, because the connection was lost: kept in a file until the next connection.

The file holds no prompt: a video is named by the digest of what was asked for.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from grokbatch.record.storage.private_files import write_private
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan

_FILE = "kept-results.json"


def keep(batch: BatchPlan, video: VideoSpec, attempt: int, outcome: bytes) -> None:
    """Keep the outcome of an attempt at `video` in the worker's folder; raises OSError."""
    path = batch.run_root / _FILE
    told = {"identity": video.identity, "attempt": attempt, "outcome": base64.b64encode(outcome).decode()}
    write_private(path, json.dumps([*_read(path), told]))
    LOGGER.info("%s: its result is kept here, the connection is lost", video.id)


def has_any(folder: Path) -> bool:
    """Whether the folder of a worker holds results that were not told yet."""
    return bool(_read(folder / _FILE))


def tell(folder: Path, batch_key: str, answer_to: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Tell the controller what is kept in the folder of a worker, and keep it no longer."""
    path = folder / _FILE
    for each in _read(path):
        outcome = base64.b64decode(each["outcome"])
        answer_to({"late": outcome, "batch": batch_key, "identity": each["identity"], "attempt": each["attempt"]})
    path.unlink(missing_ok=True)


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        kept: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return kept
