"""`grokbatch plan`: shows what a run would make; starts nothing and writes nothing."""

from __future__ import annotations

import shlex
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.discovery import find_batches
from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.errors import BatchError
from grokbatch.batch.model.filenames import TemplateError
from grokbatch.batch.model.paths import meant_by
from grokbatch.batch.why_no_batch import why_no_batch
from grokbatch.browser.capacity import Footprint
from grokbatch.cli.plan_report import PlanReport, describe, describe_together
from grokbatch.cli.shared.console import UsageError, answer, next_step, note, say
from grokbatch.cli.shared.run_places import RunsDir, place_of, refusals
from grokbatch.record.rules.account_split import split
from grokbatch.record.rules.lasting_ids import with_lasting_ids
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import PicksError, note_rejected
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.review.formatting import shown_path
from grokbatch.run.planning.capacity import auto_here, would_be_headed
from grokbatch.run.planning.commands import address_problems
from grokbatch.run.planning.validate import check_named, clashes
from grokbatch.run.quota_place import quota_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.browser.capacity import AutoWorkers
    from grokbatch.record.model.manifest import Manifest


def plan(
    batches: Annotated[
        list[Path], typer.Argument(metavar="BATCH.yaml", help="Batch files, or folders of them.", show_default=False)
    ],
    workers: Annotated[
        int | None,
        typer.Option(
            "-n", metavar="N", min=1, help="How many browsers; by default as the batch says.", show_default=False
        ),
    ] = None,
    site: Annotated[
        str | None, typer.Option(metavar="demo|URL", help="As you would give it to pytest.", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="As you would give it to pytest.", show_default=False),
    ] = None,
    runs_dir: RunsDir = None,
    force: Annotated[
        bool, typer.Option("--force", help="As you would give it to pytest: even if a video may be paid twice.")
    ] = False,
    show_prompts: Annotated[bool, typer.Option("--show-prompts", help="Show what is asked of the site, too.")] = False,
) -> None:
    """Show what a run would make, and how long it may take.

    Counts videos by prompt, axis and image, and says what is done. Starts nothing and writes nothing.
    """
    options = _Options(site, tuple(settings or ()), runs_dir, force)
    found = _read(_named(batches), options)
    for line in dict.fromkeys(line for each in found for line in each.batch.notes):
        note(line)
    for number, each in enumerate(found):
        if number:
            say()
        for line in describe(each, workers, show_prompts=show_prompts, is_alone=len(found) == 1):
            answer(line)
    if len(found) > 1:
        for line in describe_together(found, workers):
            answer(line)
    if any(each.count.left for each in found):
        next_step(
            shlex.join(
                ["grokbatch", "run", *map(str, batches), *options.typed(), *(["-n", str(workers)] if workers else [])]
            )
        )


@dataclass(frozen=True)
class _Options:
    site: str | None
    settings: tuple[str, ...] = field(repr=False)
    runs_dir: Path | None
    force: bool = False

    def typed(self) -> list[str]:
        """Return the options as they are typed for pytest."""
        return [
            *(["--site", self.site] if self.site else []),
            *(word for setting in self.settings for word in ("--set", setting)),
            *(["--runs-dir", str(self.runs_dir)] if self.runs_dir is not None else []),
            *(["--force"] if self.force else []),
        ]


def _named(arguments: Sequence[Path]) -> list[Path]:
    for path in arguments:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file{meant_by(str(path), Path())}")
        if not find_batches([path], Path()):
            raise UsageError(why_no_batch(str(path), Path()))
    return find_batches(arguments, Path())


def _read(paths: Sequence[Path], options: _Options) -> list[PlanReport]:
    """Return the plan of each batch; raises UsageError with the problems of all files."""
    problems: list[str] = []
    found: list[PlanReport] = []
    places: list[tuple[str, Path]] = []
    for path in paths:
        try:
            batch = load_batch(path, overrides=options.settings, site=options.site)
            _, wrong = check_named(batch, str(path))
            problems += [problem for problem in wrong if problem not in problems]
            place = place_of(batch, options.runs_dir)
            places.append((str(path), Path(shown_path(place.root, Path.cwd()))))
            directory = RunDirectory(place.found)
            store = ManifestStore(directory.manifest)
            manifest = store.read() if store.exists() else None
            wrong = [] if manifest is None else refusals(batch, directory.root, manifest, is_forced=options.force)
            problems += wrong
            if not wrong:
                found.append(_plan_report(batch, directory, manifest))
        except BatchError as error:
            problems += [str(problem) for problem in error.problems if str(problem) not in problems]
        except TemplateError as error:
            problems.append(f"{batch.place(str(path), 'filename')}: {error}")
        except UsageError as error:
            problems.append(str(error))
    problems += clashes(places)
    problems += address_problems([(str(each.batch.path), each.batch) for each in found])
    if problems:
        raise UsageError("\n".join(problems))
    return found


def _plan_report(batch: Batch, directory: RunDirectory, manifest: Manifest | None) -> PlanReport:
    videos = with_lasting_ids(batch.videos(), manifest) if manifest else batch.videos()
    accounts = split(videos, batch.weights, manifest)
    batch.file_names(videos, accounts)
    if manifest:
        with suppress(PicksError):  # whoever works with the picks is told
            note_rejected(manifest, directory.picks)
    found = PlanReport.of(batch, videos, manifest, _auto(batch, directory))
    several = len(batch.weights) > 1
    files = {
        name: quota_file(batch.site_name, name, directory, note, part=name if several else "") for name in batch.weights
    }
    return replace(found, accounts=accounts, quotas={name: file.read() for name, file in files.items()})


def _auto(batch: Batch, directory: RunDirectory) -> AutoWorkers | None:
    if batch.parallel != "auto":
        return None
    return auto_here(directory.root.absolute(), Footprint.of(headed=would_be_headed(batch), demo=batch.is_demo))
