"""The channels of browsers: the family and the usual paths of each on Linux, macOS and Windows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.browser.machine import Machine


@dataclass(frozen=True)
class Channel:
    """A browser's family and its paths: on Linux, on macOS, and relative to the program folders of Windows."""

    family: str
    linux: tuple[str, ...]
    mac: str
    windows: str


def _chrome(suffix: str, folder: str) -> Channel:
    name = f"Google Chrome{suffix}"
    return Channel(
        family=name,
        linux=(f"/opt/google/{folder}/chrome",),
        mac=f"/Applications/{name}.app/Contents/MacOS/{name}",
        windows=f"Google/Chrome{' SxS' if suffix == ' Canary' else suffix}/Application/chrome.exe",
    )


def _edge(suffix: str, folder: str) -> Channel:
    name = f"Microsoft Edge{suffix}"
    return Channel(
        family=name,
        linux=(f"/opt/microsoft/{folder}/msedge",),
        mac=f"/Applications/{name}.app/Contents/MacOS/{name}",
        windows=f"Microsoft/Edge{' SxS' if suffix == ' Canary' else suffix}/Application/msedge.exe",
    )


CHANNELS = {
    "chrome": _chrome("", "chrome"),
    "chrome-beta": _chrome(" Beta", "chrome-beta"),
    "chrome-dev": _chrome(" Dev", "chrome-unstable"),
    "chrome-canary": _chrome(" Canary", "chrome-canary"),
    "msedge": _edge("", "msedge"),
    "msedge-beta": _edge(" Beta", "msedge-beta"),
    "msedge-dev": _edge(" Dev", "msedge-dev"),
    "msedge-canary": _edge(" Canary", "msedge-canary"),
    "chromium": Channel(
        family="Chromium",
        # The programs come before the start scripts of the same packages: a script that does not `exec` is one more
        # process, and ending it would not end the browser. The snap comes last, because it is confined: it can read
        # neither hidden folders nor /tmp.
        linux=(
            "/usr/lib/chromium/chromium",
            "/usr/lib64/chromium-browser/chromium-browser",
            "/usr/lib64/chromium/chromium",
            "/usr/lib/chromium-browser/chromium-browser",
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/snap/bin/chromium",
        ),
        mac="/Applications/Chromium.app/Contents/MacOS/Chromium",
        windows="Chromium/Application/chrome.exe",
    ),
}

# The channels that are looked for, in this order, if no browser is asked for.
DEFAULT_CHANNELS = ("chrome", "msedge", "chromium")


def candidates(machine: Machine, channel: str) -> Iterator[Path]:
    """Yield the paths where `channel` may be installed on `machine`, best first."""
    paths = CHANNELS[channel]
    if machine.is_windows:
        for variable in ("LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)"):
            if folder := machine.environ.get(variable):
                yield Path(folder, paths.windows)
    elif machine.system == "darwin":
        yield machine.below_root(paths.mac)
        yield machine.home / paths.mac.lstrip("/")
    else:
        yield from map(machine.below_root, paths.linux)


def family_of(executable: Path) -> str:
    """Return the family of a browser as guessed from its path; it is only used in messages."""
    name = str(executable).lower()
    for word, family in (("edge", "Microsoft Edge"), ("chromium", "Chromium"), ("chrome", "Google Chrome")):
        if word in name:
            return family
    return executable.stem
