"""What is seen of a host decides whether a run can use it, and what to type if not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from grokbatch.hosts.facts import MOST, Basics, GrokbatchFacts, HostAccount, HostFacts, read_basics
from grokbatch.hosts.host import Host
from grokbatch.hosts.rules import Needs, findings, needs_of, problems
from grokbatch.hosts.trouble import Trouble, TroubleKind

GB = 10**9
MB = 10**6
HOST = Host("studio", "me@studio")
VERSIONS = {
    "grokbatch": "1.2.0",
    "pytest": "9.2.0",
    "pytest-xdist": "3.8.0",
    "execnet": "2.1.2",
    "playwright": "1.60.0",
}
NEEDS = Needs(VERSIONS, "d1", ("main",))
SIGNED_IN = HostAccount(alias="main", state="signed in", checked_at=datetime(2026, 11, 1, tzinfo=UTC).isoformat())
THERE = GrokbatchFacts(
    digest="d1",
    browser="Google Chrome 150",
    display=False,
    accounts=[SIGNED_IN],
    memory=8 * GB,
    cores=8,
    worker_memory=300 * MB,
    headed_memory=450 * MB,
)
BASICS = Basics(python="3.12.1", system="Linux", versions=VERSIONS, disk=50 * GB, grokbatch=THERE)
SEEN = HostFacts(HOST, None, BASICS, 0.2, 0.01)


def seen(skew: float = 0.0, disk: int = 50 * GB, versions: dict[str, str] | None = None, **there: Any) -> HostFacts:
    facts = THERE.model_copy(update=there)
    changed = {"disk": disk, "versions": VERSIONS | (versions or {}), "grokbatch": facts}
    return replace(SEEN, basics=BASICS.model_copy(update=changed), skew=skew)


def test_a_host_that_has_all_is_without_a_problem() -> None:
    assert problems(SEEN, NEEDS) == ()
    assert {each.level for each in findings(SEEN, NEEDS)} == {"ok"}


def test_a_host_that_does_not_answer_has_one_problem() -> None:
    gone = HostFacts(HOST, Trouble(TroubleKind.NOT_LET_IN, "me@studio: Permission denied (publickey)."))
    assert problems(gone, NEEDS) == (
        (
            "studio: me@studio: Permission denied (publickey).; have your key let in there, once, with: "
            "ssh-copy-id me@studio"
        ),
    )


INSTALL = "type: grokbatch hosts install studio"
SEND = "type: grokbatch accounts send main studio, or there: grokbatch accounts add main"


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (seen(versions={"grokbatch": ""}), f"is not installed for Python 3.12.1 there; {INSTALL}"),
        (seen(versions={"grokbatch": "1.1.0"}), f"grokbatch 1.1.0 there, 1.2.0 here; {INSTALL}"),
        (
            seen(versions={"pytest": "9.1.9", "playwright": ""}),
            f"pytest 9.1.9 there, 9.2.0 here; playwright missing there, 1.60.0 here; {INSTALL}",
        ),
        (seen(digest="d2"), f"1.2.0 there has other code than 1.2.0 here; {INSTALL}"),
        (seen(browser=""), f"none found; {INSTALL}"),
        (seen(accounts=[]), f"main: there is none; {SEND}"),
        (
            seen(accounts=[HostAccount(alias="second", state="signed in")]),
            f"main: there is none (there are: second); {SEND}",
        ),
        (seen(accounts=[HostAccount(alias="main", state="signed out")]), f"main: signed out; {SEND}"),
        (
            seen(memory=400 * MB),
            (
                "400.0 MB of memory and 50.00 GB of disk are free, 8 cores: not enough for one worker "
                "(500.0 MB of memory); close other programs there, or make room"
            ),
        ),
    ],
)
def test_what_keeps_a_run_from_using_it_is_said_with_what_to_type(facts: HostFacts, told: str) -> None:
    assert problems(facts, NEEDS) == (f"studio: {told}",)


def test_more_workers_than_fit_are_refused_with_the_number_that_does() -> None:
    wanting = replace(NEEDS, workers=40)
    (told,) = problems(SEEN, wanting)
    assert told.endswith("enough for 26 workers; 40 are wanted; write workers: 26 for studio into hosts.yaml")
    assert problems(SEEN, replace(NEEDS, workers=26)) == ()


def test_windows_need_a_display() -> None:
    (told,) = problems(SEEN, replace(NEEDS, headed=True))
    assert told == "studio: none, but windows are asked for; write headed: auto into the batch"
    assert problems(seen(display=True), replace(NEEDS, headed=True)) == ()


@pytest.mark.parametrize(("patch", "is_same"), [("9.2.7", True), ("9.3.0", False)])
def test_packages_may_differ_in_their_last_number_only(patch: str, is_same: bool) -> None:
    assert (problems(seen(versions={"pytest": patch}), NEEDS) == ()) is is_same


@pytest.mark.parametrize(
    ("facts", "name", "told"),
    [
        (seen(skew=-7383), "clock", "2 h 3 min behind the one here"),
        (seen(skew=61), "clock", "61 s ahead of the one here"),
        (seen(disk=GB), "disk", "1.00 GB are free"),
        (seen(accounts=[HostAccount(alias="main", state="never checked")]), "account", "main: never checked"),
        (
            seen(accounts=[HostAccount(alias="main", state="signed in", family="Chromium")]),
            "account",
            "its profile was made by Chromium, and Google Chrome 150 may not be able to read it",
        ),
    ],
)
def test_what_a_run_can_live_with_is_a_warning(facts: HostFacts, name: str, told: str) -> None:
    (warning,) = [each for each in findings(facts, NEEDS) if each.level == "warn"]
    assert warning.name == name
    assert told in warning.text
    assert warning.remedy
    assert problems(facts, NEEDS) == ()


def test_grokbatch_that_does_not_start_there_is_told_with_the_reason() -> None:
    broken = replace(SEEN, basics=BASICS.model_copy(update={"grokbatch": None, "broken": "ImportError: no av"}))
    assert problems(broken, NEEDS) == (f"studio: 1.2.0 does not start there: ImportError: no av; {INSTALL}",)


def test_a_host_with_accounts_of_its_own_is_asked_for_those() -> None:
    choosy = replace(HOST, accounts=("second", "third"))
    assert needs_of(choosy).accounts == ("second", "third")
    assert needs_of(choosy, ["main", "second"]).accounts == ["second"]
    assert needs_of(choosy, []).accounts == [], "on the built-in site nobody signs in"
    assert needs_of(HOST, ["main"]).accounts == ["main"]
    assert needs_of(HOST).accounts is None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"{}",
        "[]",
        "{",
        BASICS.model_dump_json() + " " * MOST,
        BASICS.model_copy(update={"disk": -1}).model_dump_json(),
        BASICS.model_dump_json().replace('"cores":8', '"cores":"8"'),
    ],
)
def test_an_answer_that_is_no_answer_is_not_used(answer: object) -> None:
    found = read_basics(answer)
    assert isinstance(found, Trouble)
    assert found.kind is TroubleKind.UNCLEAR


def test_an_answer_cannot_disturb_a_terminal() -> None:
    odd = BASICS.model_copy(update={"python": "3.12\x1b[2J" + "1" * 9999})
    found = read_basics(odd.model_dump_json())
    assert isinstance(found, Basics)
    assert "\x1b" not in found.python
    assert len(found.python) < 300
