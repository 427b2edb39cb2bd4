"""The users of the built-in site: their names and ids."""

from __future__ import annotations

import re
import uuid

DEMO_USER = "demo"
_USER = re.compile(r"[\w.@-]{1,64}")


def user_name(told: object) -> str:
    """Return `told` if it is a valid user name; raises ValueError."""
    if isinstance(told, str) and _USER.fullmatch(told):
        return told
    raise ValueError("user: must be 1 to 64 letters, digits or . _ @ -")


def user_id(name: str) -> str:
    """Return the id of the user `name`, which is part of the addresses of the files."""
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}-user.invalid"))
