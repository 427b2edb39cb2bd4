"""The fields of a scenario that change the page's requests and the site's replies."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from grokbatch.demo.scenario.values import Seconds, Strict

ReplyShape = Literal[
    "as_in_era", "hoisted", "nested", "attachments", "attachment_ids", "data", "coarse", "title", "open"
]


class Wire(Strict):
    """The fields that affect requests and replies."""

    signed: bool = Field(
        True,
        description="submits need a signature that samples an animation over some frames; one that stands still, "
        "or a patched fetch, is refused with 403 code 7",
    )
    reply_shape: ReplyShape = Field(
        "as_in_era",
        description="of the reply to a submit: hoisted (as in era D) or nested (before); the file in attachments only, "
        "with its address or (attachment_ids) without; in data: lines; coarse progress 1, 50, 100; a title after the "
        "end; a stream that stays open",
    )
    second_request: Literal["", "429", "403", "fails"] = Field(
        "", description="era D: one click sends two requests, of which the second is refused or breaks"
    )
    asks_again_after: Seconds | None = Field(
        None, description="a submit that is answered with 5xx the page sends once more by itself, so much later"
    )
    unreadable_replies: bool = Field(
        False, description="the reply to a submit comes in a form that only the page's own scripts can read"
    )
    sends_from: Literal["page", "worker", "service_worker"] = Field(
        "page", description="who sends a submit: the page itself, a worker of the page, or its service worker"
    )
    sends_after: Seconds = Field(0, description="how long the page waits silently from the click to its request")
    changes_prompt: Literal["", "another", "signs"] = Field(
        "", description="what the page sends in place of the prompt: another one, or it with other dashes and quotes"
    )
    sends_other_length: bool = Field(False, description="the page sends 6 s whatever length was chosen")
