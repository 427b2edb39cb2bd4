"""Signing in for real: a window on a screen, a browser, the built-in site, and a person played by its sign-in page."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.e2e.screen import Desk, finish, virtual_screen
from tests.e2e.user import press_ctrl_c
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with virtual_screen() as display:
        yield display


@pytest.fixture
def desk(nobody: User, screen: str) -> Desk:
    """A user without an account, in front of a screen."""
    return Desk(nobody, screen)


def add(desk: Desk, site: DemoProcess, alias: str = "me") -> None:
    """Sign in as a user would who is quick."""
    site.change(sign_in_by_itself=0.2)
    said = desk.type("accounts", "add", alias, "--site", site.origin)
    site.change(sign_in_by_itself=None)
    assert said.code == 0, said.all
    assert f"account {alias}: ready" in said.out


def sign_out(site: DemoProcess) -> None:
    """End all sessions, as a site does after a while."""
    httpx.post(f"{site.origin}/__control__/expire", timeout=20).raise_for_status()


def secrets(user: User, alias: str = "me") -> set[str]:
    cookies = json.loads((user.home / "accounts" / alias / "session-cookies.json").read_text())
    return {cookie["value"] for cookie in cookies}


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def modes(paths: Iterable[Path]) -> set[int]:
    return {stat.S_IMODE(path.stat().st_mode) for path in paths}


def test_who_signs_in_once_makes_videos_with_an_account_that_nobody_else_can_read(
    desk: Desk, site: DemoProcess
) -> None:
    add(desk, site)
    desk.user.check_nothing_runs()
    accounts = desk.user.home / "accounts"
    paths = [accounts, *accounts.rglob("*")]
    assert modes(filter(Path.is_file, paths)) == {0o600}
    assert modes(filter(Path.is_dir, paths)) == {0o700}
    desk.user.write_batch(count=1, site=site.origin)
    code, said = desk.user.run("cats.yaml", "-n", "0")
    assert (code, desk.user.statuses()) == (0, {"video-001": "COMPLETED"}), said
    shown = desk.type("accounts", "list", "--json").out
    assert [(account["alias"], bool(account["last_used_at"])) for account in json.loads(shown)] == [("me", True)]
    assert secrets(desk.user)
    assert not any(secret in shown + said for secret in secrets(desk.user))


def test_a_window_that_is_closed_too_early_leaves_nothing_behind(desk: Desk, site: DemoProcess) -> None:
    site.change(sign_in_by_itself=0.2, human_check=True)
    command = desk.start("accounts", "add", "me", "--site", site.origin)
    wait_until(lambda: site.journal("human_check"), "human check in the window")
    desk.window().terminate()
    said = finish(command)
    assert said.code == 1
    assert "the window was closed before anybody had signed in" in said.err
    assert "to try again: grokbatch accounts add me" in said.err
    assert [path.name for path in (desk.user.home / "accounts").iterdir()] == [".making-me.lock"]
    desk.user.check_nothing_runs()


def test_ctrl_c_ends_the_window_and_leaves_nothing_behind(desk: Desk, site: DemoProcess) -> None:
    command = desk.start("accounts", "add", "me", "--site", site.origin)
    desk.window()
    press_ctrl_c(command)
    assert finish(command).code == 2
    assert not (desk.user.home / "accounts" / "me").exists()
    desk.user.check_nothing_runs()


# It has a version, and then never says that it is there, nor heeds Ctrl+C.
SILENT_BROWSER = """#!/bin/sh
[ "$1" = --version ] && echo "Chromium 156.0.0.0" && exit
trap "" INT
touch {started}
while :; do sleep 1; done
"""


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands in for the browser")
def test_ctrl_c_ends_a_window_that_is_just_opening(desk: Desk, site: DemoProcess) -> None:
    browser, started = desk.user.path / "silent-browser", desk.user.path / "started"
    browser.write_text(SILENT_BROWSER.format(started=started))
    browser.chmod(0o755)
    command = replace(desk, browser=browser).start("accounts", "add", "me", "--site", site.origin)
    wait_until(started.exists, "start of the browser")
    pressed = time.monotonic()
    press_ctrl_c(command)
    said = finish(command)
    assert time.monotonic() - pressed < 25, "its opening was waited for"
    assert said.code == 2, said.err
    assert "Traceback" not in said.err
    assert not (desk.user.home / "accounts" / "me").exists()
    desk.user.check_nothing_runs()


@pytest.mark.slow
def test_an_expired_login_is_told_and_mended_by_the_command_that_is_named(
    user: User, site: DemoProcess, screen: str
) -> None:
    desk = Desk(user, screen)
    sign_out(site)
    checked = desk.type("accounts", "check", "me", "--site", site.origin)
    assert checked.code == 77
    assert "sign in again with: grokbatch accounts add me" in checked.err
    site.change(sign_in_by_itself=0.2)
    mended = desk.type("accounts", "add", "me")
    assert mended.code == 0, mended.all
    site.change(sign_in_by_itself=None)
    assert desk.type("accounts", "check", "me").code == 0


def test_who_does_not_sign_in_in_time_keeps_the_account_as_it_was(user: User, site: DemoProcess, screen: str) -> None:
    sign_out(site)
    before = secrets(user)
    said = Desk(user, screen).type("accounts", "add", "me", "--site", site.origin, "--timeout", "1")
    assert said.code == 1
    assert "nobody had signed in after 1 s. Nothing was changed" in said.err
    assert secrets(user) == before


@pytest.mark.slow
def test_a_human_check_is_told_and_answered_in_the_window(user: User, site: DemoProcess, screen: str) -> None:
    desk = Desk(user, screen)
    site.change(human_check=True)
    checked = desk.type("accounts", "check", "me", "--site", site.origin)
    assert checked.code == 77
    assert "answer the check with: grokbatch accounts add me" in checked.err
    site.change(person_passes_after=0.5)
    assert "account me: ready" in desk.type("accounts", "add", "me").out


@pytest.mark.slow
def test_a_check_keeps_a_session_alive_that_the_site_renews_at_every_visit(user: User, site: DemoProcess) -> None:
    site.change(rotate_session=True, rotation_grace=0)
    check = ("accounts", "check", "me", "--site", site.origin)
    assert [Desk(user).type(*check).code for _ in range(3)] == [0, 0, 0]


def test_a_check_tells_what_is_left_of_the_quota(user: User, site: DemoProcess) -> None:
    site.change(quota=3)
    said = Desk(user).type("accounts", "check", "me", "--site", site.origin, "--json")
    assert json.loads(said.out)["quota"]["remaining"] == 3


@pytest.mark.slow
def test_an_imported_profile_of_500_mb_becomes_a_small_account_that_is_signed_in(desk: Desk, site: DemoProcess) -> None:
    add(desk, site, "other")
    elsewhere = desk.user.path / "chrome-profile"
    shutil.copytree(desk.user.home / "accounts" / "other" / "profile", elsewhere)
    _fill_cache(elsewhere)
    before = {path.relative_to(elsewhere) for path in elsewhere.rglob("*")}
    bring_in = ("accounts", "import", "me", "chrome-profile", "--site", site.origin)
    said = desk.type(*bring_in)
    assert said.code == 0, said.all
    assert size(elsewhere) > 500_000_000
    assert size(desk.user.home / "accounts" / "me") < 10_000_000
    assert {path.relative_to(elsewhere) for path in elsewhere.rglob("*")} == before, "it stays as it is"
    (desk.user.home / "accounts" / "me" / "session-cookies.json").unlink()
    assert desk.type("accounts", "check", "me").code == 0, "the profile itself is signed in"

    kept = secrets(desk.user)
    sign_out(site)
    said = desk.type(*bring_in, "--replace")
    assert said.code == 77
    assert "sign in with this one: grokbatch accounts add me" in said.err
    assert secrets(desk.user) == kept, "a profile that is signed out replaces nothing"


def _fill_cache(profile: Path) -> None:
    cache = profile / "Default" / "Cache" / "Cache_Data"
    cache.mkdir(parents=True)
    for number in range(500):
        with (cache / f"f_{number:06}").open("wb") as file:
            file.truncate(1_000_000)


def test_a_site_that_is_not_there_is_not_taken_for_a_lost_login(user: User) -> None:
    said = Desk(user).type("accounts", "check", "me", "--site", "http://127.0.0.1:9")
    assert said.code == 1
    assert "cannot be reached" in said.err


def test_without_a_display_the_ways_out_are_named(nobody: User) -> None:
    if sys.platform != "linux":
        pytest.skip("other systems always have a display")
    said = Desk(nobody).type("accounts", "add", "me")
    assert said.code == 1
    for way in ("grokbatch accounts import me DIR", "ssh -X", "xvfb-run"):
        assert way in said.err


def test_doctor_finds_the_controls_of_the_batchs_page_and_submits_nothing(user: User, site: DemoProcess) -> None:
    user.write_batch(site=site.origin)
    said = Desk(user).type("doctor", "cats.yaml")
    assert said.code == 0, said.all
    found = " ".join(said.out.split()).partition("found: ")[2].partition(" ok ")[0].split(", ")
    assert {"opener", "prompt", "submit"} <= set(found)
    assert "css=" not in said.out, "how each was found is told by `locators check`"
    assert "it plays H.264" in said.out
    assert site.journal("submit") == []


def test_doctor_says_how_to_sign_in_where_that_alone_is_missing(user: User, site: DemoProcess) -> None:
    user.write_batch(site=site.origin)
    sign_out(site)
    said = Desk(user).type("doctor", "cats.yaml")
    assert said.code == 77
    assert "type: grokbatch accounts add me" in said.out


@pytest.mark.slow
def test_doctor_opens_the_page_with_each_account_of_the_batch(user: User, site: DemoProcess) -> None:
    """Of the two, one is signed out."""
    user.write_batch(site=site.origin, account=None, accounts=["me", "you"])
    sign_out(site)
    user.sign_in(site, "you")
    user.sign_in(site, "me")
    both = Desk(user).type("doctor", "cats.yaml")
    assert both.code == 0, both.all
    assert f"me: {site.origin} lets the account in" in " ".join(both.out.split())
    assert f"you: {site.origin} lets the account in" in " ".join(both.out.split())
    assert both.out.count("found: ") == 1, "the controls are told once"
    sign_out(site)
    user.sign_in(site, "me")
    one = Desk(user).type("doctor", "cats.yaml")
    assert one.code == 77
    assert f"me: {site.origin} lets the account in" in " ".join(one.out.split())
    assert "type: grokbatch accounts add you" in one.out
    assert "type: grokbatch accounts add me" not in one.out
    assert site.journal("submit") == []
