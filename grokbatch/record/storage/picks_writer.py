"""Writes `picks.yaml`, in the form in which the wall saves it, and brings several of these files together."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grokbatch.record.storage.private_files import write_private
from grokbatch.yaml_nodes import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grokbatch.record.storage.picks import Pick, Picks

_ALWAYS = ("rating", "keep")


@dataclass(frozen=True)
class Conflict:
    """Two files say different things about a video; `newer` counts."""

    newer: Pick
    newer_at: datetime
    older: Pick
    older_at: datetime


def write_picks(path: Path, picks: Picks) -> None:
    """Write `picks` to the file at `path` atomically, readable by its owner only: notes are private. Raises OSError."""
    write_private(path, picks_text(picks))


def picks_text(picks: Picks) -> str:
    """Return `picks` as the text of a `picks.yaml`."""
    head = {
        "batch": picks.batch,
        "manifest": picks.manifest,
        "saved_at": picks.saved_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    lines = [f"{key}: {quoted(text)}" for key, text in head.items()]
    return "\n".join(["version: 1", *lines, "picks:" if picks.picks else "picks: []", *map(_line, picks.picks), ""])


def merged(files: Sequence[Picks]) -> tuple[Picks, tuple[Conflict, ...]]:
    """Return what the files say together: of each video what the newest file says that knows it; and the conflicts.

    There must be one file at least. Of files that were saved in the same second the last one counts.
    """
    in_order = sorted(files, key=lambda each: each.saved_at)
    known: dict[str, tuple[Pick, datetime]] = {}
    conflicts: dict[str, Conflict] = {}
    for each in in_order:
        for pick in each.picks:
            older = known.get(pick.id)
            if older is not None and older[0] != pick:
                conflicts[pick.id] = Conflict(pick, each.saved_at, *older)
            known[pick.id] = (pick, each.saved_at)
    return replace(in_order[-1], picks=tuple(pick for pick, _ in known.values())), tuple(conflicts.values())


def in_words(pick: Pick) -> str:
    """Return what was chosen, such as `kept, 4 of 5`; notes and tags are not quoted, they are private."""
    stand = {True: "kept", False: "rejected", None: "maybe" if pick.maybe else None}[pick.keep]
    words = [
        stand,
        None if pick.rating is None else f"{pick.rating} of 5",
        None if pick.rank is None else f"place {pick.rank}",
        "a note" if pick.note else None,
        "tags" if pick.tags else None,
    ]
    return ", ".join(word for word in words if word) or "undecided"


def _line(pick: Pick) -> str:
    values = {name: value for name, value in vars(pick).items() if name in _ALWAYS or value}
    return f"  - {{{', '.join(f'{name}: {_value(value)}' for name, value in values.items())}}}"


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)
