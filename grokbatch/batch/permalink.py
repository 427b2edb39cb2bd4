"""Addresses: the permalink of an image post, and the site that it is opened on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

REAL_ORIGIN = "https://grok.com"

_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PERMALINK = re.compile(rf"{re.escape(REAL_ORIGIN)}/imagine/post/{_UUID}(?:\?[!-\x22$-~]*)?")
LINK_PATTERN = f"^{_PERMALINK.pattern}$"
"""What a permalink looks like, for editors."""

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.IGNORECASE)
ORIGIN_PATTERN = r"^[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?$"
"""What an origin looks like, for editors, who know no flags; `check_origin` is more exact."""

_STANDARD_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535


def check_permalink(text: str) -> str:
    """Return `text` if it is an image post of the real site, a query allowed; raise ValueError if not."""
    if not _PERMALINK.fullmatch(text):
        raise ValueError("not a permalink")
    return text


def check_origin(text: str) -> str:
    """Return the origin `scheme://host[:port]` that `text` names, in its plainest form, or raise ValueError.

    A path (other than `/`), a query, a user name and a password are refused.
    """
    match = _ORIGIN.fullmatch(text)
    if not match:
        raise ValueError("not an origin")
    scheme, host, port = match[1].lower(), match[2].lower(), match[3]
    if port is None or int(port) == _STANDARD_PORTS[scheme]:
        return f"{scheme}://{host}"
    if not 0 < int(port) <= _HIGHEST_PORT:
        raise ValueError("not a port")
    return f"{scheme}://{host}:{int(port)}"


def on_site(permalink: str, origin: str) -> str:
    """Return the address of the same post, path and query unchanged, on the site at `origin`."""
    parts = urlsplit(permalink)
    return origin.rstrip("/") + parts._replace(scheme="", netloc="").geturl()
