"""The model of a batch file. Its fields and their descriptions document the keys."""

from __future__ import annotations

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

from grokbatch.batch.model.expectations import Checks, Expectations
from grokbatch.batch.model.fields import (
    DAY,
    AccountName,
    Accounts,
    Addresses,
    Allowed,
    Aspect,
    Command,
    Count,
    Duration,
    FilePath,
    Link,
    Name,
    Permalink,
    Preset,
    Prompt,
    Resolution,
    Seconds,
    SiteName,
    TextValue,
    check_typeable,
    words_of,
)
from grokbatch.batch.model.filenames import (
    DEFAULT_TEMPLATE,
    FIELDS,
    check_template,
    file_names,
    name_of_any_resolution,
    run_name,
)
from grokbatch.batch.model.hosts import HostsTable  # noqa: TC001 - pydantic
from grokbatch.batch.model.paths import real_file
from grokbatch.batch.model.permalink import DEMO, PLAIN_LINK, REAL_ORIGIN, on_site
from grokbatch.batch.model.recipes import Recipe, videos
from grokbatch.batch.model.video import VideoSpec  # noqa: TC001 - pydantic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BEFORE_TIMEOUT = "before_timeout"
"""The type of the validation error "`max_wait` is shorter than `timeout`", the only one about two keys."""

# The host in the addresses of a demo batch before the built-in site runs: one that cannot exist, never the real site.
_DEMO_ORIGIN = "http://demo.invalid"


class PromptEntry(BaseModel):
    """One prompt of several, with options for its videos only; None: the batch's value applies."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, defer_build=True)

    prompt: Prompt = Field(repr=False, description="what is asked of the site; private")
    count: Annotated[int | None, Field(ge=1, le=100), Allowed("a whole number from 1 to 100")] = Field(
        None, description="how many videos are made from this prompt"
    )
    name: Name = Field(None, description="a part of the videos' ids, which selects them with -k and -m")
    permalink: Permalink = Field(None, description="the image post that its videos start from")
    duration: Duration = Field(
        None,
        description="seconds of each video; if this key or one of those below is left out, the batch's value applies",
    )
    resolution: Resolution = Field(None, description="height of each video in pixels")
    aspect: Aspect = Field(None, description="ratio of width to height of each video, if the page offers it")
    preset: Preset = Field(None, description="preset of each video")
    expect: Annotated[Expectations | None, Allowed("checks, such as {audio: true, not_frozen: true}")] = Field(
        None, description="what each video's file is checked for"
    )


def _as_entry(value: object) -> object:
    return {"prompt": value} if not isinstance(value, dict) else value


class BatchFile(BaseModel):
    """The keys of a batch file, with their defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True, defer_build=True)

    account: Annotated[AccountName, Allowed("the name of an account: a-z, 0-9, then also - and _, such as main")] = (
        Field("default", description="which signed-in browser profile makes the videos")
    )
    accounts: Accounts = Field(
        None,
        description="several accounts that share the videos, evenly or by weight; each video stays with its account",
    )
    permalink: Permalink = Field(None, description="the image post that all videos start from")
    permalinks: Annotated[
        list[Link] | None,
        Field(min_length=1),
        Allowed(f"a list of addresses {PLAIN_LINK}"),
    ] = Field(None, description="several image posts, each of which gets all prompts")
    prompt: Annotated[TextValue | None, Allowed("the text to make the videos from")] = Field(
        None, repr=False, description="what is asked of the site; private"
    )
    prompts: Annotated[
        list[Annotated[PromptEntry, BeforeValidator(_as_entry, json_schema_input_type=TextValue | PromptEntry)]] | None,
        Field(min_length=1),
        Allowed("a list of prompts, each a text or keys such as {prompt: …, count: 3, name: pan}"),
    ] = Field(None, repr=False, description="several prompts, each with options of its own")
    prompts_file: FilePath = Field(None, description="a table of prompts: .csv, .tsv, .jsonl, or .txt with one a line")
    axes: Annotated[
        dict[str, Annotated[list[TextValue], Field(min_length=1)]],
        Allowed("names with lists of texts, such as {camera: [slow, fast]}"),
    ] = Field(default_factory=dict, repr=False, description="what {camera} in a prompt stands for, each value in turn")
    exclude: Annotated[
        list[Annotated[dict[str, TextValue | list[TextValue]], Field(min_length=1)]],
        Allowed("a list of combinations of axes, such as {camera: slow, light: [dawn, dusk]}"),
    ] = Field(default_factory=list, repr=False, description="combinations of axes that are left out")
    sample: Annotated[int | None, Field(ge=1, le=10_000), Allowed("a whole number from 1 to 10000")] = Field(
        None, description="how many of all combinations are drawn at random; left out: all are made"
    )
    seed: Annotated[int, Field(ge=0), Allowed("a whole number")] = Field(
        0, description="the seed of the random draw: the same seed draws the same combinations"
    )
    prefix: Annotated[str, AfterValidator(check_typeable), Allowed("a text")] = Field(
        "", repr=False, description="a text that is put before every prompt"
    )
    suffix: Annotated[str, AfterValidator(check_typeable), Allowed("a text")] = Field(
        "", repr=False, description="a text that is put after every prompt"
    )
    extends: FilePath = Field(
        None, description="a file whose `defaults:` apply to the keys that this file does not set"
    )
    max_videos: Annotated[int, Field(ge=1, le=100_000), Allowed("a whole number from 1 to 100000")] = Field(
        1000, description="more videos than this are refused"
    )
    count: Count = Field(1, description="how many videos are made from each prompt")
    keepers: Annotated[int | None, Field(ge=1, le=100_000), Allowed("a whole number from 1 to 100000")] = Field(
        None,
        description="how many videos are wanted in all, as expected and not rejected: then no more are made; left out: "
        "all are made",
    )
    parallel: Annotated[
        Annotated[int, Field(ge=1, le=100)] | Literal["auto"], Allowed("a whole number from 1 to 100, or auto")
    ] = Field(
        10,
        description="how many videos are made at the same time; auto: what fits free memory, disk and cores, at most "
        "10; -n takes precedence",
    )
    site: Annotated[
        SiteName | None, Allowed("demo, or the address of a site without a path, such as http://127.0.0.1:8000")
    ] = Field(None, description="demo: the built-in site; an address: another one; left out: the real one")
    headed: Annotated[bool | Literal["auto"], Allowed("true, false or auto")] = Field(
        "auto", description="whether the browser windows are shown"
    )
    timeout: Seconds = Field(60.0, description="a video fails after so many seconds without any sign of progress")
    max_wait: Seconds = Field(300.0, validate_default=True, description="a video fails after so many seconds in all")
    attempts: Annotated[int, Field(ge=1, le=10), Allowed("a whole number from 1 to 10")] = Field(
        3, description="how often a video is tried within one run"
    )
    worker_start_delay: Annotated[
        float, Field(ge=0, le=DAY, allow_inf_nan=False), Allowed("a number of seconds from 0 to 86400")
    ] = Field(0.0, description="seconds between the starts of two browsers, beyond what the computer needs")
    keep_awake: Annotated[bool, Allowed("true or false")] = Field(
        True, description="whether the computer is kept from sleeping while videos are made; the screen may go dark"
    )
    keep_profiles: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether the workers' profile copies are kept after the run"
    )
    duration: Duration = Field(
        None,
        description="seconds of each video, chosen on the page before every submit; left out: the page's own choice",
    )
    resolution: Resolution = Field(None, description="height of each video in pixels, chosen in the same way")
    aspect: Aspect = Field(
        None, description="ratio of width to height of each video, if the page offers it, chosen in the same way"
    )
    preset: Preset = Field(None, description="preset of each video, chosen in the same way")
    on_degraded: Annotated[Literal["keep", "stop"], Allowed("keep or stop")] = Field(
        "keep",
        description="stop: when a video falls short of what was asked for, the run ends as it does at a rate limit",
    )
    stop_after_failures: Annotated[int, Field(ge=0, le=1000), Allowed("a whole number from 0 to 1000, 0 for never")] = (
        Field(5, description="the run ends when so many videos in a row have failed, for any reason; 0: never")
    )
    until_done: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether the run waits at a limit of the account and goes on, until every video is done"
    )
    limit_retry: Annotated[Seconds, Field(gt=0, le=DAY)] = Field(
        1800.0, description="how long such a run waits at a limit if neither the site nor earlier runs tell its end"
    )
    gate: Annotated[bool, Allowed("true or false")] = Field(
        True, description="whether requests that start a video are held until it is certain that they ask for this one"
    )
    locators: FilePath = Field(
        None, description="a table of locators that takes precedence over the packaged one and your own"
    )
    download: Annotated[bool, Allowed("true or false")] = Field(
        True, description="whether each finished video is downloaded at once"
    )
    filename: Annotated[
        Annotated[str, AfterValidator(check_template)],
        Allowed(f"a name made of letters and of {{{'}, {'.join(FIELDS)}}}"),
    ] = Field(DEFAULT_TEMPLATE, description="the template for the names of the files; .mp4 is added")
    output: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_typeable)] | None,
        Allowed("the path of a folder, relative to this file's folder"),
    ] = Field(None, description="the folder for the files; left out: `videos` in the run directory")
    sidecar_prompt: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether the prompt is written into the sidecar, the description beside each file"
    )
    show_prompts: Annotated[bool | None, Allowed("true or false")] = Field(
        None,
        description="whether your own report and wall show the prompts; what is shared never does; left out: as your "
        "own settings say, or else not",
    )
    upscale: Annotated[bool | Literal["picks"], Allowed("true, false or picks")] = Field(
        False, description="whether each video is upscaled and its HD file downloaded; picks: only the picked videos"
    )
    delete: Annotated[bool, Allowed("true or false")] = Field(
        False, description="whether a video is deleted on the site once every wanted file is on disk and checked"
    )
    expect: Checks = Field(default_factory=Expectations, description="what each video's file is checked for")
    source_image: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_typeable)] | None,
        Allowed("the path of a picture, relative to this file's folder"),
    ] = Field(None, description="the image that the videos are made from, for the check starts_like_source")
    on_video: Command = Field(
        None, description="a program that is run for each finished video, whatever its outcome; without a shell"
    )
    on_finish: Command = Field(None, description="a program that is run when the run of this batch is over")
    notify: Addresses = Field(
        None,
        repr=False,
        description="who is told of the end, of a limit, of the first failure, and that a person is needed",
    )
    hosts: Annotated[
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(check_typeable)]
        | HostsTable
        | None,
        Allowed("the path of a hosts file, or hosts by name, such as {studio: {ssh: me@studio, workers: 4}}"),
    ] = Field(None, description="other computers that make videos, too, over SSH; left out: only this one")
    demo: Annotated[dict[str, Any], Allowed("keys of a demo scenario, such as {era: C, quota: 8}")] = Field(
        default_factory=dict, description="how the built-in site behaves in a rehearsal; without effect on other sites"
    )

    @field_validator("max_wait")
    @classmethod
    def _not_before_timeout(cls, max_wait: float, info: ValidationInfo) -> float:
        if max_wait < info.data.get("timeout", 0):
            raise PydanticCustomError(BEFORE_TIMEOUT, "max_wait is shorter than timeout")
        return max_wait


class Batch(BatchFile):
    """A batch that has been checked completely: the values of its file, and the path of the file.

    `places` has the file, line and column of each key, for problems that are found later; values from the command line
    have none. `notes` are lines for people about values that were read differently from how they were written.
    """

    path: Path
    places: dict[str, str] = Field(default_factory=dict, repr=False, exclude=True)
    recipes: tuple[Recipe, ...] = Field((), repr=False, exclude=True)
    notes: tuple[str, ...] = Field((), repr=False, exclude=True)

    @property
    def file(self) -> Path:
        """The absolute path of the batch file, with all links followed."""
        return real_file(self.path)

    @property
    def name(self) -> str:
        """The name of the batch: the file's name without its suffix."""
        return self.file.stem

    @property
    def folder(self) -> Path:
        """The folder that relative paths in the file start from."""
        parent = self.path.parent
        return parent if real_file(parent) == self.file.parent else self.file.parent

    @property
    def is_demo(self) -> bool:
        """Whether the videos are made on the built-in site, with its built-in account."""
        return self.site == DEMO

    @property
    def run_name(self) -> str:
        """The name of the run directory; a rehearsal on the built-in site has one of its own."""
        return run_name(self.name, is_demo=self.is_demo)

    @property
    def site_name(self) -> str:
        """The name of the site in the manifest: `demo`, or an origin such as `https://grok.com`."""
        return self.site or REAL_ORIGIN

    @property
    def locator_file(self) -> Path | None:
        """The batch's own table of locators, or None."""
        return None if self.locators is None else self.folder / self.locators

    @property
    def hosts_file(self) -> Path | None:
        """The hosts file, or None if the batch names none."""
        return self.folder / Path(self.hosts).expanduser() if isinstance(self.hosts, str) else None

    @property
    def source_file(self) -> Path | None:
        """The picture that videos are compared with, or None."""
        return None if self.source_image is None else self.file.parent / self.source_image

    def output_folder(self, run_root: Path) -> Path:
        """Return the folder for the video files of a run whose run directory is `run_root`."""
        if self.output is None:
            return run_root / "videos"
        return self.file.parent / Path(self.output).expanduser()

    @property
    def weights(self) -> dict[str, int]:
        """The accounts that make the videos, in order, each with its weight."""
        return self.accounts if isinstance(self.accounts, dict) else dict.fromkeys(self.accounts or [self.account], 1)

    def file_names(self, videos: Sequence[VideoSpec], split: Mapping[str, str]) -> tuple[str, ...]:
        """Return the name of each video's file; `split` has the account of each; raises TemplateError."""
        return file_names(self.filename, self.run_name, split, videos)

    def names_of_any_resolution(self, videos: Sequence[VideoSpec], split: Mapping[str, str]) -> dict[str, str]:
        """Return by video id the file names, with `{}` for the resolution, of those whose name waits for it."""
        found = {each.id: name_of_any_resolution(self.filename, self.run_name, split[each.id], each) for each in videos}
        return {video_id: name for video_id, name in found.items() if name is not None}

    def place(self, display: str, key: str) -> str:
        """Return the beginning of a problem about `key`: its position and itself, `batches/x.yaml:7:1: demo.era`.

        If the key has no position, that of the nearest key around it is used, or else only the file's name `display`.
        """
        around = key
        while around and around not in self.places:
            around = around.rpartition(".")[0]
        return f"{self.places.get(around, display)}: {key}"

    @property
    def links(self) -> tuple[str, ...]:
        """The permalinks of the images that the videos start from, in order."""
        return tuple(dict.fromkeys(recipe.permalink for recipe in self.recipes))

    def videos(self, origin: str | None = None) -> list[VideoSpec]:
        """Return the videos to make, in order, with addresses on the site at `origin` (by default the batch's site).

        Without an `origin`, the addresses of a demo batch lead nowhere, because the built-in site gets its address only
        when it starts.
        """
        at = origin or (_DEMO_ORIGIN if self.is_demo else self.site_name)
        return videos(self, self.recipes, {link: on_site(link, at) for link in self.links})


KEYS: Mapping[str, str] = {key: words_of(BatchFile, key) for key in BatchFile.model_fields}
"""Every key that a batch file may have, with the words for its allowed values."""
