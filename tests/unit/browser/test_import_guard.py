"""Which profiles may be imported, on systems that are made up of folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grokbatch.browser.errors import ProfileError
from grokbatch.browser.machine import Machine
from grokbatch.browser.profiles.import_guard import check_importable

if TYPE_CHECKING:
    from pathlib import Path

EVERYDAY = {
    "linux": [
        ".config/google-chrome",
        ".config/google-chrome-beta",
        ".config/chromium",
        ".config/microsoft-edge",
        ".config/BraveSoftware/Brave-Browser",
        "snap/chromium/common/chromium",
        ".var/app/com.google.Chrome/config/google-chrome",
    ],
    "darwin": [
        "Library/Application Support/Google/Chrome",
        "Library/Application Support/Google/Chrome Canary",
        "Library/Application Support/Chromium",
        "Library/Application Support/Microsoft Edge",
        "Library/Application Support/BraveSoftware/Brave-Browser",
    ],
    "win32": [
        "AppData/Local/Google/Chrome/User Data",
        "AppData/Local/Chromium/User Data",
        "AppData/Local/Microsoft/Edge/User Data",
        "AppData/Local/BraveSoftware/Brave-Browser/User Data",
    ],
}
CASES = [(system, name) for system, names in EVERYDAY.items() for name in names]


def machine(home: Path, system: str = "linux", **environ: str) -> Machine:
    if system == "win32":
        environ = {"LOCALAPPDATA": str(home / "AppData/Local"), "APPDATA": str(home / "AppData/Roaming")}
    return Machine(system, environ, home=home, root=home)


def profile(folder: Path, cookies: str = "Default/Cookies") -> Path:
    """Make a user data folder that looks signed in."""
    (folder / cookies).parent.mkdir(parents=True)
    (folder / cookies).write_text("cookies")
    return folder


@pytest.mark.parametrize(("system", "name"), CASES)
def test_the_profile_of_an_everyday_browser_is_refused_with_the_reason(tmp_path: Path, system: str, name: str) -> None:
    with pytest.raises(ProfileError, match="is the profile of your everyday browser") as error:
        check_importable(profile(tmp_path / name), machine(tmp_path, system))
    assert "grokbatch accounts add" in str(error.value)


def test_a_link_to_it_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(profile(tmp_path / ".config/google-chrome"))
    with pytest.raises(ProfileError, match="everyday browser"):
        check_importable(tmp_path / "link", machine(tmp_path))


def test_the_configuration_folder_may_have_been_moved(tmp_path: Path) -> None:
    everyday = profile(tmp_path / "elsewhere/chromium")
    with pytest.raises(ProfileError, match="everyday browser"):
        check_importable(everyday, machine(tmp_path, XDG_CONFIG_HOME=str(tmp_path / "elsewhere")))


@pytest.mark.parametrize("cookies", ["Default/Cookies", "Default/Network/Cookies"])
def test_a_profile_made_for_this_is_taken(tmp_path: Path, cookies: str) -> None:
    made = profile(tmp_path / "for grok", cookies)
    assert check_importable(made, machine(tmp_path)) == made.resolve()


def test_a_folder_without_cookies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="holds no cookies"):
        check_importable(tmp_path, machine(tmp_path / "home"))


def test_who_gives_the_inner_folder_is_told_the_outer_one(tmp_path: Path) -> None:
    made = profile(tmp_path / "mine")
    with pytest.raises(ProfileError, match=f"give the folder around it: {made.resolve()}"):
        check_importable(made / "Default", machine(tmp_path / "home"))


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="there is no such folder"):
        check_importable(tmp_path / "nowhere", machine(tmp_path))
