"""Where the commands find the results of runs: in the same folders as a run, whatever the current folder is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.paths import meant_by
from grokbatch.cli.shared.console import UsageError, note
from grokbatch.record.rules.account_split import split
from grokbatch.record.rules.lasting_ids import with_lasting_ids
from grokbatch.record.storage.project import reports_near
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.whereabouts import MANIFESTS, runs_of_file, whereabouts
from grokbatch.review.formatting import shown_path
from grokbatch.run.planning.validate import of_another_site, perhaps_paid_twice, taken_by_another
from grokbatch.run.results.output_folder import OutputError, check_not_gone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.errors import BatchError
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.whereabouts import Whereabouts

RunsDir = Annotated[
    Path | None,
    typer.Option(
        "--runs-dir",
        metavar="DIR",
        help="As it is given to pytest; by default reports/ of the batch file's project.",
        show_default=False,
    ),
]


def place_of(batch: Batch, runs_dir: Path | None) -> Whereabouts:
    """Return where the results of `batch` are and belong; raises UsageError if another file's results are there."""
    place = whereabouts(batch, None if runs_dir is None else runs_dir.absolute(), Path.cwd())
    if place.other is not None:
        raise UsageError(taken_by_another(str(batch.path), place))
    return place


def directory_of(batch: Batch, runs_dir: Path | None) -> RunDirectory:
    """Return the run directory of `batch`; raises UsageError if it holds another file's results."""
    root = Path(shown_path(place_of(batch, runs_dir).found, Path.cwd()))
    return RunDirectory(root, batch.output_folder(root))


def refusals(batch: Batch, root: Path, manifest: Manifest, *, is_forced: bool = False) -> list[str]:
    """Return why a run of `batch` would be refused because of the earlier results in `root`; nothing if it would not.

    `is_forced`: the run is started with `--force`.
    """
    display = str(batch.path)
    if foreign := of_another_site(display, root, manifest, batch.site_name):
        return [foreign]
    videos = with_lasting_ids(batch.videos(), manifest)
    accounts = split(videos, batch.weights, manifest)
    twice = None if is_forced else perhaps_paid_twice(display, manifest, videos, accounts)
    found = [twice] if twice else []
    if batch.download or batch.upscale:
        try:
            check_not_gone(batch.output_folder(root.absolute()), root.absolute(), manifest)
        except OutputError as error:
            found.append(f"{display}: output: {error}")
    return found


def last_run_of(path: Path, error: BatchError, site: str | None, runs_dir: Path | None) -> RunDirectory:
    """Return the run directory of a batch file that cannot be read, such as one that is being edited, and say so.

    Raises `error`, which says what is wrong with the file, if there is no such run.
    """
    folders = [runs_dir] if runs_dir else [reports_near(path.absolute().parent, holding=MANIFESTS), runs_folder(None)]
    found = [each for folder in dict.fromkeys(folders) for each in runs_of_file(folder.absolute(), path)]
    roots = [root for root, manifest in found if site is None or manifest.site == site]
    if not roots:
        raise error
    note(str(error.problems[0]))
    note("shown as its last run left it; a run refuses the file as it is")
    return RunDirectory(Path(shown_path(roots[0], Path.cwd())))


def batch_of(path: Path, site: str | None, settings: Sequence[str] = ()) -> Batch:
    """Return the batch in the file at `path`; raises UsageError if there is no such file."""
    if not path.is_file():
        near = meant_by(str(path), Path.cwd())
        raise UsageError(f"{path}: there is no such file{near}; see all runs with: grokbatch status")
    return load_batch(path, overrides=settings, site=site)


def runs_folder(runs_dir: Path | None) -> Path:
    """Return the folder with all runs of the project of the current folder."""
    here = Path.cwd()
    return runs_dir or Path(shown_path(reports_near(here, holding=MANIFESTS), here))
