"""From a batch file to finished videos, with nothing but what a user types."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.browser.discovery.find import Browser, find_browser
from grokbatch.browser.launch.context import WorkerFolder, open_context
from grokbatch.browser.machine import this_machine
from tests.e2e.user import ESCAPE, PROMPT
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

SHIPPED = Path(__file__).parents[2] / "batches" / "demo.yaml"


def test_the_first_command_of_the_readme_makes_all_its_videos(nobody: User) -> None:
    """`pytest batches/demo.yaml -n 4` ends with 0, a video each, a report, and nothing left running."""
    (nobody.path / "batches").mkdir()
    shutil.copy(SHIPPED, nobody.path / "batches")
    code, said = nobody.run("batches/demo.yaml", "-n", "4", "--set", "count=2")
    assert code == 0, said
    assert set(nobody.statuses("demo.demo").values()) == {"COMPLETED"}
    assert len({video.video_id for video in nobody.manifest("demo.demo").videos.values()}) == 2
    rows = nobody.reported("demo.demo")
    for number in range(1, 3):
        assert rows[f"video-00{number}"].startswith("completed: ")
        assert f"✓ video-00{number}" in said
    assert not ESCAPE.search(said), "what is piped is plain text"
    assert not list((nobody.run_directory("demo.demo") / "worker-profiles").glob("*"))
    assert not list(nobody.scratch.glob("grokbatch-run-*")), "temporary files are gone"
    nobody.check_nothing_runs()


@pytest.fixture
def profile(playwright: Playwright, site: DemoProcess, tmp_path: Path) -> tuple[Path, str]:
    """A profile in which somebody signed in by hand, with the browser that has windows, and its secret."""
    browser = find_browser(this_machine())
    assert isinstance(browser, Browser)
    folder = WorkerFolder(tmp_path / "profile")
    with open_context(playwright.chromium, replace(browser, headless_executable=None), folder) as worker:
        worker.page.goto(f"{site.origin}/sign-in")
        worker.page.get_by_role("button", name="Sign in").click()
        worker.page.get_by_role("button", name="Sign in").wait_for(state="detached")
        cookies = worker.context.cookies(site.origin)
    secret = next(cookie["value"] for cookie in cookies if cookie.get("name") == "sso")
    return folder.profile, secret


@pytest.mark.slow
def test_a_profile_that_signed_in_by_hand_makes_videos_and_no_secret_gets_out(
    nobody: User, site: DemoProcess, profile: tuple[Path, str]
) -> None:
    """Workers are signed in by a copy of the profile; prompt and session appear nowhere they should not."""
    folder, secret = profile
    shutil.copytree(folder, nobody.home / "accounts" / "me" / "profile")
    site.play(outcomes={"2": {"kind": "generation_error"}, "3": {"kind": "moderated", "at": 40}})
    talkative = ("-vv", "--showlocals", "--junitxml=j.xml", "-rA")
    call = nobody.start("cats.yaml", "-n2", "--site", site.origin, "--set", "attempts=1", *talkative)
    wait_until(site.submitted, "submit")
    titles = nobody.command_lines()
    assert "--user-data-dir=" in titles
    assert PROMPT not in titles
    assert secret not in titles
    assert call.wait() == 1, call.said()
    said = call.said()
    assert PROMPT not in said
    assert secret not in said
    assert sorted(nobody.statuses().values()) == ["COMPLETED", "COMPLETED", "FAILED", "FAILED"]
    sessions = {entry["session"] for entry in site.journal("submit", "open")}
    assert len(sessions) == 1, "all workers went by the one session of the profile"
    holders = {path.name for path in nobody.files() if PROMPT.encode() in path.read_bytes()}
    assert holders == {"cats.yaml", "manifest.json"}
    leaks = [path for path in nobody.files() if secret.encode() in path.read_bytes()]
    assert not [path for path in leaks if not path.is_relative_to(nobody.home)], "a session stays with its account"
    assert list((nobody.run_directory() / "debug").glob("*")), "failures leave evidence"
    assert not ESCAPE.search(said)
