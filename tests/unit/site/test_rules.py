"""The rules that make an outcome of what the page shows and what it received."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.record.model.outcome import Category
from grokbatch.site.api.generation_stream import StreamFacts
from grokbatch.site.network.listener import NetworkEvents, Quota
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.outcome.rules import Found, Unplayable, Waiting
from grokbatch.site.outcome.submission import Submit
from grokbatch.site.page.observation import Observation, PromptBox, ShownVideo, SubmitButton
from tests.unit.site.judging import (
    BASE,
    CLICK,
    LATER,
    NAMED,
    NEW,
    VIDEO,
    WORKERS_TIMEOUT,
    call,
    conclude,
    notices,
    refused,
    seen,
)

if TYPE_CHECKING:
    from grokbatch.site.network.generation_requests import Call


def test_a_finished_percentage_and_a_new_video_do_not_wait_for_a_reply_that_never_ends() -> None:
    """Progress was shown and is over: the new video counts though the reply is still open."""
    busy, done = seen(percent=72), seen(videos=(NEW,))
    events = NetworkEvents((call(),))
    assert conclude((2.0, busy, events), (5.0, done, events), (6.1, done, events)) == Found(NEW)


def test_a_video_without_codec_is_told_apart() -> None:
    """A media error sends the decision to the file."""
    for signs in ({"duration": None, "width": 0, "error": 4}, {"width": 0, "height": 0}):
        broken = NEW.model_copy(update=signs)
        verdict = conclude((5.0, seen(videos=(broken,)), NetworkEvents((call(facts=NAMED, is_over=True),))))
        assert verdict == Unplayable(broken)


def test_a_lost_login_does_not_lose_the_video_under_way() -> None:
    """While our own reply still streams, a login button decides nothing; later it explains the end."""
    there, events = seen(login=True, percent=44), NetworkEvents((call(),), signed_out=True)
    assert isinstance(conclude((1.0, there, events)), Waiting)
    late = conclude((1.0, there, events), (62.0, there, events))
    assert isinstance(late, Failure)
    assert late.category is Category.AUTH_REQUIRED


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("Rate limit reached. Try again in 2 hours", timedelta(hours=2)),
        ("Rate limit reached until 2026-01-01 15:00 UTC", timedelta(hours=3)),
    ],
    ids=["a wait", "a moment"],
)
@pytest.mark.parametrize("by", ["page", "reply"])
def test_when_a_limit_ends_does_not_depend_on_the_clock_of_this_computer(words: str, end: timedelta, by: str) -> None:
    """A wait counts from the time at which the run's clock stands, and a moment is the one that the site names."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    there = seen(notices=notices(words)) if by == "page" else seen()
    events = NetworkEvents((refused(429, words),) if by == "reply" else (), read_at=noon)
    verdict = conclude((2.0, there, events), (10.0, there, events))
    assert isinstance(verdict, Failure)
    assert (verdict.category, verdict.retry_at) == (Category.RATE_LIMIT, noon + end)


def test_a_disabled_button_is_a_limit_only_beside_a_word_about_it() -> None:
    """Text or quota make a disabled button a limit, after a moment in which it could wake up."""
    idle = seen(submit=SubmitButton(disabled=True))
    for there, events in (
        (idle.model_copy(update={"limit_text": "Daily limit reached"}), NetworkEvents()),
        (idle, NetworkEvents(quota=Quota(0, LATER))),
    ):
        assert isinstance(conclude((1.0, there, events)), Waiting)
        verdict = conclude((1.0, there, events), (4.5, there, events))
        assert isinstance(verdict, Failure)
        assert verdict.category is Category.RATE_LIMIT
        assert verdict.retry_at == events.quota.next_at


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_an_error_is_judged_by_its_text_also_when_that_arrives_later(status: int) -> None:
    """The status alone does not tell whether it is about the image; nor whether the site has taken the request."""
    early, words = call(status=status), "Failed to download image from GCS"
    whole = refused(status, words, 13)
    assert isinstance(conclude((1.0, seen(), NetworkEvents((early,)))), Waiting)
    verdict = conclude((1.0, seen(), NetworkEvents((early,))), (9.0, seen(), NetworkEvents((whole,))))
    assert isinstance(verdict, Failure)
    assert verdict.is_about_image
    assert (early.is_refused, whole.is_refused) == (False, True)
    assert not refused(status, "deadline exceeded", 4).is_refused, "a request that was passed on and not answered"


@pytest.mark.parametrize("changes", [{"status": 401}, {"status": 403, "challenged": True}])
def test_a_lost_login_and_a_challenge_are_refusals_before_their_text_arrives(changes: dict[str, Any]) -> None:
    assert call(**changes).is_refused


@pytest.mark.parametrize(
    ("status", "words", "code"),
    [(403, "Request rejected by anti-bot rules.", 7), (400, "Failed to download image from GCS", 13)],
)
def test_a_refused_account_or_image_stays_so_whatever_a_second_request_of_the_click_is_told(
    status: int, words: str, code: int
) -> None:
    """As a limit it would be waited for and tried again and again."""
    calls = (refused(status, words, code), refused(429, "Too many requests", 8, number=2))
    verdict = conclude((5.0, seen(), NetworkEvents(calls)))
    assert isinstance(verdict, Failure)
    assert verdict == conclude((5.0, seen(), NetworkEvents(calls[:1])))
    made = call(number=2, facts=NAMED, is_over=True)
    assert conclude((5.0, seen(videos=(NEW,)), NetworkEvents((calls[0], made)))) == Found(NEW)


LIMIT_LINE = ("You've reached your video limit.",)


@pytest.mark.parametrize(
    ("changes", "events", "is_limit"),
    [
        ({}, NetworkEvents(sent=True), True),
        ({}, NetworkEvents((call(is_over=True),), sent=True), True),
        ({}, NetworkEvents((call(),), sent=True), False),
        ({}, NetworkEvents((call(is_over=True, facts=StreamFacts(ids=frozenset({VIDEO}))),), sent=True), False),
        ({"loading_tiles": 1}, NetworkEvents(sent=True), False),
        ({"generating": True}, NetworkEvents(sent=True), False),
        ({"doc": "another"}, NetworkEvents(sent=True), False),
        ({"address": "https://x.test/imagine/post/q"}, NetworkEvents(sent=True), False),
    ],
    ids=[
        "nothing else",
        "an empty reply",
        "an open reply",
        "a name",
        "a tile",
        "generating",
        "another document",
        "another page",
    ],
)
def test_words_about_a_limit_alone_explain_a_silence_and_nothing_else(
    changes: dict[str, object], events: NetworkEvents, is_limit: bool
) -> None:
    """Only when the waiting time is over, and only where nothing else tells what came of the press."""
    there = seen(limit_lines=LIMIT_LINE, **changes)
    assert isinstance(conclude((1.0, there, events), (55.0, there, events)), Waiting)
    verdict = conclude((1.0, there, events), (62.0, there, events))
    assert isinstance(verdict, Failure)
    assert (verdict.category is Category.RATE_LIMIT) is is_limit


def test_words_about_a_limit_that_were_there_before_the_press_explain_nothing() -> None:
    """With other numbers neither: a page may count what is left."""
    before = seen(limit_lines=("12 of your daily limit",))
    there = seen(limit_lines=("11 of your daily limit",))
    events = NetworkEvents(sent=True)
    verdict = conclude((1.0, there, events), (62.0, there, events), before=before)
    assert isinstance(verdict, Failure)
    assert verdict.category is Category.TIMEOUT


def test_a_failure_text_beside_a_generation_that_goes_on_is_about_something_else() -> None:
    """A percentage that rises after the text overrules it."""
    events = NetworkEvents((call(),))
    texts = notices("Failed to load history")
    verdict = conclude(
        (1.0, seen(percent=5), events),
        (2.0, seen(percent=5, notices=texts), events),
        (3.0, seen(percent=15, notices=texts), events),
        (9.0, seen(percent=24, notices=texts), events),
    )
    assert isinstance(verdict, Waiting)


@pytest.mark.parametrize(("after", "expected"), [(59.0, None), (61.0, "no sign"), (301.0, "max_wait")])
def test_time_outs(after: float, expected: str | None) -> None:
    """Nothing for `timeout` seconds, or too long in all, ends the waiting; before that it goes on."""
    verdict = conclude((0.0, BASE, NetworkEvents()), (after, BASE, NetworkEvents()))
    assert (expected is None) == isinstance(verdict, Waiting)
    if isinstance(verdict, Failure):
        assert verdict.category is Category.TIMEOUT
        assert expected
        assert expected in verdict.message


def test_a_button_that_only_goes_grey_after_the_click_is_told_as_such() -> None:
    """Nothing was sent and nothing else changed: asking again, by a click or a visit, would make it worse."""
    grey = seen(submit=SubmitButton(disabled=True))
    verdict = conclude((0.0, grey, NetworkEvents()), (61.0, grey, NetworkEvents()))
    assert isinstance(verdict, Failure)
    assert (verdict.is_greyed_out, verdict.is_final) == (True, True)
    sent = conclude((0.0, grey, NetworkEvents(sent=True)), (61.0, grey, NetworkEvents(sent=True)))
    assert isinstance(sent, Failure)
    assert not sent.is_greyed_out


def test_each_sign_of_progress_puts_the_time_out_off() -> None:
    """A percentage that changes every 50 s is alive; one that stays for 60 s is not."""
    moments = [(50.0 * n, seen(percent=n), NetworkEvents()) for n in range(1, 5)]
    assert isinstance(conclude(*moments), Waiting)
    assert isinstance(conclude(*moments, (261.0, seen(percent=4), NetworkEvents())), Failure)


STARTED: dict[str, tuple[Observation, NetworkEvents, bool]] = {
    "nothing": (seen(), NetworkEvents(), False),
    "a request": (seen(), NetworkEvents((call(),)), True),
    "a request whose reply cannot be followed": (seen(), NetworkEvents(sent=True), True),
    "a percentage": (seen(percent=1), NetworkEvents(), True),
    "generating": (seen(generating=True), NetworkEvents(), True),
    "a tile": (seen(loading_tiles=1), NetworkEvents(), True),
    "words about a limit": (seen(limit_lines=("Daily limit reached",)), NetworkEvents(), True),
    "another address": (seen(address="https://x.test/imagine/post/q"), NetworkEvents(), True),
    "disabled with the prompt in place": (seen(submit=SubmitButton(disabled=True)), NetworkEvents(), True),
    "disabled because the prompt is gone": (
        seen(submit=SubmitButton(disabled=True), prompt=PromptBox(index=0, filled=False)),
        NetworkEvents(),
        False,
    ),
}


@pytest.mark.parametrize("case", STARTED)
def test_what_shows_that_a_click_took_effect(case: str) -> None:
    """A click is only repeated when neither the page nor the network shows anything."""
    there, events, expected = STARTED[case]
    submit = Submit(BASE, frozenset({"old"}), CLICK, 60, CLICK + 300, sign_at=CLICK).seeing(there, events, CLICK + 1)
    assert submit.has_started(there, events) is expected


def test_a_click_that_missed_the_button_is_repeated_sooner() -> None:
    """A click that reached the button gets more time to show an effect than one that did not."""
    submit = Submit(BASE, frozenset(), CLICK, 60, CLICK + 300, sign_at=CLICK)
    reached = submit.repeat_at(seen(clicks=1), NetworkEvents(), WORKERS_TIMEOUT)
    assert submit.repeat_at(seen(clicks=0), NetworkEvents(), WORKERS_TIMEOUT) < reached


@pytest.mark.parametrize(
    ("requests", "at"),
    [
        ((), CLICK + WORKERS_TIMEOUT.ignored),
        (((CLICK + 0.1, CLICK + 8),), CLICK + 8 + WORKERS_TIMEOUT.ignored),
        (((CLICK + 0.1, float("inf")),), float("inf")),
        (((CLICK - 1, float("inf")), (CLICK + 5, float("inf"))), CLICK + WORKERS_TIMEOUT.ignored),
    ],
    ids=["silence", "answered late", "not answered yet", "of before, and of long after"],
)
def test_what_the_click_brought_about_is_waited_for(requests: tuple[tuple[float, float], ...], at: float) -> None:
    """A page that asks the site for something first may yet submit: a second click would pay twice."""
    submit = Submit(BASE, frozenset(), CLICK, 60, CLICK + 300, sign_at=CLICK)
    assert submit.repeat_at(seen(clicks=1), NetworkEvents(requests=requests), WORKERS_TIMEOUT) == at


def test_a_listed_video_is_ours_only_where_the_reply_names_none() -> None:
    """Another worker's video may have the same prompt, so the site's list says less than the reply does."""
    listed = ShownVideo(id="listed", address="https://y.test/listed.mp4", player=0, width=400, duration=6.04)
    named = call(facts=StreamFacts(ids=frozenset({VIDEO}), progress=50))
    there = seen(videos=(*BASE.videos, listed), percent=50)
    ours = NetworkEvents((named,), listed_ours=frozenset({"listed"}))
    assert isinstance(conclude((1.0, there, ours), (4.0, there, ours)), Waiting)
    unread = NetworkEvents(sent=True, listed_ours=frozenset({"listed"}))
    shown = seen(videos=(*BASE.videos, listed))
    assert conclude((1.0, shown, unread), (4.0, shown, unread)) == Found(listed)


def test_what_the_page_says_of_a_stopped_request_of_an_earlier_click_is_not_this_videos() -> None:
    """Our own request is still to come; without that other one the same text is a failure."""
    complains = seen(notices=notices("Network error"))
    told = conclude((0.0, BASE, NetworkEvents()), (1.0, complains, NetworkEvents()), (7.0, complains, NetworkEvents()))
    assert isinstance(told, Failure)
    assert told.category is Category.NETWORK_ERROR
    late = NetworkEvents(has_late=True)
    assert isinstance(conclude((0.0, BASE, late), (1.0, complains, late), (7.0, complains, late)), Waiting)


@pytest.mark.parametrize(
    ("reply", "is_refusal"),
    [
        (refused(504, opening="<html>Gateway Time-out"), False),
        (refused(502), False),
        (refused(524, opening="error code: 524"), False),
        (refused(504, "deadline exceeded", 4), False),
        (refused(200, "deadline exceeded", 4), False),
        (refused(502, "internal", 13), True),
        (refused(503, opening="<html>Service unavailable"), True),
        (refused(500), True),
    ],
)
def test_only_the_sites_own_error_refuses_a_submit(reply: Call, is_refusal: bool) -> None:
    """A gateway that got no answer does not know whether the site has taken the submit, so it may not be paid again."""
    assert reply.is_refused is is_refusal
