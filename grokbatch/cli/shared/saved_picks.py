"""The picks of a batch, for the commands: read from beside the wall, and brought together from several files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.cli.shared.console import UsageError, fail, moment, note
from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.picks import PicksError, read_picks
from grokbatch.record.storage.picks_writer import in_words, merged, write_picks
from grokbatch.review.formatting import count_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.picks import Picks
    from grokbatch.record.storage.picks_writer import Conflict
    from grokbatch.record.storage.run_directory import RunDirectory

_MOST_TOLD = 10


def picks_of(directory: RunDirectory, manifest: Manifest, named: Path | None) -> Picks:
    """Return the picks in the file that was `named`, or in the one beside the wall."""
    file = named or directory.picks
    if not file.exists():
        fail(f"{file}: there is none; choose on {directory.wall}, save the picks there, or name a file with --picks")
    try:
        return _read(file, manifest)
    except PicksError as error:
        raise UsageError(str(error)) from None


def bring_together(runs: Sequence[tuple[RunDirectory, Manifest]], files: Sequence[Path]) -> None:
    """Add the picks in `files` to those beside the walls of `runs`, and tell where they differ; the newest count.

    Each file goes to the run whose manifest it names. Without files, unusable picks beside a wall are told.
    """
    own: dict[str, list[Path]] = {manifest.id: [] for _, manifest in runs}
    first = runs[0][1].id
    for file in files:
        own.get(_manifest_named(file), own[first]).append(file)
    for directory, manifest in runs:
        _bring_together(directory, manifest, own[manifest.id])


def _manifest_named(file: Path) -> str:
    try:
        return read_picks(file).manifest
    except PicksError as error:
        raise UsageError(str(error)) from None


def _bring_together(directory: RunDirectory, manifest: Manifest, files: Sequence[Path]) -> None:
    beside = [directory.picks] if directory.picks.exists() else []
    try:
        found = [_read(file, manifest) for file in (*beside, *files)]
    except PicksError as error:
        if files:
            raise UsageError(str(error)) from None
        note(f"{error}\nthe wall begins without these picks")
        return
    if not files:
        return
    together, conflicts = merged(found)
    write_picks(directory.picks, together)
    note(f"{directory.picks}: {count_of(len(together.picks), 'pick')} from {count_of(len(found), 'file')}")
    for conflict in conflicts[:_MOST_TOLD]:
        note(_told(conflict))
    if len(conflicts) > _MOST_TOLD:
        note(f"and {len(conflicts) - _MOST_TOLD} more, of which the newest count, too")


def _read(file: Path, manifest: Manifest) -> Picks:
    return read_picks(file, manifest=manifest.id, videos=choosable(manifest))


def _told(conflict: Conflict) -> str:
    newer, older = conflict.newer, conflict.older
    if in_words(newer) == in_words(older):
        return f"{newer.id}: notes or tags differ; those of {moment(conflict.newer_at)} count"
    return (
        f"{newer.id}: {in_words(newer)} ({moment(conflict.newer_at)}) counts, "
        f"not {in_words(older)} ({moment(conflict.older_at)})"
    )
