"""The known forms of a reply: where in it a video is, and how its lines look."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.demo.scenario.scenario import Scenario
    from grokbatch.demo.scenario.wire import ReplyShape
    from grokbatch.demo.state.timetable import Timetable

KEY = 0x5A
"""The key with which every byte of an unreadable reply is combined (XOR); the page's scripts know it."""

TITLE = "Wind over the hills"
_COARSE = (1, 50, 100)


@dataclass(frozen=True)
class Shape:
    """The form of one reply; `is_conversing`: it belongs to an existing conversation, as since July 2026."""

    told: ReplyShape
    is_conversing: bool
    is_unreadable: bool = False

    @property
    def content_type(self) -> bytes:
        """The content type that the reply declares."""
        if self.is_unreadable:
            return b"application/octet-stream"
        return b"text/event-stream" if self.told == "data" else b"application/json"

    def wrapped(self, inner: dict[str, Any]) -> dict[str, Any]:
        """Return `inner` as an object of the reply: hoisted, or nested as in earlier eras."""
        is_hoisted = self.told == "hoisted" or (self.is_conversing and self.told != "nested")
        return {"result": inner if is_hoisted else {"response": inner}}

    def line(self, told: dict[str, Any], end: str = "\n") -> bytes:
        """Return `told` as the bytes that are sent."""
        text = json.dumps(told, separators=(",", ":"))
        text = f"data: {text}\n\n" if self.told == "data" else text + end
        sent = text.encode()
        return bytes(byte ^ KEY for byte in sent) if self.is_unreadable else sent

    def steps(self, plan: Timetable) -> Iterator[tuple[float, int]]:
        """Yield each reported percentage with its time; the last one is the end."""
        *steps, last = plan.steps
        if self.told != "coarse":
            yield from steps
        else:
            for least in _COARSE[:-1]:
                when = next((when for when, percent in steps if percent >= least), None)
                if when is not None:
                    yield when, least
        yield last

    @property
    def shows_progress(self) -> bool:
        """Whether the reply holds an object of the video at all."""
        return self.told != "attachment_ids"

    @property
    def names_file(self) -> bool:
        """Whether the last progress carries the file's address and id."""
        return self.told not in ("attachments", "attachment_ids")

    @property
    def stays_open(self) -> bool:
        """Whether the reply goes on after the end of the video."""
        return self.told == "open"

    def after(self, file: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the objects that follow the end of a video that was made, whose attachment is `file`."""
        if self.told == "attachments":
            yield self.answer("", [file])
        elif self.told == "attachment_ids" or self.is_conversing:
            yield self.answer("", [file["fileMetadataId"]])
        if self.told == "title":
            yield {"result": {"title": {"newTitle": TITLE}}}

    def answer(self, words: str, attachments: list[Any]) -> dict[str, Any]:
        """Return the object that holds what the model says."""
        return self.wrapped(
            {"modelResponse": {"message": words, "sender": "ASSISTANT", "fileAttachments": attachments}}
        )


def shape_of(scenario: Scenario, *, is_conversing: bool) -> Shape:
    """Return the shape of the replies of `scenario` at one of the two addresses."""
    return Shape(scenario.reply_shape, is_conversing, scenario.unreadable_replies)
