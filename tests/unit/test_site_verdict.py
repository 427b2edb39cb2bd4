"""The rules that make an outcome of what the page shows and what it received."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from grokbatch.record.outcome import Category
from grokbatch.site.generation import Call
from grokbatch.site.locators import packaged_table
from grokbatch.site.network import Heard, Quota
from grokbatch.site.observation import Observation, PromptBox, Sighting, SubmitButton
from grokbatch.site.patience import Patience
from grokbatch.site.replies import Failure
from grokbatch.site.stream import StreamFacts
from grokbatch.site.submit import Submit
from grokbatch.site.verdict import Found, Judge, Unplayable, Waiting

CLICK = 100.0
PATIENCE = Patience()
LATER = datetime(2026, 1, 1, tzinfo=UTC)
BASE = Observation(
    doc="d",
    address="https://x.test/imagine/post/p",
    loaded=True,
    prompt=PromptBox(index=0, filled=True),
    submit=SubmitButton(),
    videos=(Sighting(id="old", player=0, duration=6.0, width=400),),
    ids=frozenset({"old"}),
    notices={"Content Moderated. Try a different idea.": 1},
)
NEW = Sighting(
    id="new",
    address="https://y.test/users/u/generated/new/generated_video.mp4",
    player=0,
    width=400,
    height=736,
    duration=6.04,
)
NAMED = StreamFacts(ids=frozenset({"new"}), urls=frozenset({"users/u/generated/new/generated_video.mp4"}), progress=100)


def seen(**changes: Any) -> Observation:
    return BASE.model_copy(update=changes)


def call(**changes: Any) -> Call:
    return replace(Call(1, has_prompt=True, status=200), **changes)


def refused(status: int, message: str = "", code: int | None = None, **changes: Any) -> Call:
    facts = StreamFacts(error_code=code, error_message=message) if message else StreamFacts()
    return call(status=status, facts=facts, is_over=True, **changes)


def conclude(*moments: tuple[float, Observation, Heard], before: Observation = BASE, timeout: float = 60.0) -> object:
    """Return the verdict after the last of `moments`, which are seconds since the click."""
    submit = Submit(before, frozenset({"old"}), CLICK, timeout, CLICK + 300, sign_at=CLICK)
    judge = Judge(packaged_table(), PATIENCE)
    verdict: object = None
    for after, there, heard in moments:
        submit = submit.seeing(there, heard, CLICK + after)
        verdict = judge.judge(submit, there, heard, CLICK + after)
    return verdict


def told(*texts: str) -> dict[str, int]:
    return {**BASE.notices, **dict.fromkeys(texts, 1)}


MODERATED_AGAIN = {text: times + 1 for text, times in BASE.notices.items()}

FAILURES: dict[str, tuple[Observation, Heard, Category]] = {
    "a toast of moderation, beside an old one": (
        seen(notices=MODERATED_AGAIN),
        Heard(),
        Category.CONTENT_MODERATED,
    ),
    "moderated in the reply, no toast": (
        seen(),
        Heard((call(facts=StreamFacts(moderated=True, progress=40)),)),
        Category.CONTENT_MODERATED,
    ),
    "a toast of a limit": (seen(notices=told("Rate limit reached")), Heard(), Category.RATE_LIMIT),
    "429": (seen(), Heard((refused(429, "Too many requests", 8),)), Category.RATE_LIMIT),
    "429 without a body": (seen(), Heard((refused(429),)), Category.RATE_LIMIT),
    "429 for an illegal option": (
        seen(),
        Heard((refused(429, "videoLength: duration 10 is not allowed", 8),)),
        Category.GENERATION_ERROR,
    ),
    "429 with an illegal option beats the toast": (
        seen(notices=told("Rate limit reached")),
        Heard((refused(429, "Invalid option: resolution", 8),)),
        Category.GENERATION_ERROR,
    ),
    "code 8 in a good reply": (seen(), Heard((refused(200, "Resource exhausted", 8),)), Category.RATE_LIMIT),
    "code 16": (seen(), Heard((refused(401, "no", 16),)), Category.AUTH_REQUIRED),
    "401 elsewhere": (seen(), Heard(signed_out=True), Category.AUTH_REQUIRED),
    "moved to the sign-in page": (
        seen(address="https://accounts.test/sign-in?r=1"),
        Heard(),
        Category.AUTH_REQUIRED,
    ),
    "a login button appears": (seen(login=True), Heard(), Category.AUTH_REQUIRED),
    "a challenged request": (seen(), Heard((refused(403, challenged=True),)), Category.HUMAN_CHECK),
    "a challenge by its words": (
        seen(),
        Heard((refused(403, text="<title>Just a moment…</title>"),)),
        Category.HUMAN_CHECK,
    ),
    "a human check on the page": (seen(human_check=True, prompt=None), Heard(), Category.HUMAN_CHECK),
    "403 code 7": (seen(), Heard((refused(403, "This page is out of date", 7),)), Category.GENERATION_ERROR),
    "a broken connection": (
        seen(notices=told("Something went wrong")),
        Heard((call(is_over=True, failure="net::ERR_CONNECTION_RESET"),)),
        Category.NETWORK_ERROR,
    ),
    "a text of a lost connection": (seen(notices=told("Network error")), Heard(), Category.NETWORK_ERROR),
    "an error in the reply": (seen(), Heard((refused(200, "internal", 13),)), Category.GENERATION_ERROR),
    "a text of a failure": (seen(notices=told("Generation failed")), Heard(), Category.GENERATION_ERROR),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failures_get_their_category(case: str) -> None:
    """Each sign of a failure leads to the category that is documented for it, even beside a finished video."""
    there, heard, category = FAILURES[case]
    for videos in (BASE.videos, (NEW,)):
        verdict = conclude((2.0, there.model_copy(update={"videos": videos}), heard))
        assert isinstance(verdict, Failure)
        assert verdict.category is category


NOTHING: dict[str, tuple[Observation, Heard]] = {
    "only what was there before": (seen(), Heard()),
    "an offer": (seen(notices=told("Upgrade for higher rate limits")), Heard()),
    "a disabled button": (seen(submit=SubmitButton(disabled=True)), Heard()),
    "the page gave up its request": (seen(), Heard((call(is_over=True, failure="net::ERR_ABORTED"),))),
    "a new video while the reply is under way": (seen(videos=(NEW,)), Heard((call(),))),
    "a new video that the reply does not name": (
        seen(videos=(NEW.model_copy(update={"id": "x", "address": "https://y.test/generated/x/v.mp4"}),)),
        Heard((call(facts=NAMED, is_over=True),)),
    ),
    "a video of a request without the prompt": (
        seen(videos=(NEW,)),
        Heard((call(), Call(2, has_prompt=False, facts=NAMED, is_over=True))),
    ),
    "a new video outside the player": (seen(videos=(NEW.model_copy(update={"player": -1}),)), Heard()),
}


@pytest.mark.parametrize("case", NOTHING)
def test_what_decides_nothing(case: str) -> None:
    """Things that look like an outcome and are none leave the verdict open."""
    there, heard = NOTHING[case]
    assert isinstance(conclude((1.0, there, heard), (9.0, there, heard)), Waiting)


def test_a_video_that_the_reply_names_is_found_at_once() -> None:
    """With both witnesses agreeing there is nothing to wait for."""
    heard = Heard((call(facts=NAMED, is_over=True),))
    assert conclude((5.0, seen(videos=(NEW,)), heard)) == Found(NEW)


def test_the_named_video_is_found_outside_the_player_too() -> None:
    """An unknown player does not hide a video that the reply names."""
    hidden = NEW.model_copy(update={"player": -1})
    assert conclude((5.0, seen(videos=(hidden,)), Heard((call(facts=NAMED, is_over=True),)))) == Found(hidden)


def test_without_the_network_the_new_video_in_the_player_is_found_after_a_moment() -> None:
    """The page alone suffices when its requests cannot be seen."""
    there = seen(videos=(NEW,))
    assert isinstance(conclude((5.0, there, Heard())), Waiting)
    assert conclude((5.0, there, Heard()), (5.6, there, Heard())) == Found(NEW)


def test_a_finished_percentage_and_a_new_video_do_not_wait_for_a_reply_that_never_ends() -> None:
    """Progress was shown and is over: the new video counts though the reply is still open."""
    busy, done = seen(percent=72), seen(videos=(NEW,))
    heard = Heard((call(),))
    assert conclude((2.0, busy, heard), (5.0, done, heard), (6.1, done, heard)) == Found(NEW)


def test_a_video_without_codec_is_told_apart() -> None:
    """A media error sends the decision to the file."""
    for signs in ({"duration": None, "width": 0, "error": 4}, {"width": 0, "height": 0}):
        broken = NEW.model_copy(update=signs)
        verdict = conclude((5.0, seen(videos=(broken,)), Heard((call(facts=NAMED, is_over=True),))))
        assert verdict == Unplayable(broken)


def test_a_lost_login_does_not_lose_the_video_under_way() -> None:
    """While our own reply still streams, a login button decides nothing; later it explains the end."""
    there, heard = seen(login=True, percent=44), Heard((call(),), signed_out=True)
    assert isinstance(conclude((1.0, there, heard)), Waiting)
    late = conclude((1.0, there, heard), (62.0, there, heard))
    assert isinstance(late, Failure)
    assert late.category is Category.AUTH_REQUIRED


def test_a_disabled_button_is_a_limit_only_beside_a_word_about_it() -> None:
    """Text or quota make a disabled button a limit, after a moment in which it could wake up."""
    idle = seen(submit=SubmitButton(disabled=True))
    for there, heard in (
        (idle.model_copy(update={"limit_text": "Daily limit reached"}), Heard()),
        (idle, Heard(quota=Quota(0, LATER))),
    ):
        assert isinstance(conclude((1.0, there, heard)), Waiting)
        verdict = conclude((1.0, there, heard), (4.5, there, heard))
        assert isinstance(verdict, Failure)
        assert verdict.category is Category.RATE_LIMIT
        assert verdict.retry_at == heard.quota.next_at


def test_a_failure_text_beside_a_generation_that_goes_on_is_about_something_else() -> None:
    """A percentage that rises after the text overrules it."""
    heard = Heard((call(),))
    texts = told("Failed to load history")
    verdict = conclude(
        (1.0, seen(percent=5), heard),
        (2.0, seen(percent=5, notices=texts), heard),
        (3.0, seen(percent=15, notices=texts), heard),
        (9.0, seen(percent=24, notices=texts), heard),
    )
    assert isinstance(verdict, Waiting)


@pytest.mark.parametrize(("after", "expected"), [(59.0, None), (61.0, "no sign"), (301.0, "max_wait")])
def test_time_outs(after: float, expected: str | None) -> None:
    """Nothing for `timeout` seconds, or too long in all, ends the waiting; before that it goes on."""
    verdict = conclude((0.0, BASE, Heard()), (after, BASE, Heard()))
    assert (expected is None) == isinstance(verdict, Waiting)
    if isinstance(verdict, Failure):
        assert verdict.category is Category.TIMEOUT
        assert expected
        assert expected in verdict.message


def test_each_sign_of_progress_puts_the_time_out_off() -> None:
    """A percentage that changes every 50 s is alive; one that stays for 60 s is not."""
    moments = [(50.0 * n, seen(percent=n), Heard()) for n in range(1, 5)]
    assert isinstance(conclude(*moments), Waiting)
    assert isinstance(conclude(*moments, (261.0, seen(percent=4), Heard())), Failure)


STARTED: dict[str, tuple[Observation, Heard, bool]] = {
    "nothing": (seen(), Heard(), False),
    "a request": (seen(), Heard((call(),)), True),
    "a percentage": (seen(percent=1), Heard(), True),
    "generating": (seen(generating=True), Heard(), True),
    "a tile": (seen(loading_tiles=1), Heard(), True),
    "another address": (seen(address="https://x.test/imagine/post/q"), Heard(), True),
    "disabled with the prompt in place": (seen(submit=SubmitButton(disabled=True)), Heard(), True),
    "disabled because the prompt is gone": (
        seen(submit=SubmitButton(disabled=True), prompt=PromptBox(index=0, filled=False)),
        Heard(),
        False,
    ),
}


@pytest.mark.parametrize("case", STARTED)
def test_what_shows_that_a_click_took_effect(case: str) -> None:
    """A click is only repeated when neither the page nor the network shows anything."""
    there, heard, expected = STARTED[case]
    submit = Submit(BASE, frozenset({"old"}), CLICK, 60, CLICK + 300, sign_at=CLICK).seeing(there, heard, CLICK + 1)
    assert submit.has_started(there, heard) is expected


def test_a_click_that_missed_the_button_is_repeated_sooner() -> None:
    """A click that reached the button gets more time to show an effect than one that did not."""
    submit = Submit(BASE, frozenset(), CLICK, 60, CLICK + 300, sign_at=CLICK)
    assert submit.repeat_at(seen(clicks=0), PATIENCE) < submit.repeat_at(seen(clicks=1), PATIENCE)
