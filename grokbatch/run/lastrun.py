"""The last batch run, remembered so that a bare `pytest --lf` goes on with it as it was.

pytest's own cache cannot serve here: it lies in the root directory, which in a folder without a configuration
file depends on the arguments, so `pytest batches/x.yaml` and `pytest --lf` would look in different places.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from grokbatch.record.identity import known_entries
from grokbatch.record.private import private_folder, write_private
from grokbatch.record.rundir import Keep  # noqa: TC001 - pydantic reads it
from grokbatch.run.asked import Asked  # noqa: TC001 - as above
from grokbatch.run.output import is_left

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grokbatch.record.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan

NAME = ".last-run.json"


@dataclass(frozen=True)
class LastRun:
    """Which batch files ran, with which options, and which of their videos were selected.

    `asked` stands there until it is known which they are: a run may be killed before.
    """

    batches: tuple[Path, ...]
    site: str | None
    settings: tuple[str, ...]
    runs_folder: Path
    headed: bool
    browser_channel: str | None
    selected: dict[str, tuple[str, ...]]
    evidence: Keep | None = None
    picks: str | None = None
    asked: Asked | None = None

    def covers(self, paths: Iterable[Path]) -> bool:
        """Whether all of `paths` were run."""
        return set(paths) <= set(self.batches)


_FORM = TypeAdapter(LastRun)


def read(folder: Path) -> LastRun | None:
    """Return what was remembered in `folder`; None when there is nothing or it cannot be understood."""
    try:
        return _FORM.validate_json((folder / NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def write(folder: Path, last: LastRun) -> None:
    """Remember `last` in `folder`."""
    private_folder(folder)
    write_private(folder / NAME, json.dumps(_FORM.dump_python(last, mode="json"), indent=1))


def forget(folder: Path) -> None:
    """Forget the last run, because something else was run since."""
    (folder / NAME).unlink(missing_ok=True)


def unfinished(batch: BatchPlan, last: LastRun | None) -> tuple[str, ...]:
    """Return the ids of the videos that `--lf` takes up: selected the last time, not final or not on disk."""
    chosen = None if last is None else last.selected.get(str(batch.path))
    wanted = [video for video in batch.videos if chosen is None or video.id in chosen]
    if not batch.store().exists():
        return tuple(video.id for video in wanted)
    known = known_entries(batch.store().read())
    return tuple(video.id for video in wanted if _is_left(batch, known.get(video.identity)))


def _is_left(batch: BatchPlan, entry: VideoRecord | None) -> bool:
    return entry is None or not entry.is_final or is_left(batch, entry)
