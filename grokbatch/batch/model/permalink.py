"""Reads addresses: the permalink of an image post, in any spelling, and the origin of a site."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DEMO = "demo"
"""The name of the built-in site, in a batch file and after --site."""
REAL_ORIGIN = "https://grok.com"

PLAIN_LINK = f"{REAL_ORIGIN}/imagine/post/<uuid>"
"""The plain form of a permalink, as messages show it."""

_POST = "/imagine/post/"
# What people copy together with an address: white space, quotes, the brackets of e-mails, and invisible characters.
_AROUND = " \t\r\n\u00a0\u200b\u2060\ufeff<>\"'`\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _any_case(word: str) -> str:
    """Return a pattern for `word` in any case, without a flag, because JSON Schema has no flags."""
    return "".join(f"[{sign.lower()}{sign.upper()}]" for sign in word)


_SPELLING = (
    rf"(?:(?:({_any_case('http')}[sS]?):)?(?://)?([^/?#@\s]+))?"
    rf"(?:/+{_any_case('imagine')}/+{_any_case('post')}/+)({_UUID})/*(?:[?#]\S*)?"
)
_SPELT = re.compile(_SPELLING)
_AROUND_PATTERN = rf"[\s{''.join(sign for sign in _AROUND if not sign.isspace())}]*"
LINK_PATTERN = f"^{_AROUND_PATTERN}(?:{_SPELLING}|{_UUID}/*){_AROUND_PATTERN}$"
"""The pattern of a permalink in the JSON Schema; `read_link` checks the site more exactly."""

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.IGNORECASE)
ORIGIN_PATTERN = r"^[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?$"
"""The pattern of an origin in the JSON Schema; `check_origin` is more exact."""

_STANDARD_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535
_REAL_HOSTS = frozenset({f"{host}{port}" for host in ("grok.com", "www.grok.com") for port in ("", ":80", ":443")})


@dataclass(frozen=True)
class ImageLink:
    """The address of an image post: as it was written (`text`), in its plain form, and the origin of its site.

    An image has only one plain form, with the real site's origin, whatever site it is opened on. `origin` is None for
    the real site.
    """

    text: str
    plain: str
    origin: str | None = None

    @property
    def address(self) -> str:
        """The address on the site that was written, in the plain form."""
        return on_site(self.plain, self.origin) if self.origin else self.plain

    @property
    def is_local(self) -> bool:
        """Whether the site is on this computer, such as the built-in site when it is started by itself."""
        host = urlsplit(self.origin or "").hostname
        return host is not None and _is_local(host)


def read_link(text: str) -> ImageLink:
    """Return the image post with the address `text`, in any unambiguous spelling; raise ValueError for other texts.

    Only the id identifies the image: a query, a fragment and the case of letters change nothing.
    """
    bare = text.strip(_AROUND)
    found = _SPELT.fullmatch(bare)
    if found:
        return ImageLink(text, _plain(found[3]), _other_origin(found[1], found[2]))
    if re.fullmatch(rf"{_UUID}/*", bare):
        return ImageLink(text, _plain(bare.rstrip("/")))
    raise ValueError("not a permalink")


def plain_link(text: str) -> str:
    """Return the plain form of a permalink in any spelling; return any other text unchanged."""
    try:
        return read_link(text).plain
    except ValueError:
        return text


def _plain(uuid: str) -> str:
    return f"{REAL_ORIGIN}{_POST}{uuid.lower()}"


def _other_origin(scheme: str | None, host: str | None) -> str | None:
    """Return the origin with this scheme and host, or None if it is the real site's; raise ValueError if it is none."""
    if host is None or host.lower() in _REAL_HOSTS:
        return None
    return check_origin(f"{scheme or 'http'}://{host}")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_origin(text: str) -> str:
    """Return the origin `scheme://host[:port]` in `text`, in lower case and without a standard port; raise ValueError.

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
    """Return the address of the same post on the site at `origin`, with the path and query unchanged."""
    parts = urlsplit(permalink)
    return origin.rstrip("/") + parts._replace(scheme="", netloc="").geturl()
