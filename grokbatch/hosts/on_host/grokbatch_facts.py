"""What the grokbatch of a host says of its computer, in plain values."""

from __future__ import annotations

import os
from typing import Any

import psutil

from grokbatch.browser.capacity import Footprint, cores
from grokbatch.browser.discovery.find import find_browser
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.launch.environment import has_display
from grokbatch.browser.machine import this_machine
from grokbatch.browser.profiles.home import home_folder
from grokbatch.hosts.code_digest import code_digest
from grokbatch.record.storage.accounts import AccountError, AccountStore


def grokbatch_facts() -> dict[str, Any]:
    """Return what is known of this computer; JSON can hold it. Takes a second or two, for the search for a browser."""
    browser, problem = _browser()
    return {
        "digest": code_digest(),
        "browser": browser,
        "browser_problem": problem,
        "display": has_display(os.environ),
        "accounts": _accounts(),
        "memory": psutil.virtual_memory().available,
        "cores": cores(),
        "worker_memory": Footprint.of(headed=False, demo=False).memory,
        "headed_memory": Footprint.of(headed=True, demo=False).memory,
        "home": str(home_folder(os.environ)),
    }


def _browser() -> tuple[str, str]:
    try:
        found = find_browser(this_machine())
    except BrowserError as error:
        return "", str(error)
    return (str(found), "") if found else ("", "")


def _accounts() -> list[dict[str, str]]:
    store = AccountStore(home_folder(os.environ))
    return [{"alias": alias} | _record(store, alias) for alias in store.aliases()]


def _record(store: AccountStore, alias: str) -> dict[str, str]:
    try:
        record = store.record_of(alias)
    except AccountError:
        return {"state": "unreadable"}
    check = record.last_check if record else None
    return {
        "state": str(check.login_state) if check else "never checked",
        "checked_at": check.at.isoformat() if check else "",
        "family": record.browser.family if record and record.browser else "",
    }
