"""The fields of a scenario for lasting trouble: throttles, limits in other words, damaged files, a broken site."""

from __future__ import annotations

import uuid  # noqa: TC003 - pydantic reads it
from typing import Literal

from pydantic import Field

from grokbatch.demo.scenario.script import Script  # noqa: TC001 - pydantic reads it
from grokbatch.demo.scenario.values import Count, PositiveCount, Strict, Transfer


class Trouble(Strict):
    """The fields for lasting trouble."""

    image_outcomes: dict[uuid.UUID, Script] = Field(
        default_factory=dict,
        description="how all submits for an image end that `outcomes` does not name, by the id of the image's post",
    )
    deleted_image: uuid.UUID | None = Field(None, description="the image that was deleted, by the id of its post")
    deleted_post: Literal["blank", "redirect"] = Field(
        "blank", description="what is shown in place of a deleted image's post: a blank page, or the page /imagine"
    )
    throttled_after: Count | None = Field(
        None,
        description="after how many accepted submits of a user the submit button stays disabled, without an "
        "explanation",
    )
    throttle_escalates_after: Count | None = Field(
        None, description="after how many visits of pages during such a throttle a human check is shown"
    )
    limit_reply: Literal["error", "empty"] = Field(
        "error", description="the reply to a submit over the limit: an error, or status 200 with an empty body"
    )
    limit_offer: str = Field("", max_length=500, description="what the page offers next to the message about the limit")
    limit_in_one: bool = Field(False, description="the message about the limit and the offer are one text, on one line")
    every_transfer: dict[PositiveCount, Transfer] = Field(
        default_factory=dict,
        description="how the file of a submit is sent every time, also to the page's player",
    )
    broken_after: Count | None = Field(
        None, description="after how many accepted submits every page, call and file is answered with status 503"
    )
