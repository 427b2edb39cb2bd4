"""Sends messages and checks addresses, each in a process of its own.

Libraries log addresses, and some of them can hang: a process keeps the former from every log and can be ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

SENDING_SECONDS = 30.0
"""How long a message to one address may take."""

_FAILED = "it could not be sent"


def send(address: str, title: str, text: str, seconds: float = SENDING_SECONDS) -> str:
    """Send a message to one address; return an empty text, or why it could not be sent."""
    try:
        return str(_asked({"address": address, "title": title, "text": text}, seconds))
    except subprocess.TimeoutExpired:
        return f"no answer for {seconds:g} s"
    except (OSError, ValueError):
        return _FAILED


def understood(addresses: Sequence[str]) -> list[bool]:
    """Return of each address whether a message could be sent to it; sends nothing."""
    if not addresses:
        return []
    try:
        return [bool(each) for each in _asked({"check": list(addresses)}, SENDING_SECONDS)]
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return [True] * len(addresses)  # sending will tell


def _asked(task: dict[str, Any], seconds: float) -> Any:
    # By the standard input: all users see a process's arguments. -P: nothing in the present folder is imported.
    done = subprocess.run(
        [sys.executable, "-P", "-m", __package__],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        start_new_session=True,  # Ctrl+C is for the run
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same on Windows
    )
    return json.loads(done.stdout)
