"""Keeps alive a session that the site renews at every visit: what a worker was given serves the next run.

A site that renews a session soon refuses the old value, so workers begin with the same one and then keep their
own; a newer one is only taken by a worker that was signed out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.profiles.account import account_cookies
from grokbatch.browser.profiles.worker_copy import locked_profile
from grokbatch.record.storage.accounts import AccountFolder
from grokbatch.record.storage.private_files import write_private

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import BrowserContext

    from grokbatch.browser.profiles.account import Account, Cookie


def keep_cookies(
    account: Account, context: BrowserContext, belonging: Callable[[list[Cookie]], Sequence[Cookie]]
) -> bool:
    """Write the cookies of `context` beside the account's profile, atomically; return whether that was done.

    `belonging` picks those of the account's site: nothing of a sign-in service elsewhere is kept.

    The next run adds them to its copies of the profile. Never raises: the videos are made, and a session that
    was not renewed is found out, and told, by the next run.
    """
    if account.profile is None:
        return False
    try:
        cookies = belonging([dict(cookie) for cookie in context.cookies()])
        with locked_profile(account):
            write_private(AccountFolder(account.profile.parent).cookies, json.dumps(list(cookies)))
    except (Error, ProfileError, OSError):
        return False
    return True


def take_cookies(account: Account, context: BrowserContext) -> bool:
    """Put the cookies that were kept for the account into `context`; return whether any was another one."""
    if account.profile is None:
        return False
    try:
        kept = account_cookies(AccountFolder(account.profile.parent).cookies)
        had = {(cookie.get("name"), cookie.get("value")) for cookie in context.cookies()}
        if all((cookie["name"], cookie["value"]) in had for cookie in kept):
            return False
        context.add_cookies([*kept])  # type: ignore[list-item]
    except (Error, ProfileError):
        return False
    return True
