"""The canary of an account: one worker signs in and checks the page first, only then do the others start.

A lost login, or a page that has changed, then costs one browser, not ten; a site that refuses the account gets one
submit, not ten. The lock passes to the next worker when its holder fails or dies.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from filelock import BaseFileLock, FileLock, Timeout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_LOOK_AGAIN = 0.25
"""Seconds between two looks at whether the run was stopped while waiting for the canary."""


@dataclass(frozen=True)
class Turn:
    """A worker's permission to go on; `lock` is held while it has yet to prove the account."""

    stamp: Path
    lock: BaseFileLock | None

    def proven(self) -> None:
        """Let all others start: the page has been seen, signed in and with all that a submit needs."""
        if self.lock is not None and self.lock.is_locked:
            self.stamp.touch()
            self.lock.release()

    def end(self) -> None:
        """Let the next one try, if the account was not proven."""
        if self.lock is not None:
            self.lock.release()


@dataclass(frozen=True)
class Canary:
    """Whether somebody has seen `account` signed in on a page that we know, told to all workers in `folder`."""

    folder: Path
    account: str

    @contextmanager
    def turn(self, is_stopped: Callable[[], bool]) -> Iterator[Turn | None]:
        """Wait until the account is proven or it is our turn to prove it; yields None when the run stopped."""
        digest = hashlib.sha256(self.account.encode()).hexdigest()[:16]
        turn = _wait(
            self.folder / f"proven-{digest}",
            FileLock(self.folder / f"canary-{digest}.lock", mode=0o600),
            is_stopped,
        )
        try:
            yield None if is_stopped() else turn
        finally:
            if turn is not None:
                turn.end()


class FirstSubmit:
    """Whether the site is known to take submits of `account`; until it has taken one, they follow one another.

    The same holds after one that it refused, or that nobody saw taken.
    """

    def __init__(self, folder: Path, account: str) -> None:
        digest = hashlib.sha256(account.encode()).hexdigest()[:16]
        self._stamp = folder / f"taken-{digest}"
        self._lock = FileLock(folder / f"submit-{digest}.lock", mode=0o600)

    def may_go(self) -> bool:
        """Whether a submit may follow now; if not, ask again later."""
        if self._lock.is_locked or self._stamp.exists():
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        return True

    def taken(self) -> None:
        """Let all others submit: the site has begun with a video."""
        self._stamp.touch()
        self._lock.release()

    def doubtful(self) -> None:
        """Let the others wait, from now on and until one is taken: of this one it is not known."""
        self._stamp.unlink(missing_ok=True)
        self.may_go()

    def end(self) -> None:
        """Let the next one submit; safe to call twice."""
        self._lock.release()


def _wait(stamp: Path, lock: BaseFileLock, is_stopped: Callable[[], bool]) -> Turn | None:
    while not is_stopped():
        if stamp.exists():
            return Turn(stamp, None)
        try:
            lock.acquire(timeout=_LOOK_AGAIN)
        except Timeout:
            continue
        if not stamp.exists():
            return Turn(stamp, lock)
        lock.release()
    return None
