"""Hints about batches in a call that is not about them; none in a project without batches."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.batch.discovery import batches_in, has_batch_suffix, is_meant_as_batch
from grokbatch.review.invocation import invocation
from grokbatch.run.command_line import named_batches, resumable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pytest

_BATCHES = "batches"


def has_batches(config: pytest.Config, folders: Iterable[Path] = ()) -> bool:
    """Whether this is a project with batches: here, in the project's folder, in `batches/` of either, or run before.

    Batches in `folders` count, too.
    """
    return bool(batches_near(config) or any(map(batches_in, folders)) or resumable.remembered(config))


def batches_near(config: pytest.Config) -> list[Path]:
    """Return the batches in the first folder that has any: here, in the project's folder, in `batches/` of either."""
    here = config.invocation_params.dir
    bases = [here, config.rootpath] if config.inipath else [here]
    folders = [folder for base in bases for folder in (base, base / _BATCHES)]
    return next((batches for batches in map(batches_in, folders) if batches), [])


def how_to_resume(config: pytest.Config) -> str | None:
    """Return the line that says how to resume the last batch run."""
    here = config.invocation_params.dir
    paths = [_typed(Path(path), here) for path in resumable.remembered(config)]
    return (
        f"grokbatch: the last batch run goes on with: {invocation().resume + ' ' + shlex.join(paths)}"
        if paths
        else None
    )


def why_nothing(config: pytest.Config) -> Iterator[str]:
    """Yield why a call found nothing: a batch with problems, or batches that were not named."""
    here = config.invocation_params.dir
    paths = [here / path.partition("::")[0] for path in named_batches.typed_paths(config)]
    for path in paths:
        if has_batch_suffix(path) and path.is_file() and (is_meant_as_batch(path) or batches_in(path.parent)):
            yield from _problems(path)
    batches = batches_near(config)
    if batches and all(named_batches.is_for_tests(path, config) for path in paths):
        command = f"{invocation().run} {shlex.quote(_typed(batches[0], here))}"
        yield f"grokbatch: a batch is made when it is named: {command}"


def _problems(path: Path) -> Iterator[str]:
    from grokbatch.batch.loader import BatchError, load_batch

    try:
        load_batch(path)
    except BatchError as error:
        yield from (str(problem) for problem in error.problems)


def _typed(path: Path, here: Path) -> str:
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
