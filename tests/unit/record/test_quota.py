"""When to try again at a limit, and what is left of a quota."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grokbatch.record.model.quota import QuotaRecord
from grokbatch.record.rules.quota import estimate, next_try, span

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
