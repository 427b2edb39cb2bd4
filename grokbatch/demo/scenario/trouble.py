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
        description="what every submit about an image comes to, by the id of its post, where `outcomes` says nothing",
    )
    throttled_after: Count | None = Field(
        None, description="accepted submits of a user after which the submit button stays grey, without a word"
    )
    throttle_escalates_after: Count | None = Field(
        None, description="visits of pages during such a throttle after which a human check stands in the way"
    )
    limit_reply: Literal["error", "empty"] = Field(
        "error", description="what a submit over the limit is answered with: an error, or 200 and nothing at all"
    )
    limit_offer: str = Field("", max_length=500, description="what the page offers beside the words of the limit")
    limit_in_one: bool = Field(False, description="the limit's words and the offer are one piece of text, on one line")
    every_transfer: dict[PositiveCount, Transfer] = Field(
        default_factory=dict,
        description="how the file of a submit comes each time, for ever, also to the page's player",
    )
    broken_after: Count | None = Field(
        None, description="accepted submits after which every page, call and file is answered with 503"
    )
