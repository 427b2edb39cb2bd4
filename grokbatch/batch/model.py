"""What a batch file says: the model is the documentation of its keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from grokbatch.batch.allowed import Allowed, words_of
from grokbatch.batch.expect import Expectations
from grokbatch.batch.naming import DEFAULT_TEMPLATE, FIELDS, check_template, file_names
from grokbatch.batch.permalink import REAL_ORIGIN, check_origin, check_permalink, on_site
from grokbatch.batch.video import VideoOptions, VideoSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

DEMO = "demo"
BEFORE_TIMEOUT = "before_timeout"
"""The type of the one validation error that is about two keys: `max_wait` is shorter than `timeout`."""

# A demo video's address before the demo's own is known: a host that exists nowhere, never the real site.
_DEMO_ORIGIN = "http://demo.invalid"
_UNTYPEABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DAY = 86_400


def _check_site(text: str) -> str | None:
    if text == DEMO:
        return DEMO
    origin = check_origin(text)
    return None if origin == REAL_ORIGIN else origin


def _check_typeable(text: str) -> str:
    if _UNTYPEABLE.search(text):
        raise ValueError("control characters")
    return text


def _without_unit(value: object) -> object:
    # One may write `10`, `"10"` or `10s`; bool is an int to Python.
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.removesuffix("s").strip() if isinstance(value, str) else value


def _check_aspect(text: str) -> str:
    width, height = (int(part) for part in text.split(":"))
    if not (width and height):
        raise ValueError("no ratio")
    return f"{width}:{height}"


Seconds = Annotated[
    float,
    Field(gt=0, le=_DAY, allow_inf_nan=False),
    Allowed("a number of seconds, more than 0 and up to 86400"),
]


class BatchFile(BaseModel):
    """The keys of a batch file, with their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    account: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64),
        Allowed("the name of an account: a-z, 0-9, then also - and _, such as main"),
    ] = Field("default", description="which signed-in browser profile makes the videos")
    permalink: Annotated[
        str,
        AfterValidator(check_permalink),
        Allowed(f"{REAL_ORIGIN}/imagine/post/<uuid>, a query may follow"),
    ] = Field(description="the image post that all videos start from")
    prompt: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1),
        AfterValidator(_check_typeable),
        Allowed("the text to make the videos from"),
    ] = Field(repr=False, description="what is asked of the site; private")
    count: Annotated[int, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")] = Field(
        1, description="how many videos are made"
    )
    parallel: Annotated[int, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")] = Field(
        10, description="how many of them at a time; -n goes before it"
    )
    site: Annotated[
        Annotated[str, AfterValidator(_check_site)] | None,
        Allowed("demo, or the address of a site without a path, such as http://127.0.0.1:8000"),
    ] = Field(None, description="demo: the built-in site; an address: another one; None: the real one")
    headed: Annotated[bool | Literal["auto"], Allowed("true, false or auto")] = Field(
        "auto", description="whether the browser windows are shown"
    )
    timeout: Seconds = Field(60.0, description="without any sign of progress, a video fails after so many seconds")
    max_wait: Seconds = Field(300.0, validate_default=True, description="a video fails after so many seconds in all")
    attempts: Annotated[int, Field(ge=1, le=10), Allowed("a whole number from 1 to 10")] = Field(
        3, description="how often a video is tried within one run"
    )
    worker_start_delay: Annotated[
        float, Field(ge=0, le=_DAY, allow_inf_nan=False), Allowed("a number of seconds from 0 to 86400")
    ] = Field(0.0, description="seconds between the starts of two browsers, beyond what the machine needs")
    keep_profiles: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether the workers' profile copies are kept after the run"
    )
    duration: Annotated[
        Literal["6", "10", "15", "max"] | None, BeforeValidator(_without_unit), Allowed("6, 10, 15 or max")
    ] = Field(
        None, description="seconds of each video, chosen on the page before every submit; None: as the page has it"
    )
    resolution: Annotated[Literal["480p", "720p", "1080p", "max"] | None, Allowed("480p, 720p, 1080p or max")] = Field(
        None, description="the same for the height in pixels"
    )
    aspect: Annotated[
        Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}:[0-9]{1,2}$"), AfterValidator(_check_aspect)] | None,
        Allowed("a ratio of width to height, such as 16:9"),
    ] = Field(None, description="the same for the shape, where the page offers it")
    preset: Annotated[
        Annotated[
            str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40), AfterValidator(_check_typeable)
        ]
        | None,
        Allowed("the name of a preset as it stands on the page, such as Normal"),
    ] = Field(None, description="the same for the preset")
    on_degraded: Annotated[Literal["keep", "stop"], Allowed("keep or stop")] = Field(
        "keep", description="stop: end the run like a limit when a video comes out with less than was asked for"
    )
    locators: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_check_typeable)] | None,
        Allowed("the path of a locator table, seen from this file's folder"),
    ] = Field(None, description="a table of locators that is laid over the packaged one and your own")
    download: Annotated[bool, Allowed("true or false")] = Field(
        True, description="whether each finished video is brought to disk at once"
    )
    filename: Annotated[
        Annotated[str, AfterValidator(check_template)],
        Allowed(f"a name made of letters and of {{{'}, {'.join(FIELDS)}}}"),
    ] = Field(DEFAULT_TEMPLATE, description="what the files are called; .mp4 is added")
    output: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_check_typeable)] | None,
        Allowed("the path of a folder, seen from this file's folder"),
    ] = Field(None, description="where the files go; None: `videos` in the run directory")
    sidecar_prompt: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether the prompt stands in the description beside each file"
    )
    upscale: Annotated[bool | Literal["picks"], Allowed("true, false or picks")] = Field(
        False, description="whether each video is upscaled and the HD file brought to disk, too; picks: the picked ones"
    )
    delete: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether a video is removed from the site once every wanted file is on disk and checked"
    )
    expect: Annotated[Expectations, Allowed("checks, such as {audio: true, not_frozen: true}")] = Field(
        default_factory=Expectations, description="what each video's file is checked for"
    )
    source_image: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_check_typeable)] | None,
        Allowed("the path of a picture, seen from this file's folder"),
    ] = Field(None, description="the image that the videos are made from, for the check starts_like_source")
    demo: Annotated[dict[str, Any], Allowed("keys of a demo scenario, such as {era: C, quota: 8}")] = Field(
        default_factory=dict, description="what the built-in site shall do in a rehearsal; without effect elsewhere"
    )

    @field_validator("max_wait")
    @classmethod
    def _not_before_timeout(cls, max_wait: float, info: ValidationInfo) -> float:
        if max_wait < info.data.get("timeout", 0):
            raise PydanticCustomError(BEFORE_TIMEOUT, "max_wait is shorter than timeout")
        return max_wait


class Batch(BatchFile):
    """A batch, checked whole: what its file says, and where the file is.

    `lines` tells where each key stands in it, for faults that only show later; the command line has no lines.
    """

    path: Path
    lines: dict[str, int] = Field(default_factory=dict, repr=False, exclude=True)

    @property
    def name(self) -> str:
        """The stem of the file's name."""
        return self.path.stem

    @property
    def is_demo(self) -> bool:
        """Whether the videos are made on the built-in site, with its built-in account."""
        return self.site == DEMO

    @property
    def run_name(self) -> str:
        """The name of the run directory: a rehearsal on the demo has its own beside the real one."""
        return f"{self.name}@{DEMO}" if self.is_demo else self.name

    @property
    def site_name(self) -> str:
        """What the manifest calls the site: `demo`, or an origin such as `https://grok.com`."""
        return self.site or REAL_ORIGIN

    @property
    def locator_file(self) -> Path | None:
        """The batch's own table of locators, or None."""
        return None if self.locators is None else self.path.parent / self.locators

    @property
    def source_file(self) -> Path | None:
        """The picture that videos are compared with, or None."""
        return None if self.source_image is None else self.path.parent.absolute() / self.source_image

    def output_folder(self, run_root: Path) -> Path:
        """Return the folder for the files of a run whose directory is `run_root`."""
        if self.output is None:
            return run_root / "videos"
        return self.path.parent.absolute() / Path(self.output).expanduser()

    def file_names(self) -> tuple[str, ...]:
        """Return the name of each video's file, in order; raises TemplateError."""
        return file_names(self.filename, self.run_name, self.account, self.videos())

    def place(self, display: str, key: str) -> str:
        """Return where `key` was said, as a fault begins: `batches/x.yaml:7: demo`."""
        return f"{display}:{self.lines[key]}: {key}" if key in self.lines else f"{display}: {key}"

    def videos(self, origin: str | None = None) -> list[VideoSpec]:
        """Return the videos to make, in order, on the site at `origin` (by default the batch's own).

        Without an `origin` the addresses of a demo batch lead nowhere: the demo's is known once it runs.
        """
        at = origin or (_DEMO_ORIGIN if self.is_demo else self.site_name)
        address = on_site(self.permalink, at)
        return [self._video(number, address) for number in range(1, self.count + 1)]

    def _video(self, number: int, address: str) -> VideoSpec:
        return VideoSpec(
            id=f"video-{number:03}",
            address=address,
            prompt=self.prompt,
            timeout=self.timeout,
            max_wait=self.max_wait,
            permalink=self.permalink,
            options=VideoOptions(self.duration, self.resolution, self.aspect, self.preset),
        )


KEYS: Mapping[str, str] = {key: words_of(BatchFile, key) for key in BatchFile.model_fields}
"""Every key that a batch file may have, with the words for its allowed values."""
