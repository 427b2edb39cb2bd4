"""`grokbatch wall`, `open`, `report`, `why`: show the results in a run directory."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.paths import real_file
from grokbatch.cli.shared.batch_run import BatchPaths, Site, run_of, runs_of, wall_of, write_wall
from grokbatch.cli.shared.console import UsageError, answer, facts, fail, moment, note, say
from grokbatch.cli.shared.run_places import RunsDir, last_run_of, runs_folder
from grokbatch.cli.shared.saved_picks import bring_together
from grokbatch.record.rules.video_identity import known_entries
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.sidecar import Sidecar, read_sidecar
from grokbatch.record.storage.whereabouts import MANIFESTS
from grokbatch.review.wall.content import WallSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Prompts = Annotated[
    bool | None,
    typer.Option(
        "--show-prompts/--no-show-prompts",
        help="Whether the page shows the prompts; by default as show_prompts says in the batch file or your settings.",
        show_default=False,
    ),
]


def wall(
    batches: BatchPaths,
    picks_files: Annotated[
        list[Path] | None,
        typer.Option(
            "--picks", metavar="FILE", help="Add these saved picks to picks.yaml; may be repeated.", show_default=False
        ),
    ] = None,
    is_served: Annotated[
        bool,
        typer.Option(
            "--serve", help="Give the page out on this computer: it saves picks by itself and fills during a run."
        ),
    ] = False,
    site: Site = None,
    runs_dir: RunsDir = None,
    show_prompts: Prompts = None,
) -> None:
    """Write the page to choose from anew. It shows what is on disk; several batches have one page."""
    try:
        runs = runs_of(batches, site, runs_dir)
    except BatchError as error:
        if picks_files or len(batches) > 1:
            raise
        directory = last_run_of(batches[0], error, site, runs_dir)
        if is_served:
            _serve([WallSource(directory, bool(show_prompts))])
        else:
            answer(str(_page_there(directory.wall, error)))
        return
    bring_together([(run.directory, run.manifest) for run in runs], picks_files or [])
    if is_served:
        _serve([run.as_source(show_prompts) for run in runs])
    else:
        answer(str(write_wall(runs, show_prompts)))


def _serve(sources: Sequence[WallSource]) -> None:
    # Imported here: no other command needs a server.
    from grokbatch.review.serve.server import serve

    files = [source.directory.picks for source in sources]

    def ready(address: str) -> None:
        answer(address)
        places = " and ".join(map(str, files))
        note(f"open that address in a browser on this computer; picks are saved to {places}; Ctrl+C ends it")

    serve(sources, ready)
    saved = [str(file) for file in files if file.exists()]
    note(f"ended; the picks are in {' and '.join(saved)}" if saved else "ended; nothing was picked")


def open_(batches: BatchPaths, site: Site = None, runs_dir: RunsDir = None) -> None:
    """Open the page to choose from in your browser. Several batches have one page."""
    try:
        runs = runs_of(batches, site, runs_dir)
    except BatchError as error:
        if len(batches) > 1:
            raise
        _show(_page_there(last_run_of(batches[0], error, site, runs_dir).wall, error))
        return
    if len(runs) > 1 or _is_old(runs[0].directory):
        write_wall(runs)
    _show(wall_of(runs))


def _is_old(directory: RunDirectory) -> bool:
    """Whether the page is missing, or older than what it shows, picks from another browser for instance."""
    if not directory.wall.exists():
        return True
    drawn = directory.wall.stat().st_mtime_ns
    return any(path.exists() and path.stat().st_mtime_ns > drawn for path in (directory.manifest, directory.picks))


def report(
    batches: BatchPaths,
    site: Site = None,
    runs_dir: RunsDir = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write it anew from the manifest, without a run; do not open it.")
    ] = False,
    show_prompts: Prompts = None,
) -> None:
    """Open the report of the last run in your browser. It can be written anew; each of several batches has its own."""
    if show_prompts is not None and not rebuild:
        raise UsageError("--show-prompts: the report is there as it was written; add --rebuild to write it anew")
    if rebuild:
        for run in runs_of(batches, site, runs_dir):
            answer(str(run.write_report(show_prompts)))
        return
    for batch in batches:
        try:
            run = run_of(batch, site, runs_dir)
        except BatchError as error:
            _show(_page_there(last_run_of(batch, error, site, runs_dir).report, error))
        else:
            _show(run.directory.report if run.directory.report.exists() else run.write_report())


def _page_there(page: Path, error: BatchError) -> Path:
    """Return the page as the last run wrote it: without the batch file nobody knows where all its videos are."""
    if not page.exists():
        raise error
    return page


def _show(page: Path) -> None:
    answer(str(page))
    if not webbrowser.open(page.absolute().as_uri()):
        say("no browser could be opened here; open that file in one yourself")


def why(
    file: Annotated[Path, typer.Argument(metavar="FILE.mp4", show_default=False)],
    runs_dir: RunsDir = None,
) -> None:
    """Say where a video file comes from. You see its batch, video and options, and when it was made."""
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
    for line in facts(_told(found), 11):
        answer(line)


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


def _told(found: Sidecar) -> Iterator[tuple[str, str]]:
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
    return ((name, text) for name, text in rows.items() if text)
