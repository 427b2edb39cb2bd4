"""The figures and the advice that the summary, the report and the last line are made of."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from grokbatch.record.model.outcome import Category, Status
from grokbatch.review.counts import Tally
from grokbatch.review.formatting import about, one_line, signs_for, some, spans, stopwatch, took
from grokbatch.review.next_steps import ending, next_steps
from tests.unit.recorded import START, attempt, hundred, manifest, result, stopped, video

if TYPE_CHECKING:
    from pathlib import Path

FAILED, DONE, PENDING = Status.FAILED, Status.COMPLETED, Status.PENDING


def test_each_video_is_counted_in_exactly_one_group() -> None:
    tally = Tally.of(
        [
            manifest(
                video(1, DONE),
                video(2, FAILED, Category.TIMEOUT),
                video(3, FAILED, Category.NETWORK_ERROR),
                video(4, FAILED, Category.TIMEOUT),
                video(5, FAILED, Category.CONTENT_MODERATED),
                video(6, Status.RATE_LIMITED, Category.RATE_LIMIT),
                video(7, Status.IN_PROGRESS),
                video(8, PENDING),
                video(9, FAILED, Category.INTERRUPTED),
            )
        ]
    )

    assert (tally.total, tally.completed, tally.failures) == (9, 1, 3)
    assert list(tally.failed.items()) == [
        ("TIMEOUT", ("video-002", "video-004")),
        ("NETWORK_ERROR", ("video-003",)),
    ]
    assert tally.moderated == ("video-005",)
    assert tally.rate_limited == ("video-006",)
    assert tally.pending == ("video-007", "video-008", "video-009")
    assert tally.remaining == 7, "everything but the completed and the moderated one"


def test_several_batches_are_counted_together_and_ids_name_their_batch() -> None:
    tally = Tally.of(
        [manifest(video(1, FAILED, Category.TIMEOUT)), manifest(video(1, DONE), batch="dogs")],
    )

    assert (tally.total, tally.completed) == (2, 1)
    assert tally.failed == {"TIMEOUT": ("cats/video-001",)}


def test_speed_counts_this_run_only() -> None:
    earlier = video(1, DONE, at=-3600)
    again = video(2, DONE, attempts=[attempt(1, at=-3600, category=Category.TIMEOUT), attempt(2, at=5)])
    unlucky = video(3, FAILED, Category.TIMEOUT, at=5)

    tally = Tally.of([manifest(earlier, again, unlucky)], since=START, now=START + timedelta(seconds=30))

    assert (tally.completed, tally.completed_now, tally.submits) == (2, 1, 2)
    assert (tally.elapsed, tally.videos_per_minute, tally.median_seconds) == (30, 2.0, 10)


def test_without_a_completed_video_there_is_no_speed() -> None:
    tally = Tally.of([manifest(video(1, PENDING))], since=START, now=START + timedelta(seconds=30))

    assert tally.videos_per_minute is None
    assert tally.median_seconds is None


def test_a_rate_limit_ends_with_the_counts_and_the_command_to_resume() -> None:
    assert (
        ending([stopped(Category.RATE_LIMIT, *hundred(42))], START)
        == "rate limit: 42 of 100 completed, 58 pending; resume with: pytest --lf"
    )


@pytest.mark.parametrize(
    ("later", "told"),
    [
        (timedelta(minutes=65), " (the site says: not before 14:05)"),
        (timedelta(hours=24), " (the site says: not before 2026-11-22 13:00)"),
        (timedelta(minutes=-1), ""),
    ],
)
def test_the_time_that_the_site_told_stands_in_the_last_line_until_it_is_past(later: timedelta, told: str) -> None:
    line = ending([stopped(Category.RATE_LIMIT, *hundred(42), retry_at=START + later)], START, UTC)

    assert line == f"rate limit: 42 of 100 completed, 58 pending; resume with: pytest --lf{told}"


def test_failed_videos_are_pending_in_the_last_line_and_moderated_ones_are_not() -> None:
    videos = [video(1, FAILED, Category.TIMEOUT), video(2, FAILED, Category.CONTENT_MODERATED)]

    line = ending([stopped(Category.RATE_LIMIT, *videos)], START)

    assert line is not None
    assert line.startswith("rate limit: 0 of 2 completed, 1 pending;")


@pytest.mark.parametrize(
    ("category", "begin", "remedy"),
    [
        (Category.AUTH_REQUIRED, "login required", "sign in again with: grokbatch accounts add main"),
        (Category.HUMAN_CHECK, "human check", "answer the check with: grokbatch accounts add main"),
    ],
)
def test_a_lost_login_ends_with_its_remedy_before_the_command_to_resume(
    category: Category, begin: str, remedy: str
) -> None:
    assert (
        ending([stopped(category, *hundred(12))], START)
        == f"{begin}: 12 of 100 completed, 88 pending; {remedy}; then resume with: pytest --lf"
    )


def test_nobody_is_asked_to_sign_in_to_the_built_in_site() -> None:
    line = ending([stopped(Category.AUTH_REQUIRED, *hundred(12), site="demo")], START)

    assert line == "login required: 12 of 100 completed, 88 pending; resume with: pytest --lf"


PAGE = "https://grok.com/imagine/post/1"


@pytest.mark.parametrize(
    ("site", "control", "permalink", "told"),
    [
        ("https://grok.com", "submit", PAGE, f"teach grokbatch the page with: grokbatch learn {PAGE} --account main"),
        (
            "http://127.0.0.1:8000",
            "submit",
            f"{PAGE}?a=1&b=2",
            f"teach grokbatch the page with: grokbatch learn '{PAGE}?a=1&b=2' --account main --site http://127.0.0.1:8000",
        ),
        ("demo", "submit", PAGE, "built-in site: python -m grokbatch.demo --layout unknown"),
        ("https://grok.com", "", PAGE, f"look whether the image is still there: {PAGE}"),
    ],
    ids=["real", "other, with a query", "demo", "the image's page is gone"],
)
def test_a_changed_page_ends_with_what_to_type(site: str, control: str, permalink: str, told: str) -> None:
    """One types how to teach the page, fit for a shell; nobody can be taught a page that is gone."""
    of = stopped(Category.LAYOUT_CHANGED, *hundred(3), control=control)
    line = ending([structs.replace(of, site=site, account="main", permalink=permalink)], START)
    assert line is not None
    assert line.startswith("page layout changed: 3 of 100 completed, 97 pending; ")
    assert f"{told}; then resume with: pytest --lf" in line


def test_an_interrupted_run_says_how_to_resume() -> None:
    line = ending([stopped(Category.INTERRUPTED, *hundred(12))], START)

    assert line == "interrupted: 12 of 100 completed, 88 pending; resume with: pytest --lf"


def test_a_run_that_was_not_stopped_has_no_such_line() -> None:
    assert ending([manifest(*hundred(12))], START) is None


def test_of_two_stopped_batches_the_one_that_needs_a_human_is_told() -> None:
    limited = stopped(Category.RATE_LIMIT, video(1, DONE))
    signed_out = stopped(Category.AUTH_REQUIRED, video(1, PENDING), batch="dogs")

    line = ending([limited, signed_out], START)

    assert line is not None
    assert line.startswith("login required: 1 of 2 completed, 1 pending;")


def test_the_next_steps_name_the_remedy_the_command_and_the_file_to_edit(tmp_path: Path) -> None:
    videos = [video(1, FAILED, Category.AUTH_REQUIRED), video(2, FAILED, Category.CONTENT_MODERATED)]

    moderated = (
        "moderated: raise `count` in batches/cats.yaml, or write the new wording as a prompt of its own in `prompts` "
        "(an edited prompt makes its finished videos again), then: pytest batches/cats.yaml"
    )
    assert next_steps([result(stopped(Category.AUTH_REQUIRED, *videos), tmp_path)]) == [
        "grokbatch accounts add main",
        "pytest --lf  (makes the 1 video left)",
        moderated,
    ]


def test_nothing_is_left_to_type_when_all_is_completed(tmp_path: Path) -> None:
    assert next_steps([result(manifest(video(1, DONE)), tmp_path)]) == []


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.04, "0.0 s"),
        (12.44, "12.4 s"),
        (59.97, "60 s"),
        (61, "61 s"),
        (724, "12 min 4 s"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations_are_told_as_people_say_them(seconds: float, words: str) -> None:
    assert took(seconds) == words


def test_running_times_and_estimates() -> None:
    assert [stopwatch(23), stopwatch(3723)] == ["0:23", "1:02:03"]
    assert [about(1), about(42), about(700), about(9000)] == [
        "about 5 s",
        "about 40 s",
        "about 12 min",
        "about 2.5 h",
    ]


def test_runs_of_ids_are_told_as_one() -> None:
    ids = ["video-001", "video-002", "video-004", "video-005", "video-006", "a/video-007"]

    assert spans(ids) == ["video-001", "video-002", "video-004 to video-006", "a/video-007"]
    assert some(ids, 2) == "video-001, video-002 and 4 more"


def test_what_a_site_says_cannot_move_the_cursor_or_break_the_line() -> None:
    assert one_line("Rate\nlimit \x1b[31mreached\x07\r") == "Rate limit [31mreached"


@pytest.mark.parametrize(("encoding", "sign"), [("utf-8", "✓"), ("ascii", "+"), ("cp1252", "+"), (None, "+")])
def test_signs_fall_back_to_ascii_where_the_encoding_lacks_them(encoding: str | None, sign: str) -> None:
    assert signs_for(encoding).completed == sign
