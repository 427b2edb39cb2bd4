"""When to go on, out of the words of the site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grokbatch.site.locators.table import LocatorTable, packaged_table
from grokbatch.site.outcome.limit_words import time_to_go_on

few = settings(max_examples=150, deadline=None)
NOW = datetime(2026, 9, 24, 8, 0, tzinfo=UTC)
OFFER = "Wait or upgrade to SuperGrok for much higher limits and premium features."
LATER = datetime(2026, 9, 24, 10, 0, 0, 123456, UTC)


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        ("18 hours 49 minutes before limit is gone", {"hours": 18, "minutes": 49}),
        (f"18 hours 49 minutes before limit is gone {OFFER}", {"hours": 18, "minutes": 49}),
        (f"18 hours 49 minutes before limit is gone\n{OFFER}", {"hours": 18, "minutes": 49}),
        (f"Image limit reached. 1 hour, and 5 minutes before your limit is gone. {OFFER}", {"hours": 1, "minutes": 5}),
        (f"{OFFER}\n18 hours 49 minutes\nbefore limit is gone", {"hours": 18, "minutes": 49}),
        ("Used 20 of 20 videos. 3 hours before limit is gone", {"hours": 3}),
        ("Rate limit reached, try again in 5 minutes", {"minutes": 5}),
        ("Rate limit reached. Please try again in about 5 minutes.", {"minutes": 5}),
        ("Try again in 1.5 hours", {"minutes": 90}),
        ("Try again after 1,200 seconds.", {"minutes": 20}),
        ("Too many requests, retry in 30s", {"seconds": 30}),
        ("Try again in an hour", {"hours": 1}),
        ("in 2 h 5 min", {"hours": 2, "minutes": 5}),
        ("In 2h5m", {"hours": 2, "minutes": 5}),
        ("Resets in 3 days", {"days": 3}),
        ("Your weekly limit resets in 1 week 2 days", {"days": 9}),
        ("Next videos available in 02:05:30", {"hours": 2, "minutes": 5, "seconds": 30}),
        ("Please wait 45 seconds before trying again", {"seconds": 45}),
        ("Wait for 10 minutes", {"minutes": 10}),
        ("Cooldown: 10 min", {"minutes": 10}),
        ("Daily limit reached. 2 hours remaining", {"hours": 2}),
        ("4 hours until your limit resets", {"hours": 4}),
        ("Daily limit reached. Try again in 2 hours. Pro makes 50 videos in 24 hours.", {"hours": 2}),
        ("Inténtalo de nuevo en 2 horas y 5 minutos", {"hours": 2, "minutes": 5}),
        ("Límite alcanzado. Espera 5 minutos", {"minutes": 5}),
        ("Tente novamente em 3 dias", {"days": 3}),
        ("Aguarde uma hora", {"hours": 1}),
        ("2 saat 5 dakika sonra tekrar deneyin", {"hours": 2, "minutes": 5}),
        ("Thử lại sau 18 giờ 49 phút", {"hours": 18, "minutes": 49}),
        ("请在18小时49分钟后重试", {"hours": 18, "minutes": 49}),
        ("还剩 5 分钟", {"minutes": 5}),
        ("18시간 49분 후에 다시 시도하세요", {"hours": 18, "minutes": 49}),
    ],
)
def test_a_time_to_wait_is_read_from_the_words(text: str, waits: dict[str, float]) -> None:
    """In one line or several, with an offer beside it, in the languages that the site speaks."""
    assert time_to_go_on(text, NOW) == NOW + timedelta(**waits)
    assert time_to_go_on(text.upper() if text.isascii() else text, NOW) == NOW + timedelta(**waits)


@pytest.mark.parametrize(
    "text",
    [
        "available again at 2026-09-24T10:00:00.123456789Z",
        "Rate limit reached. Available again at 2026-09-24 10:00:00.123456 UTC.",
        'x {"availableAt": "2026-09-24T12:00:00.123456789+02:00"}',
        '{"nextAvailableAt":"2026-09-24T10:00:00.123456789"}',
    ],
)
def test_a_moment_is_read_wherever_it_stands(text: str) -> None:
    """With up to nine decimals; without a zone it is UTC."""
    assert time_to_go_on(text, NOW) == LATER
    assert time_to_go_on(text, NOW.astimezone(timezone(timedelta(hours=9)))) == LATER


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rate limit reached",
        "Try again later",
        "Try again in a few minutes",
        "Try again in half an hour",
        "Try again in 1h30",
        OFFER,
        "You have 3 videos before limit is gone",
        "You can make 20 videos in 24 hours. Limit reached.",
        "Videos of 10 s need a subscription",
        "20 videos per 24 hours",
        "available again at 2026-09-24T07:59:59Z",
        "available again at 2026-99-24T07:59:59Z",
        "available again at 2036-09-24T10:00:00Z",
        "Resets in 99999999999999999999 days",
        "Resets in 400 days",
        "3 videos left",
        "9月24日重置",
    ],
)
def test_what_names_no_time_gives_none(text: str) -> None:
    """Nothing is guessed, a moment that is over is none, and no number breaks it."""
    assert time_to_go_on(text, NOW) is None


@few
@given(st.integers(0, 300), st.integers(0, 23), st.integers(0, 59), st.sampled_from([" ", ", ", " and "]))
def test_all_parts_of_a_time_count(days: int, hours: int, minutes: int, glue: str) -> None:
    """However many there are, before the limit is gone and after `in`."""
    told = glue.join((f"{days} days", f"{hours} hours", f"{minutes} minutes"))
    expected = NOW + timedelta(days=days, hours=hours, minutes=minutes)
    for text in (f"{told} before limit is gone", f"Try again in {told}.", f"Try again in {told}\n{OFFER}"):
        assert time_to_go_on(text, NOW) == expected


@few
@given(st.one_of(st.text(), st.text(alphabet="0123456789 :.,-hmsdZTin agbefor\n小时后")))
def test_any_text_at_all_gives_a_time_within_a_year_or_none(text: str) -> None:
    """Whatever a page says, nothing breaks."""
    at = time_to_go_on(text, NOW)
    assert at is None or NOW <= at <= NOW + timedelta(days=366)


def test_the_words_are_data() -> None:
    """A table of one's own teaches another language; a pattern that holds no time is passed over."""
    packaged = packaged_table()
    texts = {
        **packaged.model_dump()["texts"],
        "wait": [{"text": t} for t in ("noch", "(x)?noch", "noch (.+)")],
        "wait_hours": [{"text": r"Stunden?\b"}],
    }
    german = LocatorTable.model_validate({**packaged.model_dump(), "texts": texts})
    assert time_to_go_on("Noch 3 Stunden", NOW, german) == NOW + timedelta(hours=3)
    assert time_to_go_on("Noch 3 Stunden", NOW) is None


LIMITS = [
    "18 hours 49 minutes before limit is gone",
    f"18 hours 49 minutes before limit is gone {OFFER}",
    f"18 hours 49 minutes before limit is gone\n{OFFER}",
    "Image limit reached\nUpgrade to unlock more",
    "Image limit reached. Upgrade for higher limits.",
    "You've reached your video limit. Upgrade for higher limits.",
    "You’ve hit your weekly limit",  # noqa: RUF001 - as pages write it
    "Upgrade to continue: you have reached your daily limit",
    "You've used 100% of your weekly limit",
    "You've used 100 % of your weekly limit. Upgrade for more.",
    "You're out of credits",
    "You're out of credits. Get more credits or higher limits.",
    "Out of credits",
    "You have run out of credits or need a Grok subscription to make more videos.",
    "You've used all your Imagine credits",
    "Weekly limit reached",
    "Not enough credits",
    "Daily limit",
    "Te has quedado sin créditos",
    "积分不足",
]
OFFERS = [
    "Upgrade to SuperGrok",
    "Upgrade for higher rate limits",
    OFFER,
    "Get more: higher video limits",
    "Reached your limit? Upgrade for higher limits",
    "Limit reached? Upgrade to SuperGrok for higher limits",
    "Upgrade to SuperGrok for when you've reached your limit",
    "Upgrade now and never run out of credits",
    "Never run out of credits",
    "You've used 80% of your weekly limit",
    "You've used 99.5 % of your daily limit",
    "No limits",
    "Buy credits",
]


@pytest.mark.parametrize("text", LIMITS)
def test_each_wording_of_a_limit_is_one(text: str) -> None:
    """Beside an offer, too; and none is taken for a complaint about an option, for moderation or for a failure."""
    table = packaged_table()
    assert table.is_limit(text)
    assert not any(table.matches(name, text) for name in ("illegal_option", "moderated", "failed", "stale_page"))


@pytest.mark.parametrize("text", OFFERS)
def test_offers_and_warnings_alone_are_no_limit(text: str) -> None:
    """Nor a condition or a question in an offer, nor what is not used up."""
    assert not packaged_table().is_limit(text)


def test_a_plain_limit_counts_where_a_phrase_of_failures_would_not() -> None:
    """Beside a number that says otherwise, and beside a failure."""
    assert packaged_table().is_limit(f"Generation failed. {LIMITS[1]}", surely=True)
