"""The journal of the site's events, for tests: with digests in place of prompts and cookies."""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

MAX_ENTRIES = 100_000

Event = Literal[
    "open",
    "submit",
    "promptless",
    "auto_start",
    "image",
    "edit",
    "agent",
    "refused",
    "ignored_click",
    "outcome",
    "transfer",
    "download",
    "upscale",
    "delete",
    "cancel",
    "sign_in",
    "signed_out",
    "human_check",
    "human_passed",
]
PAID: tuple[Event, ...] = ("submit", "promptless", "auto_start")
"""The events that cost a video each: a submit with a prompt, one without, and a video that a page started by itself."""


@dataclass(frozen=True)
class Entry:
    """One event. `number` is the submit number, `prompt` and `session` are digests, `user` is a name.

    `options` are the options as the page sent them, `address` is the path of the request. The `outcome` of a refusal is
    its reason.
    """

    time: str
    event: Event
    session: str | None = None
    user: str | None = None
    number: int | None = None
    post: str | None = None
    video: str | None = None
    prompt: str | None = None
    outcome: str | None = None
    options: dict[str, Any] | None = None
    address: str | None = None


class Journal:
    """The last hundred thousand events, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=MAX_ENTRIES)

    def note(self, event: Event, **facts: Any) -> None:
        """Add an event that happens now; `facts` are the fields of `Entry`."""
        self._entries.append(Entry(datetime.now(UTC).isoformat(), event, **facts))

    def entries(self) -> list[dict[str, Any]]:
        """Return all events as JSON-ready dictionaries."""
        return [asdict(entry) for entry in tuple(self._entries)]


def digest(text: str) -> str:
    """Return the SHA-256 of `text` in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
