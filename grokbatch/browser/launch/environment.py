"""Checks whether this machine has a display for a browser's windows, and whether the browser's sandbox works here."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def has_display(environ: Mapping[str, str]) -> bool:
    """Whether windows can be shown: always on macOS and Windows; on Linux, if X11 or Wayland is running."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def sandbox_works(executable: Path) -> bool:
    """Whether the browser at `executable` can start with its sandbox; never for root on Linux."""
    if not sys.platform.startswith("linux"):
        return True
    if os.geteuid() == 0:
        return False
    return _has_setuid_helper(executable) or _can_make_namespaces()


def _has_setuid_helper(executable: Path) -> bool:
    try:
        helper = (executable.parent / "chrome-sandbox").stat()
    except OSError:
        return False
    return helper.st_uid == 0 and bool(helper.st_mode & stat.S_ISUID)


def _can_make_namespaces() -> bool:
    # Containers and AppArmor can forbid namespaces in several ways, so the only reliable test is to create some.
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    command = [unshare, "--user", "--map-root-user", "--net", "--pid", "--fork", "true"]
    return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0
