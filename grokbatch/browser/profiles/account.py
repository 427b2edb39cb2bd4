"""Accounts: named browser profiles that are signed in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from grokbatch.browser.errors import ProfileError
from grokbatch.record.storage.accounts import AccountStore, AliasError

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.browser.discovery.find import Browser
    from grokbatch.record.storage.accounts import AccountFolder, AccountRecord

# A cookie as Playwright's BrowserContext.add_cookies takes it.
Cookie = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """An account: a signed-in profile, or, if `profile` is None, only the cookies that sign in an empty one.

    `cookies` are those that a browser does not save in its profile, because they have no expiry.
    """

    alias: str
    profile: Path | None = None
    cookies: tuple[Cookie, ...] = field(default=(), repr=False)

    @property
    def lock(self) -> Path:
        """The file that is locked while the profile is copied or changed; raises ProfileError if there is none."""
        if self.profile is None:
            raise ProfileError(f"account {self.alias}: has no profile to lock")
        return self.profile.parent / "profile.lock"


def find_account(alias: str, home: Path) -> Account:
    """Return the account `alias` in the folder `home`; raises ProfileError if there is none."""
    try:
        folder = AccountStore(home).folder(alias)
    except AliasError as error:
        raise ProfileError(str(error)) from None
    if not folder.profile.is_dir() and not _is_restored(folder):
        raise ProfileError(
            f"account {alias}: no profile in {folder.profile}; sign in once: grokbatch accounts add {alias}"
        )
    return Account(alias, folder.profile, account_cookies(folder.cookies))


def _is_restored(folder: AccountFolder) -> bool:
    """Restore the old profile if a process was killed while replacing it; return whether that was so."""
    if not folder.previous.is_dir():
        return False
    with FileLock(folder.profile_lock, mode=0o600):
        if not folder.profile.is_dir():
            folder.previous.rename(folder.profile)
    return True


def foreign_family(record: AccountRecord | None, browser: Browser) -> str | None:
    """Return a warning if the account's profile was made by a browser of another family than `browser`."""
    if record is None or record.browser is None or record.browser.family == browser.family:
        return None
    return (
        f"account {record.alias}: its profile was made by {record.browser}, and {browser} may not be able to "
        f"read it; sign in with this one: grokbatch accounts add {record.alias}"
    )


def account_cookies(path: Path) -> tuple[Cookie, ...]:
    """Return the cookies in the JSON file `path`, or none if it does not exist; raises ProfileError."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError:
        # The cause is left out, because it would quote the file, which contains secrets.
        raise ProfileError(f"{path}: is not JSON; {_REMEDY}") from None
    if not isinstance(listed, list) or not all(map(_is_cookie, listed)):
        raise ProfileError(f"{path}: is no list of cookies with name, value and domain or url; {_REMEDY}")
    return tuple(listed)


_REMEDY = "remove it and sign in again"


def _is_cookie(entry: object) -> bool:
    if not isinstance(entry, dict):
        return False
    has_place = ("domain" in entry and "path" in entry) or "url" in entry
    return isinstance(entry.get("name"), str) and isinstance(entry.get("value"), str) and has_place
