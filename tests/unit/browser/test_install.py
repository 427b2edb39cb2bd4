"""What is installed when there is no browser; the installing programs are scripts that really run."""

from __future__ import annotations

import re
import stat
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.browser.discovery.find import Browser
from grokbatch.browser.discovery.install import Installer, provide_browser
from grokbatch.browser.errors import BrowserError

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the scripts are for sh")

CHROMIUM = Browser("Chromium", Path("/usr/lib/chromium/chromium"), "1.2.3.4", "found")
REAL_PACKAGES = 'echo "$2"; echo "  Depends: libc6"'
APT_GET = "apt-get -o DPkg::Lock::Timeout=600"
SNAP_PACKAGES = 'echo "$2"; echo "  Depends: snapd"'


class Box:
    """A machine in a folder: a PATH of scripts that note how they were called, and perhaps a browser."""

    def __init__(self, folder: Path) -> None:
        self.calls = folder / "calls"
        self.calls.touch()
        self.browser = folder / "browser"
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.locks = folder / "locks"
        self.said: list[str] = []

    @property
    def log(self) -> Path:
        return self.locks / "install-browser.log"

    def program(self, name: str, does: str) -> Path:
        """Put a program into the PATH."""
        path = self.programs / name
        path.write_text(f'#!/bin/sh\necho {name} "$@" >> {self.calls}\n{does}\n')
        path.chmod(0o700)
        return path

    @property
    def installs(self) -> str:
        """What a script does to install the browser."""
        return f": > {self.browser}"

    def provide(self, *, is_root: bool = True) -> Browser:
        playwright = self.programs / "playwright"
        installer = Installer(
            {"PATH": f"{self.programs}:/usr/bin:/bin"} if self.has_apt else {"PATH": str(self.programs)},
            self.said.append,
            is_root=is_root,
            playwright=(str(playwright),),
        )
        return provide_browser(self.find, self.locks, installer)

    @property
    def has_apt(self) -> bool:
        return (self.programs / "apt-get").exists()

    def find(self) -> Browser | None:
        return CHROMIUM if self.browser.exists() else None

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_nothing_is_installed_where_there_is_a_browser(box: Box) -> None:
    box.browser.touch()
    assert box.provide() == CHROMIUM
    assert box.said == []


def test_playwrights_own_browser_is_installed_first(box: Box) -> None:
    box.program("playwright", box.installs)
    box.program("apt-get", "")
    assert box.provide() == CHROMIUM
    assert box.called() == ["playwright install chromium"]


def test_libraries_that_playwrights_browser_lacks_are_installed(box: Box) -> None:
    box.program("playwright", f'test "$1" = install-deps && {box.installs}; true')
    box.program("apt-get", "")
    assert box.provide() == CHROMIUM
    assert box.called() == ["playwright install chromium", "playwright install-deps chromium"]


def test_where_playwright_cannot_download_debians_chromium_is_installed_with_its_shell(box: Box) -> None:
    box.program("playwright", "exit 1")
    box.program("apt-cache", REAL_PACKAGES)
    box.program("apt-get", f'test "$3" = install && {box.installs}; true')
    assert box.provide() == CHROMIUM
    assert [call for call in box.called() if call.startswith("apt-get")] == [
        f"{APT_GET} update",
        f"{APT_GET} install -y chromium",
        f"{APT_GET} install -y chromium-headless-shell",
    ]


def test_an_archive_without_the_headless_shell_will_do(box: Box) -> None:
    box.program("playwright", "exit 1")
    box.program("apt-cache", f'test "$2" = chromium && {{ {REAL_PACKAGES}; }}')
    box.program("apt-get", f'test "$5" = chromium && {box.installs}; true')
    assert box.provide() == CHROMIUM
    assert f"{APT_GET} install -y chromium-headless-shell" not in box.called()


def test_ubuntus_snap_is_not_installed_and_the_error_says_what_to_type(box: Box) -> None:
    box.program("playwright", "exit 1")
    box.program("apt-cache", SNAP_PACKAGES)
    box.program("apt-get", "")
    with pytest.raises(BrowserError, match="python -m playwright install --with-deps chromium"):
        box.provide()
    assert f"{APT_GET} install -y chromium" not in box.called()
    assert "snap" in box.said[-1]


def test_an_ordinary_user_is_not_led_to_apt(box: Box) -> None:
    box.program("playwright", "exit 1")
    box.program("apt-get", box.installs)
    with pytest.raises(BrowserError, match="GROKBATCH_BROWSER=/path/to/chrome"):
        box.provide(is_root=False)
    assert box.called() == ["playwright install chromium"]


def test_a_missing_installer_is_the_same_error(box: Box) -> None:
    with pytest.raises(BrowserError, match="none could be installed"):
        box.provide()


def test_each_command_is_told_with_its_reason_before_it_runs_and_its_words_go_into_a_log(
    box: Box, capfd: pytest.CaptureFixture[str]
) -> None:
    """A hundred lines of an installer are not poured over the terminal; what it cannot do is told with the log."""
    box.program("playwright", "echo downloading; echo cannot reach it >&2; exit 1")
    box.program("apt-cache", REAL_PACKAGES)
    box.program("apt-get", f'echo "apt says $3"; test "$3" = install && {box.installs}; true')
    seen: list[list[str]] = []
    box.said = _Noting(seen, box.called)
    box.provide()
    assert [line.partition(": ")[2] for line in box.said] == [
        f"{box.programs}/playwright install chromium",
        f"{APT_GET} update",
        f"{APT_GET} install -y chromium",
        f"{APT_GET} install -y chromium-headless-shell",
    ]
    assert [sum("apt-get" in call or "playwright" in call for call in calls) for calls in seen] == [0, 1, 2, 3]
    assert "No browser found" in box.said[0]
    assert str(box.log) in box.said[0]
    said = box.log.read_text()
    assert "cannot reach it" in said
    assert said.index("downloading") < said.index("apt says update") < said.index("apt says install")
    assert stat.S_IMODE(box.log.stat().st_mode) == 0o600
    assert capfd.readouterr() == ("", "")


class _Noting(list[str]):
    """Lines that were told, with what had been called by then."""

    def __init__(self, seen: list[list[str]], called: Callable[[], list[str]]) -> None:
        super().__init__()
        self._seen, self._called = seen, called

    def append(self, line: str) -> None:
        self._seen.append(self._called())
        super().append(line)


def test_when_nothing_could_be_installed_the_log_is_named(box: Box) -> None:
    box.program("playwright", "echo no such host; exit 1")
    with pytest.raises(BrowserError, match=re.escape(str(box.log))):
        box.provide()
    assert "no such host" in box.log.read_text()


def test_two_runs_at_once_install_once(box: Box) -> None:
    box.program("playwright", f"sleep 0.3; {box.installs}")
    runs = [threading.Thread(target=box.provide) for _ in range(2)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert box.called() == ["playwright install chromium"]
