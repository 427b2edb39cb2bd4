"""Addresses inside the site, for redirects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

HOME = "/imagine"
SIGN_IN = "/sign-in"


def local(target: str) -> str:
    """Return `target` if it is a path of this site, else the sign-in page."""
    # "//host" and "/\host" would lead to another site.
    return target if target.startswith("/") and target[1:2] not in ("/", "\\") else SIGN_IN


def place_of(request: Request) -> str:
    """Return path and query of `request`, for a redirect back to it."""
    return str(request.url.replace(scheme="", netloc=""))
