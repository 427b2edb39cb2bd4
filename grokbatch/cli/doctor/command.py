"""`grokbatch doctor`: the command, its output and its exit code."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grokbatch.batch.loader import load_batch
from grokbatch.batch.model.errors import BatchError
from grokbatch.browser.capacity import Capacity, Footprint
from grokbatch.cli.accounts import Channel  # noqa: TC001 - typer resolves it at run time
from grokbatch.cli.doctor import browser_checks, checks
from grokbatch.cli.doctor.checks import Level
from grokbatch.cli.doctor.report import report
from grokbatch.cli.shared import account_session
from grokbatch.cli.shared.console import Exit, UsageError, answer, next_step, say, say_finding
from grokbatch.cli.shared.run_places import RunsDir, directory_of, refusals, runs_folder
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.site.locators.table import packaged_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.batch.model.batch import Batch
    from grokbatch.cli.doctor.checks import Finding
    from grokbatch.site.locators.table import LocatorTable

_COLOURS = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "red"}
_NAMES = 17


def doctor(
    batch: Annotated[
        Path | None,
        typer.Argument(
            metavar="BATCH.yaml",
            help="Also try this batch's accounts and page; nothing is submitted.",
            show_default=False,
        ),
    ] = None,
    site: Annotated[
        str | None, typer.Option(metavar="demo|URL", help="As you would give it to pytest.", show_default=False)
    ] = None,
    runs_dir: RunsDir = None,
    browser_channel: Channel = None,
    as_report: Annotated[
        bool,
        typer.Option(
            "--report",
            help="Only print versions, this machine and how the last run ended, to paste into an issue: without "
            "prompts, names, cookies and addresses.",
        ),
    ] = False,
) -> None:
    """Check whether a run can start. Looks at Python, browser, memory, accounts and site.

    Exit code 0: it can (warnings do not count); 77: after signing in; 1: not yet.
    """
    if as_report:
        for line in report(account_session.open_store(), runs_folder(runs_dir), browser_channel):
            answer(line)
        return
    failed = []
    for finding in _examine(batch, site, runs_dir, browser_channel):
        _show(finding)
        if finding.level is Level.FAIL:
            failed.append(finding)
    if failed:
        say(
            f"\n{len(failed)} of these keep a run from starting."
            if len(failed) > 1
            else "\nThis keeps a run from starting."
        )
        raise typer.Exit(Exit.SIGN_IN if all(finding.sign_in for finding in failed) else Exit.NOT_OK)
    say("\nA run can start.")
    there = (f" --site {site}" if site else "") + (f" --runs-dir {shlex.quote(str(runs_dir))}" if runs_dir else "")
    next_step(f"grokbatch run {shlex.quote(str(batch))}{there}" if batch else "grokbatch demo")


def _examine(path: Path | None, site: str | None, runs_dir: Path | None, channel: str | None) -> Iterator[Finding]:
    batch: Batch | None = None
    if path is not None:
        try:
            batch = load_batch(path, site=site)
        except BatchError as error:
            yield from (checks.bad("batch", str(problem)) for problem in error.problems)
        else:
            several = "as many at a time as fit" if batch.parallel == "auto" else f"{batch.parallel} at a time"
            yield checks.ok("batch", f"{path}: {len(batch.videos())} videos on {batch.site_name}, {several}")
            yield from (checks.ok("batch", line) for line in batch.notes)
    table, told = _locators(batch)
    yield from told
    store = account_session.open_store()
    yield checks.python()
    yield from checks.packages()
    found, browser = checks.browser(channel)
    yield found
    yield checks.display(batch, os.environ)
    folder = runs_folder(runs_dir)
    try:
        folder = folder if batch is None else directory_of(batch, runs_dir).root
        manifest = None if batch is None else ManifestStore(RunDirectory(folder).manifest).peek()
        refused = refusals(batch, folder, manifest) if batch is not None and manifest is not None else []
    except UsageError as error:
        refused = [str(error)]
    yield from (checks.bad("results", line) for line in refused)
    if not refused:
        yield checks.results(folder.absolute())
    footprint = Footprint.of(headed=checks.is_headed(batch), demo=batch is not None and batch.is_demo)
    yield checks.room(batch, Capacity.of_machine(folder.absolute()), footprint)
    yield from checks.accounts(store, batch, browser)
    if browser is not None:
        yield from browser_checks.with_browser(browser, store, batch, table)


def _locators(batch: Batch | None) -> tuple[LocatorTable, list[Finding]]:
    """Return the table of locators, and the findings about the user's own locators."""
    try:
        force = account_session.table_in_force(batch)
    except BatchError as error:
        return packaged_table(), [checks.bad("locators", str(problem)) for problem in error.problems]
    over = ", then ".join(layer.path for layer in force.layers)
    return force.table, [checks.ok("locators", f"over the packaged ones: {over}")] if over else []


def _show(finding: Finding) -> None:
    say_finding(
        f"{finding.level.value:<5}", _COLOURS[finding.level], (finding.name, finding.text), finding.remedy, _NAMES
    )
