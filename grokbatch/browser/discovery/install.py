"""Installs a browser if there is none: Playwright's own, or the one from the archive of Debian or Ubuntu."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from subprocess import STDOUT
from typing import IO, TYPE_CHECKING

from filelock import FileLock

from grokbatch.browser.errors import BrowserError
from grokbatch.record.storage.private_files import private_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from grokbatch.browser.discovery.find import Browser

LOG = "install-browser.log"
"""The name of the log of all installations, a file in grokbatch's home folder."""

_OWN = (sys.executable, "-m", "playwright")

# Another program that installs packages, as Ubuntu's daily upgrades do, is waited for (seconds) instead of failing.
_APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=600")
_REMEDY = (
    "install Google Chrome (https://www.google.com/chrome), or type `python -m playwright install "
    "--with-deps chromium`, or name a browser that you have: GROKBATCH_BROWSER=/path/to/chrome"
)


@dataclass(frozen=True)
class Installer:
    """Runs the programs that install a browser.

    `environ` is their environment. `announce` is called with a line about each of them. `output` is where they write,
    None: to the file `log`. `is_root`: whether apt-get may be used. `playwright` is Playwright's command.
    """

    environ: Mapping[str, str]
    announce: Callable[[str], None]
    output: int | IO[bytes] | None = None
    is_root: bool = False
    playwright: Sequence[str] = _OWN
    log: Path | None = None

    def run(self, why: str, *command: str) -> bool:
        """Announce why `command` is run and the command itself, then run it; return whether it succeeded."""
        line = shlex.join(command)
        self.announce(f"{why}: {line}")
        try:
            with self._opened_output(line) as output:
                done = subprocess.run(command, env=self.environ, stdout=output, stderr=STDOUT, check=False)
        except OSError:
            return False
        return done.returncode == 0

    def read(self, *command: str) -> str:
        """Run `command`, which must change nothing, and return its output, or an empty string if it fails."""
        try:
            done = subprocess.run(command, env=self.environ, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout if done.returncode == 0 else ""

    @contextmanager
    def _opened_output(self, line: str) -> Iterator[int | IO[bytes] | None]:
        if self.output is not None or self.log is None:
            yield self.output
            return
        with open(self.log, "ab", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC  {line}\n".encode())
            file.flush()
            yield file


def this_installer(announce: Callable[[str], None], output: int | IO[bytes] | None = None) -> Installer:
    """Return the installer for this machine."""
    is_root = sys.platform != "win32" and os.geteuid() == 0
    return Installer(os.environ, announce, output, is_root)


def provide_browser(find: Callable[[], Browser | None], home: Path, installer: Installer) -> Browser:
    """Return the browser that `find` finds; if it finds none, install one first.

    The output of the installing programs goes to a log in the folder `home`. If two runs need a browser at the same
    time, the second one waits for the first one's. Raises BrowserError, which says what to type, if none could be
    installed.
    """
    browser = find()
    if browser is not None:
        return browser
    log = private_folder(home) / LOG
    installer = replace(installer, log=log)
    with FileLock(home / "install-browser.lock", mode=0o600):
        browser = find() or _by_playwright(find, installer) or _by_apt(find, installer)
    if browser is None:
        told = f" (the installers' output: {log})" if log.exists() else ""
        raise BrowserError(f"there is no browser, and none could be installed{told}; {_REMEDY}")
    return browser


def _by_playwright(find: Callable[[], Browser | None], installer: Installer) -> Browser | None:
    why = (
        f"No browser found, so Playwright's Chromium is installed (about 200 MB, once; output goes to {installer.log})"
    )
    if not installer.run(why, *installer.playwright, "install", "chromium"):
        return None
    browser = find()
    if browser is None and _has_apt(installer):
        why = "It does not start yet, so the system libraries that it needs are installed as well"
        installer.run(why, *installer.playwright, "install-deps", "chromium")
        browser = find()
    return browser


def _by_apt(find: Callable[[], Browser | None], installer: Installer) -> Browser | None:
    if not _has_apt(installer):
        return None
    why = "Playwright's Chromium could not be installed, so the system's Chromium is installed with apt-get"
    installer.run(why, *_APT_GET, "update")
    if not _is_real_package("chromium", installer):
        installer.announce("On this system apt-get has Chromium only as a snap, which cannot use a run's profiles")
        return None
    _apt_install("Chromium is installed", "chromium", installer)
    if _is_real_package("chromium-headless-shell", installer):
        _apt_install("A smaller browser for runs without windows is installed", "chromium-headless-shell", installer)
    return find()


def _has_apt(installer: Installer) -> bool:
    return installer.is_root and shutil.which("apt-get", path=installer.environ.get("PATH")) is not None


def _is_real_package(name: str, installer: Installer) -> bool:
    needs = installer.read("apt-cache", "depends", name)
    # Ubuntu's packages of browsers contain no browser: they install a snap.
    return "Depends:" in needs and "snapd" not in needs


def _apt_install(why: str, name: str, installer: Installer) -> bool:
    environ = {**installer.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return replace(installer, environ=environ).run(why, *_APT_GET, "install", "-y", name)
