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
    "gateway_error",
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
    at: Percent | None = Field(
        None, description="the percentage at which it happens; by default moderated at 100, cut at 0, others at 50"
    )
    seconds: Seconds | None = Field(
        None,
        description="how long making this video takes; for slow_start: how long before it begins; for away: until the "
        "site is back",
    )
    completes: bool = Field(False, description="network_error: the video is made nevertheless")

    @property
    def last_percent(self) -> int:
        """The last percentage that this generation reaches."""
        return self.event_percent if self.kind in _BREAKING_OFF else 100

    @property
    def event_percent(self) -> int:
        """The percentage at which this generation's event happens; it only matters for kinds that have one."""
        return _AT.get(self.kind, 50) if self.at is None else self.at

    @property
    def is_time_of_generation(self) -> bool:
        """Whether `seconds` says how long the generation takes."""
        return self.kind not in ("slow_start", "away")


SUCCESS = Script(kind="success")
