"""Which browser is chosen, on machines that are made up of folders."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grokbatch.browser.discovery.find import Browser, find_browser, playwrights_own
from grokbatch.browser.errors import BrowserError
from grokbatch.browser.machine import Machine, this_machine

CHROME = "/opt/google/chrome/chrome"
EDGE = "/opt/microsoft/msedge/msedge"
DEBIAN = "/usr/lib/chromium/chromium"
DEBIAN_SHELL = "/usr/lib/chromium/chromium-headless-shell"
SNAP = "/snap/bin/chromium"


def machine(root: Path, system: str = "linux", **environ: str) -> Machine:
    """Return a machine whose programs tell their versions by what their files hold."""
    return Machine(system, environ, home=root / "home", root=root, probe=_tell_version)


def _tell_version(command: list[str]) -> str | None:
    assert command[1:] == ["--version"]
    return Path(command[0]).read_text() or None


def install(root: Path, *paths: str, version: str = "Chromium 156.0.8078.79 built on Debian") -> None:
    for path in paths:
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(version)


def own(root: Path) -> Path:
    """Install Playwright's Chromium, and return its path."""
    cache = "/cache/ms-playwright"
    install(
        root,
        f"{cache}/chromium-1255/chrome-linux64/chrome",
        f"{cache}/chromium_headless_shell-1255/chrome-headless-shell-linux64/chrome-headless-shell",
        version="Google Chrome for Testing 159.0.8154.6",
    )
    return root / f"{cache}/chromium-1255/chrome-linux64/chrome".lstrip("/")


def find(here: Machine, channel: str | None = None, playwrights: Path | None = None) -> Browser | None:
    return find_browser(here, channel=channel, own=lambda _: playwrights)


def test_a_bare_machine_has_no_browser(tmp_path: Path) -> None:
    assert find(machine(tmp_path)) is None


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [
        ((SNAP, DEBIAN, EDGE, CHROME), CHROME),
        ((SNAP, DEBIAN, EDGE), EDGE),
        ((SNAP, DEBIAN), DEBIAN),
        ((SNAP,), SNAP),
    ],
)
def test_chrome_comes_before_edge_before_chromium_before_playwrights_own(
    tmp_path: Path, installed: tuple[str, ...], chosen: str
) -> None:
    install(tmp_path, *installed)
    found = find(machine(tmp_path), playwrights=own(tmp_path))
    assert found is not None
    assert found.executable == tmp_path / chosen.lstrip("/")


def test_playwrights_own_is_taken_with_its_headless_shell(tmp_path: Path) -> None:
    found = find(machine(tmp_path), playwrights=own(tmp_path))
    assert found is not None
    assert (found.family, found.version) == ("Playwright Chromium", "159.0.8154.6")
    assert found.headless_executable is not None
    assert found.headless_executable.name == "chrome-headless-shell"


def test_debians_headless_shell_is_taken_if_it_has_the_browsers_version(tmp_path: Path) -> None:
    install(tmp_path, DEBIAN, DEBIAN_SHELL)
    found = find(machine(tmp_path))
    assert found is not None
    assert found.headless_executable == tmp_path / DEBIAN_SHELL.lstrip("/")
    install(tmp_path, DEBIAN_SHELL, version="Chromium 155.0.1.1")
    found = find(machine(tmp_path))
    assert found is not None
    assert found.headless_executable is None


def test_a_start_script_is_replaced_by_its_program(tmp_path: Path) -> None:
    """A script that does not `exec` would survive as a shell when its parent dies."""
    install(tmp_path, DEBIAN, DEBIAN_SHELL, "/usr/bin/chromium")
    found = find(machine(tmp_path, GROKBATCH_BROWSER=str(tmp_path / "usr/bin/chromium")))
    assert found is not None
    assert found.executable == tmp_path / DEBIAN.lstrip("/")
    assert found.headless_executable == tmp_path / DEBIAN_SHELL.lstrip("/")


def test_a_browser_that_does_not_start_is_passed_over(tmp_path: Path) -> None:
    """Ubuntu's /usr/bin/chromium-browser is a script that only asks for a snap."""
    install(tmp_path, "/usr/bin/chromium-browser", version="")
    install(tmp_path, SNAP)
    found = find(machine(tmp_path))
    assert found is not None
    assert found.executable == tmp_path / SNAP.lstrip("/")


def test_the_channel_option_wins_over_the_variable_and_what_is_found(tmp_path: Path) -> None:
    install(tmp_path, CHROME, EDGE, DEBIAN)
    here = machine(tmp_path, GROKBATCH_BROWSER="msedge")
    by_option, by_variable = find(here, "chromium"), find(here)
    assert by_option is not None
    assert by_variable is not None
    assert (by_option.family, by_option.source) == ("Chromium", "--browser-channel chromium")
    assert (by_variable.family, by_variable.source) == ("Microsoft Edge", "GROKBATCH_BROWSER=msedge")


def test_the_channel_chromium_means_playwrights_own_where_there_is_one(tmp_path: Path) -> None:
    install(tmp_path, DEBIAN)
    found = find(machine(tmp_path), "chromium", playwrights=own(tmp_path))
    assert found is not None
    assert found.family == "Playwright Chromium"


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ("msedge", "Microsoft Edge is not installed here; type `python -m playwright install msedge`"),
        ("netscape", "no such channel; channels are chrome, chrome-beta"),
    ],
)
def test_a_channel_that_is_not_there_is_an_error_that_says_what_to_type(
    tmp_path: Path, channel: str, message: str
) -> None:
    install(tmp_path, CHROME)
    with pytest.raises(BrowserError, match=f"--browser-channel {channel}: {message}"):
        find(machine(tmp_path), channel)
    with pytest.raises(BrowserError, match=f"GROKBATCH_BROWSER={channel}: "):
        find(machine(tmp_path, GROKBATCH_BROWSER=channel))


def test_a_path_that_is_no_browser_is_an_error(tmp_path: Path) -> None:
    install(tmp_path, "/readme", version="hello")
    with pytest.raises(BrowserError, match="there is no such file"):
        find(machine(tmp_path, GROKBATCH_BROWSER=str(tmp_path / "nothing")))
    with pytest.raises(BrowserError, match="does not print its version"):
        find(machine(tmp_path, GROKBATCH_BROWSER=str(tmp_path / "readme")))


@pytest.mark.parametrize("folder", ["", "home"])
def test_on_macos_applications_of_the_machine_and_of_the_user_are_found(tmp_path: Path, folder: str) -> None:
    path = "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    install(tmp_path / folder, path)
    found = find(machine(tmp_path, "darwin"))
    assert found is not None
    assert found.executable == tmp_path / folder / path


def test_on_windows_the_version_is_read_from_the_files_because_asking_opens_a_window(tmp_path: Path) -> None:
    programs = tmp_path / "Program Files (x86)"
    install(programs, "Microsoft/Edge/Application/msedge.exe", version="")
    for version in ("99.0.1150.30", "131.0.2903.70"):
        (programs / "Microsoft/Edge/Application" / version).mkdir()
    found = find(machine(tmp_path, "win32", **{"PROGRAMFILES(X86)": str(programs)}))
    assert found is not None
    assert (found.family, found.version) == ("Microsoft Edge", "131.0.2903.70")


def test_a_browser_comes_back_the_same_from_a_worker(tmp_path: Path) -> None:
    install(tmp_path, DEBIAN, DEBIAN_SHELL)
    found = find(machine(tmp_path))
    assert found is not None
    assert Browser.from_plain(found.as_plain()) == found


def test_playwright_itself_is_asked_where_its_browser_lies(tmp_path: Path) -> None:
    path = playwrights_own(this_machine({"PATH": str(tmp_path)}))
    assert path is not None
    assert "chromium-" in str(path)


@pytest.mark.skipif(sys.platform == "win32", reason="there, no program is run for it")
def test_a_program_that_fails_is_no_browser(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o700)
    with pytest.raises(BrowserError, match="does not print its version"):
        find(this_machine({"GROKBATCH_BROWSER": str(broken)}))
