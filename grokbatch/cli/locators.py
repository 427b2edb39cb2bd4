"""`grokbatch locators`: shows the locators of the page's controls, and checks whether they find anything."""

from __future__ import annotations

import difflib
import os
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from grokbatch.browser.profiles.home import home_folder
from grokbatch.cli.accounts import Channel, SiteOption  # noqa: TC001 - typer resolves them at run time
from grokbatch.cli.shared import account_session
from grokbatch.cli.shared.console import Exit, UsageError, answer, facts, fail, group, next_step, note, say, table
from grokbatch.record.storage.accounts import LoginState
from grokbatch.site.account.sites import site_at
from grokbatch.site.locators.layers import PACKAGED, users_file
from grokbatch.site.locators.table import TextPattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grokbatch.cli.shared.account_visit import Look
    from grokbatch.site.actions.inspect import FoundControl
    from grokbatch.site.locators.layer_file import Entry
    from grokbatch.site.locators.layers import ListKey, TableInForce
    from grokbatch.site.outcome.failures import Failure

app = group(
    "Where things are looked for on the page.\n\n"
    "Locators are a packaged table, with your own laid over it. "
    "When the site has changed: grokbatch learn PERMALINK --account NAME"
)

Permalink = Annotated[
    str,
    typer.Argument(metavar="PERMALINK", help="An image post: https://grok.com/imagine/post/…", show_default=False),
]
Alias = Annotated[
    str, typer.Option("--account", metavar="ALIAS", help="The account to open it with.", show_default=False)
]


@app.command()
def show(
    control: Annotated[
        str | None,
        typer.Argument(metavar="CONTROL", help="Only this one, such as submit.", show_default=False),
    ] = None,
) -> None:
    """Show the table in force. It has the alternatives for each control in order, and says where they come from."""
    force = account_session.table_in_force()
    keys = [*force.origins]
    if control is not None:
        keys = [key for key in keys if key[1] == control] or _no_such(control, keys)
    over = [layer.path for layer in force.layers]
    note(
        f"over the packaged table: {', then '.join(over)}" if over else "all of this is packaged; nothing lies over it"
    )
    for number, key in enumerate(keys):
        for line in _told(key, force):
            answer(line)
        if number < len(keys) - 1:
            say()


@app.command()
def check(permalink: Permalink, account: Alias, site: SiteOption = None, browser_channel: Channel = None) -> None:
    """Open the page, and see what is found on it. No window opens; nothing is entered or submitted.

    If a button opens the composer, that button and the entry of its menu are pressed as in a run.
    Exit code 0: every needed control was found; 77: the account is signed out; 1: something is missing.
    """
    site_there = site_at(account_session.site_origin(site))
    address = account_session.post_address(permalink, site_there.origin)
    store, known = account_session.open_store(), account_session.account(account)
    browser = account_session.browser_to_use(browser_channel)
    force = account_session.table_in_force()
    from grokbatch.browser.launch.standalone import launcher
    from grokbatch.cli.shared import account_visit

    with account_visit.trial_folder() as folder, launcher(browser) as launch:
        look = account_visit.look(launch, known, folder, site_there, address, force.table)
    account_visit.remember(store, known, look.visited, site_there)
    _require_post(look, account, force)
    head = ("CONTROL", "ELEMENTS", "FOUND BY")
    for line in table([_row(found, look.failure) for found in look.controls], head):
        answer(line)
    for remark in look.remarks:
        say(f"\n{remark}")
    if look.failure is not None:
        _tell_missing(look, f"{permalink} --account {account}" + (f" --site {site}" if site else ""))
    say("\nAll that is needed is there.")


def _tell_missing(look: Look, again: str) -> NoReturn:
    from grokbatch.site.actions.inspect import needed_missing

    missing = needed_missing(look.controls, look.failure)
    if look.failure is not None:
        say(f"\n{look.failure.message}")
    if missing:
        say(f"not found: {' and '.join(missing)}")
        next_step(f"grokbatch learn {again}")
    raise typer.Exit(Exit.NOT_OK)


@app.command()
def path() -> None:
    """Show the path of your own table, whether it exists or not."""
    file = users_file(home_folder(os.environ))
    answer(str(file))
    if not file.exists():
        note("(it does not exist yet; `grokbatch learn` writes it, or you do: see docs/locators.md)")


def _no_such(control: str, keys: Iterable[ListKey]) -> list[ListKey]:
    names = [name for _, name in keys]
    near = difflib.get_close_matches(control.lower(), names, n=1)
    raise UsageError(f"{control}: " + (f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"))


def _told(key: ListKey, force: TableInForce) -> Iterator[str]:
    section, name = key
    entries: tuple[Entry, ...] = getattr(force.table, section)[name]
    yield name if section == "controls" else f"{name} ({section})"
    rows = [
        (f"{number:>4}", _entry(entry), _era(entry), origin if origin != PACKAGED else "")
        for number, (entry, origin) in enumerate(zip(entries, force.origins[key], strict=True), start=1)
    ]
    for origin, of_one in groupby(rows, key=lambda row: row[3]):
        if origin or len({row[3] for row in rows}) > 1:
            yield f"      {origin or PACKAGED}:"
        for number, text, era, _ in of_one:
            yield from facts([(number, f"{text}{era}")], 6)


def _entry(entry: Entry) -> str:
    return f"/{entry.text}/" if isinstance(entry, TextPattern) else f"{entry}"


def _era(entry: Entry) -> str:
    if isinstance(entry, str):
        return ""
    told = " ".join(filter(None, (f"era {entry.era}" if entry.era else None, entry.language)))
    return f"  ({told})" if told else ""


def _require_post(look: Look, account: str, force: TableInForce) -> None:
    seen = look.visited.seen
    if seen.login_state in (LoginState.SIGNED_OUT, LoginState.HUMAN_CHECK):
        fail(f"account {account}: {seen.message}; type: grokbatch accounts add {account}", Exit.SIGN_IN)
    if not seen.shows_no_login:
        fail(f"{seen.message}; check the connection and the permalink")
    if not force.table.has_path("post", look.path):
        fail(f"the site shows {look.path or '/'} instead of the image post; check the permalink")


def _row(found: FoundControl, failure: Failure | None) -> tuple[str, ...]:
    from grokbatch.site.actions.inspect import when_absent

    if found.alternative is not None:
        when = f" ({found.when})" if found.when else ""
        return found.name, str(found.count), f"{found.number}: {found.alternative}{when}"
    return found.name, "-", when_absent(found.name, failure) or "MISSING"
