"""Accounts: named browser profiles that are signed in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.profiles.home import account_folder
from grokbatch.record.storage.accounts import ALIAS, AccountFolder

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.browser.discovery.find import Browser
    from grokbatch.record.storage.accounts import AccountRecord

# A cookie in the form of Playwright's BrowserContext.add_cookies.
Cookie = dict[str, Any]


@dataclass(frozen=True)
class Account:
    """A signed-in profile, or, without one, an empty profile that `cookies` sign in.

    `cookies` are those that a browser drops at its end because they have no expiry.
    """

    alias: str
    profile: Path | None = None
    cookies: tuple[Cookie, ...] = field(default=(), repr=False)

    @property
    def lock(self) -> Path:
        """The file that is locked while the profile is copied or changed."""
        if self.profile is None:
            raise ProfileError(f"account {self.alias}: has no profile to lock")
        return self.profile.parent / "profile.lock"


def find_account(alias: str, home: Path) -> Account:
    """Return the account `alias` below `home`; raises ProfileError if there is none."""
    if not ALIAS.fullmatch(alias):
        raise ProfileError(
            f"account {alias!r}: a name is made of a-z, 0-9, _ and -, and begins with a letter or a digit"
        )
    folder = AccountFolder(account_folder(home, alias))
    if not folder.profile.is_dir() and not _is_restored(folder):
        raise ProfileError(
            f"account {alias}: no profile in {folder.profile}; sign in once: grokbatch accounts add {alias}"
        )
    return Account(alias, folder.profile, account_cookies(folder.cookies))


def _is_restored(folder: AccountFolder) -> bool:
    """Put the old profile back if somebody was killed just while replacing it."""
    if not folder.previous.is_dir():
        return False
    with FileLock(folder.profile_lock, mode=0o600):
        if not folder.profile.is_dir():
            folder.previous.rename(folder.profile)
    return True


def foreign_family(record: AccountRecord | None, browser: Browser) -> str | None:
    """Return a warning when another family of browsers than `browser` made the account's profile."""
    if record is None or record.browser is None or record.browser.family == browser.family:
        return None
    return (
        f"account {record.alias}: its profile was made by {record.browser}, and {browser} may not be able to "
        f"read it; sign in with this one: grokbatch accounts add {record.alias}"
    )


def account_cookies(path: Path) -> tuple[Cookie, ...]:
    """Return the cookies listed in the JSON file `path`, none without such a file; raises ProfileError."""
    try:
        listed = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ProfileError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError:
        # Without the cause: it would quote the file, which holds secrets.
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
