"""`grokbatch accounts`: adds, shows, checks and removes accounts, which are signed-in browser profiles."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from filelock import Timeout

from grokbatch.batch.model.hosts import HOSTS_FILE
from grokbatch.browser.launch.environment import has_display
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.account import Account, foreign_family
from grokbatch.browser.profiles.home import home_folder
from grokbatch.browser.profiles.import_guard import check_importable
from grokbatch.browser.profiles.worker_copy import copy_allowed
from grokbatch.cli.shared import account_session
from grokbatch.cli.shared.console import (
    Exit,
    answer,
    confirm,
    facts,
    fail,
    group,
    is_terminal,
    moment,
    next_step,
    note,
    say,
    table,
)
from grokbatch.cli.shared.quota_report import forget_quota, note_quota, quota_as_plain, quota_report
from grokbatch.record.storage.accounts import AccountRecord, LoginState
from grokbatch.review.formatting import storage
from grokbatch.review.next_steps import remedy
from grokbatch.site.account.sites import site_at

if TYPE_CHECKING:
    from grokbatch.cli.shared.account_visit import Visited
    from grokbatch.hosts.host import Host
    from grokbatch.hosts.send_account import Sending
    from grokbatch.record.storage.accounts import AccountStore
    from grokbatch.site.account.sites import Site
    from grokbatch.site.network.listener import Quota

app = group(
    "Browser profiles that are signed in on the site.\n\n"
    "Sign in once, and every run makes its videos with a copy of the profile. "
    "Start with: grokbatch accounts add main"
)

Alias = Annotated[
    str,
    typer.Argument(
        metavar="ALIAS", help="A name for the account: a-z, 0-9, - and _, such as main.", show_default=False
    ),
]
SiteOption = Annotated[
    str | None,
    typer.Option(
        "--site", metavar="URL", help="Another site than grok.com, such as http://127.0.0.1:8000.", show_default=False
    ),
]
Channel = Annotated[
    str | None,
    typer.Option(
        "--browser-channel",
        metavar="CHANNEL",
        help="chrome, msedge, chromium, …; by default the one a run uses.",
        show_default=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]
Replace = Annotated[bool, typer.Option("--replace", help="Begin with an empty profile, for another person's sign-in.")]

_NAMES = 14
_NO_DISPLAY = (
    "there is no display to show a browser window on. Three ways out:\n"
    "  - sign in on a computer with a screen, with the same browser, then here: grokbatch accounts import {alias} DIR\n"
    "  - connect with X11 forwarding (ssh -X), then the same command again\n"
    "  - a virtual display that you can look at (VNC): xvfb-run grokbatch accounts add {alias}"
)


@app.command()
def add(
    alias: Alias,
    site: SiteOption = None,
    browser_channel: Channel = None,
    timeout: Annotated[float, typer.Option(min=1, metavar="SECONDS", help="How long to wait for you.")] = 600,
    replace: Replace = False,
) -> None:
    """Sign in: opens a browser window and saves your session.

    An account that exists already is signed in again; it stays unchanged until you are done.
    """
    store = account_session.open_store()
    site_there = site_at(_origin(store, alias, site))
    if not has_display(os.environ):
        fail(_NO_DISPLAY.format(alias=alias))
    browser = account_session.browser_to_use(browser_channel)
    from grokbatch.browser.launch.staging import staging
    from grokbatch.browser.launch.standalone import launcher
    from grokbatch.cli.shared.account_setup import AccountSetup

    with staging(store, alias) as place, launcher(browser) as launch:
        if store.exists(alias) and not replace:
            note(f"account {alias} exists: it is signed in again, and stays unchanged until you are done")
            old = account_session.account(alias)
        else:
            old = Account(alias)
        making = AccountSetup(launch, browser, place, store, site_there)
        making.keep(making.sign_in(old, timeout), is_another=replace)


@app.command(name="import")
def import_(
    alias: Alias,
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="The browser's user data folder (--user-data-dir).", show_default=False),
    ],
    site: SiteOption = None,
    browser_channel: Channel = None,
    replace: Replace = False,
) -> None:
    """Import a profile that was signed in elsewhere.

    Copies what keeps it signed in; DIR stays unchanged. Your everyday browser profile is refused.
    """
    store = account_session.open_store()
    site_there = site_at(account_session.site_origin(site))
    if store.exists(alias) and not replace:
        fail(f"account {alias} exists already; choose another name, or add --replace to replace it", Exit.USAGE)
    machine = this_machine()
    profile = check_importable(folder, machine)
    browser = account_session.browser_to_use(browser_channel)
    from grokbatch.browser.launch.staging import staging
    from grokbatch.browser.launch.standalone import launcher
    from grokbatch.cli.shared.account_setup import AccountSetup

    with staging(store, alias) as place, launcher(browser) as launch:
        copy_allowed(profile, place.kept, f"{folder}: the profile")
        AccountSetup(launch, browser, place, store, site_there).keep(Account(alias, place.kept), is_another=replace)


@app.command(name="list")
def list_(as_json: AsJson = False) -> None:
    """Show the accounts, and what is known of each."""
    store = account_session.open_store()
    records = [(alias, store.record_of(alias)) for alias in store.aliases()]
    if as_json:
        answer(json.dumps([_plain(alias, record) for alias, record in records], indent=1))
    elif records:
        head = ("ACCOUNT", "SIGNED IN?", "CHECKED", "LAST USED", "BROWSER", "SITE")
        for line in table([_row(alias, record) for alias, record in records], head):
            answer(line)
    else:
        say(f"no accounts in {store.root}")
        next_step("grokbatch accounts add main")


@app.command()
def show(alias: Alias, as_json: AsJson = False) -> None:
    """Show what is known of an account and its quota. The site is not visited."""
    store = account_session.open_store()
    _check_exists(store, alias)
    record = store.record_of(alias)
    if as_json:
        answer(json.dumps(_plain(alias, record) | {"quota": quota_as_plain(alias)}, indent=1))
        return
    for line in (*_known_facts(alias, record), *quota_report(alias)):
        answer(line)


@app.command()
def check(alias: Alias, site: SiteOption = None, browser_channel: Channel = None, as_json: AsJson = False) -> None:
    """Visit the site, and check whether you are still signed in. A copy of the profile is used, and no window opens.

    Exit code 0: signed in; 77: signed out, or a person is needed; 1: it could not be checked.
    """
    store = account_session.open_store()
    site_there = site_at(_origin(store, alias, site))
    account = account_session.account(alias)
    browser = account_session.browser_to_use(browser_channel)
    record = store.record_of(alias)
    if warning := foreign_family(record, browser):
        note(f"warning: {warning}")
    from grokbatch.browser.launch.staging import save_cookies
    from grokbatch.browser.launch.standalone import launcher
    from grokbatch.cli.shared import account_visit

    with account_visit.trial_folder() as folder, launcher(browser) as launch:
        visited = account_visit.visit(launch, account, folder, site_there, ask_quota=True)
    if visited.seen.login_state is LoginState.SIGNED_IN:
        save_cookies(store.folder(alias), visited.cookies)
    note_quota(alias, site_there.origin, visited.quota.as_reply(datetime.now(UTC)))
    if record is None:
        store.write(AccountRecord(alias=alias, site=site_there.origin, created_at=visited.record(site_there).at))
    store.note_check(alias, visited.record(site_there))
    _report(alias, visited, store, site_there, as_json=as_json)


@app.command()
def send(
    alias: Alias,
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host's name in the hosts file.", show_default=False)],
    hosts_file: Annotated[Path, typer.Option("--hosts", metavar="FILE", help="The hosts file.")] = Path(HOSTS_FILE),
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Copy an account to a host of the hosts file. Videos can then be made with it there.

    Copies what keeps it signed in, and its record; no caches, passwords or history. Whoever can read the copy is you on
    the site.
    """
    from grokbatch.hosts.host import chosen, read_hosts
    from grokbatch.hosts.send_account import send_account

    store = account_session.open_store()
    _check_exists(store, alias)
    (to,) = chosen(read_hosts(hosts_file), [host])
    if not yes and not is_terminal():
        fail(f"account {alias}: to send it without being asked, add --yes", Exit.USAGE)

    def agree(sending: Sending) -> bool:
        return yes or confirm(_question(sending, to))

    if not send_account(alias, to, home_folder(os.environ), agree):
        raise typer.Abort
    say(f"account {alias}: is on {host} now, signed in with the same session")
    next_step(f"grokbatch hosts check {hosts_file} {host}")


def _question(sending: Sending, host: Host) -> str:
    replaced = f" {host.name} has an account {sending.alias}, which is replaced." if sending.replaces else ""
    return (
        f"This copies the signed-in session of account {sending.alias} to {host.name} ({host.ssh}): {sending.files} "
        f"files, {storage(sending.size)}. Whoever can read them there is you on {sending.site}.{replaced} Copy it?"
    )


@app.command()
def remove(
    alias: Alias,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete an account from this computer. Its profile and its cookies go with it."""
    store = account_session.open_store()
    _check_exists(store, alias)
    if not yes:
        if not is_terminal():
            fail(f"account {alias}: to delete it without being asked, add --yes", Exit.USAGE)
        if not confirm(f"Delete account {alias} and its profile in {store.folder(alias).root}?"):
            raise typer.Abort
    try:
        store.remove(alias)
    except Timeout:
        fail(f"account {alias}: its profile is in use; end the run that uses it, then try again")
    forget_quota(alias)
    say(f"account {alias}: removed. The site itself still has its session: sign out there to end it.")


def _check_exists(store: AccountStore, alias: str) -> None:
    if alias not in store.aliases():
        store.folder(alias)
        fail(f"account {alias}: there is none; see what there is with: grokbatch accounts list")


def _origin(store: AccountStore, alias: str, site: str | None) -> str:
    """Return the origin of `--site`, else that of the account."""
    record = store.record_of(alias)
    return record.site if site is None and record is not None else account_session.site_origin(site)


def _report(alias: str, visited: Visited, store: AccountStore, site: Site, *, as_json: bool) -> None:
    record = store.record_of(alias)
    if as_json:
        answer(json.dumps(_plain(alias, record) | {"quota": _plain_quota(visited.quota)}, indent=1))
    else:
        for line in _facts(alias, visited, record, site):
            answer(line)
    login_state = visited.seen.login_state
    if visited.seen.shows_no_login:
        if learn_session := _learn_session(alias, visited, site):
            note(f"warning: {learn_session}")
        return
    if login_state in (LoginState.SIGNED_OUT, LoginState.HUMAN_CHECK):
        what = "sign in again" if login_state is LoginState.SIGNED_OUT else "answer the check"
        fail(f"account {alias}: {login_state}; {what} with: grokbatch accounts add {alias}", Exit.SIGN_IN)
    fail(f"account {alias}: {visited.seen.message}; check the connection, then try again")


def _learn_session(alias: str, visited: Visited, site: Site) -> str | None:
    """Return what to do when the account can see an image post whose page grokbatch does not know."""
    failure = visited.seen.failure
    if failure is None or not failure.control:
        return None
    return f"{failure.message}; {remedy(failure.category, failure.control, 'PERMALINK', alias, site.origin)}"


def _facts(alias: str, visited: Visited, record: AccountRecord | None, site: Site) -> list[str]:
    check = record.last_check if record else None
    told = [
        ("account", alias),
        ("site", site.origin),
        ("signed in", "yes" if visited.seen.shows_no_login else str(visited.seen.login_state)),
        ("as of", moment(check.at if check else None)),
        *_history(record),
        ("quota", _quota(visited.quota)),
    ]
    return facts(told, _NAMES)


def _known_facts(alias: str, record: AccountRecord | None) -> list[str]:
    check = record.last_check if record else None
    told = [
        ("account", alias),
        ("site", record.site if record else "unknown"),
        ("signed in", str(check.login_state) if check else "not checked yet"),
        ("as of", moment(check.at if check else None)),
        *_history(record),
    ]
    return facts(told, _NAMES)


def _history(record: AccountRecord | None) -> list[tuple[str, str]]:
    return [
        ("made by", str(record.browser) if record and record.browser else "unknown"),
        ("last sign-in", moment(record.signed_in_at if record else None)),
        ("last used", moment(record.last_used_at if record else None)),
    ]


def _quota(quota: Quota) -> str:
    if quota.remaining is None:
        return "the site does not tell"
    left = "1 video left" if quota.remaining == 1 else f"{quota.remaining} videos left"
    return left + (f", more from {moment(quota.next_at)}" if quota.next_at else "")


def _plain_quota(quota: Quota) -> dict[str, object]:
    return {"remaining": quota.remaining, "next_at": quota.next_at.isoformat() if quota.next_at else None}


def _plain(alias: str, record: AccountRecord | None) -> dict[str, object]:
    return {"alias": alias} if record is None else record.model_dump(mode="json")


def _row(alias: str, record: AccountRecord | None) -> tuple[str, ...]:
    if record is None:
        return alias, "not checked yet", "never", "never", "unknown", "unknown"
    check = record.last_check
    return (
        alias,
        check.login_state if check else "not checked yet",
        moment(check.at if check else None),
        moment(record.last_used_at),
        str(record.browser or "unknown"),
        record.site,
    )
