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
from grokbatch.record.storage.user_settings import shows_prompts
from grokbatch.review.invocation import COMMAND
from grokbatch.review.next_steps import elsewhere
from grokbatch.review.wall.content import build_wall

if TYPE_CHECKING:
    from grokbatch.batch.model.batch import Batch
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.run_directory import RunDirectory

BatchPath = Annotated[Path, typer.Argument(metavar="BATCH.yaml", show_default=False)]
Site = Annotated[
    str | None, typer.Option("--site", metavar="demo|URL", help="As it was given to pytest.", show_default=False)
]


@dataclass(frozen=True)
class BatchRun:
    """The last run of a batch, with the batch file as it is now."""

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


def run_of(path: Path, site: str | None, runs_dir: Path | None) -> BatchRun:
    """Return the last run of the batch file at `path`; ends the command if it was not run yet."""
    batch = batch_of(path, site)
    directory = directory_of(batch, runs_dir)
    store = ManifestStore(directory.manifest)
    if not store.exists():
        fail(f"{path}: was not run yet (no {directory.manifest}); to run it: {COMMAND.run} {path}{elsewhere(site)}")
    return BatchRun(batch, directory, store.read())
