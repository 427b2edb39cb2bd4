"""Addresses inside the site: where people are led, and where they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

HOME = "/imagine"
SIGN_IN = "/sign-in"


def local(target: str) -> str:
    """Return `target` if it is a path of this site, else the sign-in page."""
    # "//host" and "/\host" would lead away.
    return target if target.startswith("/") and target[1:2] not in ("/", "\\") else SIGN_IN


def place_of(request: Request) -> str:
    """Return path and query of `request`, to come back to."""
    return str(request.url.replace(scheme="", netloc=""))
