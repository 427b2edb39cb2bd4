"""What the built-in site shall do: generation times, limits, scripted outcomes, traps."""

from __future__ import annotations

import random
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from grokbatch.demo.sessions import DEMO_USER, user_name

Kind = Literal["success", "moderated", "network_error", "generation_error", "stuck", "ignored_click", "slow_start"]
Seconds = Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)]
Percent = Annotated[int, Field(ge=0, le=100)]
Count = Annotated[int, Field(ge=0)]
PositiveCount = Annotated[int, Field(ge=1)]
User = Annotated[str, AfterValidator(user_name)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Range(_Strict):
    """Generation times drawn evenly between two bounds; the same submit number always draws the same."""

    min: Seconds
    max: Seconds

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min ({self.min:g}) must not be above max ({self.max:g})")
        return self


def _spelling(given: object) -> str:
    if isinstance(given, dict | Range):
        return "range"
    return "list" if isinstance(given, list | tuple) else "number"


class Script(_Strict):
    """What one submit shall come to."""

    kind: Kind
    at: Percent | None = Field(None, description="the percentage of the event: moderated 100, others 50")
    seconds: Seconds | None = Field(None, description="of this generation; for slow_start, before it begins")
    completes: bool = Field(False, description="network_error: the video is made all the same")

    @property
    def last_percent(self) -> int:
        """The percentage that this generation reaches."""
        if self.kind in ("success", "slow_start", "ignored_click"):
            return 100
        if self.at is not None:
            return self.at
        return 100 if self.kind == "moderated" else 50


SUCCESS = Script(kind="success")


class Scenario(_Strict):
    """Everything about the site that a test or a rehearsal may want different; times are seconds.

    Submit numbers count from 1 over all sessions; a refused submit takes no number, an ignored click does.
    """

    generation: Annotated[
        Annotated[Seconds, Tag("number")]
        | Annotated[tuple[Seconds, ...], Field(min_length=1, max_length=10_000), Tag("list")]
        | Annotated[Range, Tag("range")],
        Discriminator(_spelling),
    ] = Field(Range(min=3, max=6), description="one time, a list used in turn by submit number, or {min, max}")
    outcomes: dict[Annotated[int, Field(ge=1)], Script] = Field(
        default_factory=dict, description="scripted outcomes by submit number; the others succeed"
    )
    quota: Count | None = Field(None, description="submits accepted from each user before the limit; none by default")
    quota_of: dict[User, Count] = Field(default_factory=dict, description="the quota of a user by name")
    limit_style: Literal["toast", "disabled", "http429"] = Field("toast", description="how the limit shows")
    limit_text: str = Field("Rate limit reached", max_length=500, description="what the page says then")
    retry_after: Count | None = Field(
        None, description="seconds that a limit is said to last; None: the site does not tell"
    )
    signed_out_after: PositiveCount | None = Field(
        None, description="accepted submits of a user after which that user is signed out everywhere, once"
    )
    signed_out_after_of: dict[User, PositiveCount] = Field(
        default_factory=dict, description="the same for a user by name"
    )
    session_seconds: Seconds | None = Field(
        None, description="how long a session cookie is honoured from when it was set; None: for ever"
    )
    rotate_session: bool = Field(
        False, description="every page visit sets a new session cookie and replaces the one it came with"
    )
    rotation_grace: Seconds = Field(
        30, description="how long a replaced session cookie is still honoured, by page and API"
    )
    sign_in_as: User = Field(DEMO_USER, description="the name that stands on the sign-in page already")
    sign_in_by_itself: Seconds | None = Field(
        None, description="the sign-in page sends itself off after this time, for tests; None: never"
    )
    human_check: bool = Field(
        False, description="a human check stands in the way of every browser until a person passes it there"
    )
    human_check_after: Count | None = Field(None, description="the same after so many accepted submits of all users")
    person_passes_after: Seconds | None = Field(
        None, description="the human check presses its own button after this time, for tests; None: never"
    )
    latency: Seconds = Field(0, description="of every API reply")
    hydrate: Seconds = Field(0.3, description="until the page's controls come alive")
    asset_delay: Seconds = Field(0, description="after a success, until the video file is there")
    earlier_videos: Annotated[int, Field(ge=0, le=200)] = Field(2, description="already on every post")
    url_after: Literal["new_post", "same", "conversation"] = Field(
        "new_post", description="where a success takes the page"
    )
    upsell: bool = Field(True, description="show the passive upgrade banner")
    cookie_banner: bool = Field(False, description="a cookie banner covers the page until it is answered")
    old_toast: bool = Field(False, description="an old moderation toast is there when the page opens")
    language: Literal["en", "es", "pt", "vi", "zh"] = Field("en", description="of the labels")
    seed: int = Field(0, description="of the times drawn from a range")

    def script(self, number: int) -> Script:
        """Return what submit `number` shall come to."""
        return self.outcomes.get(number, SUCCESS)

    def generation_seconds(self, number: int) -> float:
        """Return how long the generation of submit `number` takes."""
        script = self.script(number)
        if script.seconds is not None and script.kind != "slow_start":
            return script.seconds
        if isinstance(self.generation, Range):
            draw = random.Random(f"{self.seed}:{number}")  # noqa: S311 - not a secret
            return draw.uniform(self.generation.min, self.generation.max)
        if isinstance(self.generation, tuple):
            return self.generation[(number - 1) % len(self.generation)]
        return self.generation

    def changed(self, fields: dict[str, object]) -> Scenario:
        """Return this scenario with `fields` replaced, validated; raises pydantic.ValidationError."""
        return Scenario.model_validate(self.model_dump() | fields)
