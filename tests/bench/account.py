"""A made-up account as heavy as a real one: signed in by a real browser, with years of caches added."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from grokbatch.browser.launch.environment import sandbox_works
from grokbatch.browser.profiles.account import find_account
from grokbatch.record.storage.accounts import AccountStore
from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.browser.discovery.find import Browser

ALIAS = "bench"

# Where the bulk of a used profile lies, and its share of the whole.
_CACHES = {
    "Default/Cache/Cache_Data": 0.5,
    "Default/Code Cache/js": 0.2,
    "Default/Service Worker/CacheStorage": 0.2,
    "Default/GPUCache": 0.1,
}
_FILE_BYTES = 256_000


@dataclass(frozen=True)
class HeavyAccount:
    """The account `ALIAS` below `home`, in the place where grokbatch looks for it."""

    home: Path

    @property
    def profile(self) -> Path:
        return AccountStore(self.home).folder(ALIAS).profile


def make_account(home: Path, browser: Browser, origin: str, megabytes: int) -> HeavyAccount:
    """Sign in to the built-in site at `origin` in a new profile and add `megabytes` MB of caches."""
    account = HeavyAccount(home)
    private_folder(account.profile)
    _sign_in(account.profile, browser, origin)
    for name, share in _CACHES.items():
        _fill(account.profile / name, int(megabytes * 1e6 * share))
    find_account(ALIAS, home)
    return account


def _sign_in(profile: Path, browser: Browser, origin: str) -> None:
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=browser.executable,
            chromium_sandbox=sandbox_works(browser.executable),
        )
        page = context.pages[0]
        page.goto(f"{origin}/sign-in")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        context.close()


def _fill(folder: Path, size: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # Random bytes, because file systems that compress would store zeros in no space at all.
    block = os.urandom(_FILE_BYTES)
    for number in range(size // _FILE_BYTES):
        (folder / f"f_{number:06x}").write_bytes(block)
