"""The sites: where to sign in, and which page shows that it worked. Data, packaged as `sites.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from grokbatch.batch.model.permalink import REAL_ORIGIN
from grokbatch.yaml_nodes import load

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grokbatch.browser.profiles.account import Cookie


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Real(_Model):
    sign_in: str
    visit: str
    domains: tuple[str, ...]


class _Other(_Model):
    sign_in: str
    visit: str


class _Sites(_Model):
    session_cookie: str
    real: _Real
    other: _Other
    quota: str


@dataclass(frozen=True)
class Site:
    """One site: its origin, the page for signing in, the page to check, and the address of the quota."""

    origin: str
    sign_in: str
    visit: str
    quota: str
    session_cookie: str
    domains: tuple[str, ...]

    def owns(self, address: str) -> bool:
        """Whether a page at `address` belongs to the site itself, not to its sign-in service."""
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc}" == self.origin

    def cookies(self, among: Iterable[Cookie]) -> tuple[Cookie, ...]:
        """Return the cookies in `among` that belong to this site."""
        return tuple(cookie for cookie in among if self._is_ours(str(cookie.get("domain", ""))))

    def has_session(self, cookies: Iterable[Cookie]) -> bool:
        """Whether the cookie that says who is signed in is among `cookies`."""
        return any(cookie["name"] == self.session_cookie for cookie in self.cookies(cookies))

    def _is_ours(self, domain: str) -> bool:
        host = domain.lstrip(".")
        return any(host == ours or host.endswith(f".{ours}") for ours in self.domains)


def site_at(origin: str) -> Site:
    """Return the site at `origin`, which is the real one or any other that behaves like it."""
    sites = _packaged()
    if origin == REAL_ORIGIN:
        real = sites.real
        sign_in, visit, domains = real.sign_in, real.visit, real.domains
    else:
        sign_in, visit = origin + sites.other.sign_in, origin + sites.other.visit
        domains = (urlsplit(origin).hostname or "",)
    return Site(origin, sign_in, visit, origin + sites.quota, sites.session_cookie, domains)


@lru_cache(maxsize=1)
def _packaged() -> _Sites:
    text = files("grokbatch.site.account").joinpath("sites.yaml").read_text(encoding="utf-8")
    return _Sites.model_validate(load(text))
