"""The canary of an account: one worker opens the page first and checks it; only then do the others start.

So a lost login or a changed page costs one browser instead of ten, and a site that refuses the account gets one submit
instead of ten. When the worker that holds the lock fails or dies, the next one gets it.
"""

from __future__ import annotations

import hashlib
from enum import Enum
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.run.plan import BatchPlan

_MOMENT = 0.25
"""Seconds for which a worker waits for the canary before it looks whether the run was stopped."""


class Proof(Enum):
    """What a worker learns that asks whether it may open the account's page."""

    PROVEN = "proven"
    """The account was checked."""
    MINE = "mine"
    """It is this worker's turn to check it."""
    OTHERS = "others"
    """Another worker checks it at this moment."""


class Canary:
    """Whether a worker has seen `account` signed in on a page with known controls.

    The workers share this through files in `folder`; who holds the lock is the canary.
    """

    def __init__(self, folder: Path, account: str) -> None:
        self._stamp = _file(folder, "proven", account)
        self._lock = FileLock(_file(folder, "canary", account, ".lock"), mode=0o600)

    def take(self) -> Proof:
        """Return whether the account is proven, or it is this worker's turn to prove it; waits a moment for that."""
        if self._lock.is_locked:
            return Proof.MINE
        if self._stamp.exists():
            return Proof.PROVEN
        try:
            self._lock.acquire(timeout=_MOMENT)
        except Timeout:
            return Proof.OTHERS
        if not self._stamp.exists():
            return Proof.MINE
        self._lock.release()
        return Proof.PROVEN

    def proven(self) -> bool:
        """Let all others start: the page was seen signed in, with every control that a submit needs; True once."""
        if not self._lock.is_locked:
            return False
        self._stamp.touch()
        self._lock.release()
        return True

    def end(self) -> None:
        """Let the next worker try, if the account was not proven; safe to call twice."""
        self._lock.release()


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
