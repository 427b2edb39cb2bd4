"""A visit to the site with an account, as several commands make it. Only a command that opens a browser imports it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.browser.launch.context import WorkerFolder, worker_flags
from grokbatch.browser.launch.staging import save_cookies
from grokbatch.browser.profiles.worker_copy import copy_profile
from grokbatch.cli.shared.account_session import table_in_force
from grokbatch.record.storage.accounts import BrowserRecord, CheckRecord, LoginState
from grokbatch.site.account.visit import PageState, Visit
from grokbatch.site.actions.inspect import as_used, before_or_after, find_controls
from grokbatch.site.network.listener import Quota
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.site.page.urls import path_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.browser.discovery.find import Browser
    from grokbatch.browser.launch.standalone import Launcher
    from grokbatch.browser.profiles.account import Account, Cookie
    from grokbatch.record.storage.accounts import AccountStore
    from grokbatch.site.account.sites import Site
    from grokbatch.site.actions.inspect import FoundControl
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.make.composer import TrialResult
    from grokbatch.site.outcome.failures import Failure


# Shorter timeouts (seconds) than a worker's, because a person waits for the answer.
_TIMEOUTS = replace(Timeouts(), controls=8.0)


@dataclass(frozen=True)
class Visited:
    """What a visit with an account showed, and the cookies that its browser had at the end."""

    seen: PageState
    cookies: tuple[Cookie, ...] = field(default=(), repr=False)
    quota: Quota = field(default_factory=Quota)

    def record(self, site: Site) -> CheckRecord:
        """Return the record of this check of the account."""
        # On a page with unknown controls the account counts as signed in, too.
        login_state = LoginState.SIGNED_IN if self.seen.shows_no_login else self.seen.login_state
        return CheckRecord(at=datetime.now(UTC), login_state=login_state, site=site.origin, message=self.seen.message)


@dataclass(frozen=True)
class Look:
    """What a visit to an image post showed: the path that the site led to, and the controls found there.

    `composer` says how opening the composer for videos went; None if the page could not be used at all.
    """

    visited: Visited
    path: str
    controls: tuple[FoundControl, ...]
    composer: TrialResult | None = None

    @property
    def failure(self) -> Failure | None:
        """The failure with which a run would end here before it enters the prompt; None if it would go on."""
        return self.visited.seen.failure if self.composer is None else self.composer.failure

    @property
    def remarks(self) -> list[str]:
        """Further remarks on the composer, for people."""
        if self.composer is None:
            return []
        told = [self.composer.remark] if self.composer.remark else []
        if self.composer.pressed:
            names = ", then ".join(f'"{name}"' for name in self.composer.pressed)
            told.insert(0, f"to open the composer, {names} was pressed, and nothing else; nothing was entered")
        if self.composer.page.on_cards:
            names = ", ".join(f'"{name}"' for name in self.composer.page.on_cards)
            told.append(f"{names} on the card of another picture is not a button of the composer; it is never pressed")
        return told


def made_by(browser: Browser) -> BrowserRecord:
    """Return what is recorded of the browser that makes a profile."""
    return BrowserRecord(family=browser.family, version=browser.version, flags=worker_flags())


def visit(launch: Launcher, copy: Account, folder: WorkerFolder, site: Site, *, ask_quota: bool = False) -> Visited:
    """Open a copy of the profile of `copy` without a window, and check the site's page as a worker would."""
    copy_profile(copy, folder.profile)
    with launch.open(folder, cookies=copy.cookies) as worker:
        looked = Visit(worker.page, table_in_force().table)
        seen = looked.open(site.visit)
        quota = looked.quota(site.quota) if ask_quota and seen.shows_no_login else Quota()
        cookies = site.cookies(dict(cookie) for cookie in worker.context.cookies())
    return Visited(seen, cookies, quota)


def look(launch: Launcher, copy: Account, folder: WorkerFolder, site: Site, address: str, table: LocatorTable) -> Look:
    """Open a copy of the profile of `copy` without a window, and look for the controls of the page at `address`.

    The composer for videos is opened as a run would do it; nothing is entered and nothing submitted.
    """
    copy_profile(copy, folder.profile)
    with launch.open(folder, cookies=copy.cookies) as worker:
        visit = Visit(worker.page, table, _TIMEOUTS)
        seen = visit.open(address)
        path = path_of(worker.page.url)
        controls = find_controls(worker.page, table) if seen.shows_no_login else ()
        composer = None
        if seen.failure is None and table.has_path("post", path):
            composer = visit.try_composer(address)
            is_usable = composer.failure is None
            after = as_used(find_controls(worker.page, table), composer.page, table, is_usable=is_usable)
            controls = before_or_after(controls, composer.entry, after)
        elif seen.page is not None:
            controls = as_used(controls, seen.page, table, is_usable=seen.page.composer == "video")
        cookies = site.cookies(dict(cookie) for cookie in worker.context.cookies())
    return Look(Visited(seen, cookies), path, controls, composer)


def remember(store: AccountStore, account: Account, visited: Visited, site: Site) -> None:
    """Save the result of a visit with an account's profile, and the cookies that the site renewed."""
    if account.profile is None:
        return
    store.note_check(account.alias, visited.record(site))
    if visited.seen.login_state is LoginState.SIGNED_IN:
        save_cookies(store.folder(account.alias), visited.cookies)


@contextmanager
def trial_folder() -> Iterator[WorkerFolder]:
    """Make a private folder for one visit, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="grokbatch-check-", ignore_cleanup_errors=True) as name:
        yield WorkerFolder(Path(name))
