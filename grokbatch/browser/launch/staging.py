"""The staging folder, in which an account is created; a complete account is moved from there in one step."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.launch.context import WorkerFolder
from grokbatch.browser.process.cleanup import sweep
from grokbatch.browser.profiles.account import Account
from grokbatch.browser.profiles.worker_copy import locked_profile
from grokbatch.record.storage.accounts import AccountFolder, check_alias
from grokbatch.record.storage.private_files import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grokbatch.browser.profiles.account import Cookie
    from grokbatch.record.storage.accounts import AccountStore


_PREFIX = ".making-"


@dataclass(frozen=True)
class Staging:
    """The folders of an account that is being created, on the file system of the finished account."""

    root: Path

    @property
    def window(self) -> WorkerFolder:
        """The folder of the browser in which a person signs in."""
        return WorkerFolder(self.root / "window")

    @property
    def kept(self) -> Path:
        """The part of that browser's profile that is kept."""
        return self.root / "profile"

    @property
    def trial(self) -> WorkerFolder:
        """The folder of the browser that opens a copy of the profile to check that it is signed in."""
        return WorkerFolder(self.root / "trial")


@contextmanager
def staging(store: AccountStore, alias: str) -> Iterator[Staging]:
    """Create the staging folder for the account `alias`, and delete it at the end of the block.

    Raises ProfileError if another grokbatch is creating the same account, and AliasError.
    """
    place = Staging(store.root / f"{_PREFIX}{check_alias(alias)}")
    store.prepare()
    clear_leftovers(store)
    try:
        lock = _lock(place.root)
    except Timeout:
        raise ProfileError(
            f"account {alias}: another grokbatch is signing in to it; finish there, or end it with Ctrl+C"
        ) from None
    try:
        private_folder(place.root)
        yield place
    finally:
        shutil.rmtree(place.root, ignore_errors=True)
        lock.release()


def clear_leftovers(store: AccountStore) -> None:
    """Remove the folders, and end the browsers, of processes that were killed while creating or removing an account."""
    for removed in store.root.glob(".removed-*"):
        shutil.rmtree(removed, ignore_errors=True)
    for made in store.root.glob(f"{_PREFIX}*/"):
        with suppress(Timeout):
            lock = _lock(made)
            sweep(made)
            shutil.rmtree(made, ignore_errors=True)
            lock.release()


def _lock(root: Path) -> FileLock:
    lock = FileLock(f"{root}.lock", timeout=0, mode=0o600)
    lock.acquire()
    return lock


def publish(place: Staging, folder: AccountFolder, cookies: Iterable[Cookie]) -> None:
    """Move the profile that is kept in `place` to the account in `folder`, and write `cookies` beside it.

    If the process is killed meanwhile, the account has its old or its new profile. Raises ProfileError if another
    process uses the old one for too long.
    """
    private_folder(folder.root)
    with locked_profile(Account(folder.alias, folder.profile)):
        shutil.rmtree(folder.previous, ignore_errors=True)
        if folder.profile.is_dir():
            folder.profile.rename(folder.previous)
        # This comes before the new profile, because the cookies of the old one would sign it out.
        folder.cookies.unlink(missing_ok=True)
        place.kept.rename(folder.profile)
        _write_cookies(folder, cookies)
    shutil.rmtree(folder.previous, ignore_errors=True)


def save_cookies(folder: AccountFolder, cookies: Iterable[Cookie]) -> None:
    """Save `cookies`, which a browser has at its end, for the account's next browser.

    Waits until no process is copying the profile. Raises ProfileError if that takes too long.
    """
    with locked_profile(Account(folder.alias, folder.profile)):
        if folder.profile.is_dir():
            _write_cookies(folder, cookies)


def _write_cookies(folder: AccountFolder, cookies: Iterable[Cookie]) -> None:
    now = time.time()
    # -1 means that a cookie has no expiry and lasts until the browser ends.
    lasting = [cookie for cookie in cookies if not 0 <= float(cookie.get("expires", -1)) <= now]
    write_private(folder.cookies, json.dumps(lasting))
