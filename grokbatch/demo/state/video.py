"""A video of the site, what a submit asks for, and why one is refused."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from grokbatch.demo.clips.clips import USUAL, DemoClip
from grokbatch.demo.scenario.users import DEMO_USER, user_id

if TYPE_CHECKING:
    from grokbatch.demo.scenario.script import Kind
    from grokbatch.demo.state.journal import Event
    from grokbatch.demo.state.timetable import Timetable

State = Literal["done", "loading", "moderated", "failed"]
_STATES: dict[str, State] = {"success": "done", "moderated": "moderated"}


@dataclass(frozen=True)
class Video:
    """One video of a post; a video that was there before has no plan."""

    id: str
    post_id: str
    root_id: str
    number: int | None = None
    plan: Timetable | None = None
    started: float = 0.0
    user: str = DEMO_USER
    video_file: DemoClip = USUAL
    prompt: str = field(default="", repr=False)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_earlier(self) -> bool:
        """Whether it was there before the site started; everybody can see such a video."""
        return self.plan is None

    @property
    def response_id(self) -> str:
        """The id of its answer in its image's conversation."""
        return str(uuid.uuid5(uuid.UUID(self.id), "response"))

    @property
    def folder(self) -> str:
        """The folder of its files, relative to the assets' origin."""
        return f"users/{user_id(self.user)}/generated/{self.id}"

    @property
    def percent(self) -> int:
        """Its progress in percent."""
        return 100 if self.plan is None else self.plan.percent(self.elapsed)

    @property
    def elapsed(self) -> float:
        """Seconds since its submit."""
        return time.monotonic() - self.started

    @property
    def state(self) -> State:
        """Its state now."""
        if self.plan is None:
            return "done"
        if self.plan.ending == "stuck" or self.elapsed < self.plan.end:
            return "loading"
        return _STATES.get(self.plan.ending, "failed")

    def has_file(self, asset_delay: float) -> bool:
        """Whether its MP4 file can be fetched, `asset_delay` seconds after the success."""
        if self.plan is None:
            return True
        return self.state == "done" and self.elapsed >= self.plan.end + asset_delay


@dataclass(frozen=True)
class Wish:
    """What a submit asks for; `told` are its options as they were sent, `reserved` is the number of its click.

    Without a prompt a video is made from the image alone; `by_itself`: the page started it without a click.
    """

    prompt: str = field(default="", repr=False)
    video_file: DemoClip = USUAL
    told: dict[str, Any] = field(default_factory=dict)
    reserved: int | None = None
    by_itself: bool = False

    @property
    def event(self) -> Event:
        """The event in the journal when it is accepted; all three kinds are paid for."""
        if self.by_itself:
            return "auto_start"
        return "submit" if self.prompt else "promptless"


Refusal = Literal[
    "rate_limited",
    "throttled",
    "no_such_post",
    "illegal_option",
    "second_request",
    "unsigned",
    "still_animation",
    "patched_fetch",
    "stale_page",
    "stale_wordless",
    "anti_bot",
    "blocked",
    "forbidden",
    "not_found",
    "server_error",
    "image_gone",
    "chat_answer",
]
"""Why a submit is not accepted."""

_SCRIPTED: dict[Kind, Refusal] = {
    "stale_page": "stale_page",
    "stale_wordless": "stale_wordless",
    "anti_bot": "anti_bot",
    "blocked": "blocked",
    "forbidden": "forbidden",
    "not_found": "not_found",
    "server_error": "server_error",
    "image_gone": "image_gone",
    "chat_answer": "chat_answer",
}


def refusal_of(kind: Kind) -> Refusal | None:
    """Return the refusal of a submit of this kind, or None if it is accepted."""
    return _SCRIPTED.get(kind)
