"""`grokbatch status`: shows the manifests, without the prompts."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import Struct, to_builtins

from grokbatch.batch.model.errors import BatchError
from grokbatch.cli.shared.console import Exit, answer, facts, fail, moment, next_step, note, say, table
from grokbatch.cli.shared.run_places import RunsDir, batch_of, directory_of, last_run_of, refusals, runs_folder
from grokbatch.record.model.manifest import Keepers
from grokbatch.record.model.outcome import RunStatus
from grokbatch.record.rules import ledger
from grokbatch.record.rules.keepers import keeper_count
from grokbatch.record.rules.lasting_ids import with_lasting_ids
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.picks import PicksError, note_rejected
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.record.storage.whereabouts import MANIFESTS
from grokbatch.review.counts import BatchResult, Tally
from grokbatch.review.formatting import joined, label, one_line, outdated_line, perhaps_made, took
from grokbatch.review.invocation import COMMAND
from grokbatch.review.next_steps import account_lines, elsewhere, next_steps
from grokbatch.run.results import locks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model.batch import Batch
    from grokbatch.record.model.manifest import Manifest, VideoRecord


_NAMES = 12


def status(
    batch: Annotated[
        Path | None,
        typer.Argument(
            metavar="BATCH.yaml", help="One batch, video by video; without it, all runs.", show_default=False
        ),
    ] = None,
    site: Annotated[
        str | None, typer.Option(metavar="demo|URL", help="As it was given to pytest.", show_default=False)
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="As it was given to pytest.", show_default=False),
    ] = None,
    runs_dir: RunsDir = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")] = False,
) -> None:
    """Show how far each video is; prompts are left out. Works during a run, too."""
    if batch is None:
        _all_runs(runs_folder(runs_dir), as_json=as_json)
    else:
        _one_run(batch, site, tuple(settings or ()), runs_dir, as_json=as_json)


def _one_run(path: Path, site: str | None, settings: Sequence[str], runs_dir: Path | None, *, as_json: bool) -> None:
    batch: Batch | None = None
    try:
        batch = batch_of(path, site, settings)
        directory = directory_of(batch, runs_dir)
    except BatchError as error:
        directory = last_run_of(path, error, site, runs_dir)
    manifest = _read(directory)
    if manifest is None:
        to_run = _to_run(path, site, settings, runs_dir)
        fail(f"{path}: was not run yet (no {directory.manifest}); to run it: {to_run}")
    refused = [] if batch is None else refusals(batch, directory.root, manifest)
    if batch is not None:
        # Compared with the current file; nothing is written.
        ledger.take_over(manifest, with_lasting_ids(batch.videos(), manifest))
        manifest.keepers = None if batch.keepers is None else Keepers(wanted=batch.keepers)
    with suppress(PicksError):  # whoever works with the picks is told
        note_rejected(manifest, directory.picks)
    if as_json:
        answer(json.dumps(without_prompts(manifest), indent=1))
        return
    may_run = manifest.status is RunStatus.IN_PROGRESS or manifest.status.is_waiting
    running = locks.holder(directory.root) if may_run else None
    for line in facts(_described(manifest, running), _NAMES):
        answer(line)
    say()
    for line in _table(manifest):
        answer(line)
    if running is not None or batch is None:
        return  # a run is making the rest
    if refused:
        for line in refused:
            note(line)
        return
    result = BatchResult(str(path), manifest, directory, manifest.created_at)
    # Not `grokbatch resume`, which goes on with the last run: with its options, or even with another batch.
    started = replace(COMMAND, resume=_to_run(path, site, settings, runs_dir))
    for step in next_steps([result], started):
        next_step(step)


def _to_run(path: Path, site: str | None, settings: Sequence[str], runs_dir: Path | None) -> str:
    options = [word for setting in settings for word in ("--set", setting)]
    options += ["--runs-dir", str(runs_dir)] if runs_dir else []
    return f"{COMMAND.run} {shlex.join([str(path), *options])}{elsewhere(site)}"


def _all_runs(runs_dir: Path, *, as_json: bool) -> None:
    roots = sorted(path.parent for path in runs_dir.glob(MANIFESTS))
    found = [(root, manifest) for root in roots if (manifest := _read(RunDirectory(root))) is not None]
    if as_json:
        answer(json.dumps([without_prompts(manifest) for _, manifest in found], indent=1))
        return
    if not found:
        fail(f"no runs in {runs_dir}; to make some: grokbatch demo", Exit.NOT_OK)
    head = ("RUN", "STATUS", "COMPLETED", "FAILED", "MODERATED", "LEFT", "UPDATED")
    for line in table((_run_row(root, manifest) for root, manifest in found), head):
        answer(line)


def _read(directory: RunDirectory) -> Manifest | None:
    try:
        return ManifestStore(directory.manifest).read()
    except FileNotFoundError:
        return None


def without_prompts(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as it is written, without the prompts, those of earlier videos included."""
    plain: dict[str, Any] = _plain(manifest)
    return plain | {"counts": _plain(manifest.counts)}


def _plain(value: Any) -> Any:
    """Return dictionaries with all keys: the file itself leaves out what is at its default."""
    if isinstance(value, Struct):
        told = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        return {key: _plain(getattr(value, name)) for key, name in told if name != "prompt"}
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else to_builtins(value)


def _described(manifest: Manifest, running: int | None) -> list[tuple[str, str]]:
    tally = Tally.of([manifest])
    by = "" if running is None else f", being run by process {running}"
    told = [
        ("batch", f"{manifest.batch} on {manifest.site}, {_accounts(manifest)}"),
        ("status", f"{manifest.status} as of {moment(manifest.updated_at)}{by}"),
        ("browser", manifest.browser or "none yet"),
        ("videos", _tally_text(tally)),
    ]
    if (count := keeper_count(manifest)) is not None:
        told.append(("keepers", str(count)))
    if outdated := outdated_line(manifest):
        told.append(("outdated", outdated))
    told += [("account", line) for line in account_lines(manifest, datetime.now(UTC))]
    if (wait := manifest.wait) is not None and (manifest.status.is_waiting or wait.until > datetime.now(UTC)):
        name = "waits" if manifest.status.is_waiting and running is not None else "limited"
        told.append((name, f"until {moment(wait.until)}: {one_line(wait.why)}"))
    if manifest.stop is not None:
        told.append(("stopped", f"{manifest.stop.category}: {one_line(manifest.stop.message)}"))
    if manifest.stop is not None and manifest.stop.retry_at is not None:
        told.append(("not before", moment(manifest.stop.retry_at)))
    return told


def _accounts(manifest: Manifest) -> str:
    names = [*manifest.account_parts]
    return f"accounts {', '.join(names)}" if len(names) > 1 else f"account {manifest.account}"


def _tally_text(tally: Tally) -> str:
    return joined(
        [
            f"{tally.completed} of {tally.total} completed",
            f"{len(tally.degraded)} of them less than asked for" if tally.degraded else None,
            f"{tally.failures} failed" if tally.failures else None,
            f"{len(tally.moderated)} moderated" if tally.moderated else None,
            f"{tally.remaining} left" if tally.remaining else None,
        ]
    )


def _table(manifest: Manifest) -> list[str]:
    """Return the table of the videos, with their accounts if there are several."""
    rows = [*map(_row, manifest.videos.values()), *map(_outdated_row, manifest.retired)]
    head = ("VIDEO", "STATUS", "ATTEMPTS", "TOOK", "RESULT")
    if not manifest.account_parts:
        return table(rows, head)
    accounts = [video.account for video in (*manifest.videos.values(), *manifest.retired)]
    rows = [(row[0], account, *row[1:]) for row, account in zip(rows, accounts, strict=True)]
    return table(rows, ("VIDEO", "ACCOUNT", *head[1:]))


def _row(video: VideoRecord) -> tuple[str, ...]:
    made = f"{video.width}x{video.height}, {video.duration:.1f} s" if video.width and video.duration else ""
    seconds = "" if video.seconds is None else took(video.seconds)
    told = one_line(video.message) if video.message else joined([made, video.degraded], "; ")
    result = joined([told, perhaps_made(video)], "; ")
    return video.id, label(video.status, video.category), str(len(video.attempts)), seconds, result


def _outdated_row(video: VideoRecord) -> tuple[str, ...]:
    name, status, *rest, result = _row(video)
    return name, f"outdated ({status})", *rest, result


def _run_row(root: Path, manifest: Manifest) -> tuple[str, ...]:
    tally = Tally.of([manifest], now=datetime.now(UTC))
    counts = (f"{tally.completed} of {tally.total}", tally.failures, len(tally.moderated), tally.remaining)
    return root.name, str(manifest.status), *map(str, counts), moment(manifest.updated_at)
