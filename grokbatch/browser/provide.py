"""Installs a browser where there is none: Playwright's own, or the one of Debian's archive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from filelock import FileLock

from grokbatch.browser.errors import BrowserError
from grokbatch.record.private import private_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from grokbatch.browser.find import Browser

_OWN = (sys.executable, "-m", "playwright")
_REMEDY = (
    "install Google Chrome (https://www.google.com/chrome), or type `python -m playwright install "
    "--with-deps chromium`, or name a browser that you have: GROKBATCH_BROWSER=/path/to/chrome"
)


@dataclass(frozen=True)
class Installer:
    """How to install: with which environment, where output goes, whether as root, who is told of it."""

    environ: Mapping[str, str]
    announce: Callable[[str], None]
    output: int | IO[bytes] | None = None
    is_root: bool = False
    playwright: Sequence[str] = _OWN

    def run(self, *command: str) -> bool:
        """Run `command` with its progress shown; return whether it succeeded."""
        try:
            done = subprocess.run(command, env=self.environ, stdout=self.output, check=False)
        except OSError:
            return False
        return done.returncode == 0

    def read(self, *command: str) -> str:
        """Run `command` and return what it prints, nothing if it fails."""
        try:
            done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout if done.returncode == 0 else ""


def this_installer(announce: Callable[[str], None], output: int | IO[bytes] | None = None) -> Installer:
    """Return the installer of the machine we run on."""
    is_root = os.name == "posix" and os.geteuid() == 0
    return Installer(os.environ, announce, output, is_root)


def provide_browser(find: Callable[[], Browser | None], locks: Path, installer: Installer) -> Browser:
    """Return the browser that `find` finds, installing one first if there is none.

    Two runs at a time do not install at once: the second waits and uses what the first installed. Raises
    BrowserError, which says what to type, when nothing worked.
    """
    browser = find()
    if browser is not None:
        return browser
    with FileLock(private_folder(locks) / "install-browser.lock", mode=0o600):
        browser = find() or _by_playwright(find, installer) or _by_apt(find, installer)
    if browser is None:
        raise BrowserError(f"there is no browser, and none could be installed; {_REMEDY}")
    return browser


def _by_playwright(find: Callable[[], Browser | None], installer: Installer) -> Browser | None:
    installer.announce("No browser found: installing Playwright's Chromium (about 200 MB, once)")
    if not installer.run(*installer.playwright, "install", "chromium"):
        return None
    browser = find()
    if browser is None and _has_apt(installer):
        installer.announce("It does not start yet: installing the system libraries that it needs")
        installer.run(*installer.playwright, "install-deps", "chromium")
        browser = find()
    return browser


def _by_apt(find: Callable[[], Browser | None], installer: Installer) -> Browser | None:
    if not _has_apt(installer):
        return None
    installer.announce("Playwright's Chromium could not be installed: installing the system's own with apt-get")
    installer.run("apt-get", "update")
    if not _is_real_package("chromium", installer):
        installer.announce("Here apt-get offers Chromium as a snap only, which cannot use a run's profiles")
        return None
    _apt_install("chromium", installer)
    if _is_real_package("chromium-headless-shell", installer):
        _apt_install("chromium-headless-shell", installer)
    return find()


def _has_apt(installer: Installer) -> bool:
    return installer.is_root and shutil.which("apt-get", path=installer.environ.get("PATH")) is not None


def _is_real_package(name: str, installer: Installer) -> bool:
    needs = installer.read("apt-cache", "depends", name)
    # Ubuntu's packages of browsers are empty and fetch a snap.
    return "Depends:" in needs and "snapd" not in needs


def _apt_install(name: str, installer: Installer) -> bool:
    environ = {**installer.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = Installer(environ, installer.announce, installer.output, installer.is_root)
    return quiet.run("apt-get", "install", "-y", name)
