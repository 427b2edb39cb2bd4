"""Saves the cookies of a worker for the next run, because a site may renew the session at every visit.

Such a site soon refuses the old session. All workers begin with the same cookies and then keep their own; a worker
loads newer ones only if it was signed out.
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
    """Save the cookies of `context` beside the account's profile, atomically; return whether that succeeded.

    The next run adds them to its copies of the profile. `belonging` selects the cookies of the account's site; those of
    other sites, such as a sign-in service, are not saved. Never raises, because the videos are made already: if the
    session was not saved, the next run reports that it is signed out.
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
    """Add the saved cookies of the account to `context`; return whether any of them was new there."""
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
