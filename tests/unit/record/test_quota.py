"""When to try again at a limit, and what is left of a quota."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from grokbatch.record.model.quota import LimitKind, QuotaRecord, QuotaReply, SubmitResult
from grokbatch.record.rules.quota import estimate, next_try, span
from grokbatch.record.rules.quota_notes import note_accepted, note_limit, note_outcome, note_quota_reply
from tests.bench.quota import ACCOUNTS, Account, simulate

NOW = datetime(2026, 11, 21, 13, 0, tzinfo=UTC)
EMPTY = QuotaRecord()


def test_an_announced_time_is_kept_with_a_small_margin() -> None:
    said = NOW + timedelta(hours=18, minutes=49)
    found = next_try(EMPTY, NOW, said, 1)
    assert said < found.at <= said + timedelta(minutes=5)
    assert found.why == "the site said 18 h 49 min"


@pytest.mark.parametrize(("refused", "minutes"), [(1, 30), (2, 60), (3, 120), (6, 960), (7, 1440), (40, 1440)])
def test_while_nothing_is_known_each_refusal_doubles_the_wait_up_to_a_day(refused: int, minutes: int) -> None:
    found = next_try(EMPTY, NOW, None, refused)
    assert found.at == NOW + timedelta(minutes=minutes)
    assert "unknown" in found.why


def test_a_site_that_refuses_after_the_announced_time_is_asked_ever_less_often() -> None:
    said = NOW + timedelta(minutes=5)
    first, second, third = (next_try(EMPTY, NOW, said, refused).at for refused in (1, 2, 3))
    assert first < second < third


@pytest.mark.parametrize("said", [NOW, NOW - timedelta(days=1), NOW + timedelta(days=4000)])
def test_a_time_that_makes_no_sense_counts_as_none(said: datetime) -> None:
    assert next_try(EMPTY, NOW, said, 1) == next_try(EMPTY, NOW, None, 1)


def test_nothing_is_estimated_where_nothing_is_known() -> None:
    found = estimate(EMPTY, NOW)
    assert (found.window, found.allowance, found.left, found.next_free_at) == (None, None, None, None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (1800, "30 min"), (5400, "1 h 30 min"), (90_000, "1 d 1 h"), (86_460, "1 d")],
)
def test_a_time_is_told_in_its_two_largest_units(seconds: float, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text


def after(**time: float) -> datetime:
    return NOW + timedelta(**time)


def recorded(
    *windows: tuple[float, int, float],
    every: float = 60.0,
    failing: int = 0,
    said: float | None = None,
) -> QuotaRecord:
    """Return a record of windows: the hour of its first video, how many were made, and the hour of its last refusal.

    Of each window the last `failing` videos failed; the limit is met one pause after the last video.
    """
    record = QuotaRecord()
    for hour, videos, refused in windows:
        for number in range(videos):
            at = after(hours=hour, seconds=number * every)
            note_accepted(record, at, "")
            result = SubmitResult.FAILED if number >= videos - failing else SubmitResult.MADE
            note_outcome(record, at, "", result)
        met = after(hours=hour, seconds=videos * every)
        note_limit(record, met, None if said is None else met + timedelta(hours=said), LimitKind.SAID)
        if after(hours=refused) > met:
            note_limit(record, after(hours=refused), None, LimitKind.SAID)
    return record


LEARNT = {
    "from the first video": (recorded((0, 40, 3.9), (4.02, 40, 7.9), (8.1, 40, 0)), 4.0, 40),
    "a usual length is likelier": (recorded((0, 40, 16), (25, 40, 0)), 24.0, 40),
    "one by one": (recorded((0, 60, 3.9), (4.02, 30, 0), (9, 60, 12.9), (13.02, 1, 0), every=120.0), 4.0, 60),
    "a day that begins at noon": (recorded((8, 30, 10.9), (11.1, 30, 34.9), (35.1, 30, 0)), 24.0, 30),
    "announced, but slept over": (recorded((0, 40, 0), (30, 40, 0), (50, 40, 0), said=11.33), 12.0, 40),
    "an odd length": (recorded((0, 40, 5.2), (5.4, 40, 10.6), (10.8, 40, 0)), 5.4, 40),
    "the latest counts": (
        recorded((0, 40, 3.9), (4.02, 40, 7.9), (8.1, 90, 20), (20.2, 90, 32.1), (32.3, 90, 0)),
        12.0,
        90,
    ),
}


@pytest.mark.parametrize(("record", "hours", "allowance"), LEARNT.values(), ids=LEARNT)
def test_the_window_and_its_allowance_are_learnt(record: QuotaRecord, hours: float, allowance: int) -> None:
    found = estimate(record, record.limits[-1].at)
    assert found.window is not None
    assert found.allowance is not None
    assert found.window / 3600 == pytest.approx(hours, rel=0.03)
    assert found.allowance == pytest.approx(allowance, abs=1)
    assert found.left == 0
    assert found.next_free_at is not None
    assert found.basis


def test_whether_failures_count_is_seen_from_how_many_videos_there_were() -> None:
    record = recorded((0, 40, 3.9))
    for hour, failed in ((4.02, 10), (8.1, 20), (12.2, 5)):
        more = recorded((hour, 40 + failed, hour + 3.9), failing=failed)
        record.limits[-1].over_at = more.submits[0].at
        record.submits += more.submits
        record.limits += more.limits
    found = estimate(record, record.limits[-1].at)
    assert found.allowance == 40
    assert "failed ones do not count" in found.basis


def test_a_known_window_decides_when_to_try_again() -> None:
    record = recorded((0, 40, 3.9), (4.02, 40, 7.9), (8.1, 40, 11.9), (12.2, 40, 0))
    now = record.limits[-1].at
    found = next_try(record, now, None, 1)
    assert after(hours=16.1) <= found.at <= after(hours=16.4)
    assert "4 h" in found.why
    assert next_try(record, now, after(hours=13.5), 1).at < after(hours=13.6), "what the site says comes first"


def test_a_limit_that_nobody_has_noted_yet_is_none_the_less_the_present_one() -> None:
    record = recorded((0, 40, 3.9), (4.02, 40, 7.9), (8.1, 40, 11.9), (12.2, 40, 0))
    now = record.limits.pop().at
    assert after(hours=16.1) <= next_try(record, now, None, 1).at <= after(hours=16.4)


def test_what_is_left_falls_with_each_video_and_is_there_again_after_the_window() -> None:
    record = recorded((0, 40, 3.9), (4.02, 40, 7.9))
    for number in range(10):
        note_accepted(record, after(hours=8.1, minutes=number), "")
    assert estimate(record, after(hours=8.5)).left == 30
    assert estimate(record, after(hours=12.2)).left == 40


def test_what_the_site_says_is_left_counts_while_it_can_be_true() -> None:
    record = QuotaRecord()
    note_quota_reply(record, QuotaReply(at=NOW, remaining=12, window=14_400.0))
    note_accepted(record, after(minutes=1), "")
    found = estimate(record, after(minutes=2))
    assert (found.left, found.basis) == (11, "the site said 12 left")
    assert estimate(record, after(hours=5)).left is None


def test_the_sites_own_answer_tells_when_a_silent_limit_ends() -> None:
    record = QuotaRecord()
    note_limit(record, NOW, None, LimitKind.SILENT)
    note_quota_reply(record, QuotaReply(at=NOW, remaining=0, next_at=after(hours=3)))
    assert after(hours=3) < next_try(record, NOW, None, 1).at < after(hours=3, minutes=6)


def test_a_site_that_was_wrong_before_is_not_believed_at_the_next_limit() -> None:
    record = QuotaRecord()
    note_limit(record, NOW, after(minutes=10), LimitKind.SAID)
    note_limit(record, after(minutes=11), after(minutes=21), LimitKind.SAID)
    note_accepted(record, after(hours=4), "")
    note_limit(record, after(hours=5), after(hours=5, minutes=10), LimitKind.SAID)
    assert next_try(record, after(hours=5), after(hours=5, minutes=10), 1).at > after(hours=5, minutes=30)


# Accounts that behave in most of the ways; `python -m tests.bench.quota` has all of them.
SIMULATED = [
    each
    for each in ACCOUNTS
    if each.name
    in {
        "20 in 24 h",
        "100 in 4 h",
        "50 in 5 h 20 min",
        "100 in 22.5 h",
        "100 in 4 h without failures",
        "sliding 20 in 24 h",
        "sliding 80 in 12 h",
        "100 a day, days of 10 h",
        "100 in 4 h, announced",
        "100 in 4 h, announced wrongly",
    }
]


@pytest.mark.parametrize("account", SIMULATED, ids=lambda account: account.name)
def test_after_three_windows_a_limit_costs_one_refusal_and_hardly_any_time(account: Account) -> None:
    found = simulate(account, windows=5)
    assert found.most_refused == 1
    assert sum(found.refused) <= math.ceil(found.windows)
    assert found.idle < 0.05
