"""The sessions: who is signed in, and with which cookie."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokbatch.demo.scenario.users import DEMO_USER
from grokbatch.demo.state.journal import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from grokbatch.demo.scenario.scenario import Scenario

COOKIE = "sso"
COOKIES = (COOKIE, "sso-rw")
MAX_AGE = 30 * 24 * 3600
MAX_VALUES = 10_000


@dataclass
class Session:
    """One sign-in of one user; all values that its cookie takes over time belong to it.

    `name` is its name in the journal: a digest of the first value.
    """

    name: str
    user: str
    ended: bool = False


@dataclass
class _Value:
    session: Session
    set_at: float
    replaced_at: float | None = None

    def holds(self, scenario: Scenario, now: float) -> bool:
        life, grace = scenario.session_seconds, scenario.rotation_grace
        if self.session.ended or (life is not None and now - self.set_at >= life):
            return False
        return self.replaced_at is None or now - self.replaced_at < grace


class Sessions:
    """The cookies given out so far, and which of them are still valid; `clock` returns monotonic seconds.

    Copies of one profile that start with the same value stay signed in side by side, each with the values that it was
    given itself.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._values: dict[str, _Value] = {}

    def start(self, user: str = DEMO_USER) -> str:
        """Sign `user` in and return the cookie's first value."""
        token = secrets.token_urlsafe(24)
        return self._keep(token, Session(name_of(token), user))

    def find(self, token: str | None, scenario: Scenario) -> Session | None:
        """Return the session for which the cookie `token` is valid now, or None."""
        value = self._values.get(token or "")
        return value.session if value is not None and value.holds(scenario, self._clock()) else None

    def rotate(self, token: str) -> str:
        """Return a new value for `token`, which stays valid for the scenario's grace (seconds)."""
        value = self._values[token]
        if value.replaced_at is None:
            value.replaced_at = self._clock()
        return self._keep(secrets.token_urlsafe(24), value.session)

    def ever(self, token: str | None) -> Session | None:
        """Return the session to which `token` belongs, even if the session has ended."""
        value = self._values.get(token or "")
        return None if value is None else value.session

    def expire(self, user: str | None = None) -> None:
        """Sign `user` out everywhere, or everybody."""
        # A copy, because another thread may start sessions meanwhile.
        for value in tuple(self._values.values()):
            if user is None or value.session.user == user:
                value.session.ended = True

    def _keep(self, token: str, session: Session) -> str:
        if len(self._values) >= MAX_VALUES:
            self._values.pop(next(iter(self._values)))
        self._values[token] = _Value(session, self._clock())
        return token


def name_of(token: str) -> str:
    """Return the journal's name of the session whose first cookie is `token`."""
    return digest(token)[:12]


def set_cookies(reply: Response, token: str) -> None:
    """Set the session's cookies in `reply`."""
    for name in COOKIES:
        reply.set_cookie(name, token, max_age=MAX_AGE, httponly=True, samesite="lax")


def browser_cookies(token: str, host: str) -> list[dict[str, Any]]:
    """Return the session's cookies in the form of Playwright's `add_cookies`."""
    expires = int(time.time()) + MAX_AGE
    return [
        {
            "name": name,
            "value": token,
            "domain": host,
            "path": "/",
            "expires": expires,
            "httpOnly": True,
            "secure": False,
            "sameSite": "Lax",
        }
        for name in COOKIES
    ]
