"""Keeps alive a session that the site renews at every visit: what a worker was given serves the next run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.profile import locked_profile
from grokbatch.record.accounts import AccountFolder
from grokbatch.record.private import write_private

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from grokbatch.browser.account import Account


def keep_cookies(account: Account, context: BrowserContext) -> bool:
    """Write the cookies of `context` beside the account's profile, atomically; return whether that was done.

    The next run adds them to its copies of the profile. Never raises: the videos are made, and a session that
    was not renewed is found out, and told, by the next run.
    """
    if account.profile is None:
        return False
    try:
        cookies = context.cookies()
        with locked_profile(account):
            write_private(AccountFolder(account.profile.parent).cookies, json.dumps(cookies))
    except (Error, ProfileError, OSError):
        return False
    return True
