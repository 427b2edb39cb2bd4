"""Moves results to the run directory from where an earlier version, or another name of the batch file, put them."""

from __future__ import annotations

import errno
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.formatting import shown_path
from grokbatch.run.results import locks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from grokbatch.record.storage.whereabouts import Whereabouts
    from grokbatch.run.command_line.options import Options
    from grokbatch.run.plan import BatchPlan, RunPlan

# Files of the processes of earlier runs, of no use after these have ended.
_OF_PROCESSES = shutil.ignore_patterns("*.lock", "*.pid", "worker-profiles")


def with_earlier_results(
    plan: RunPlan, options: Options, places: Mapping[Path, Whereabouts], here: Path
) -> tuple[RunPlan, Options]:
    """Move the results of all batches to their run directories; return plan and options with the new paths.

    `places` says, by batch file, where results are and belong. Raises pytest.UsageError if they cannot be moved.
    """
    batches, notices = [], [*plan.notices]
    for batch in plan.batches:
        place = places[batch.path]
        if place.is_moved:
            notices.append(_take_along(batch, place, here))
            picks = options.picks and str(_moved_with(here / options.picks, place))
            options = replace(options, picks=picks)
        files = replace(batch.files, folder=_moved_with(batch.files.folder, place))
        batches.append(replace(batch, run_root=place.root, files=files))
    return replace(plan, batches=tuple(batches), notices=tuple(notices)), options


def _take_along(batch: BatchPlan, place: Whereabouts, here: Path) -> str:
    """Move or copy a batch's results; return a line that says so."""
    try:
        # Another batch of this call may have moved them already.
        if RunDirectory(place.found).manifest.exists():
            _wait_until_unused(place.found)
            _make_room(place.root)
            (_copy if place.is_shared else _move)(place.found, place.root)
    except locks.RunBusyError as error:
        raise pytest.UsageError(f"{batch.display}: is being run by {error}; wait until it has ended") from None
    except OSError as error:
        raise pytest.UsageError(f"{error.filename or place.root}: {error.strerror}") from None
    what = "copied" if place.is_shared else "moved"
    places = f"{shown_path(place.found, here)} to {shown_path(place.root, here)}"
    return f"{batch.display}: its results are {what} from {places}"


def _moved_with(path: Path, place: Whereabouts) -> Path:
    """Return the path of a file after the move, if it was among the results."""
    return place.root / path.relative_to(place.found) if path.is_relative_to(place.found) else path


def set_aside(folder: Path) -> Path:
    """Append the current time to a run directory's name, and return its new path."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return folder.rename(folder.with_name(f"{folder.name}.{stamp}"))


def _wait_until_unused(folder: Path) -> None:
    # Released before the folder moves: on Windows no file in it may be open then.
    locks.hold_run(folder).release()
    locks.wait_for_workers(folder)


def _make_room(root: Path) -> None:
    root.parent.mkdir(parents=True, exist_ok=True)
    if root.exists():
        set_aside(root)


def _move(found: Path, root: Path) -> None:
    try:
        found.rename(root)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(found, root)
        shutil.rmtree(found)


def _copy(found: Path, root: Path) -> None:
    # Under another name until it is complete: half of the results could be taken for all of them.
    beside = root.with_name(f".{root.name}.copy")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(found, beside, symlinks=True, ignore=_OF_PROCESSES)
    beside.rename(root)
