"""The last batch run, saved so that a bare `pytest --lf` resumes it with the same options.

pytest's own cache is of no use here: it is in the root directory, which in a project without a configuration file
depends on the arguments, so `pytest batches/x.yaml` and `pytest --lf` would use different caches.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from grokbatch.batch.model.paths import real_file
from grokbatch.record.model.outcome import Status
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.record.storage.private_files import private_folder, write_private
from grokbatch.record.storage.run_directory import Keep  # noqa: TC001 - pydantic reads it
from grokbatch.run.command_line.resumable import NAME, written_at
from grokbatch.run.command_line.selection import Asked  # noqa: TC001 - as above
from grokbatch.run.results.keepers import planned_count
from grokbatch.run.results.output_folder import is_left

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.run.plan import BatchPlan


@dataclass(frozen=True)
class LastRun:
    """Which batch files ran, with which options, and which of their videos were selected, by the file's path.

    `runs_folder` is the folder of `--runs-dir`, None if it was not typed. `asked` is the call's selection, kept only
    until the selected videos are known, because a run may be killed before that. `workers` is the value of `-n`,
    `others` are options of other plugins.
    """

    batches: tuple[Path, ...]
    site: str | None
    settings: tuple[str, ...]
    runs_folder: Path | None
    headed: bool
    browser_channel: str | None
    selected: dict[str, tuple[str, ...]]
    evidence: Keep | None = None
    picks: str | None = None
    asked: Asked | None = None
    share: bool = False
    workers: int | str | None = None
    force: bool = False
    until_done: bool = False
    hosts: str | None = None
    others: dict[str, Any] = field(default_factory=dict)

    def covers(self, paths: Iterable[Path]) -> bool:
        """Whether all of `paths` were run, by whatever links they are named."""
        return {*map(real_file, paths)} <= {*map(real_file, self.batches)}

    def is_of(self, paths: Iterable[Path]) -> bool:
        """Whether exactly `paths` were run."""
        return {*map(real_file, paths)} == {*map(real_file, self.batches)}

    def selected_of(self, batch: BatchPlan) -> tuple[str, ...] | None:
        """Return the ids of the videos of `batch` that were selected; None: it was not run."""
        by_file = {real_file(Path(path)): ids for path, ids in self.selected.items()}
        return by_file.get(batch.file)


@cache
def _form() -> TypeAdapter[LastRun]:
    # Made only in the process that reads or writes the file, not in each worker.
    return TypeAdapter(LastRun)


def read(memory: Iterable[Path]) -> Iterator[LastRun]:
    """Yield the last runs saved in the folders, the latest first; a file that cannot be read is left out."""
    files = [folder / NAME for folder in memory]
    for file in sorted(files, key=written_at, reverse=True):
        with suppress(OSError, ValidationError):
            last = _form().validate_json(file.read_bytes())
            # Earlier versions also saved a folder that was not typed.
            yield replace(last, runs_folder=None) if last.runs_folder == file.parent else last


def write(memory: Iterable[Path], last: LastRun) -> None:
    """Save `last` in each folder that can be written to; raises OSError if none can."""
    text = json.dumps(_form().dump_python(last, mode="json"), indent=1)
    written, errors = False, []
    for folder in memory:
        try:
            if not folder.exists():  # an existing folder may be shared with others, so it keeps its mode
                private_folder(folder)
            write_private(folder / NAME, text)
        except OSError as error:
            errors.append(error)
        else:
            written = True
    if errors and not written:
        raise errors[0]


def unfinished(batch: BatchPlan, last: LastRun | None) -> tuple[str, ...]:
    """Return the ids of the videos that `--lf` resumes: selected the last time, and not final or not on disk.

    If the batch has all keepers that it wants, none is to be made.
    """
    wanted = _selected(batch, last)
    if not batch.store().exists():
        return tuple(video.id for video in wanted)
    known, count = known_entries(batch.store().read()), planned_count(batch)
    is_met = count is not None and count.is_met
    return tuple(video.id for video in wanted if _is_left(batch, known.get(video.identity), is_met=is_met))


def given_up(batch: BatchPlan, last: LastRun | None) -> tuple[str, ...]:
    """Return the ids of the videos that were selected the last time, and that no run makes: they were moderated."""
    known = known_entries(batch.store().read()) if batch.store().exists() else {}
    entries = [(video.id, known.get(video.identity)) for video in _selected(batch, last)]
    return tuple(name for name, entry in entries if entry and entry.is_final and entry.status is not Status.COMPLETED)


def _selected(batch: BatchPlan, last: LastRun | None) -> list[VideoSpec]:
    chosen = None if last is None else last.selected_of(batch)
    return [video for video in batch.videos if chosen is None or video.id in chosen]


def _is_left(batch: BatchPlan, entry: VideoRecord | None, *, is_met: bool) -> bool:
    if entry is None or not entry.is_final:
        return not is_met
    return is_left(batch, entry)
