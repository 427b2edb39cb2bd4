"""Addresses: the permalink of an image post, however it is spelt, and the site that it is opened on."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

DEMO = "demo"
"""The name of the built-in site, in a batch file and after --site."""
REAL_ORIGIN = "https://grok.com"

PLAIN_LINK = f"{REAL_ORIGIN}/imagine/post/<uuid>"
"""The form that all spellings of a permalink stand for, in words."""

_POST = "/imagine/post/"
# What people copy along with an address: blanks, quotes, the brackets of mails, and signs that take no room.
_AROUND = " \t\r\n\u00a0\u200b\u2060\ufeff<>\"'`\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def _any_case(word: str) -> str:
    """Return a pattern for `word` in small letters and capitals: editors know no flags."""
    return "".join(f"[{sign.lower()}{sign.upper()}]" for sign in word)


_SPELLING = (
    rf"(?:(?:({_any_case('http')}[sS]?):)?(?://)?([^/?#@\s]+))?"
    rf"(?:/+{_any_case('imagine')}/+{_any_case('post')}/+)({_UUID})/*(?:[?#]\S*)?"
)
_SPELT = re.compile(_SPELLING)
_AROUND_PATTERN = rf"[\s{''.join(sign for sign in _AROUND if not sign.isspace())}]*"
LINK_PATTERN = f"^{_AROUND_PATTERN}(?:{_SPELLING}|{_UUID}/*){_AROUND_PATTERN}$"
"""What a permalink looks like, for editors; `read_link` is more exact about the site."""

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([0-9]{1,5}))?/?", re.IGNORECASE)
ORIGIN_PATTERN = r"^[Hh][Tt][Tt][Pp][Ss]?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?/?$"
"""What an origin looks like, for editors, who know no flags; `check_origin` is more exact."""

_STANDARD_PORTS = {"http": 80, "https": 443}
_HIGHEST_PORT = 65535
_REAL_HOSTS = frozenset({f"{host}{port}" for host in ("grok.com", "www.grok.com") for port in ("", ":80", ":443")})


@dataclass(frozen=True)
class ImageLink:
    """An image post: `text` as it was written, `plain` as it is known, `origin` of the site if it is not the real one.

    One image has one plain form, the real site's, wherever it is looked at.
    """

    text: str
    plain: str
    origin: str | None = None

    @property
    def address(self) -> str:
        """Where it was meant to be opened, in the plain form."""
        return on_site(self.plain, self.origin) if self.origin else self.plain

    @property
    def is_local(self) -> bool:
        """Whether it names a site on this very machine, such as the built-in one on its own."""
        host = urlsplit(self.origin or "").hostname
        return host is not None and _is_local(host)


def read_link(text: str) -> ImageLink:
    """Return the image post that `text` means in any spelling that leaves no doubt; raise ValueError if there is one.

    Nothing but the image's id tells one image from another: queries, fragments and capitals change nothing.
    """
    bare = text.strip(_AROUND)
    found = _SPELT.fullmatch(bare)
    if found:
        return ImageLink(text, _plain(found[3]), _other_origin(found[1], found[2]))
    if re.fullmatch(rf"{_UUID}/*", bare):
        return ImageLink(text, _plain(bare.rstrip("/")))
    raise ValueError("not a permalink")


def plain_link(text: str) -> str:
    """Return the plain form of a permalink in any spelling, and anything else as it is."""
    try:
        return read_link(text).plain
    except ValueError:
        return text


def _plain(uuid: str) -> str:
    return f"{REAL_ORIGIN}{_POST}{uuid.lower()}"


def _other_origin(scheme: str | None, host: str | None) -> str | None:
    """Return the origin that an address begins with, or None if that is the real site's; raise ValueError for none."""
    if host is None or host.lower() in _REAL_HOSTS:
        return None
    return check_origin(f"{scheme or 'http'}://{host}")


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
