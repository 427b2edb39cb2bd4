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
        description="submits need a signature, which samples an animation over some frames; if the animation does not "
        "move or fetch is patched, the reply is status 403 with code 7",
    )
    reply_shape: ReplyShape = Field(
        "as_in_era",
        description="the form of the reply to a submit. hoisted: as in era D; nested: as in the older ones; "
        "attachments: the file is named in attachments only, with its address; attachment_ids: the same "
        "without the address; data: in lines that begin with data:; coarse: the only percentages are 1, "
        "50, 100; title: a title follows the end; open: the stream stays open",
    )
    second_request: Literal["", "429", "403", "fails"] = Field(
        "", description="era D: one click sends two requests, and the second is refused with this status or fails"
    )
    asks_again_after: Seconds | None = Field(
        None, description="how long after a reply of 5xx the page itself sends the submit once more; None: never"
    )
    unreadable_replies: bool = Field(False, description="only the page's own scripts can read the reply to a submit")
    sends_from: Literal["page", "worker", "service_worker"] = Field(
        "page", description="which of them sends a submit: the page itself, a worker of the page, or its service worker"
    )
    sends_after: Seconds = Field(0, description="how long after the click the page sends its request")
    changes_prompt: Literal["", "another", "signs"] = Field(
        "",
        description="what the page sends instead of the prompt: another prompt, or the prompt with other dashes and "
        "quotes",
    )
    picture_has_own_id: bool = Field(
        False, description="era D: the image's picture has another id than its post, and submits name the image by it"
    )
    sends_other_length: bool = Field(False, description="the page sends a length of 6 s, whichever was chosen")
