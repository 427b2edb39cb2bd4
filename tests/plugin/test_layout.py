"""A page that grokbatch does not know stops the run after one video, and says what to type."""

from __future__ import annotations

import json

import pytest

from tests.plugin.folder import PERMALINK, BatchFolder, said

SITE = "http://127.0.0.1:9"
LEARN = f"grokbatch learn {PERMALINK} --account mine --site {SITE}"


def test_an_unknown_page_costs_one_video_and_says_what_to_type(either: BatchFolder) -> None:
    """The first worker looks at the page, the others never begin; nothing is submitted; `--lf` makes the rest."""
    either.batch(account="mine", site=SITE)
    either.script(**{f"video_00{number}": ["LAYOUT_CHANGED"] for number in range(1, 5)}, seconds=0.3, slow_disk=0.7)
    result = either.run("cats.yaml")
    assert result.ret == 1, said(result)
    assert len(either.noted("begin")) == 1
    assert not either.submits()
    assert sorted(either.statuses("cats").values()) == ["FAILED", "PENDING", "PENDING", "PENDING"]
    assert either.manifest("cats").status == "FAILED"
    last = result.errlines[-1] or result.errlines[-2]
    assert last == (
        "page layout changed: 0 of 4 completed, 4 pending; "
        f"teach grokbatch the page with: {LEARN}; then resume with: pytest --lf"
    )
    assert "css=.first" not in said(result), "what was tried is for files"
    [failed] = either.noted("begin")
    attempt = either.manifest("cats").videos[failed].attempts[0]
    assert "css=.first; css=.second" in attempt.message
    either.script()
    assert either.run("--lf").ret == 0
    assert set(either.submits().values()) == {1}
    assert set(either.statuses("cats").values()) == {"COMPLETED"}


def test_it_is_told_when_it_happens_in_the_summary_and_in_the_report(solo: BatchFolder) -> None:
    """The control and the line to type stand before the closing summary, in it, and in the report."""
    solo.batch(account="mine", site=SITE)
    solo.script(video_002=["LAYOUT_CHANGED"])
    text = said(solo.run("cats.yaml"))
    live, _, summary = text.partition("= grokbatch: cats.yaml")
    assert "page layout changed at video-002: nothing more is started" in live
    assert f"teach grokbatch the page with: {LEARN}" in live
    assert "LAYOUT_CHANGED at video-002" in summary
    assert 'the control "submit" was not found on the page; 2 alternatives tried' in summary
    assert LEARN in summary
    report = (solo.run_directory("cats") / "report.html").read_text()
    assert LEARN in report
    assert "stopped: the page has changed" in report
    assert "css=.first" in report


def test_what_is_under_way_when_the_page_changes_is_finished_and_recorded(pair: BatchFolder) -> None:
    """A page that changes in the middle of a run stops it: nothing new starts, the other worker's video counts."""
    pair.script(
        video_002=["LAYOUT_CHANGED"], late_layout=True, seconds={"video-001": 2.0, "video-002": 0.3}, together=2
    )
    result = pair.run("cats.yaml")
    assert result.ret == 1
    assert pair.statuses() == {
        "video-001": "COMPLETED",
        "video-002": "FAILED",
        "video-003": "PENDING",
        "video-004": "PENDING",
    }
    assert "page layout changed: 1 of 4 completed, 3 pending" in said(result)
    assert "python -m grokbatch.demo" in said(result), "nobody has an account on the built-in site"
    assert "grokbatch learn" not in said(result)


def test_a_changed_page_stops_every_batch_of_the_account_and_no_other(solo: BatchFolder) -> None:
    """The same account on the same site sees the same page; another account may not."""
    solo.batch("cats", account="one", site=SITE)
    solo.batch("dogs", account="one", site=SITE)
    solo.batch("owls", account="two", site=SITE)
    solo.script(video_001=["LAYOUT_CHANGED"])
    assert solo.run("cats.yaml", "dogs.yaml", "owls.yaml").ret == 1
    assert set(solo.statuses("dogs").values()) == {"PENDING"}
    assert set(solo.statuses("owls").values()) == {"COMPLETED"}


def test_lf_keeps_evidence_as_the_first_run_did(solo: BatchFolder) -> None:
    """What `--evidence` said goes for `--lf` too, and for the one after it."""
    solo.script(video_002=["DOWNLOAD_FAILED"] * 2)
    solo.run("cats.yaml", "--evidence", "always")
    solo.run("--lf")
    last = json.loads((solo.path / "reports" / ".last-run.json").read_text())
    assert last["evidence"] == "always"


def test_evidence_takes_three_words(solo: BatchFolder) -> None:
    """Anything else is refused before anything starts."""
    result = solo.run("cats.yaml", "--evidence", "sometimes")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "--evidence" in said(result)
    assert not solo.submits()
