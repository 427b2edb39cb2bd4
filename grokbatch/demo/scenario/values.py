"""The types of a scenario's fields: seconds, percentages, counts, and a model that refuses unknown fields."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from grokbatch.demo.scenario.users import user_name

Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]
PositiveCount = Annotated[int, Field(ge=1)]
User = Annotated[str, AfterValidator(user_name)]
Transfer = Literal["whole", "cut", "page", "short", "chunked", "held", "jpeg", "error", "twin"]


class Strict(BaseModel):
    """An immutable model that refuses unknown fields, because a rehearsal with a misspelt field would prove nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
