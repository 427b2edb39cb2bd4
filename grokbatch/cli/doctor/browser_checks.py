"""The checks of `grokbatch doctor` that need a browser: it plays videos, the site answers, the page is known."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import REAL_ORIGIN
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.context import WorkerFolder
from grokbatch.browser.launch.standalone import launcher
from grokbatch.browser.profiles.account import Account
from grokbatch.cli.doctor.checks import Level, bad, ok, warn
from grokbatch.cli.shared import account_session, account_visit
from grokbatch.record.model.outcome import Category
from grokbatch.record.storage.accounts import LoginState
from grokbatch.review.next_steps import remedy
from grokbatch.site.account.sites import site_at
from grokbatch.site.actions.inspect import needed_missing, playing_problem
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.page.watcher import PageGoneError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.batch.model.batch import Batch
    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.launch.context import WorkerContext
    from grokbatch.browser.launch.standalone import Launcher
    from grokbatch.cli.doctor.checks import Finding
    from grokbatch.cli.shared.account_visit import Look
    from grokbatch.record.storage.accounts import AccountStore
    from grokbatch.review.next_steps import Remedy
    from grokbatch.site.locators.table import LocatorTable

_NEWER = "or look for a newer grokbatch (python -m pip install --upgrade grokbatch)"
_OPEN_SECONDS = 30.0


def with_browser(browser: Browser, store: AccountStore, batch: Batch | None, table: LocatorTable) -> Iterator[Finding]:
    """Run all checks that need a browser; with a batch, also check the page of its permalink."""
    try:
        with launcher(browser) as launch, account_visit.trial_folder() as folder:
            yield from _bare(launch, WorkerFolder(folder.root / "bare"), asks_site=batch is None)
            if batch is not None:
                yield from _page(launch, WorkerFolder(folder.root / "page"), store, batch, table)
    except BrowserError as error:
        yield bad("browser", str(error))


def _bare(launch: Launcher, folder: WorkerFolder, *, asks_site: bool) -> Iterator[Finding]:
    """Run the checks that need a browser with an empty profile."""
    with launch.open(folder) as worker:
        yield _codec(worker)
        if asks_site:
            yield _reach(worker)


def _codec(worker: WorkerContext) -> Finding:
    clip = files("grokbatch.demo").joinpath("clips", "media", "dawn.mp4").read_bytes()
    try:
        problem = playing_problem(worker.page, clip)
    except PageGoneError as error:
        problem = str(error)
    if not problem:
        return ok("codec", "it plays H.264 video")
    return warn(
        "codec",
        f"it cannot play H.264 ({problem}): videos can be made, but are checked by their files instead of being played",
        "to have them played, install Google Chrome, or on Debian: apt-get install chromium",
    )


def _reach(worker: WorkerContext) -> Finding:
    answer = open_page(worker.page, REAL_ORIGIN, _OPEN_SECONDS)
    if isinstance(answer, Failure) and answer.category is Category.NETWORK_ERROR:
        remedy = "check the connection; batches on the built-in site work without: grokbatch demo"
        return warn("site", f"{REAL_ORIGIN}: {answer.message}", remedy)
    return ok("site", f"{REAL_ORIGIN} answers")


def _page(
    launch: Launcher, folder: WorkerFolder, store: AccountStore, batch: Batch, table: LocatorTable
) -> Iterator[Finding]:
    """Open the batch's page with each of its accounts as a worker would; nothing is entered and nothing submitted."""
    with _origin_and_accounts(store, batch) as (origin, accounts):
        site, address = site_at(origin), batch.videos(origin)[0].address
        are_told = False
        for number, account in enumerate(accounts):
            place = WorkerFolder(folder.root / str(number))
            look = account_visit.look(launch, account, place, site, address, table)
            account_visit.remember(store, account, look.visited, site)
            # The page's controls are the same for all.
            found = _judged(look, batch, account.alias, table, has_controls=not are_told)
            yield from (_of_account(each, account.alias, batch) for each in found)
            are_told = are_told or bool(look.controls)


def _of_account(finding: Finding, alias: str, batch: Batch) -> Finding:
    """Return the finding with the name of the account, if the batch has several."""
    is_about_all = finding.name == "control" and finding.level is Level.OK
    if len(batch.weights) == 1 or batch.is_demo or is_about_all:
        return finding
    return replace(finding, text=f"{alias}: {finding.text}")


@contextmanager
def _origin_and_accounts(store: AccountStore, batch: Batch) -> Iterator[tuple[str, list[Account]]]:
    """Yield the origin and those of the batch's accounts that there are: the check of the accounts reports others."""
    if batch.is_demo:
        # Imported here: the real site does not need a web server.
        from grokbatch.demo.server import DemoSite

        with DemoSite() as demo:
            yield demo.origin, [Account("demo", cookies=tuple(demo.session_cookies()))]
    else:
        yield batch.site_name, [account_session.account(alias) for alias in batch.weights if store.exists(alias)]


def _judged(look: Look, batch: Batch, alias: str, table: LocatorTable, *, has_controls: bool) -> Iterator[Finding]:
    seen = look.visited.seen
    if seen.shows_no_login and not table.has_path("post", look.path):
        yield bad(
            "site", f"{batch.site_name} shows {look.path or '/'} instead of the image post", "check the permalink"
        )
        return
    if seen.shows_no_login:
        yield ok("site", f"{batch.site_name} lets the account in, and shows the image post")
    elif seen.login_state in (LoginState.SIGNED_OUT, LoginState.HUMAN_CHECK):
        again = f"type: grokbatch accounts add {alias}"
        yield bad("site", f"{batch.site_name}: {seen.message}", again, sign_in=True)
    else:
        yield bad("site", f"{batch.site_name}: {seen.message}", "check the connection and the permalink")
    if look.controls:
        yield from _composer(look, batch, alias)
        if has_controls:
            yield from _controls(look)


def _learn_session(batch: Batch, alias: str, control: str) -> Remedy | None:
    return remedy(Category.LAYOUT_CHANGED, control, batch.links[0], alias, batch.site_name)


def _composer(look: Look, batch: Batch, alias: str) -> Iterator[Finding]:
    """Say whether the composer for videos can be opened, and which control is missing if it cannot."""
    for remark in look.remarks:
        yield ok("composer", remark)
    failure = look.failure
    if failure is None:
        yield ok("composer", "the one for videos can be used")
        return
    missing = needed_missing(look.controls, failure)
    for name in missing:
        text = failure.message if name == failure.control else f'the control "{name}" was not found on the page'
        yield bad("control", text, f"the site may have changed: {_learn_session(batch, alias, name)}; {_NEWER}")
    if not missing:
        again = f"grokbatch locators check {batch.links[0]} --account {alias}"
        yield bad("composer", failure.message, f"check again with: {again}")


def _controls(look: Look) -> Iterator[Finding]:
    """Say which controls were found and which are not there; `grokbatch locators check` says by what each was."""
    missing = needed_missing(look.controls, look.failure)
    found = [control.name for control in look.controls if control.number]
    yield ok("control", f"found: {', '.join(found) or 'none'}")
    absent = [control.name for control in look.controls if not control.number and control.name not in missing]
    yield ok("control", f"not on this page now, which is normal: {', '.join(absent)}")
