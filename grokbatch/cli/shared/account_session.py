"""Work with accounts that several commands share: the store, addresses, the locators, and the browser to use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import REAL_ORIGIN, check_origin, on_site, read_link
from grokbatch.batch.source.other_links import where_to_look
from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.discovery.install import provide_browser, this_installer
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.account import find_account
from grokbatch.browser.profiles.home import home_folder
from grokbatch.cli.shared.console import UsageError, note
from grokbatch.record.storage.accounts import AccountStore
from grokbatch.run.planning.locators import locator_files
from grokbatch.site.locators.layers import table_in_force as laid_over

if TYPE_CHECKING:
    from grokbatch.batch.model.batch import Batch
    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.profiles.account import Account
    from grokbatch.site.locators.layers import TableInForce


def open_store() -> AccountStore:
    """Return the accounts of this user."""
    return AccountStore(home_folder(os.environ))


def account(alias: str) -> Account:
    """Return the account `alias`; raises ProfileError."""
    return find_account(alias, home_folder(os.environ))


def site_origin(site: str | None) -> str:
    """Return the origin that `--site` names; raises UsageError."""
    if site is None:
        return REAL_ORIGIN
    if site == "demo":
        raise UsageError("--site demo: the built-in site has a built-in account; there is nothing to do for it")
    try:
        return check_origin(site)
    except ValueError:
        raise UsageError(f"--site {site}: must be an address without a path, such as {REAL_ORIGIN}") from None


def post_address(permalink: str, origin: str) -> str:
    """Return the address of the image post `permalink` on the site at `origin`; raises UsageError."""
    try:
        link = read_link(permalink)
    except ValueError:
        where, reason = where_to_look(permalink), f"must be an image post such as {REAL_ORIGIN}/imagine/post/…"
        raise UsageError(f"{permalink}: {reason}{where and f'; {where}'}") from None
    if link.origin not in {None, origin}:
        there = f"; add --site {link.origin} to open it there" if link.is_local else ""
        raise UsageError(f"{permalink}: is on {link.origin}, not on {origin}{there}")
    return on_site(link.plain, origin)


def table_in_force(batch: Batch | None = None) -> TableInForce:
    """Return the locators that a run would use; raises BatchError with all problems of the user's own."""
    return laid_over(locator_files(batch))


def browser_to_use(channel: str | None) -> Browser:
    """Return the browser that workers would use; installs one if there is none. Raises BrowserError."""
    machine = this_machine()
    return provide_browser(
        lambda: find_browser(machine, channel=channel), home_folder(os.environ), this_installer(note)
    )
