"""Writes `picks.yaml` for tests, in the form in which the wall saves it."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING

from grokbatch.yaml_nodes import quoted

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.record.storage.picks import Pick, Picks


def write_picks(path: Path, picks: Picks) -> None:
    """Write `picks` to the file at `path`."""
    path.write_text(picks_text(picks), encoding="utf-8")


def picks_text(picks: Picks) -> str:
    """Return `picks` as the text of a `picks.yaml`."""
    saved_at = picks.saved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [
        "version: 1",
        f"batch: {quoted(picks.batch)}",
        f"manifest: {quoted(picks.manifest)}",
        f"saved_at: {quoted(saved_at)}",
        "picks:" if picks.picks else "picks: []",
        *map(_line, picks.picks),
    ]
    return "\n".join([*lines, ""])


def _line(pick: Pick) -> str:
    told: dict[str, object] = {"rating": pick.rating, "keep": pick.keep}
    rare = {"maybe": pick.maybe, "note": pick.note, "tags": list(pick.tags), "rank": pick.rank}
    told |= {key: value for key, value in rare.items() if value}
    values = ", ".join(f"{key}: {_value(value)}" for key, value in told.items())
    return f"  - {{id: {quoted(pick.id)}, {values}}}"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)
