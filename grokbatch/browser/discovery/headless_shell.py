"""Finds headless shells: smaller programs, which come with some browsers, for running without windows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Debian and Fedora install the shell beside the browser. Playwright has used both names of _PLAYWRIGHTS for its own.
_BESIDE = ("chromium-headless-shell", "headless_shell")
_PLAYWRIGHTS = ("chrome-headless-shell", "chrome-headless-shell.exe", "headless_shell", "headless_shell.exe")
_PLAYWRIGHT_FOLDER = re.compile(r"chromium-(\d+)")


def program_behind(executable: Path) -> Path:
    """Return the program that Debian's start script at `executable` runs; return any other `executable` unchanged.

    Debian's script for the headless shell does not `exec`: ending the script would not end the browser.
    """
    program = executable.parent.parent / "lib" / "chromium" / executable.name
    return program if executable.parent.name == "bin" and program.is_file() else executable


def headless_shell(executable: Path) -> Path | None:
    """Return the headless shell that came with the browser at `executable`, or None."""
    beside = (executable.with_name(name) for name in _BESIDE)
    return next((path for path in beside if path.is_file()), None) or _playwrights_shell(executable)


def _playwrights_shell(executable: Path) -> Path | None:
    for folder in executable.parents:
        if match := _PLAYWRIGHT_FOLDER.fullmatch(folder.name):
            shells = folder.with_name(f"chromium_headless_shell-{match.group(1)}")
            paths = (path for name in _PLAYWRIGHTS for path in sorted(shells.glob(f"*/{name}")))
            return next(paths, None)
    return None
