"""Checks what a batch file names: pictures, programs, locators, a demo scenario; and that no batches share results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.run.planning.commands import command_problems
from grokbatch.run.planning.demo_site import scenario_problems
from grokbatch.run.planning.locators import locators_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.record.storage.whereabouts import Whereabouts


def check_named(batch: Batch, display: str) -> tuple[str, list[str]]:
    """Return the locators of `batch` as JSON for a worker, and the problems of everything that the batch names.

    Each problem is a line that begins with file and line number.
    """
    locators, wrong = locators_of(batch, display)
    named = [*_source_problems(batch, display), *command_problems(batch, display)]
    return locators, [*scenario_problems(batch, display), *named, *wrong]


def _source_problems(batch: Batch, display: str) -> list[str]:
    if batch.source_file is None and batch.expect.starts_like_source:
        return [f"{batch.place(display, 'expect')}: starts_like_source needs the key source_image, a picture"]
    if batch.source_file is not None and not batch.source_file.is_file():
        return [f"{batch.place(display, 'source_image')}: there is no file {batch.source_file}"]
    return []


def taken_by_another(display: str, place: Whereabouts) -> str:
    """Return the message that another file's results are where those of the batch file `display` belong."""
    return (
        f"{display}: {place.root} holds the results of {place.other_shown}, which has the same name; "
        "rename one of the files, or add --runs-dir DIR to keep their results apart"
    )


def clashes(results: Iterable[tuple[str, Path]]) -> list[str]:
    """Return a problem for each batch with the same run directory as another; `results` are files and directories."""
    seen: dict[Path, str] = {}
    problems = []
    for display, run_root in results:
        other = seen.setdefault(run_root, display)
        if other != display:
            problems.append(
                f"{display}: {other} has the same name, and both would be recorded in {run_root}; "
                "rename one of the files"
            )
    return problems
