"""The checks of `grokbatch doctor` that need a browser: it plays videos, the site answers, the page is known."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import REAL_ORIGIN
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.context import WorkerFolder
from grokbatch.browser.launch.standalone import launcher
from grokbatch.browser.profiles.account import Account
from grokbatch.cli.doctor.checks import bad, ok, warn
from grokbatch.cli.shared import account_session
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
    from grokbatch.cli.shared.account_session import Look
    from grokbatch.record.storage.accounts import AccountStore
    from grokbatch.review.next_steps import Remedy
    from grokbatch.site.locators.table import LocatorTable

_NEWER = "or look for a newer grokbatch (python -m pip install --upgrade grokbatch)"
_OPEN_SECONDS = 30.0


def with_browser(browser: Browser, store: AccountStore, batch: Batch | None, table: LocatorTable) -> Iterator[Finding]:
    """Run all checks that need a browser; with a batch, also check the page of its permalink."""
    try:
        with launcher(browser) as launch, account_session.trial_folder() as folder:
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
    """Open the batch's page as its first worker would; nothing is entered and nothing submitted."""
    with _origin_and_account(store, batch) as (origin, account):
        if account is None:
            return  # the check of the accounts reports it
        site = site_at(origin)
        look = account_session.look(launch, account, folder, site, batch.videos(origin)[0].address, table)
        account_session.remember(store, account, look.visited, site)
        yield from _judged(look, batch, table)


@contextmanager
def _origin_and_account(store: AccountStore, batch: Batch) -> Iterator[tuple[str, Account | None]]:
    if batch.is_demo:
        # Imported here: the real site does not need a web server.
        from grokbatch.demo.server import DemoSite

        with DemoSite() as demo:
            yield demo.origin, Account("demo", cookies=tuple(demo.session_cookies()))
    else:
        yield batch.site_name, account_session.account(_account(batch)) if store.exists(_account(batch)) else None


def _account(batch: Batch) -> str:
    """Return the account with which the page is opened: of several, the first one."""
    return next(iter(batch.weights))


def _judged(look: Look, batch: Batch, table: LocatorTable) -> Iterator[Finding]:
    seen = look.visited.seen
    again = f"type: grokbatch accounts add {_account(batch)}"
    if seen.shows_no_login and not table.has_path("post", look.path):
        yield bad(
            "site", f"{batch.site_name} shows {look.path or '/'} instead of the image post", "check the permalink"
        )
        return
    if seen.shows_no_login:
        yield ok("site", f"{batch.site_name} lets the account in, and shows the image post")
    elif seen.login_state in (LoginState.SIGNED_OUT, LoginState.HUMAN_CHECK):
        yield bad("site", f"{batch.site_name}: {seen.message}", again, sign_in=True)
    else:
        yield bad("site", f"{batch.site_name}: {seen.message}", "check the connection and the permalink")
    if look.controls:
        yield from _composer(look, batch)
        yield from _controls(look)


def _learn_session(batch: Batch, control: str) -> Remedy | None:
    return remedy(Category.LAYOUT_CHANGED, control, batch.links[0], _account(batch), batch.site_name)


def _composer(look: Look, batch: Batch) -> Iterator[Finding]:
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
        yield bad("control", text, f"the site may have changed: {_learn_session(batch, name)}; {_NEWER}")
    if not missing:
        again = f"grokbatch locators check {batch.links[0]} --account {_account(batch)}"
        yield bad("composer", failure.message, f"check again with: {again}")


def _controls(look: Look) -> Iterator[Finding]:
    missing = needed_missing(look.controls, look.failure)
    for control in (control for control in look.controls if control.number):
        yield ok("control", f"{control.name}: {control}" + (f", {control.when}" if control.when else ""))
    absent = [control.name for control in look.controls if not control.number and control.name not in missing]
    yield ok("control", f"not on this page now, which is normal: {', '.join(absent)}")
