"""A batch with its last run, as the commands about results need it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.browser.profiles.home import home_folder
from grokbatch.cli.shared.console import fail
from grokbatch.cli.shared.run_places import batch_of, directory_of
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.private_files import write_private
from grokbatch.record.storage.user_settings import shows_prompts
from grokbatch.review.counts import BatchResult
from grokbatch.review.invocation import COMMAND
from grokbatch.review.next_steps import elsewhere
from grokbatch.review.report.page import report_text
from grokbatch.review.report.video import ReportPage
from grokbatch.review.wall.content import WallSource, build_common_wall, build_wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.run_directory import RunDirectory

BatchPath = Annotated[Path, typer.Argument(metavar="BATCH.yaml", show_default=False)]
BatchPaths = Annotated[list[Path], typer.Argument(metavar="BATCH.yaml", show_default=False)]
Site = Annotated[
    str | None, typer.Option("--site", metavar="demo|URL", help="As it was given to pytest.", show_default=False)
]


@dataclass(frozen=True)
class BatchRun:
    """The last run of a batch, with the batch file as it is now; `path` is the file as it was typed."""

    path: Path
    batch: Batch
    directory: RunDirectory
    manifest: Manifest

    def shows_prompts(self, asked: bool | None) -> bool:
        """Whether a page of the user shows prompts: as `asked` in the call, or else as the settings say."""
        return shows_prompts(self.batch, home_folder(os.environ)) if asked is None else asked

    def write_wall(self, show_prompts: bool | None = None) -> Path:
        """Write the wall anew from the manifest as it is now, and return its path. Raises OSError."""
        report = self.directory.report if self.directory.report.exists() else None
        manifest = ManifestStore(self.directory.manifest).read()
        return build_wall(self.directory, manifest, report, show_prompts=self.shows_prompts(show_prompts))

    def write_report(self, show_prompts: bool | None = None) -> Path:
        """Write the report anew from the manifest as it is now, and return its path. Raises OSError."""
        manifest, page = ManifestStore(self.directory.manifest).read(), self.directory.report
        result = BatchResult(
            str(self.path),
            manifest,
            self.directory,
            manifest.run_started_at or manifest.created_at,
            page,
            self.shows_prompts(show_prompts),
        )
        write_private(page, report_text(result, manifest.updated_at, ReportPage(page)))
        return page

    def write_pages_again(self) -> None:
        """Write wall and report anew, if they are there: what they lead to has changed. Raises OSError."""
        if self.directory.report.exists():
            self.write_report()
        if self.directory.wall.exists():
            self.write_wall()

    def as_source(self, show_prompts: bool | None) -> WallSource:
        """Return what a wall shows of this run."""
        return WallSource(self.directory, self.shows_prompts(show_prompts))


def run_of(path: Path, site: str | None, runs_dir: Path | None) -> BatchRun:
    """Return the last run of the batch file at `path`; ends the command if it was not run yet."""
    batch = batch_of(path, site)
    directory = directory_of(batch, runs_dir)
    store = ManifestStore(directory.manifest)
    if not store.exists():
        fail(f"{path}: was not run yet (no {directory.manifest}); to run it: {COMMAND.run} {path}{elsewhere(site)}")
    return BatchRun(path, batch, directory, store.read())


def runs_of(paths: Sequence[Path], site: str | None, runs_dir: Path | None) -> list[BatchRun]:
    """Return the last run of each batch file, once; ends the command if one was not run yet."""
    runs = [run_of(path, site, runs_dir) for path in paths]
    return list({run.directory.root.resolve(): run for run in runs}.values())


def wall_of(runs: Sequence[BatchRun]) -> Path:
    """Return the path of the wall of these runs; that of several is beside the first one's run directory."""
    first = runs[0].directory
    return first.wall if len(runs) == 1 else first.root.parent / first.wall.name


def write_wall(runs: Sequence[BatchRun], show_prompts: bool | None = None) -> Path:
    """Write the wall of these runs anew, and return its path. Raises OSError."""
    if len(runs) == 1:
        return runs[0].write_wall(show_prompts)
    build_common_wall(wall_of(runs), [run.as_source(show_prompts) for run in runs])
    return wall_of(runs)
