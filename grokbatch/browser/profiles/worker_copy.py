"""Copies an account's profile for a worker: only the files that keep it signed in, without caches."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.profiles.in_use import browser_using
from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grokbatch.browser.profiles.account import Account

# The files and folders that keep a copy signed in, as tests have shown: 18 files instead of 6,000. `Network/` contains
# the cookies on Windows. Never add Singleton*: these are the locks of a running browser.
ALLOWED = (
    "Local State",
    "Default/Preferences",
    "Default/Secure Preferences",
    "Default/Cookies",
    "Default/Cookies-journal",
    "Default/Network/Cookies",
    "Default/Network/Cookies-journal",
    "Default/Local Storage",
    "Default/IndexedDB",
    "Default/WebStorage",
)

# Bytes that a browser may write to its profile while it runs.
_HEADROOM = 32 * 1024 * 1024


@dataclass(frozen=True)
class _Piece:
    source: Path
    target: Path
    size: int


def _free_space(folder: Path) -> int:
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(existing).free


def copy_profile(
    account: Account,
    target: Path,
    *,
    timeout: float = 60.0,
    free_space: Callable[[Path], int] = _free_space,
) -> Path:
    """Copy the files that keep `account` signed in to the folder `target`, readable by its owner only; return `target`.

    For an account without a profile, the folder is empty. Waits up to `timeout` seconds for other processes that copy
    or change the profile. Raises ProfileError if the profile is in use for longer or is open in a browser, if the disk
    is too full, or if a file cannot be copied; then the folder is deleted.
    """
    _require_empty(target)
    if account.profile is None:
        return private_folder(target)
    with locked_profile(account, timeout):
        return copy_allowed(account.profile, target, f"account {account.alias}: its profile", free_space=free_space)


def copy_allowed(profile: Path, target: Path, name: str, *, free_space: Callable[[Path], int] = _free_space) -> Path:
    """Copy the same files from any `profile` folder, without locking or changing it; errors call it `name`."""
    _require_empty(target)
    user = browser_using(profile)
    if user is not None:
        raise ProfileError(f"{name} is open in {user}; close it, then start again ({profile})")
    try:
        pieces = list(_pieces(profile, target))
        _require_space(pieces, target, free_space)
        _copy_all(pieces, target)
    except OSError as error:
        raise ProfileError(f"{name} cannot be copied: {error}") from error
    return target


def _require_empty(target: Path) -> None:
    if target.exists() and any(target.iterdir()):
        raise ProfileError(f"{target}: not empty; a profile is copied into a new folder only")


@contextmanager
def locked_profile(account: Account, timeout: float = 60.0) -> Iterator[None]:
    """Hold the lock of the profile of `account`, so that no other process copies or changes it.

    Raises ProfileError if the lock cannot be acquired within `timeout` seconds.
    """
    lock = FileLock(account.lock, timeout=timeout, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise ProfileError(
            f"account {account.alias}: its profile is being used by another grokbatch; "
            f"wait until that has ended, then start again ({account.lock})"
        ) from None
    except OSError as error:
        raise ProfileError(f"account {account.alias}: cannot lock {account.lock}: {error.strerror}") from error
    try:
        yield
    finally:
        lock.release()


def _pieces(profile: Path, target: Path) -> Iterator[_Piece]:
    for name in ALLOWED:
        source = profile / name
        found = source.rglob("*") if source.is_dir() else [source]
        for path in found:
            # Symbolic links are skipped: they may be locks, or lead out of the profile.
            if path.is_file() and not path.is_symlink():
                yield _Piece(path, target / path.relative_to(profile), path.stat().st_size)


def _require_space(pieces: list[_Piece], target: Path, free_space: Callable[[Path], int]) -> None:
    needed = sum(piece.size for piece in pieces) + _HEADROOM
    free = free_space(target)
    if free < needed:
        raise ProfileError(
            f"{target}: a worker's profile needs {needed / 1e6:.0f} MB and {free / 1e6:.0f} MB are free; "
            "make room, or choose another disk with --runs-dir"
        )


def _copy_all(pieces: list[_Piece], target: Path) -> None:
    try:
        private_folder(target)
        for piece in pieces:
            _copy_private(piece, target)
    except BaseException:  # Ctrl+C included
        # A browser would start with half a profile, and look signed out.
        shutil.rmtree(target, ignore_errors=True)
        raise


def _copy_private(piece: _Piece, target: Path) -> None:
    for folder in reversed(piece.target.relative_to(target).parents):
        private_folder(target / folder)
    with piece.source.open("rb") as source, open(piece.target, "xb", opener=_private) as copy:
        shutil.copyfileobj(source, copy)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
