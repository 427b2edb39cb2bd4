"""What the fields of a scenario are made of: seconds, percentages, counts, and a model that takes nothing unknown."""

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
    """A model that never changes and whose misspelt fields are told, for a wrong rehearsal would prove nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)
