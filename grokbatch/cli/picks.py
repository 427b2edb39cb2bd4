"""`grokbatch picks`: take away what was chosen on the wall, and throw away what was rejected."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.cli.shared.batch_run import BatchPath, Site, run_of
from grokbatch.cli.shared.console import Exit, UsageError, confirm, fail, group, is_terminal, next_step, note, say
from grokbatch.cli.shared.run_places import RunsDir  # noqa: TC001 - typer reads it
from grokbatch.cli.shared.saved_picks import picks_of
from grokbatch.media.errors import DamagedFileError, NoEncoderError
from grokbatch.record.rules.video_identity import choosable
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import RATINGS
from grokbatch.record.storage.trash import (
    FOLDER,
    bring_back,
    delete,
    fetch_again,
    stored_files,
    stray_files,
    throw_away,
)
from grokbatch.review.export.chosen import chosen, nothing_wanted, wanted_picks
from grokbatch.review.export.export import Cut, Export, Sheet, Wishes
from grokbatch.review.export.files import Form, NoLinksError
from grokbatch.review.export.placing import OtherContentError
from grokbatch.review.export.timeline import NoLibraryError
from grokbatch.review.formatting import count_of, some, storage
from grokbatch.review.invocation import COMMAND
from grokbatch.review.next_steps import elsewhere
from grokbatch.review.wall.content import saved_picks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grokbatch.cli.shared.batch_run import BatchRun
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.picks import Picks
    from grokbatch.record.storage.run_directory import RunDirectory
    from grokbatch.record.storage.trash import Failure, StoredFile

app = group("What was chosen on the wall.")

PicksFile = Annotated[
    Path | None,
    typer.Option("--picks", metavar="FILE", help="By default picks.yaml beside the wall.", show_default=False),
]


@app.command()
def export(
    batch: BatchPath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where everything goes.", show_default=False)],
    picks_file: PicksFile = None,
    stars: Annotated[
        int | None,
        typer.Option(
            "--stars",
            metavar="N",
            min=RATINGS[0],
            max=RATINGS[-1],
            help="Those with N stars or more instead of those that were kept.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[Form, typer.Option("--as", help="How the video files are taken along.")] = Form.COPIES,
    playlist: Annotated[bool, typer.Option("--playlist", help="Also an M3U8 playlist.")] = False,
    sheet: Annotated[
        Sheet | None, typer.Option("--sheet", help="Also a contact sheet with ids and stars.", show_default=False)
    ] = None,
    film: Annotated[
        Cut | None, typer.Option("--film", help="Also one film, with hard cuts or crossfades.", show_default=False)
    ] = None,
    edit_list: Annotated[bool, typer.Option("--edit-list", help="Also an edit list (CMX3600 EDL).")] = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="Also a timeline (OpenTimelineIO, .otio).")] = False,
    xmp: Annotated[bool, typer.Option("--xmp", help="Also the ratings, as an XMP file beside each video.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace files in DIR that have other content.")] = False,
    site: Site = None,
    runs_dir: RunsDir = None,
) -> None:
    """Copy the files of the videos to keep into a folder. HD files come, too; it can also make a film."""
    run = run_of(batch, site, runs_dir)
    directory, manifest = run.directory, run.manifest
    picks = picks_of(directory, manifest, picks_file)
    wanted = wanted_picks(picks, stars)
    if not wanted:
        why, better = nothing_wanted(picks, stars)
        options = elsewhere(site) if runs_dir is None else f"{elsewhere(site)} --runs-dir {runs_dir}"
        by_stars = f", or type: grokbatch picks export {batch} {folder} --stars {better}{options}" if better else ""
        fail(
            f"{picks_file or directory.picks}: {why}; nothing was written. Press K on {directory.wall} to keep "
            f"videos{by_stars}"
        )
    videos, missing = chosen(directory, manifest, wanted)
    if videos:
        wishes = Wishes(form, playlist, sheet, film, edit_list, timeline, xmp, force)
        try:
            for line in Export(manifest.batch, videos, picks.saved_at, folder, wishes).write():
                say(line)
        except OtherContentError as error:
            raise UsageError(f"{error}; add --force to replace, or name another folder") from None
        except (NoLinksError, NoLibraryError) as error:
            raise UsageError(str(error)) from None
        except (DamagedFileError, NoEncoderError) as error:
            fail(str(error))
    if missing:
        say(f"not on disk: {some(missing)}")
        next_step(f"{COMMAND.run} {batch}{elsewhere(site)}")
    if not videos:
        fail(f"no file of the {len(wanted)} videos is on disk; nothing was written")


@app.command()
def trash(
    batch: BatchPath,
    picks_file: PicksFile = None,
    restore: Annotated[bool, typer.Option("--restore", help="Bring back what is in the bin.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Delete what is in the bin for good.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    site: Site = None,
    runs_dir: RunsDir = None,
) -> None:
    """Move the files of the rejected videos into a bin. The bin is on this computer; the site keeps its videos."""
    if restore and empty:
        raise UsageError("--restore and --empty cannot go together")
    run = run_of(batch, site, runs_dir)
    if restore:
        _restore(run, batch, site)
    elif empty:
        _empty(run, yes=yes)
    else:
        _throw_away(run, picks_of(run.directory, run.manifest, picks_file), yes=yes)


def _empty(run: BatchRun, *, yes: bool) -> None:
    directory, manifest = run.directory, run.manifest
    picks = saved_picks(directory, manifest.id)
    kept = [file for file in _files_of(directory, manifest, picks.kept if picks else ()) if file.is_in_trash]
    inside = [file for file in stored_files(directory, choosable(manifest).values()) if file.is_in_trash]
    files = [file for file in inside if file not in kept]
    others = stray_files(directory, [file.path for file in inside])
    if kept:
        say(f"{count_of(len(kept), 'file')} of videos that are kept now stay in the bin; --restore brings them back")
    if not files and not others:
        say("there is nothing to delete")
        return
    amount = _amount([*files, *others])
    _ask(f"Delete {amount} for good?", yes)
    paths = {file.path for file in files}
    with ManifestStore(directory.manifest).transaction() as changed:
        found = stored_files(directory, choosable(changed).values())
        failures = delete([file for file in found if file.path in paths])
    failures += delete(others)
    run.write_pages_again()
    _finish(failures, f"deleted: {amount}; no run fetches them again")


def _throw_away(run: BatchRun, picks: Picks, *, yes: bool) -> None:
    directory, manifest = run.directory, run.manifest
    rejected = [pick.id for pick in picks.picks if pick.keep is False]
    files = [file for file in _files_of(directory, manifest, rejected) if not file.is_in_trash]
    if not files:
        say("no file of a rejected video is outside of the bin" if rejected else "no video is rejected")
        return
    _ask(f"Move {_amount(files)} of {count_of(len(rejected), 'rejected video')} into the bin?", yes)
    with ManifestStore(directory.manifest).transaction() as changed:
        failures = throw_away(
            directory, (file for file in _files_of(directory, changed, rejected) if not file.is_in_trash)
        )
    places = dict.fromkeys(str(file.path.parent / FOLDER) for file in files)
    run.write_pages_again()
    _finish(
        failures,
        f"moved: {_amount(files)} to {', '.join(places)}; --restore brings them back, --empty deletes them",
    )


def _restore(run: BatchRun, batch: Path, site: str | None) -> None:
    directory = run.directory
    with ManifestStore(directory.manifest).transaction() as changed:
        files = [file for file in stored_files(directory, choosable(changed).values()) if file.is_in_trash]
        failures = bring_back(directory, files)
        wanted, lost = fetch_again(changed.videos.values())
    run.write_pages_again()
    if not (files or wanted or lost):
        say("the bin is empty")
    if lost:
        say(f"cannot be brought back: {some(lost)}; deleted here and on the site")
    if wanted:
        say(f"deleted here, but still on the site: {some(wanted)}")
        next_step(f"{COMMAND.run} {batch}{elsewhere(site)}")
    if files:
        _finish(failures, f"brought back: {_amount(files)}")


def _files_of(directory: RunDirectory, manifest: Manifest, ids: Sequence[str]) -> Iterator[StoredFile]:
    known = choosable(manifest)
    return stored_files(directory, [known[name] for name in ids if name in known])


def _amount(files: Sequence[StoredFile]) -> str:
    return f"{count_of(len(files), 'file')}, {storage(sum(file.size for file in files))}"


def _ask(question: str, yes: bool) -> None:
    if not yes:
        if not is_terminal():
            fail(f"{question} To do it without being asked, add --yes", Exit.USAGE)
        if not confirm(question):
            raise typer.Abort


def _finish(failures: Sequence[Failure], done: str) -> None:
    """Tell what was done or could not be done."""
    if not failures:
        say(done)
        return
    for failure in failures:
        note(f"{failure.path}: {failure.reason}")
    fail(f"{count_of(len(failures), 'file')} stayed where they were; close what uses them, then type it again")
