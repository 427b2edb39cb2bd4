"""The rules of the two witnesses, row by row as they are written down, on recorded replies."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from grokbatch.record.model.outcome import Category
from grokbatch.site.api.generation_stream import StreamFacts
from grokbatch.site.network.listener import NetworkEvents, Quota
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.outcome.rules import Found, Unplayable, Waiting
from grokbatch.site.page.observation import Observation, SubmitButton
from tests.unit.site.judging import BASE, LATER, NEW, VIDEO, call, conclude, notices, recorded, refused, seen

if TYPE_CHECKING:
    from grokbatch.site.network.generation_requests import Call

DOCUMENT = Path(__file__).parents[3] / "docs" / "witnesses.md"
MODERATED = "Content Moderated. Try a different idea."
FOREIGN_WORDS = "Se ha producido un problema con esta solicitud"


@dataclass(frozen=True)
class Case:
    """`page` and `events` from two seconds after the click on; `outcome` stands `after` seconds after the click."""

    page: Observation
    events: NetworkEvents
    outcome: Category | Literal["video", "file", "nothing"]
    after: float = 2.1
    begins: tuple[tuple[float, Observation], ...] = ()
    before: Observation = BASE


def events(*calls: Call, quota: int | None = None, **told: Any) -> NetworkEvents:
    return NetworkEvents(calls, quota=Quota(quota, LATER if quota == 0 else None), **told)


def other(name: str) -> Call:
    """Return the reply to a request without the prompt: the page began that one by itself."""
    return recorded(name, number=2, has_prompt=False)


NEW_VIDEO = seen(videos=(NEW,))
STILL_MAKING = seen(videos=(NEW,), percent=54)
STRANGER = seen(videos=(NEW.model_copy(update={"id": "x", "address": "https://y.test/generated/x/v.mp4"}),))
OF_ANOTHER_REPLY = seen(videos=(NEW.model_copy(update={"id": "93c41f7a-0d2e-4b68-a7f5-1e6d8c9b0a42"}),))
NO_CODEC = seen(videos=(NEW.model_copy(update={"duration": None, "width": 0, "error": 4}),))
UNKNOWN_ERROR = seen(notices=notices(FOREIGN_WORDS), error_notices=frozenset({FOREIGN_WORDS}))
DISABLED = seen(submit=SubmitButton(disabled=True))
LIMIT_LINE = seen(limit_lines=("1 of your daily limit",))
PASSIVE = seen(notices=notices("Upgrade to SuperGrok", "Upgrade for higher rate limits", "Get more: higher limits"))
BUSY = seen(percent=20)
STREAMING = recorded("at-44", is_over=False)
ENDED = recorded("at-44")
LOGIN = seen(login=True)
CHECK = seen(human_check=True, prompt=None)
STALE = recorded("stale-page", status=403)

ANSWERED = call(is_over=True, facts=StreamFacts(is_answer=True))
SPOKEN = call(is_over=True, facts=StreamFacts(is_answer=True, has_spoken=True))
GIVEN_UP = "net::ERR_ABORTED"

RULES: dict[str, tuple[Case, ...]] = {
    "stopped unpaid": (
        Case(seen(), events(stopped=("it carries no prompt",)), Category.LAYOUT_CHANGED),
        Case(seen(), events(STREAMING, stopped=("it carries no prompt",)), "nothing"),
    ),
    "still being made": (
        Case(LOGIN, events(STREAMING, signed_out=True), "nothing"),
        Case(LOGIN.model_copy(update={"videos": (NEW,)}), events(recorded("success")), "video"),
    ),
    "human check": (Case(CHECK, events(), Category.HUMAN_CHECK), Case(CHECK, events(ENDED), Category.HUMAN_CHECK)),
    "challenged": (
        Case(seen(), events(challenged=True), Category.HUMAN_CHECK),
        Case(seen(), events(refused(403, challenged=True)), Category.HUMAN_CHECK),
        Case(seen(), events(refused(403, opening="<title>Just a moment…</title>")), Category.HUMAN_CHECK),
    ),
    "signed out": (
        Case(LOGIN, events(), Category.AUTH_REQUIRED),
        Case(seen(address="https://accounts.test/sign-in?r=1"), events(ENDED), Category.AUTH_REQUIRED),
    ),
    "session refused": (
        Case(seen(), events(refused(401, "no", 16)), Category.AUTH_REQUIRED),
        Case(seen(), events(refused(401)), Category.AUTH_REQUIRED),
        Case(seen(), events(refused(200, "no", 16)), Category.AUTH_REQUIRED),
        Case(seen(), events(signed_out=True), Category.AUTH_REQUIRED),
    ),
    "moderated in the reply": (
        Case(seen(), events(recorded("moderated-at-100")), Category.CONTENT_MODERATED),
        Case(seen(percent=33), events(recorded("moderated-at-33", is_over=False)), Category.CONTENT_MODERATED),
        Case(UNKNOWN_ERROR, events(recorded("moderated-at-33")), Category.CONTENT_MODERATED),
        Case(
            seen(notices=notices("Rate limit reached")),
            events(recorded("moderated-at-100")),
            Category.CONTENT_MODERATED,
        ),
        Case(NEW_VIDEO, events(recorded("moderated-at-100")), Category.CONTENT_MODERATED),
    ),
    "illegal option": tuple(
        Case(page, events(refused(429, text, code)), Category.GENERATION_ERROR)
        for page in (seen(), seen(notices=notices("Rate limit reached")))
        for text, code in (
            ("videoLength: duration 10 is not allowed", 8),
            ("Free accounts can only generate 6s videos", 8),
            ("10 second videos require a subscription", 8),
            ("Illegal option", None),
            ("Too many requests", 3),
        )
    ),
    "limit in the reply": (
        Case(seen(), events(recorded("limit-top-level", status=429)), Category.RATE_LIMIT),
        Case(seen(), events(recorded("limit-top-level")), Category.RATE_LIMIT),
        Case(seen(), events(recorded("limit-without-words")), Category.RATE_LIMIT),
        Case(seen(), events(refused(429)), Category.RATE_LIMIT),
        Case(seen(), events(refused(429, opening="<html>No option is left")), Category.RATE_LIMIT),
        Case(seen(), events(refused(429, "Too many requests, try again in 15 seconds", 8)), Category.RATE_LIMIT),
        Case(NEW_VIDEO, events(refused(429, "Daily limit reached", 8)), Category.RATE_LIMIT),
    ),
    "refused, and used up": (
        Case(seen(), events(STALE, quota=0), Category.RATE_LIMIT),
        Case(seen(notices=notices("Rate limit reached")), events(STALE), Category.RATE_LIMIT),
        Case(DISABLED.model_copy(update={"limit_text": "Daily limit reached"}), events(STALE), Category.RATE_LIMIT),
    ),
    "refused, perhaps out of date": (
        Case(seen(), events(STALE), "nothing"),
        Case(seen(), events(STALE, quota=12), Category.GENERATION_ERROR, 3.2),
        Case(PASSIVE, events(STALE), Category.GENERATION_ERROR, 3.2),
        Case(seen(notices=notices("Something went wrong")), events(STALE), "nothing"),
    ),
    "account refused": (
        Case(seen(), events(refused(403, "Request rejected by anti-bot rules.", 7)), Category.ACCOUNT_REFUSED),
        Case(seen(), events(refused(403, "Account blocked")), Category.ACCOUNT_REFUSED),
    ),
    "image not available": (
        Case(seen(), events(refused(500, "Failed to download image from GCS", 13)), Category.GENERATION_ERROR),
    ),
    "error in the reply": (
        Case(seen(), events(recorded("error-top-level")), Category.GENERATION_ERROR),
        Case(seen(), events(recorded("error-inside", is_over=False)), Category.GENERATION_ERROR),
        Case(seen(), events(recorded("try-again-later")), Category.GENERATION_ERROR),
        Case(seen(), events(refused(503, opening="Please try again later")), "nothing", 3.5),
        Case(seen(), events(refused(503, opening="Please try again later")), Category.GENERATION_ERROR, 4.1),
        Case(seen(), events(refused(400, "bad request", 3)), Category.GENERATION_ERROR),
    ),
    "connection broke": (
        Case(seen(), events(recorded("truncated", failure="net::ERR_CONNECTION_RESET")), Category.NETWORK_ERROR),
        Case(
            seen(notices=notices("Something went wrong")),
            events(recorded("at-44", failure="net::ERR_INCOMPLETE_CHUNKED_ENCODING")),
            Category.NETWORK_ERROR,
        ),
        Case(NEW_VIDEO, events(recorded("success", failure="net::ERR_CONNECTION_RESET")), "video"),
        Case(seen(), events(recorded("at-44", failure="net::ERR_ABORTED")), "nothing"),
    ),
    "text beside a finished video": tuple(
        Case(seen(videos=(NEW,), notices=notices(text)), events(recorded("success")), "video")
        for text in (MODERATED, "Rate limit reached", "Something went wrong", "Network error")
    ),
    "text about another video": (
        Case(seen(notices=notices(MODERATED)), events(STREAMING, other("another-video-moderated")), "nothing", 9),
        Case(
            seen(notices=notices(MODERATED), videos=(NEW,)),
            events(recorded("success"), other("another-video-moderated")),
            "video",
        ),
    ),
    "text while it goes on": tuple(
        Case(
            seen(percent=44, notices=notices(text)),
            events(STREAMING),
            "nothing",
            9,
            ((1, seen(percent=5)), (1.2, seen(percent=5, notices=notices(text)))),
        )
        for text in ("Failed to load history", MODERATED, "Image limit reached")
    ),
    "moderated on the page": (
        Case(seen(notices=notices(MODERATED)), events(), Category.CONTENT_MODERATED),
        Case(seen(notices=notices(MODERATED)), events(ENDED), Category.CONTENT_MODERATED),
        Case(seen(notices=notices(MODERATED)), events(STREAMING), Category.CONTENT_MODERATED, 3),
        Case(seen(notices=notices(MODERATED), percent=44), events(STREAMING), Category.CONTENT_MODERATED, 8),
    ),
    "limit on the page": (
        Case(seen(notices=notices("Rate limit reached")), events(), Category.RATE_LIMIT),
        Case(seen(notices=notices("Image limit reached\nUpgrade to unlock more")), events(ENDED), Category.RATE_LIMIT),
        Case(seen(notices=notices("Please try again later")), events(), Category.RATE_LIMIT),
    ),
    "failure on the page": (
        Case(seen(notices=notices("Network error")), events(), Category.NETWORK_ERROR),
        Case(seen(notices=notices("Generation failed")), events(ENDED), Category.GENERATION_ERROR),
        Case(seen(notices=notices("Something went wrong. Try again later.")), events(), Category.GENERATION_ERROR),
    ),
    "error in unknown words": (
        Case(UNKNOWN_ERROR, events(), "nothing"),
        Case(UNKNOWN_ERROR, events(), Category.GENERATION_ERROR, 8),
        Case(UNKNOWN_ERROR, events(ENDED), Category.GENERATION_ERROR, 8),
        Case(UNKNOWN_ERROR, events(STREAMING), "nothing", 8),
        Case(UNKNOWN_ERROR.model_copy(update={"percent": 33}), events(), "nothing", 8),
        Case(seen(notices=notices(FOREIGN_WORDS)), events(), "nothing", 8),
    ),
    "offer": (Case(PASSIVE, events(), "nothing", 9), Case(PASSIVE, events(ENDED), "nothing", 9)),
    "disabled button, and used up": (
        Case(DISABLED.model_copy(update={"limit_text": "Daily limit reached"}), events(), "nothing"),
        Case(DISABLED.model_copy(update={"limit_text": "Daily limit reached"}), events(), Category.RATE_LIMIT, 6),
        Case(DISABLED, events(quota=0), Category.RATE_LIMIT, 6),
    ),
    "disabled button alone": (
        Case(DISABLED, events(), "nothing", 9),
        Case(DISABLED, events(quota=3), "nothing", 9),
        Case(DISABLED.model_copy(update={"prompt": None}), events(quota=0), "nothing", 9),
    ),
    "named video": (
        *(Case(NEW_VIDEO, events(recorded(name)), "video", 2.0) for name in ("success", "success-joined", "events")),
        Case(NEW_VIDEO, events(recorded("success", is_over=False)), "video", 2.0),
        Case(seen(videos=(NEW.model_copy(update={"player": -1}),)), events(recorded("success")), "video", 2.0),
        Case(NEW_VIDEO, events(recorded("success"), other("another-video")), "video", 2.0),
    ),
    "named without a file": (
        Case(NEW_VIDEO, events(recorded("no-file-at-100")), "nothing"),
        Case(NEW_VIDEO, events(recorded("no-file-at-100")), "video", 2.6),
        Case(seen(), events(recorded("no-file-at-100")), "nothing", 9),
        Case(seen(notices=notices(MODERATED)), events(recorded("no-file-at-100")), Category.CONTENT_MODERATED),
    ),
    "named by the site's list": (
        Case(NEW_VIDEO, events(sent=True, listed_ours=frozenset({VIDEO})), "video", 2.6),
        Case(STRANGER, events(sent=True, listed_ours=frozenset({VIDEO})), "nothing", 9),
        Case(NEW_VIDEO, events(sent=True, listed_others=frozenset({VIDEO})), "nothing", 9),
    ),
    "nothing but the page": (
        Case(NEW_VIDEO, events(), "nothing"),
        Case(NEW_VIDEO, events(), "video", 2.6),
        Case(NEW_VIDEO, events(call(is_over=True)), "video", 2.6),
        Case(NEW_VIDEO, events(call()), "video", 4, ((1, seen(percent=72)),)),
    ),
    "while ours goes on": (
        Case(STILL_MAKING, events(), "nothing", 9),
        Case(STILL_MAKING, events(call(is_over=True)), "nothing", 9, ((1, seen(percent=44)),)),
        Case(NEW_VIDEO, events(), "nothing", 12, ((1, seen(percent=44)), (2.0, STILL_MAKING), (8, STILL_MAKING))),
        Case(NEW_VIDEO, events(), "video", 4, ((1, seen(percent=72)), (2.0, STILL_MAKING), (2.5, NEW_VIDEO))),
    ),
    "beside one that was under way": (
        Case(NEW_VIDEO, events(call(is_over=True), tells_prompts=True), "nothing", 9, before=BUSY),
        Case(NEW_VIDEO, events(call(is_over=True), listed_ours=frozenset({VIDEO})), "video", 9, before=BUSY),
        Case(NEW_VIDEO, events(recorded("success"), tells_prompts=True), "video", 9, before=BUSY),
        Case(NEW_VIDEO, events(call(is_over=True)), "video", 9, before=BUSY),
    ),
    "somebody else's video": (
        Case(STRANGER, events(recorded("success")), "nothing", 9),
        Case(NEW_VIDEO, events(recorded("another-video")), "nothing", 9),
        Case(OF_ANOTHER_REPLY, events(call(is_over=True), other("another-video")), "nothing", 9),
        Case(seen(videos=(NEW.model_copy(update={"player": -1}),)), events(), "nothing", 9),
        Case(seen(), events(recorded("success")), "nothing", 9),
    ),
    "video before its end": (
        Case(NEW_VIDEO, events(call()), "nothing", 9),
        Case(NEW_VIDEO.model_copy(update={"percent": 44}), events(STREAMING), "nothing", 9),
    ),
    "answer in words": (
        Case(seen(), events(ANSWERED), Category.GENERATION_ERROR, 9),
        Case(seen(percent=20), events(ANSWERED), "nothing", 9),
        Case(seen(), events(replace(ANSWERED, failure=GIVEN_UP)), Category.GENERATION_ERROR, 9),
        Case(seen(doc="e"), events(replace(ANSWERED, failure=GIVEN_UP)), "nothing", 9),
        Case(seen(doc="e"), events(replace(SPOKEN, failure=GIVEN_UP)), Category.GENERATION_ERROR, 9),
        Case(seen(), events(replace(ANSWERED, failure="net::ERR_CONNECTION_RESET")), Category.NETWORK_ERROR, 9),
    ),
    "not playable here": (Case(NO_CODEC, events(recorded("success")), "file", 2.0),),
    "words, and silence": (
        Case(LIMIT_LINE, events(sent=True), "nothing", 59),
        Case(LIMIT_LINE, events(sent=True), Category.RATE_LIMIT, 63),
        Case(LIMIT_LINE, events(sent=True), Category.TIMEOUT, 63, before=seen(limit_lines=("2 of your daily limit",))),
        Case(LIMIT_LINE, events(STREAMING), Category.TIMEOUT, 63),
    ),
    "grey and silent": (
        Case(DISABLED, events(), "nothing", 59),
        Case(DISABLED, events(), Category.TIMEOUT, 63),
    ),
    "too late": (
        Case(seen(), events(), "nothing", 59),
        Case(seen(), events(), Category.TIMEOUT, 63),
        Case(seen(percent=44), events(STREAMING), Category.TIMEOUT, 63),
    ),
}


def outcome_of(case: Case) -> object:
    moments = [(at, page, case.events) for at, page in (*case.begins, (2.0, case.page), (case.after, case.page))]
    verdict = conclude(*moments, before=case.before)
    if isinstance(verdict, Failure):
        return verdict.category
    return {Found: "video", Unplayable: "file", Waiting: "nothing"}[type(verdict)]


@pytest.mark.parametrize(
    ("rule", "number"), [(rule, number) for rule, cases in RULES.items() for number in range(len(cases))]
)
def test_the_written_rules_are_followed(rule: str, number: int) -> None:
    """Each row of the table leads to its outcome."""
    assert outcome_of(RULES[rule][number]) == RULES[rule][number].outcome


def test_the_rules_that_are_written_down_are_the_ones_that_are_tested() -> None:
    """The table for users has the same rows, in the same order."""
    _, _, rules = DOCUMENT.read_text("utf-8").partition("\n## The rules")
    rows = re.findall(r"^\| ([a-z][^|]+?) \|", rules.partition("\n## ")[0], re.MULTILINE)
    assert rows[1:] == [*RULES]


def test_an_error_in_unknown_words_is_quoted() -> None:
    """The message says what the page said, and where such words belong."""
    verdict = conclude((2.0, UNKNOWN_ERROR, events()), (8.0, UNKNOWN_ERROR, events()))
    assert isinstance(verdict, Failure)
    assert FOREIGN_WORDS in verdict.message
    assert "locators" in verdict.message


def test_a_refusal_that_may_be_either_names_both() -> None:
    """Whoever reads of a page that is out of date learns that it may be the quota."""
    verdict = conclude((2.0, seen(), events(STALE)), (3.2, seen(), events(STALE)))
    assert isinstance(verdict, Failure)
    assert verdict.is_stale
    assert "out of date" in verdict.message
    assert "quota" in verdict.message


def test_a_limit_carries_the_time_that_either_reply_names() -> None:
    """The reply's own Retry-After wins over the quota's."""
    soon = datetime(2026, 1, 1, 1, tzinfo=UTC)
    for calls, expected in (((refused(429, retry_at=soon),), soon), ((refused(429),), LATER)):
        verdict = conclude((2.0, seen(), events(*calls, quota=0)))
        assert isinstance(verdict, Failure)
        assert verdict.retry_at == expected
