"""Where an account is made, out of sight until it is complete; then it takes its place in one step."""

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
    """Folders of an account in the making, on the file system that it will stay on."""

    root: Path

    @property
    def window(self) -> WorkerFolder:
        """Where the browser runs in which somebody signs in."""
        return WorkerFolder(self.root / "window")

    @property
    def kept(self) -> Path:
        """What of its profile is kept."""
        return self.root / "profile"

    @property
    def trial(self) -> WorkerFolder:
        """Where the copy is opened that shows whether it is signed in."""
        return WorkerFolder(self.root / "trial")


@contextmanager
def staging(store: AccountStore, alias: str) -> Iterator[Staging]:
    """Make a place for the account `alias` in the making; nothing of it is left at the end.

    Raises ProfileError when another grokbatch is making the same account.
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
    """Remove what was left, browsers too, by those that were killed while they made or removed an account."""
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
    """Make the profile that is kept in `place`, with `cookies`, that of the account in `folder`.

    Whoever is killed in the middle leaves the old one or the new one. Raises ProfileError when another
    process uses the old one for too long.
    """
    private_folder(folder.root)
    with locked_profile(Account(folder.alias, folder.profile)):
        shutil.rmtree(folder.previous, ignore_errors=True)
        if folder.profile.is_dir():
            folder.profile.rename(folder.previous)
        # Before the new profile is there: cookies of the old one would sign out the new one.
        folder.cookies.unlink(missing_ok=True)
        place.kept.rename(folder.profile)
        _write_cookies(folder, cookies)
    shutil.rmtree(folder.previous, ignore_errors=True)


def save_cookies(folder: AccountFolder, cookies: Iterable[Cookie]) -> None:
    """Keep `cookies`, as a browser has them at the end of its work, for the account's next browser.

    Waits until nobody copies the profile. Raises ProfileError when that takes too long.
    """
    with locked_profile(Account(folder.alias, folder.profile)):
        if folder.profile.is_dir():
            _write_cookies(folder, cookies)


def _write_cookies(folder: AccountFolder, cookies: Iterable[Cookie]) -> None:
    now = time.time()
    # -1 says: without expiry, until the browser ends.
    lasting = [cookie for cookie in cookies if not 0 <= float(cookie.get("expires", -1)) <= now]
    write_private(folder.cookies, json.dumps(lasting))
