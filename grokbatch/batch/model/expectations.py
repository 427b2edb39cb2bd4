"""The expectations of a batch: the checks that each video's file is put to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from grokbatch.batch.model.fields import Allowed

GreyLevels = Annotated[float, Field(gt=0, le=255, allow_inf_nan=False)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


def _seconds(value: object) -> object:
    # Both `10` and `10s` are allowed, as for the option `duration`.
    if isinstance(value, str):
        try:
            return float(value.removesuffix("s"))
        except ValueError:
            return value
    return value


class Expectations(BaseModel):
    """The checks, all off by default. A video that misses one is kept, but its pytest item fails."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    duration: Annotated[
        Annotated[float, Field(gt=0, le=3600)] | None,
        BeforeValidator(
            _seconds,
            json_schema_input_type=Annotated[float, Field(gt=0, le=3600)]
            | Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?s?$")],
        ),
        Allowed("a number of seconds"),
    ] = Field(None, description="the duration in seconds, give or take half a second")
    min_resolution: Annotated[Literal["480p", "720p", "1080p"] | None, Allowed("480p, 720p or 1080p")] = Field(
        None, description="the least resolution"
    )
    audio: Annotated[bool | None, Allowed("true or false")] = Field(
        None, description="true: the video must have audible sound; false: it must be silent"
    )
    not_black: Annotated[bool, Allowed("true or false")] = Field(
        False, description="the picture is not black for most of the time"
    )
    not_frozen: Annotated[
        bool | GreyLevels,
        Allowed("true, false or grey levels up to 255"),
    ] = Field(False, description="something moves; a number is the least motion, in grey levels")
    starts_like_source: Annotated[bool | Share, Allowed("true, false or a number up to 1")] = Field(
        False, description="the first frame resembles the source image; a number is the least similarity, 0 to 1"
    )

    @property
    def about_pictures(self) -> bool:
        """Whether the video's pictures must be decoded for these checks."""
        return any(value is not False for value in (self.not_black, self.not_frozen, self.starts_like_source))

    @property
    def is_empty(self) -> bool:
        """Whether all checks are off."""
        return self == Expectations()


Checks = Annotated[Expectations, Allowed("checks, such as {audio: true, not_frozen: true}")]
