"""A page and its replies, as the tests of the rules put them together."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.site.api.generation_stream import StreamFacts, StreamReader
from grokbatch.site.locators.table import packaged_table
from grokbatch.site.network.generation_requests import Call
from grokbatch.site.outcome.rules import OutcomeRules
from grokbatch.site.outcome.submission import Submit
from grokbatch.site.page.observation import Observation, PromptBox, ShownVideo, SubmitButton
from grokbatch.site.page.timeouts import Timeouts

if TYPE_CHECKING:
    from grokbatch.site.network.listener import NetworkEvents

STREAMS = Path(__file__).with_name("streams")
CLICK = 100.0
WORKERS_TIMEOUT = Timeouts()
LATER = datetime(2026, 1, 1, tzinfo=UTC)
VIDEO = "0f2d6c1e-4a7b-4c55-9d10-8e7a5b3c2d11"
BASE = Observation(
    doc="d",
    address="https://x.test/imagine/post/p",
    loaded=True,
    prompt=PromptBox(index=0, filled=True),
    submit=SubmitButton(),
    composer="video",
    videos=(ShownVideo(id="old", player=0, duration=6.0, width=400),),
    ids=frozenset({"old"}),
    notices={"Content Moderated. Try a different idea.": 1},
)
NEW = ShownVideo(
    id=VIDEO,
    address=f"https://y.test/users/u/generated/{VIDEO}/generated_video.mp4",
    player=0,
    width=400,
    height=736,
    duration=6.04,
)
NAMED = StreamFacts(
    ids=frozenset({VIDEO}), urls=frozenset({f"users/u/generated/{VIDEO}/generated_video.mp4"}), progress=100
)


def seen(**changes: Any) -> Observation:
    """Return the page of before the click, with `changes`."""
    return BASE.model_copy(update=changes)


def notices(*texts: str) -> dict[str, int]:
    """Return the notices of before the click and one of each of `texts`."""
    return {**BASE.notices, **{text: BASE.notices.get(text, 0) + 1 for text in texts}}


def call(**changes: Any) -> Call:
    """Return a request with the prompt whose reply still streams."""
    return replace(Call(1, has_prompt=True, status=200), **changes)


def refused(status: int, message: str = "", code: int | None = None, **changes: Any) -> Call:
    """Return a request whose reply ended with an error."""
    facts = StreamFacts(error_code=code, error_message=message) if message else StreamFacts()
    return call(status=status, facts=facts, is_over=True, **changes)


def recorded(name: str, **changes: Any) -> Call:
    """Return a request whose reply was the stream `name`, in pieces of odd sizes; over, unless `changes` say not."""
    reader, data = StreamReader(), (STREAMS / f"{name}.txt").read_bytes()
    for start in range(0, len(data), 37):
        reader.feed(data[start : start + 37])
    return call(**{"facts": reader.facts, "opening": reader.opening, "is_over": True, **changes})


def conclude(
    *moments: tuple[float, Observation, NetworkEvents], before: Observation = BASE, timeout: float = 60.0
) -> object:
    """Return the verdict after the last of `moments`, which are seconds since the click."""
    submit = Submit(before, frozenset({"old"}), CLICK, timeout, CLICK + 300, sign_at=CLICK)
    outcome_rules = OutcomeRules(packaged_table(), WORKERS_TIMEOUT)
    verdict: object = None
    for after, there, events in moments:
        submit = submit.seeing(there, events, CLICK + after)
        verdict = outcome_rules.decide(submit, there, events, CLICK + after)
    return verdict
