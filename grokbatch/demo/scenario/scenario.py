"""The scenario: generation times, limits, scripted outcomes and traps of the built-in site."""

from __future__ import annotations

import random
import uuid
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from grokbatch.demo.clips.clips import RESOLUTIONS, SECONDS, Resolution
from grokbatch.demo.scenario.script import SUCCESS, Script
from grokbatch.demo.scenario.today import Today
from grokbatch.demo.scenario.trouble import Trouble
from grokbatch.demo.scenario.users import DEMO_USER
from grokbatch.demo.scenario.values import Count, PositiveCount, Seconds, Strict, Transfer, User
from grokbatch.demo.scenario.wire import Wire

Era = Literal["A", "B", "C", "D"]
OldToast = Literal["", "moderated", "limit", "failed"]
_LONGEST = {"A": 10, "B": 10, "C": 15, "D": 15}
_BEST: dict[str, Resolution] = {"A": "720p", "B": "720p", "C": "1080p", "D": "1080p"}


class Range(Strict):
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


def _whole(told: object) -> object:
    return int(told) if isinstance(told, str) and told.isdecimal() else told


def _listed(told: object) -> object:
    return told.split(",") if isinstance(told, str) else told


def _old_toast(told: object) -> object:
    return {True: "moderated", False: ""}.get(told, told) if isinstance(told, bool) else told


class Scenario(Today, Wire, Trouble):
    """Everything about the site that a test or a rehearsal may change; times are seconds.

    Submit numbers count from 1 over all sessions; a refused submit takes no number, an ignored click does.
    """

    generation: Annotated[
        Annotated[Seconds, Tag("number")]
        | Annotated[tuple[Seconds, ...], Field(min_length=1, max_length=10_000), Tag("list")]
        | Annotated[Range, Tag("range")],
        Discriminator(_spelling),
    ] = Field(
        Range(min=3, max=6),
        description="how long making a video takes: one time, a list used in turn by submit number, or {min, max}",
    )
    outcomes: dict[Annotated[int, Field(ge=1)], Script] = Field(
        default_factory=dict, description="how single submits end, by submit number"
    )
    otherwise: Script = Field(SUCCESS, description="how all submits end that `outcomes` does not name")
    quota: Count | None = Field(None, description="submits accepted from each user before the limit; none by default")
    quota_of: dict[User, Count] = Field(default_factory=dict, description="the quota of a user by name")
    limit_style: Literal["toast", "disabled", "http429", "http403", "dialog", "banner"] = Field(
        "toast",
        description="how the page shows the limit; http429 and http403 are a toast after a reply with that status",
    )
    limit_text: str = Field(
        "Rate limit reached", max_length=500, description="what the page says when the limit is reached"
    )
    quota_window: Seconds | None = Field(
        None,
        description="how many seconds after the first submit of a user the quota is full again; None: never",
    )
    retry_after: Count | Literal["window"] | None = Field(
        None,
        description="how many seconds the site says that the limit lasts; window: the truth about `quota_window`; "
        "None: it does not say",
    )
    signed_out_after: PositiveCount | None = Field(
        None, description="after how many accepted submits of a user this user is signed out everywhere, once"
    )
    signed_out_after_of: dict[User, PositiveCount] = Field(
        default_factory=dict, description="the same for single users, by name"
    )
    session_seconds: Seconds | None = Field(
        None, description="how long a session cookie is accepted after it was set; None: for ever"
    )
    rotate_session: bool = Field(
        False, description="every visit of a page sets a new session cookie, which replaces the one that was sent"
    )
    rotation_grace: Seconds = Field(
        30, description="how long pages and API still accept a session cookie that was replaced"
    )
    sign_in_as: User = Field(DEMO_USER, description="the user name that the sign-in page is filled in with")
    sign_in_by_itself: Seconds | None = Field(
        None, description="the sign-in page submits itself after this time, for tests; None: never"
    )
    human_check: bool = Field(False, description="every browser is shown a human check until a person passes it there")
    human_check_after: Count | None = Field(
        None, description="the same, but only after this number of accepted submits of all users"
    )
    person_passes_after: Seconds | None = Field(
        None, description="the human check presses its own button after this time, for tests; None: never"
    )
    latency: Seconds = Field(0, description="the delay of every API reply")
    hydrate: Seconds = Field(0.3, description="how long a page does not react after it is drawn")
    asset_delay: Seconds = Field(0, description="how long after a success the video file is still missing")
    transfers: dict[
        PositiveCount,
        Annotated[tuple[Transfer, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[Transfer, ...])],
    ] = Field(
        default_factory=dict,
        description="how the file of a submit is sent, by submit number and in the order of the downloads; further "
        "downloads are whole. cut: it breaks off in the middle; page: a web page instead; short: half of "
        "it, declared as all; chunked: without its length; held: it never ends; jpeg: a picture instead; "
        "error: status 503; twin: all twins have the same bytes",
    )
    padding: Annotated[int, Field(ge=0, le=2_000_000_000)] = Field(
        0, description="how many meaningless bytes are added at the end of every video file"
    )
    earlier_videos: Annotated[int, Field(ge=0, le=200)] = Field(
        2, description="how many videos every post has from the beginning"
    )
    url_after: Literal["new_post", "same", "conversation", "late_conversation"] = Field(
        "new_post",
        description="where the page goes after a success. new_post: to the video's own post; same: nowhere; "
        "conversation: its address gets ?conversation=; late_conversation: the same, 1 s later",
    )
    era: Era = Field(
        "D",
        description="the version of the page: A until 2026-02, B until 2026-05, C in 2026-06, D from 2026-07 to today",
    )
    layout: Literal["known", "unknown"] = Field(
        "known", description="unknown: the page has other controls than in all known eras"
    )
    language: Literal["en", "es", "pt", "tr", "vi", "zh", "ko"] = Field(
        "en", description="the language of the labels; labels whose translation is not known are English"
    )
    longest: Annotated[Literal[6, 10, 15], BeforeValidator(_whole, json_schema_input_type=int | str)] | None = Field(
        None, description="the length in seconds of the longest video on offer; None: as in its era (10, in C and D 15)"
    )
    best: Resolution | None = Field(
        None, description="the best resolution on offer; None: as in its era (720p, in C and D 1080p)"
    )
    opening_mode: Literal["Video", "Image", "Agent"] | None = Field(
        None,
        description="from era B on, the mode in which a composer opens; in Image a submit makes or edits an image; "
        "None: Video, or in era D what was chosen last",
    )
    resets_options: bool = Field(False, description="the page forgets the chosen options after each success")
    lowers_resolution_after: Count | None = Field(
        None, description="after how many accepted submits of a user the site delivers 480p without saying so"
    )
    free_account: bool = Field(
        False, description="videos longer than 6 s are refused with status 429, as an option that is not allowed"
    )
    upscaling: Seconds = Field(1, description="how long the upscaling of a video takes")
    gallery: Annotated[int, Field(ge=0, le=50)] = Field(
        0, description="how many public videos of other people the page shows; while a video is made, more appear"
    )
    old_toast: Annotated[OldToast, BeforeValidator(_old_toast, json_schema_input_type=bool | OldToast)] = Field(
        "", description="which toast of an earlier event is shown when the page opens; empty: none"
    )
    upsell: bool = Field(True, description="show the passive upgrade banner")
    cookie_banner: bool = Field(False, description="a cookie banner covers the page until it is answered")
    announcement: bool = Field(False, description="an announcement covers the button until its X is pressed")
    preference_question: bool = Field(
        False, description="after a success a question covers the page: which of two videos is preferred"
    )
    auto_start: bool = Field(False, description="the page of an image starts a video by itself when it opens")
    replace_nodes: bool = Field(
        False, description="the page replaces its nodes all the time, the button even during the first click on it"
    )
    seed: int = Field(0, description="the seed of the times that are drawn from a range")

    @property
    def durations(self) -> tuple[int, ...]:
        """The durations in seconds that the page offers."""
        longest = self.longest or _LONGEST[self.era]
        return tuple(seconds for seconds in SECONDS if seconds <= longest)

    @property
    def resolutions(self) -> tuple[Resolution, ...]:
        """The resolutions that the page offers."""
        return RESOLUTIONS[: RESOLUTIONS.index(self.best or _BEST[self.era]) + 1]

    def script(self, number: int, image: str = "") -> Script:
        """Return how submit `number`, which is about `image`, ends."""
        of_image = self.image_outcomes.get(uuid.UUID(image)) if image else None
        return self.outcomes.get(number) or of_image or self.otherwise

    def generation_seconds(self, number: int, image: str = "") -> float:
        """Return how long the generation of submit `number` takes."""
        script = self.script(number, image)
        if script.seconds is not None and script.is_time_of_generation:
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
