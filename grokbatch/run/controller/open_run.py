"""Opens a run in the controller: checks and prepares everything that is needed before a worker starts."""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.batch.model.permalink import DEMO
from grokbatch.browser.capacity import Capacity
from grokbatch.browser.discovery.find import Browser, find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.environment import has_display
from grokbatch.browser.machine import this_machine
from grokbatch.browser.process.cleanup import RunTemp, sweep, sweep_temp
from grokbatch.browser.profiles.account import find_account, foreign_family
from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.rules import ledger
from grokbatch.record.rules.account_parts import all_parts, begin_parts
from grokbatch.record.storage import source_pictures
from grokbatch.record.storage.accounts import AccountError, AccountStore
from grokbatch.record.storage.manifest_store import ManifestUnreadableError
from grokbatch.record.storage.private_files import private_folder
from grokbatch.record.storage.run_log import LOGGER, close_log, open_log
from grokbatch.record.storage.whereabouts import Whereabouts, other_source, source_of
from grokbatch.review.formatting import shown_path
from grokbatch.review.next_steps import wait_text
from grokbatch.run.plan import AccountPlan, BatchPlan, RunPlan
from grokbatch.run.planning import demo_site
from grokbatch.run.planning.capacity import footprint_of, refusal
from grokbatch.run.planning.validate import of_another_site, perhaps_paid_twice, taken_by_another
from grokbatch.run.results import locks, output_folder
from grokbatch.run.results.keepers import note_picks
from grokbatch.run.results.take_along import set_aside

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from filelock import BaseFileLock

    from grokbatch.run.command_line.options import Options


# The folder of pytest-html's style sheet, beside its report.
_ASSETS = "assets"
# 37, 38, 45 and 95 on Linux and macOS; the names differ.
_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})


def open_run(
    plan: RunPlan,
    options: Options,
    resources: ExitStack,
    notice: Callable[[str], None],
    remember: Callable[[RunPlan], None],
    *,
    workers: int,
    needs_browser: bool,
) -> RunPlan:
    """Lock the run directories, prepare browser, site and accounts, and open the manifests.

    Returns the plan as workers need it. `workers` is how many of them run on this computer. `notice` shows a line to
    the user; `remember` saves that this run is the last one; `resources` releases everything at the end of the run.
    Raises pytest.UsageError with a message for people if the run cannot start.
    """
    try:
        for batch in plan.batches:
            _take_run_directory(batch, options, notice, resources)
            _prepare_output(batch)
        sweep_temp()
        plan = replace(plan, session_folder=resources.enter_context(RunTemp()).folder)
        if needs_browser and workers:
            _check_display(plan)
            _check_capacity(plan, options, workers)
            plan = _with_browser(plan, options, notice)
            plan = _with_accounts(plan, notice)
        if needs_browser:
            plan = demo_site.with_demo(plan, resources)
        for batch in plan.batches:
            _check_owner(batch)
            _check_account(batch, options)
        # Not earlier, because the checks above may refuse the run; not later, so that a run is remembered before a
        # manifest holds it.
        remember(plan)
        for batch in plan.batches:
            _open_manifest(batch, plan, notice, resources)
    except (AccountError, BrowserError, ManifestUnreadableError, locks.RunBusyError) as error:
        raise pytest.UsageError(str(error)) from None
    except OSError as error:
        raise pytest.UsageError(_refusal(error, plan.runs_folder)) from None
    return plan


def _refusal(error: OSError, folder: Path) -> str:
    if error.errno in _NO_LOCKS:
        return (
            f"{folder}: files cannot be locked there ({error.strerror}), as on some network folders; without locks "
            "a video could be paid twice. Keep the results on a disk of this computer: "
            "type the same command with --runs-dir DIR"
        )
    return f"{error.filename or folder}: {error.strerror}"


def _take_run_directory(
    batch: BatchPlan, options: Options, notice: Callable[[str], None], resources: ExitStack
) -> None:
    private_folder(batch.run_root)
    lock = _hold(batch)
    resources.callback(lambda: lock.release())
    _wait_for_workers(batch, notice)
    if options.fresh and batch.store().exists():
        lock.release()
        notice(f"{batch.display}: the earlier results are kept in {shown_path(_set_aside(batch.run_root), Path.cwd())}")
        private_folder(batch.run_root)
        lock = _hold(batch)
    sweep(batch.run_directory.profiles)


def _wait_for_workers(batch: BatchPlan, notice: Callable[[str], None]) -> None:
    if locks.has_workers(batch.run_root):
        notice(f"{batch.display}: waiting for the workers of an earlier run to end")
    try:
        locks.wait_for_workers(batch.run_root)
    except locks.RunBusyError as error:
        raise locks.RunBusyError(f"{batch.display}: {error} still runs; end it, then start again") from None


def _hold(batch: BatchPlan) -> BaseFileLock:
    try:
        return locks.hold_run(batch.run_root)
    except locks.RunBusyError as error:
        raise locks.RunBusyError(
            f"{batch.display}: is being run by {error}{_what_it_waits_for(batch)}; "
            "wait until it has ended, or stop it there with Ctrl+C"
        ) from None


def _what_it_waits_for(batch: BatchPlan) -> str:
    try:
        manifest = batch.store().read()
    except (FileNotFoundError, ManifestUnreadableError):
        return ""
    waits = [part.wait for part in all_parts(manifest) if part.status.is_waiting and part.wait is not None]
    if len(waits) < len(all_parts(manifest)):
        return ""
    first = min(waits, key=lambda wait: wait.until)
    return f", which is {wait_text(first.until, first.why, datetime.now(UTC))}"


def _set_aside(run_root: Path) -> Path:
    old = set_aside(run_root)
    if (old / _ASSETS).is_dir():
        # pytest-html has already put its style sheet there, for the report of this run.
        shutil.copytree(old / _ASSETS, private_folder(run_root) / _ASSETS)
    return old


def _check_display(plan: RunPlan) -> None:
    headed = next((batch for batch in plan.batches if batch.headed), None)
    if headed is not None and not has_display(os.environ):
        raise pytest.UsageError(
            f"{headed.display}: headed: there is no display to show windows on; leave `headed` out, or type "
            "`xvfb-run` before the command"
        )


def _check_capacity(plan: RunPlan, options: Options, workers: int) -> None:
    refused = refusal(Capacity.of_machine(plan.runs_folder), workers, footprint_of(plan.batches))
    if refused and not options.force:
        raise pytest.UsageError(refused)


def _with_browser(plan: RunPlan, options: Options, notice: Callable[[str], None]) -> RunPlan:
    machine = this_machine()
    browser = provide_browser(
        lambda: find_browser(machine, channel=options.browser_channel),
        home_folder(os.environ),
        this_installer(notice),
    )
    return replace(plan, browser=browser.as_plain())


def _with_accounts(plan: RunPlan, notice: Callable[[str], None]) -> RunPlan:
    aliases = dict.fromkeys(part.account for part in plan.parts if part.site != DEMO)
    found = [_known_account(alias, plan, notice) for alias in aliases]
    return replace(plan, accounts=tuple(found))


def _known_account(alias: str, plan: RunPlan, notice: Callable[[str], None]) -> AccountPlan:
    home = home_folder(os.environ)
    account = find_account(alias, home)
    accounts = AccountStore(home)
    warning = foreign_family(accounts.record_of(alias), Browser.from_plain(plan.browser))
    if warning:
        notice(f"warning: {warning}")
    accounts.touch_used(alias, plan.clock.wall())
    # All workers begin with the cookies of this moment. Cookies that one worker renews meanwhile could not be used by
    # two.
    return AccountPlan(alias, account.profile, json.dumps(list(account.cookies)))


def _check_owner(batch: BatchPlan) -> None:
    """Check again, now that the directory is locked, that no other file of the same name has its results there.

    Raises pytest.UsageError.
    """
    if not batch.store().exists():
        return
    manifest = batch.store().read()
    other = other_source(manifest, batch.run_root, batch.file)
    if other is not None:
        raise pytest.UsageError(taken_by_another(batch.display, Whereabouts(batch.run_root, batch.run_root, other)))
    if wrong := of_another_site(batch.display, batch.run_root, manifest, batch.site):
        raise pytest.UsageError(wrong)


def _check_account(batch: BatchPlan, options: Options) -> None:
    """Refuse to pay again for what another account has perhaps made; raises pytest.UsageError."""
    if options.force or not batch.store().exists():
        return
    accounts = {video.id: batch.split.get(video.id, batch.account) for video in batch.videos}
    if wrong := perhaps_paid_twice(batch.display, batch.store().read(), batch.videos, accounts):
        raise pytest.UsageError(wrong)


def _prepare_output(batch: BatchPlan) -> None:
    try:
        output_folder.prepare(batch)
    except output_folder.OutputError as error:
        raise pytest.UsageError(f"{batch.display}: output: {error}") from None


def _open_manifest(batch: BatchPlan, plan: RunPlan, notice: Callable[[str], None], resources: ExitStack) -> None:
    store = batch.store()
    now = plan.clock.now()
    if not store.exists():
        store.create(
            ledger.new_manifest(
                batch=batch.name,
                account=batch.account,
                permalink=batch.links[0],
                site=batch.site,
                now=now,
            )
        )
    store.set_space_aside()
    with store.transaction() as manifest:
        name = f"{plan.browser.get('family', '')} {plan.browser.get('version', '')}".strip()
        # A run that makes nothing opens no browser: what has made the videos is still told.
        ledger.open_run(manifest, batch.videos, browser=manifest.browser if plan.idle else name, now=now)
        begin_parts(manifest, batch.split, batch.account)
        account = manifest.account if plan.idle else batch.account
        manifest.batch, manifest.account, manifest.keepers = batch.name, account, batch.goal
        note_picks(batch, manifest)
        manifest.source = source_of(batch.file, batch.run_root)
        gone = output_folder.note_gone(batch, manifest, now)
    for line in gone.lines(batch):
        notice(line)
    resources.callback(close_log, open_log(batch.run_directory.log, "controller"))
    _keep_source_image(batch)
    LOGGER.info("%s: run of %d videos on %s with %s", batch.display, len(batch.videos), batch.site, name or "stub")


def _keep_source_image(batch: BatchPlan) -> None:
    """Keep the picture that the batch file names, for the wall; the run does without it."""
    if batch.files.source_image is not None:
        try:
            source_pictures.keep_given(batch.run_directory, batch.files.source_image)
        except OSError as error:
            LOGGER.warning("%s: source_image could not be kept: %s", batch.display, error.strerror)
