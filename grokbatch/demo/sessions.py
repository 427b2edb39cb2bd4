"""Who is signed in."""

from __future__ import annotations

import secrets
import time
from typing import Any

from grokbatch.demo.journal import digest

COOKIE = "sso"
COOKIES = (COOKIE, "sso-rw")
MAX_AGE = 30 * 24 * 3600
MAX_SESSIONS = 10_000


class Sessions:
    """The sessions handed out so far and which of them still hold."""

    def __init__(self) -> None:
        self._tokens: dict[str, int] = {}
        self._period = 0

    def start(self) -> str:
        """Return the token of a fresh session; the oldest one is forgotten when there are too many."""
        if len(self._tokens) >= MAX_SESSIONS:
            self._tokens.pop(next(iter(self._tokens)))
        token = secrets.token_urlsafe(24)
        self._tokens[token] = self._period
        return token

    def holds(self, token: str | None) -> bool:
        """Whether `token` is of a session that is signed in now."""
        return token is not None and self._tokens.get(token) == self._period

    def is_known(self, token: str | None) -> bool:
        """Whether `token` was ever handed out: the asset host learns of a sign-out late."""
        return token is not None and token in self._tokens

    def expire(self) -> None:
        """Sign everybody out."""
        self._period += 1


def name_of(token: str) -> str:
    """Return a short digest that stands for a session in the journal."""
    return digest(token)[:12]


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
