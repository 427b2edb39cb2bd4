"""Runs on a host that is looked at, whether or not grokbatch is there.

execnet sends the text of this module there: it may import nothing that Python does not bring along, except where a
missing grokbatch is expected.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import time
from importlib import metadata
from typing import Any


def tell_basics(channel: Any) -> None:
    """Tell the time as often as asked, then the facts as JSON: those of Python, and of grokbatch if it is there."""
    directory, packages = channel.receive()
    while channel.receive() == "clock":
        channel.send(time.time())
    facts: dict[str, Any] = {
        "python": platform.python_version(),
        "system": platform.system(),
        "versions": {name: _version(name) for name in packages},
        "disk": shutil.disk_usage(_existing(directory)).free,
    }
    try:
        from grokbatch.hosts.on_host.grokbatch_facts import grokbatch_facts

        facts["grokbatch"] = grokbatch_facts()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        facts["broken"] = f"{type(error).__name__}: {error}"
    channel.send(json.dumps(facts))


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _existing(directory: str) -> str:
    """Return the folder, or the nearest one around it that exists; this starts in the home of whoever logged in."""
    folder = os.path.abspath(directory)  # noqa: PTH100
    while not os.path.exists(folder):  # noqa: PTH110
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder


if __name__ == "__channelexec__":
    tell_basics(channel)  # type: ignore[name-defined]  # noqa: F821 - execnet's
