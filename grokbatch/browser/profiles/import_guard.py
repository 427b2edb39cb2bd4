"""Checks whether a profile from elsewhere may be imported: those of the user's everyday browsers may not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.browser.errors import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.browser.machine import Machine

_LINUX = (
    "google-chrome",
    "google-chrome-beta",
    "google-chrome-unstable",
    "google-chrome-canary",
    "chromium",
    "microsoft-edge",
    "microsoft-edge-beta",
    "microsoft-edge-dev",
    "BraveSoftware",
    "vivaldi",
    "opera",
)
_LINUX_APPS = (
    "snap/chromium/common/chromium",
    "snap/brave/current/.config/BraveSoftware",
    ".var/app/com.google.Chrome/config/google-chrome",
    ".var/app/com.microsoft.Edge/config/microsoft-edge",
    ".var/app/org.chromium.Chromium/config/chromium",
    ".var/app/com.brave.Browser/config/BraveSoftware",
)
_MAC = (
    "Google/Chrome",
    "Google/Chrome Beta",
    "Google/Chrome Dev",
    "Google/Chrome Canary",
    "Chromium",
    "Microsoft Edge",
    "Microsoft Edge Beta",
    "Microsoft Edge Dev",
    "Microsoft Edge Canary",
    "BraveSoftware",
    "Vivaldi",
    "com.operasoftware.Opera",
)
_WINDOWS = (
    "Google/Chrome",
    "Google/Chrome Beta",
    "Google/Chrome Dev",
    "Google/Chrome SxS",
    "Chromium",
    "Microsoft/Edge",
    "Microsoft/Edge Beta",
    "Microsoft/Edge Dev",
    "Microsoft/Edge SxS",
    "BraveSoftware",
    "Vivaldi",
)
_COOKIES = ("Default/Cookies", "Default/Network/Cookies")


def everyday_folders(machine: Machine) -> Iterator[Path]:
    """Yield the folders in which this user's own browsers keep their profiles."""
    if machine.is_windows:
        local, roaming = machine.environ.get("LOCALAPPDATA"), machine.environ.get("APPDATA")
        yield from (Path(local, name) for name in _WINDOWS if local)
        if roaming:
            yield Path(roaming, "Opera Software")
    elif machine.system == "darwin":
        yield from (machine.home / "Library/Application Support" / name for name in _MAC)
    else:
        given = machine.environ.get("XDG_CONFIG_HOME")
        config = Path(given) if given else machine.home / ".config"
        yield from (config / name for name in _LINUX)
        yield from (machine.home / name for name in _LINUX_APPS)


def check_importable(folder: Path, machine: Machine) -> Path:
    """Return the user data folder `folder` resolved, if it may be imported; raises ProfileError if not."""
    if not folder.is_dir():
        raise ProfileError(f"{folder}: there is no such folder; give the browser's --user-data-dir")
    resolved = folder.resolve()
    for everyday in everyday_folders(machine):
        if _is_within(resolved, everyday):
            raise ProfileError(
                f"{folder}: is the profile of your everyday browser, which is not imported: its cookies are encrypted "
                "with keys that a copy cannot use, so a copy would be signed out, and it contains far more of your "
                "data than the videos need. Sign in with a profile of its own: grokbatch accounts add NAME"
            )
    if not any((resolved / name).is_file() for name in _COOKIES):
        raise ProfileError(f"{folder}: {_why_not(resolved)}")
    return resolved


def _is_within(folder: Path, outer: Path) -> bool:
    # Folders are compared as files, because on some systems the case of names does not matter.
    return outer.exists() and any(each.samefile(outer) for each in (folder, *folder.parents))


def _why_not(folder: Path) -> str:
    if any((folder / Path(name).relative_to("Default")).is_file() for name in _COOKIES):
        return f"is one profile of a browser; give the folder around it: {folder.parent}"
    return "holds no cookies (Default/Cookies), so nobody is signed in there; give the browser's --user-data-dir"
