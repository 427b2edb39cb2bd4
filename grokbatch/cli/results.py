"""`grokbatch wall`, `open`, `report`, `picks`, `why`: show and copy the results in a run directory."""

from __future__ import annotations

import os
import webbrowser
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.paths import real_file
from grokbatch.browser.profiles.home import home_folder
from grokbatch.cli.shared.console import UsageError, fail, group, moment, next_step, say
from grokbatch.cli.shared.run_places import RunsDir, batch_of, directory_of, last_run_of, runs_folder
from grokbatch.record.rules.video_identity import choosable, known_entries
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import PicksError, read_picks
from grokbatch.record.storage.private_files import write_private
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.sidecar import Sidecar, read_sidecar
from grokbatch.record.storage.user_settings import shows_prompts
from grokbatch.record.storage.whereabouts import MANIFESTS
from grokbatch.review.copy_picks import copy_files
from grokbatch.review.counts import BatchResult
from grokbatch.review.invocation import COMMAND
from grokbatch.review.next_steps import elsewhere
from grokbatch.review.report.page import report_text
from grokbatch.review.report.video import ReportPage
from grokbatch.review.wall.content import build_wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grokbatch.batch.model.batch import Batch as BatchModel
    from grokbatch.record.model.manifest import Manifest

Batch = Annotated[Path, typer.Argument(metavar="BATCH.yaml", show_default=False)]
Site = Annotated[
    str | None, typer.Option("--site", metavar="demo|URL", help="As it was given to pytest.", show_default=False)
]

picks = group("What was chosen on the wall.")


Prompts = Annotated[
    bool | None,
    typer.Option(
        "--show-prompts/--no-show-prompts",
        help="Whether the page shows the prompts; by default as show_prompts says in the batch file or your settings.",
        show_default=False,
    ),
]


def wall(batch: Batch, site: Site = None, runs_dir: RunsDir = None, show_prompts: Prompts = None) -> None:
    """Write the page to choose from again, from the manifest and the files on disk."""
    try:
        run = _run_of(batch, site, runs_dir)
    except BatchError as error:
        say(str(_page_there(last_run_of(batch, error, site, runs_dir).wall, error)))
    else:
        say(str(_write_wall(run, show_prompts)))


def open_(batch: Batch, site: Site = None, runs_dir: RunsDir = None) -> None:
    """Open the page to choose from in your browser."""
    try:
        run = _run_of(batch, site, runs_dir)
    except BatchError as error:
        _show(_page_there(last_run_of(batch, error, site, runs_dir).wall, error))
        return
    if not run.directory.wall.exists():
        _write_wall(run)
    _show(run.directory.wall)


def report(
    batch: Batch,
    site: Site = None,
    runs_dir: RunsDir = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write it anew from the manifest, without a run; do not open it.")
    ] = False,
    show_prompts: Prompts = None,
) -> None:
    """Open the report of the last run in your browser, or write it anew."""
    if show_prompts is not None and not rebuild:
        raise UsageError("--show-prompts: the report is there as it was written; add --rebuild to write it anew")
    try:
        run = _run_of(batch, site, runs_dir)
    except BatchError as error:
        if rebuild:
            raise
        _show(_page_there(last_run_of(batch, error, site, runs_dir).report, error))
        return
    page = run.directory.report
    if rebuild or not page.exists():
        _write_report(run, batch, show_prompts)
    if rebuild:
        say(str(page))
    else:
        _show(page)


def _write_wall(run: _Run, show_prompts: bool | None = None) -> Path:
    report = run.directory.report if run.directory.report.exists() else None
    return build_wall(run.directory, run.manifest, report, show_prompts=run.shows_prompts(show_prompts))


def _write_report(run: _Run, batch: Path, show_prompts: bool | None) -> None:
    directory, manifest = run.directory, run.manifest
    result = BatchResult(
        str(batch),
        manifest,
        directory,
        manifest.run_started_at or manifest.created_at,
        directory.report,
        run.shows_prompts(show_prompts),
    )
    write_private(directory.report, report_text(result, manifest.updated_at, ReportPage(directory.report)))


def _page_there(page: Path, error: BatchError) -> Path:
    """Return the page as the last run wrote it: without the batch file nobody knows where all its videos are."""
    if not page.exists():
        raise error
    return page


def _show(page: Path) -> None:
    say(str(page))
    if not webbrowser.open(page.absolute().as_uri()):
        say("no browser could be opened here; open that file in one yourself")


@picks.command()
def export(
    batch: Batch,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the copies go.", show_default=False)],
    picks_file: Annotated[
        Path | None,
        typer.Option("--picks", metavar="FILE", help="By default picks.yaml beside the wall.", show_default=False),
    ] = None,
    site: Site = None,
    runs_dir: RunsDir = None,
) -> None:
    """Copy the files of the videos to keep, HD ones too, into a folder."""
    run = _run_of(batch, site, runs_dir)
    directory, manifest = run.directory, run.manifest
    file = picks_file or directory.picks
    if not file.exists():
        fail(f"{file}: there is none; choose on {directory.wall}, save the picks there, or name a file with --picks")
    try:
        kept = read_picks(file, manifest=manifest.id, videos=choosable(manifest)).kept
    except PicksError as error:
        raise UsageError(str(error)) from None
    number = copy_files(directory, manifest, kept, folder)
    say(f"{number} files in {folder}")
    missing = [name for name in kept if choosable(manifest)[name].download is None]
    if missing:
        say(f"not on disk: {', '.join(missing)}")
        next_step(f"{COMMAND.run} {batch}{elsewhere(site)}")


def why(
    file: Annotated[Path, typer.Argument(metavar="FILE.mp4", show_default=False)],
    runs_dir: RunsDir = None,
) -> None:
    """Say where a video file comes from: batch, video, options, and when it was made."""
    from grokbatch.media.probe import file_digest

    if not file.is_file():
        raise UsageError(f"{file}: there is no such file")
    digest = file_digest(file)
    beside = read_sidecar(file)
    folders = [runs_folder(runs_dir), *_folders_around(file)] if runs_dir is None else [runs_dir]
    found = beside if beside is not None and beside.sha256 == digest else _in_manifests(folders, digest)
    if found is None:
        changed = "; the description beside it is of another file" if beside is not None else ""
        fail(f"{file}: no run in {folders[0]} brought this file{changed}")
    for line in _told(found):
        say(line)


@dataclass(frozen=True)
class _Run:
    """The last run of a batch, with the batch file as it is now."""

    batch: BatchModel
    directory: RunDirectory
    manifest: Manifest

    def shows_prompts(self, asked: bool | None) -> bool:
        """Whether a page of the user shows prompts: as `asked` in the call, or else as the settings say."""
        return shows_prompts(self.batch, home_folder(os.environ)) if asked is None else asked


def _run_of(path: Path, site: str | None, runs_dir: Path | None) -> _Run:
    batch = batch_of(path, site)
    directory = directory_of(batch, runs_dir)
    store = ManifestStore(directory.manifest)
    if not store.exists():
        fail(f"{path}: was not run yet (no {directory.manifest}); to run it: {COMMAND.run} {path}{elsewhere(site)}")
    return _Run(batch, directory, store.read())


def _folders_around(file: Path) -> Iterator[Path]:
    """Yield the folders above a file that may hold run directories."""
    return (folder.parent for folder in real_file(file).parents if RunDirectory(folder).manifest.is_file())


def _in_manifests(folders: Iterable[Path], digest: str) -> Sidecar | None:
    """Return what the runs in the folders record of the file with these bytes, whatever its name is now."""
    for path in (path for folder in dict.fromkeys(folders) for path in sorted(folder.glob(MANIFESTS))):
        for video in known_entries(ManifestStore(path).read()).values():
            for file in (video.download, video.hd):
                if file is not None and file.sha256 == digest:
                    told = read_sidecar(path.parent / file.path)
                    # A manifest that was edited may name any other file's description.
                    return told if told is not None and told.sha256 == digest else None
    return None


def _told(found: Sidecar) -> Iterator[str]:
    asked = ", ".join(f"{name} {value}" for name, value in found.asked.items())
    rows = {
        "batch": f"{found.batch}, {found.id} (number {found.index})",
        "account": found.account,
        "image": found.permalink,
        "prompt no.": " ".join([str(found.number), found.name]).strip(),
        "axes": ", ".join(f"{name}: {value}" for name, value in found.axes.items()),
        "asked for": asked or "the page's own options",
        "got": f"{found.width}x{found.height}, {found.duration} s, {found.size} bytes",
        "made": f"{moment(found.finished_at)}, attempt {found.attempts}",
        "page": found.page_url,
        "prompt": found.prompt or "",
    }
    return (f"{name:<10} {text}" for name, text in rows.items() if text)
