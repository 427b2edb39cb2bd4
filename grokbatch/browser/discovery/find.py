"""Finds the browser to use: the one asked for, else one installed on the machine, else Playwright's own."""

from __future__ import annotations

import os
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.browser.discovery.channels import CHANNELS, DEFAULT_CHANNELS, candidates, family_of
from grokbatch.browser.discovery.headless_shell import headless_shell, program_behind
from grokbatch.browser.errors import BrowserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from grokbatch.browser.machine import Machine

BROWSER_VARIABLE = "GROKBATCH_BROWSER"

_VERSION = re.compile(r"\d+(?:\.\d+){2,3}")
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright\n"
    "with sync_playwright() as playwright:\n"
    "    print(playwright.chromium.executable_path)\n"
)


@dataclass(frozen=True)
class Browser:
    """A browser that can be started.

    `headless_executable` is a headless shell of the same version, if there is one. `source` says in a few words why
    this browser was chosen.
    """

    family: str
    executable: Path
    version: str
    source: str
    channel: str | None = None
    headless_executable: Path | None = None

    def __str__(self) -> str:
        return f"{self.family} {self.version}"

    def as_plain(self) -> dict[str, str | None]:
        """Return the browser as a dict of strings, which can be sent to a worker."""
        return {key: None if value is None else str(value) for key, value in asdict(self).items()}

    @classmethod
    def from_plain(cls, plain: Mapping[str, str | None]) -> Browser:
        """Return the browser from a dict that `as_plain` has made."""
        shell = plain["headless_executable"]
        return cls(
            family=str(plain["family"]),
            executable=Path(str(plain["executable"])),
            version=str(plain["version"]),
            source=str(plain["source"]),
            channel=plain["channel"],
            headless_executable=None if shell is None else Path(shell),
        )


def playwrights_own(machine: Machine) -> Path | None:
    """Return the path that Playwright's own Chromium has or would have, or None if unknown; takes about a second."""
    said = machine.probe([sys.executable, "-c", _ASK_PLAYWRIGHT])
    return Path(said.strip()) if said and said.strip() else None


def find_browser(
    machine: Machine,
    *,
    channel: str | None = None,
    own: Callable[[Machine], Path | None] = playwrights_own,
) -> Browser | None:
    """Return the browser to use, or None if the machine has none.

    The first that exists is used: `channel` (the option `--browser-channel`); GROKBATCH_BROWSER, a channel or a path;
    an installed Google Chrome, Edge or Chromium; Playwright's own. Raises BrowserError if one was asked for but is not
    there.
    """
    if channel:
        return _by_channel(machine, channel, f"--browser-channel {channel}", own)
    wanted = machine.environ.get(BROWSER_VARIABLE)
    if wanted:
        return _by_variable(machine, wanted, own)
    return _first(_installed(machine)) or _own(machine, own)


def _by_variable(machine: Machine, wanted: str, own: Callable[[Machine], Path | None]) -> Browser:
    source = f"{BROWSER_VARIABLE}={wanted}"
    if wanted in CHANNELS:
        return _by_channel(machine, wanted, source, own)
    if os.sep not in wanted and "/" not in wanted:
        raise BrowserError(f"{source}: neither a path nor a channel; {_known_channels()}")
    return browser_at(machine, Path(wanted).expanduser().absolute(), source)


def browser_at(machine: Machine, executable: Path, source: str) -> Browser:
    """Return the browser at `executable`; raises BrowserError, which names `source`, if it cannot be started."""
    if not executable.is_file():
        raise BrowserError(f"{source}: there is no such file; give the path of a Chrome, Edge or Chromium")
    browser = _look_at(machine, executable, family_of(executable), None, source)
    if browser is None:
        raise BrowserError(
            f"{source}: it does not print its version, so it cannot be used as a browser here; "
            f"try {executable} --version"
        )
    return browser


def _by_channel(machine: Machine, channel: str, source: str, own: Callable[[Machine], Path | None]) -> Browser:
    if channel not in CHANNELS:
        raise BrowserError(f"{source}: no such channel; {_known_channels()}")
    # For users of pytest-playwright, "chromium" is the name of Playwright's own browser.
    found = _own(machine, own, source) if channel == "chromium" else None
    found = found or _first(_of_channel(machine, channel, source))
    if found is None:
        raise BrowserError(f"{source}: {CHANNELS[channel].family} is not installed here; {_remedy(channel)}")
    return found


def _remedy(channel: str) -> str:
    otherwise = "leave out the choice to use any browser that is found"
    if channel.endswith("-canary"):
        return f"install it, or {otherwise}"
    return f"type `python -m playwright install {channel}`, or {otherwise}"


def _known_channels() -> str:
    return "channels are " + ", ".join(CHANNELS)


def _installed(machine: Machine) -> Iterable[Browser]:
    for channel in DEFAULT_CHANNELS:
        yield from _of_channel(machine, channel, "found on this machine")


def _of_channel(machine: Machine, channel: str, source: str) -> Iterable[Browser]:
    for executable in candidates(machine, channel):
        if executable.is_file():
            browser = _look_at(machine, executable, CHANNELS[channel].family, channel, source)
            if browser is not None:
                yield browser


def _own(machine: Machine, own: Callable[[Machine], Path | None], source: str = "Playwright's own") -> Browser | None:
    executable = own(machine)
    if executable is None or not executable.is_file():
        return None
    return _look_at(machine, executable, "Playwright Chromium", "chromium", source)


def _first(browsers: Iterable[Browser]) -> Browser | None:
    return next(iter(browsers), None)


def _look_at(machine: Machine, executable: Path, family: str, channel: str | None, source: str) -> Browser | None:
    version = read_version(machine, executable)
    if version is None:
        return None
    executable = program_behind(executable)
    shell = headless_shell(executable)
    if shell is not None and read_version(machine, shell) != version:
        shell = None
    return Browser(family, executable, version, source, channel, shell)


def read_version(machine: Machine, executable: Path) -> str | None:
    """Return the version, such as "156.0.8078.79", without opening a window; None if it cannot be found."""
    # On Windows, `chrome.exe --version` opens a window. The version is also the name of a file or folder beside it.
    said = _windows_version(executable) if machine.is_windows else machine.probe([str(executable), "--version"])
    match = _VERSION.search(said or "")
    return match.group() if match else None


def _windows_version(executable: Path) -> str:
    names = (
        entry.name.removesuffix(".manifest")
        for entry in executable.parent.iterdir()
        if entry.is_dir() or entry.suffix == ".manifest"
    )
    versions = [name for name in names if _VERSION.fullmatch(name)]
    return max(versions, key=lambda name: [int(part) for part in name.split(".")], default="")
