"""What is wrong with batches beyond their own text: pictures, locators and scenes that they name, and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.run.planning.demo_site import scenario_faults
from grokbatch.run.planning.locators import locators_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.record.storage.whereabouts import Whereabouts


def look_beyond(batch: Batch, display: str) -> tuple[str, list[str]]:
    """Return the locators of `batch`, as a worker takes them, and what is wrong with all that the batch names.

    Each problem is a line that begins with its place.
    """
    locators, wrong = locators_of(batch, display)
    return locators, [*scenario_faults(batch, display), *_source_faults(batch, display), *wrong]


def _source_faults(batch: Batch, display: str) -> list[str]:
    if batch.source_file is None and batch.expect.starts_like_source:
        return [f"{batch.place(display, 'expect')}: starts_like_source needs the key source_image, a picture"]
    if batch.source_file is not None and not batch.source_file.is_file():
        return [f"{batch.place(display, 'source_image')}: there is no file {batch.source_file}"]
    return []


def taken_by_another(display: str, place: Whereabouts) -> str:
    """Say that the results of another file lie where those of the batch file called `display` would go."""
    return (
        f"{display}: {place.root} holds the results of {place.other_shown}, which has the same name; "
        "rename one of the files, or add --runs-dir DIR to keep their results apart"
    )


def clashes(results: Iterable[tuple[str, Path]]) -> list[str]:
    """Return which batches would be recorded in one place; `results` are their files and their run directories."""
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
