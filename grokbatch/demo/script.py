"""What one submit shall come to."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokbatch.demo.values import Percent, Seconds, Strict

Kind = Literal[
    "success",
    "moderated",
    "network_error",
    "generation_error",
    "stuck",
    "ignored_click",
    "slow_start",
    "stale_page",
    "page_crash",
    "chat_answer",
]
_MADE_ALL_THE_SAME = ("success", "slow_start", "ignored_click", "stale_page", "page_crash", "chat_answer")


class Script(Strict):
    """What one submit shall come to."""

    kind: Kind
    at: Percent | None = Field(None, description="the percentage of the event: moderated 100, others 50")
    seconds: Seconds | None = Field(None, description="of this generation; for slow_start, before it begins")
    completes: bool = Field(False, description="network_error: the video is made all the same")

    @property
    def last_percent(self) -> int:
        """The percentage that this generation reaches."""
        return 100 if self.kind in _MADE_ALL_THE_SAME else self.event_percent

    @property
    def event_percent(self) -> int:
        """The percentage at which this generation's event happens, if it is of a kind that has one."""
        if self.at is not None:
            return self.at
        return 100 if self.kind == "moderated" else 50


SUCCESS = Script(kind="success")
