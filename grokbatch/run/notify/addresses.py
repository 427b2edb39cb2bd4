"""Addresses of messages: they hold passwords and tokens, so people are shown only their number and their scheme."""

from __future__ import annotations

import re

DESKTOP = "desktop"
"""The address that means a notification on the desktop of this computer."""

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]{0,30})://", re.IGNORECASE)


def scheme_of(address: str) -> str:
    """Return the scheme of an address, such as `ntfys` or `desktop`, or `no scheme`: all that may be shown of it."""
    if address == DESKTOP:
        return DESKTOP
    found = _SCHEME.match(address)
    return found[1].lower() if found else "no scheme"


def shown(number: int, address: str) -> str:
    """Return an address as people see it: its number from 1, and its scheme."""
    return f"{number} ({scheme_of(address)})"
