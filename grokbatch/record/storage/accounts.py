"""The accounts on disk: a private folder for each, with a record of its state.

Below the home folder: `accounts/<alias>/account.json` (the record), `profile/` (the browser profile),
`session-cookies.json` (cookies that the profile does not keep), `profile.lock` and `account.json.lock`.
"""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from filelock import FileLock
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError

from grokbatch.record.storage.lock_timeout import held
from grokbatch.record.storage.private_files import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALIAS = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""The form of an account's name; it contains nothing that could lead out of the folder of accounts."""

VERSION = 1


class AccountError(Exception):
    """An account cannot be used as asked; the message says why and what to type next."""


class AliasError(AccountError):
    """A text is not a valid name of an account."""


class LoginState(StrEnum):
    """Whether an account is signed in to its site, as the last visit showed."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    HUMAN_CHECK = "human check"
    UNREACHABLE = "site unreachable"
    UNCLEAR = "unclear"


class _Record(BaseModel):
    # Unknown keys are ignored, so that an older grokbatch can use an account that a newer one has written.
    model_config = ConfigDict(extra="ignore", validate_assignment=True, defer_build=True)


class BrowserRecord(_Record):
    """The browser that made a profile; browsers of another family cannot read the cookies in it."""

    family: str = Field(description="such as Google Chrome")
    version: str
    flags: list[str] = Field(default_factory=list, description="its command line switches, without paths")

    def __str__(self) -> str:
        return f"{self.family} {self.version}"


class CheckRecord(_Record):
    """The result of the last visit to the site."""

    at: datetime
    # `standing` is the name of this key in files of older versions.
    login_state: LoginState = Field(validation_alias=AliasChoices("login_state", "standing"))
    site: str = Field(description="the origin that was visited")
    message: str = ""


class AccountRecord(_Record):
    """`account.json`: everything about an account except its secrets."""

    version: int = VERSION
    alias: str
    site: str = Field(description="the origin that the account belongs to")
    created_at: datetime
    signed_in_at: datetime | None = Field(None, description="when a person last signed in, or it was imported")
    last_used_at: datetime | None = Field(None, description="when a run last used it")
    last_check: CheckRecord | None = None
    browser: BrowserRecord | None = None


@dataclass(frozen=True)
class AccountFolder:
    """The folder of one account, and the paths of the files in it."""

    root: Path

    @property
    def alias(self) -> str:
        """The account's name."""
        return self.root.name

    @property
    def record(self) -> Path:
        """The file with the account's record."""
        return self.root / "account.json"

    @property
    def profile(self) -> Path:
        """The browser profile."""
        return self.root / "profile"

    @property
    def previous(self) -> Path:
        """The old profile while a new one replaces it; it exists only during that time, or after a crash."""
        return self.root / "profile.previous"

    @property
    def cookies(self) -> Path:
        """Cookies that the profile does not keep: those without expiry, and those that the site has renewed since."""
        return self.root / "session-cookies.json"

    @property
    def profile_lock(self) -> Path:
        """The file that is locked while the profile is copied or replaced."""
        return self.root / "profile.lock"


class AccountStore:
    """All accounts in one home folder of grokbatch."""

    def __init__(self, home: Path) -> None:
        self.root = home / "accounts"

    def prepare(self) -> None:
        """Create the folder of accounts, private to its owner; an existing home folder is not changed."""
        if not self.root.parent.exists():
            private_folder(self.root.parent)
        private_folder(self.root)

    def folder(self, alias: str) -> AccountFolder:
        """Return the folder of `alias`, which may not exist; raises AliasError if that is not a valid name."""
        return AccountFolder(self.root / check_alias(alias))

    def aliases(self) -> list[str]:
        """Return the names of all accounts, sorted."""
        if not self.root.is_dir():
            return []
        found = (AccountFolder(path) for path in self.root.iterdir() if ALIAS.fullmatch(path.name))
        return sorted(each.alias for each in found if each.profile.is_dir() or each.record.is_file())

    def exists(self, alias: str) -> bool:
        """Whether there is an account `alias`; raises AliasError if that is not a valid name."""
        return self.folder(alias).profile.is_dir()

    def record_of(self, alias: str) -> AccountRecord | None:
        """Return the record of `alias`, or None if it has none; raises AccountError if the record cannot be read."""
        path = self.folder(alias).record
        try:
            return AccountRecord.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise AccountError(f"{path}: cannot be read: {error.strerror}") from None
        except ValidationError as error:
            problem = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, problem["loc"])) or "the file"
            raise AccountError(
                f"{path}: {place}: {problem['msg']}; delete this file, then type: grokbatch accounts check {alias}"
            ) from None

    def write(self, record: AccountRecord) -> None:
        """Replace the record of an account atomically, with a file that only its owner can read."""
        folder = self.folder(record.alias)
        self.prepare()
        private_folder(folder.root)
        with self._record_lock(folder):
            write_private(folder.record, record.model_dump_json(indent=1) + "\n")

    def touch_used(self, alias: str, when: datetime) -> None:
        """Note that a run used `alias` at `when`; does nothing if the account has no record."""
        with self._changed(alias) as record:
            if record is not None:
                record.last_used_at = when

    def note_check(self, alias: str, check: CheckRecord) -> None:
        """Note the result of a visit to the site; does nothing if the account has no record."""
        with self._changed(alias) as record:
            if record is not None:
                record.last_check = check

    def remove(self, alias: str, timeout: float = 10.0) -> None:
        """Delete the account with all its secrets, as soon as no process is copying its profile.

        Raises filelock.Timeout after `timeout` seconds, and OSError if something cannot be deleted.
        """
        folder = self.folder(alias)
        doomed = self.root / f".removed-{alias}"
        with held(FileLock(folder.profile_lock, mode=0o600), timeout):
            # The folder is renamed first, so that no process ever sees half an account. Windows refuses that while
            # the lock is open.
            if not _is_moved(folder.root, doomed):
                doomed = folder.root
                shutil.rmtree(folder.profile)
        shutil.rmtree(doomed)

    @contextmanager
    def _changed(self, alias: str) -> Iterator[AccountRecord | None]:
        folder = self.folder(alias)
        if not folder.root.is_dir():
            yield None
            return
        with self._record_lock(folder):
            record = self.record_of(alias)
            yield record
            if record is not None:
                write_private(folder.record, record.model_dump_json(indent=1) + "\n")

    def _record_lock(self, folder: AccountFolder) -> FileLock:
        return FileLock(folder.record.with_name("account.json.lock"), mode=0o600)


def _is_moved(folder: Path, target: Path) -> bool:
    try:
        folder.rename(target)
    except OSError:
        return False
    return True


def check_alias(alias: str) -> str:
    """Return `alias` if it is a valid name of an account; raises AliasError if not, for instance if it is a path."""
    if ALIAS.fullmatch(alias) and len(alias) <= _LONGEST:
        return alias
    raise AliasError(
        f"account {alias!r}: a name is made of a-z, 0-9, _ and -, begins with a letter or a digit, and has at "
        f"most {_LONGEST} characters; choose one such as main"
    )


# The same limit as for `account` in a batch file.
_LONGEST = 64
