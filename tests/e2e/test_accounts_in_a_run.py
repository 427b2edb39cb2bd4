"""Accounts while videos are made: one worker looks first, sessions are renewed, persons are asked, others go on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grokbatch.demo.state.journal import PAID
from grokbatch.record.storage.accounts import AccountRecord, AccountStore, BrowserRecord
from tests.e2e.bill import bill
from tests.e2e.demo_process import check_each_made_once
from tests.e2e.screen import virtual_screen
from tests.e2e.terminal import Terminal

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User


def renewed(user: User, alias: str = "me") -> str:
    """Return the session that is kept for the account."""
    cookies = json.loads((user.home / "accounts" / alias / "session-cookies.json").read_text())
    return next(str(cookie["value"]) for cookie in cookies if cookie["name"] == "sso")


def test_a_lost_login_costs_one_browser(user: User, site: DemoProcess) -> None:
    """With two workers and a session that is over, one page is opened, and nothing is submitted."""
    site.expire()
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 77, said
    assert "grokbatch accounts add me" in said
    assert site.submitted() == []
    # The site sends whoever is signed out to its sign-in page; the others never asked for a page.
    log = (user.run_directory() / "run.log").read_text()
    assert log.count(": AUTH_REQUIRED: ") == 1
    assert list(user.statuses().values()).count("PENDING") == 3


@pytest.mark.slow
def test_a_site_that_renews_the_session_at_every_visit_still_works_on_the_next_run(
    user: User, site: DemoProcess
) -> None:
    """What the site made of the session in one run is what the next run begins with."""
    site.play(rotate_session=True, rotation_grace=20)
    first = user.sign_in(site)
    user.write_batch(count=2)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 0, said
    assert renewed(user) != first
    # From now on every value that was ever replaced is refused at once.
    site.change(rotation_grace=0)
    user.write_batch(count=3)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    check_each_made_once(site, user.manifest())


@pytest.mark.slow
def test_a_limit_of_one_account_leaves_the_other_to_its_work(user: User, site: DemoProcess) -> None:
    """Two batches, two accounts: the limited one stops, the other is finished, and the exit code is the limit's."""
    site.play(quota_of={"you": 1})
    user.sign_in(site, "me")
    user.sign_in(site, "you")
    user.write_batch("cats", account="you", count=2)
    user.write_batch("dogs", account="me", count=2)
    code, said = user.run("cats.yaml", "dogs.yaml", "-n2", "--site", site.origin)
    assert code == 75, said
    assert list(user.statuses("cats").values()).count("COMPLETED") == 1
    assert set(user.statuses("dogs").values()) == {"COMPLETED"}
    assert "rate limit: 3 of 4 completed, 1 pending" in said


@pytest.mark.slow
def test_two_accounts_share_a_batch_and_none_makes_what_the_other_may_not(user: User, site: DemoProcess) -> None:
    """Two workers, two accounts, one at its limit: its videos wait for it, and it makes them when the limit is over."""
    site.play(quota_of={"you": 1})
    user.sign_in(site, "me")
    user.sign_in(site, "you")
    user.write_batch(account=None, accounts=["me", "you"], count=8)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 75, said
    assert "me: 4 of 4" in said
    assert "you: 1 of 4, rate limit, 3 wait" in said
    told = bill(site)
    assert (told.accepted, told.finished) == (5, 5)
    assert {entry["user"] for entry in site.journal("refused")} == {"you"}
    check_made_by_its_account(user, site)
    site.change(quota_of={})
    code, said = user.run("--lf", "-n2")
    assert code == 0, said
    assert bill(site).accepted == 8
    check_each_made_once(site, user.manifest())
    check_made_by_its_account(user, site)


def test_an_account_that_is_signed_out_does_not_go_on_with_the_session_of_another(
    user: User, site: DemoProcess
) -> None:
    """One browser after the other: what the first account's left behind is not taken for the second one's."""
    user.sign_in(site, "me")
    user.sign_in(site, "you")
    site.expire("you")
    user.write_batch(account=None, accounts=["me", "you"], count=2)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 77, said
    assert "grokbatch accounts add you" in said
    assert [entry["user"] for entry in site.journal(*PAID)] == ["me"]
    check_made_by_its_account(user, site)


def check_made_by_its_account(user: User, site: DemoProcess) -> None:
    """Check by the site's journal that each video was submitted by the account that the manifest gives it."""
    payers = {entry["video"]: entry["user"] for entry in site.journal(*PAID)}
    made = {video.video_id: video.account for video in user.manifest().videos.values() if video.video_id}
    assert made == payers


@pytest.mark.slow
def test_a_person_is_asked_at_a_human_check_and_the_run_goes_on(user: User, site: DemoProcess) -> None:
    """In a headed run on a terminal the check is waited out; without a person the run would end with 77."""
    site.play(human_check=True, person_passes_after=2)
    user.write_batch(count=2)
    with virtual_screen() as display:
        terminal = Terminal(user, "cats.yaml", "-n1", "--headed", "--site", site.origin, DISPLAY=display)
        code = terminal.wait()
    said = "\n".join(terminal.screen().lines)
    assert code == 0, said
    assert "human check in the window of browser 1: answer it there" in said
    check_each_made_once(site, user.manifest())


def test_a_human_check_without_a_person_stops_the_run(user: User, site: DemoProcess) -> None:
    """Headless nobody can answer: exit 77, nothing is submitted, and no browser but the first is started."""
    site.play(human_check=True)
    code, said = user.run("cats.yaml", "-n2", "--site", site.origin)
    assert code == 77, said
    assert "human check" in said.splitlines()[-1]
    assert site.submitted() == []


def test_windows_without_a_display_are_refused_before_anything_starts(user: User, site: DemoProcess) -> None:
    """--headed on a machine without a screen names the way out."""
    code, said = user.run("cats.yaml", "--headed", "--site", site.origin)
    assert code == 4
    assert "xvfb-run" in said


@pytest.mark.slow
def test_a_profile_of_another_family_of_browsers_is_warned_of(user: User, site: DemoProcess) -> None:
    """The warning names the browser that made the profile and the one that is used."""
    store = AccountStore(user.home)
    now = "2026-05-01T12:00:00+00:00"
    made_by = BrowserRecord(family="Netscape Navigator", version="4.0")
    record = AccountRecord.model_validate({"alias": "me", "site": site.origin, "created_at": now, "browser": made_by})
    store.write(record)
    user.write_batch(count=1)
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    assert "Netscape Navigator 4.0" in said
    used = store.record_of("me")
    assert used is not None
    assert used.last_used_at is not None


def test_more_workers_than_fit_are_refused_with_the_number_that_does(user: User, site: DemoProcess) -> None:
    """Nobody has the memory for two thousand browsers."""
    user.write_batch(count=100, prompt=None, prompts=[f"a slow pan {number}" for number in range(20)], max_videos=2000)
    code, said = user.run("cats.yaml", "-n2000", "--site", site.origin)
    assert code == 4
    assert "--force" in said
    assert site.journal("open") == []
