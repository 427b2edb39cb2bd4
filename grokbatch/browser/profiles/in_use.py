"""Finds the browser that has a profile open, without changing the profile's locks."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import psutil

from grokbatch.browser.process.tree import browsers_on

if TYPE_CHECKING:
    from pathlib import Path


def browser_using(profile: Path) -> str | None:
    """Return a description of the browser that has the folder `profile` open, such as `process 123`, or None."""
    return _by_lock(profile) or _by_command_line(profile)


def _by_lock(profile: Path) -> str | None:
    if os.name == "nt":
        return _by_windows_lock(profile)
    try:
        # Chromium's lock is a symbolic link whose target is the text "<host>-<pid>", not a file.
        host, _, pid = os.readlink(profile / "SingletonLock").rpartition("-")  # noqa: PTH115 - no file behind it
    except OSError:
        return None
    if host != socket.gethostname():
        return f"a browser on {host} (if that computer is off, delete SingletonLock there)"
    return f"process {pid}" if pid.isdigit() and _is_browser(int(pid)) else None


def _is_browser(pid: int) -> bool:
    try:
        name = psutil.Process(pid).name().lower()
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False
    return any(word in name for word in ("chrom", "edge", "headless"))


def _by_windows_lock(profile: Path) -> str | None:
    try:
        # A running browser has this file open exclusively, and deletes it at its end.
        (profile / "lockfile").open("rb").close()
    except PermissionError:
        return "a browser"
    except OSError:
        return None
    return None


def _by_command_line(profile: Path) -> str | None:
    # The headless shell does not lock its profile.
    running = next(browsers_on(lambda folder: folder == profile.resolve()), None)
    return None if running is None else f"process {running.pid}"
