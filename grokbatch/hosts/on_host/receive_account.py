"""Takes an account that another computer sends: run on the host, with the grokbatch there.

Nothing of the account there changes before all files came over whole; then the new profile takes the old one's place in
one step, as after a sign-in.
"""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from grokbatch.browser.errors import BrowserError, ProfileError
from grokbatch.browser.launch.staging import publish, staging
from grokbatch.browser.profiles.account import Account, account_cookies
from grokbatch.browser.profiles.home import home_folder
from grokbatch.browser.profiles.in_use import browser_using
from grokbatch.browser.profiles.worker_copy import ALLOWED, locked_profile
from grokbatch.hosts.on_host.setup import take_file
from grokbatch.record.storage.accounts import AccountError, AccountFolder, AccountRecord, AccountStore
from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from grokbatch.browser.launch.staging import Staging

PROFILE = "profile"
"""The first part of the names of the profile's files."""

_LOCK_SECONDS = 5.0


def receive(channel: Any) -> None:
    """Say what is there, then take the account if that is wanted; tells what keeps it from doing so."""
    os.umask(0o077)  # the files are secrets from their first byte on
    try:
        _receive(channel, AccountStore(home_folder(os.environ)), channel.receive())
    except (BrowserError, AccountError, OSError, ValueError) as error:
        channel.send(("refused", str(error)))


def _receive(channel: Any, store: AccountStore, alias: str) -> None:
    folder = store.folder(alias)
    _check_free(store, folder)
    channel.send(("there", store.exists(alias)))
    if channel.receive() != "go":
        return
    with staging(store, alias) as place:
        incoming = private_folder(place.root / "incoming")
        private_folder(incoming / PROFILE)
        while (request := channel.receive()) is not None:
            _, name, size, digest = request
            take_file(channel, str(file_within(incoming, name)), size, digest)
        _check_free(store, folder)
        _put_in_place(AccountFolder(incoming), place, folder, store)
    channel.send(("done", str(folder.root)))


def _check_free(store: AccountStore, folder: AccountFolder) -> None:
    """Raise ProfileError if somebody uses the account's profile."""
    if not store.exists(folder.alias):
        return
    with locked_profile(Account(folder.alias, folder.profile), _LOCK_SECONDS):
        user = browser_using(folder.profile)
    if user is not None:
        raise ProfileError(f"account {folder.alias}: its profile is open in {user}; close it, then try again")


def _put_in_place(sent: AccountFolder, place: Staging, folder: AccountFolder, store: AccountStore) -> None:
    cookies = account_cookies(sent.cookies)
    record = AccountRecord.model_validate_json(sent.record.read_bytes()) if sent.record.exists() else None
    if record is not None and record.alias != folder.alias:
        raise ProfileError(f"account {folder.alias}: the record that was sent is of another account")
    sent.profile.rename(place.kept)
    publish(place, folder, cookies)
    # A record of the account before would say things that are no longer true.
    folder.record.unlink(missing_ok=True)
    if record is not None:
        store.write(record)


def file_within(root: Path, name: str) -> Path:
    """Return the path for a file that is sent; raises ProfileError for one that no account is made of."""
    path = PurePosixPath(name)
    inner = PurePosixPath(*path.parts[1:])
    is_own = name in {AccountFolder(root).record.name, AccountFolder(root).cookies.name}
    is_profile = path.parts[:1] == (PROFILE,) and any(inner.is_relative_to(allowed) for allowed in ALLOWED)
    if path.is_absolute() or ".." in path.parts or not (is_own or is_profile):
        raise ProfileError("a file was sent that no account is made of")
    return root / path
