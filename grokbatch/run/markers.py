"""The pytest marks of videos, by which `-m` selects, as in `-m camera_slow`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grokbatch.run.plan import RunPlan

_OWN_WORDS = pytest.StashKey[set[str]]()


def before_plugins(config: pytest.Config) -> None:
    """Note which marks the user's own configuration declares, before plugins declare theirs."""
    config.stash[_OWN_WORDS] = _declared(config)


def declare(config: pytest.Config, plan: RunPlan) -> None:
    """Declare the marks of all videos; raises pytest.UsageError for one that pytest or a plugin has itself."""
    own: set[str] = config.stash[_OWN_WORDS]
    taken = _declared(config) - own
    marks = _marks(plan)
    problems = [
        f"{display}: {mark}: is a mark of pytest or of a plugin; choose another name"
        for mark, display in marks.items()
        if mark in taken
    ]
    if problems:
        raise pytest.UsageError("\n".join(problems))
    for mark in marks:
        config.addinivalue_line("markers", f"{mark}: videos of a batch")


def _declared(config: pytest.Config) -> set[str]:
    return {str(line).partition(":")[0].partition("(")[0].strip() for line in _lines(config)}


def _lines(config: pytest.Config) -> Iterable[object]:
    lines: list[object] = config.getini("markers")
    return lines


def _marks(plan: RunPlan) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in plan.batches:
        for marks in dict.fromkeys(video.marks for video in batch.videos):
            found.update({mark: batch.display for mark in marks if mark not in found})
    return found
