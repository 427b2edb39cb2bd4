"""The canary of an account: one worker opens the page first and checks it; only then do the others start.

So a lost login or a changed page costs one browser instead of ten, and a site that refuses the account gets one submit
instead of ten. When the worker that holds the lock fails or dies, the next one gets it.
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

    from grokbatch.run.plan import BatchPlan

_LOOK_AGAIN = 0.25
"""Seconds between two checks whether the run was stopped, while a worker waits for the canary."""


@dataclass(frozen=True)
class Turn:
    """A worker's permission to go on; `lock` is held while this worker is the canary and has not checked the account.

    `stamp` is the file that says that the account was checked.
    """

    stamp: Path
    lock: BaseFileLock | None

    def proven(self) -> bool:
        """Let all others start: the page was seen signed in, with every control that a submit needs; True once."""
        if self.lock is None or not self.lock.is_locked:
            return False
        self.stamp.touch()
        self.lock.release()
        return True

    def end(self) -> None:
        """Let the next worker try, if the account was not proven."""
        if self.lock is not None:
            self.lock.release()


@dataclass(frozen=True)
class Canary:
    """Whether a worker has seen `account` signed in on a page with known controls.

    The workers share this through files in `folder`.
    """

    folder: Path
    account: str

    @contextmanager
    def turn(self, is_stopped: Callable[[], bool]) -> Iterator[Turn | None]:
        """Wait until the account is proven or it is this worker's turn to prove it; yield None when the run stopped."""
        turn = _wait(
            _file(self.folder, "proven", self.account),
            FileLock(_file(self.folder, "canary", self.account, ".lock"), mode=0o600),
            is_stopped,
        )
        try:
            yield None if is_stopped() else turn
        finally:
            if turn is not None:
                turn.end()


class FirstSubmit:
    """Whether the site is known to take submits of `account`; until then only one worker submits at a time.

    The same holds after a submit that the site refused, or that was not seen to be taken. If it `is_always` so, a limit
    refuses one submit and not one of each worker.
    """

    def __init__(self, folder: Path, account: str, *, is_always: bool = False) -> None:
        self._stamp = _file(folder, "taken", account)
        self._lock = FileLock(_file(folder, "submit", account, ".lock"), mode=0o600)
        self._is_always = is_always

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
        """Let others submit: the site has begun with a video."""
        if not self._is_always:
            self._stamp.touch()
        self._lock.release()

    def doubtful(self) -> None:
        """Let only one worker submit until the site takes a submit: it may not have taken this one."""
        self._stamp.unlink(missing_ok=True)
        self.may_go()

    def end(self) -> None:
        """Let the next worker submit; safe to call twice."""
        self._lock.release()


def page_account(batch: BatchPlan) -> str:
    """Return what a canary proves for `batch`: an account on a page."""
    return f"{batch.account} {batch.site} {batch.locators}"


def submit_account(batch: BatchPlan) -> str:
    """Return what a first submit proves for `batch`: an account on a site."""
    return f"{batch.account} {batch.site}"


def forget_proofs(folder: Path, batch: BatchPlan) -> None:
    """Let one worker prove the account of `batch` again, page and submit, before the others go on."""
    _file(folder, "proven", page_account(batch)).unlink(missing_ok=True)
    _file(folder, "taken", submit_account(batch)).unlink(missing_ok=True)


def _file(folder: Path, kind: str, account: str, suffix: str = "") -> Path:
    return folder / f"{kind}-{hashlib.sha256(account.encode()).hexdigest()[:16]}{suffix}"


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
