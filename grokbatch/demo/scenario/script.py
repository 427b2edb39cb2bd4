"""The script of one submit: how it ends."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokbatch.demo.scenario.values import Percent, Seconds, Strict

Kind = Literal[
    "success",
    "moderated",
    "photo_moderated",
    "network_error",
    "generation_error",
    "stuck",
    "ignored_click",
    "slow_start",
    "page_crash",
    "cut_clean",
    "cut_broken",
    "away",
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
_BREAKING_OFF = ("network_error", "generation_error", "stuck", "moderated", "photo_moderated")
_AT = {"moderated": 100, "photo_moderated": 100, "cut_clean": 0, "cut_broken": 0}


class Script(Strict):
    """How one submit ends."""

    kind: Kind
    at: Percent | None = Field(None, description="the percentage of the event: moderated 100, cut 0, others 50")
    seconds: Seconds | None = Field(
        None,
        description="of this generation; for slow_start, before it begins; for away, until the site is back",
    )
    completes: bool = Field(False, description="network_error: the video is made all the same")

    @property
    def last_percent(self) -> int:
        """The last percentage that this generation reaches."""
        return self.event_percent if self.kind in _BREAKING_OFF else 100

    @property
    def event_percent(self) -> int:
        """The percentage at which this generation's event happens, None if its kind has no event."""
        return _AT.get(self.kind, 50) if self.at is None else self.at

    @property
    def is_time_of_generation(self) -> bool:
        """Whether `seconds` says how long the generation takes."""
        return self.kind not in ("slow_start", "away")


SUCCESS = Script(kind="success")
