"""The plan of one call of pytest: its batches, as the controller read them and sends them to every worker.

Workers never read the batch files themselves: a replacement worker must collect exactly the same items, even if a file
is edited during the run.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter

from grokbatch.batch.arguments import by_first_names
from grokbatch.batch.model.permalink import DEMO, on_site
from grokbatch.batch.model.video import VideoSpec  # noqa: TC001 - as above
from grokbatch.record.model.clock import RunClock
from grokbatch.record.model.manifest import Keepers, VideoRecord
from grokbatch.record.rules.failing import FailureLimits
from grokbatch.record.storage.manifest_store import ManifestStore, ManifestView
from grokbatch.record.storage.run_directory import Keep, RunDirectory
from grokbatch.record.storage.sidecar import Origin
from grokbatch.review.counts import BatchResult
from grokbatch.run.command_line.selection import Asked  # noqa: TC001 - as above
from grokbatch.run.files_plan import FilesPlan  # noqa: TC001 - as above
from grokbatch.run.quota_place import quota_file
from grokbatch.video_maker import SiteVideo

if TYPE_CHECKING:
    from grokbatch.batch.model.expectations import Expectations
    from grokbatch.record.model.manifest import Manifest
    from grokbatch.record.storage.quota_file import QuotaFile


@dataclass(frozen=True)
class TellPlan:
    """Whom the controller tells what happens in a batch; workers are not given it.

    `on_video` and `on_finish` are commands, empty for none: the path of a program and its arguments. `notify` are
    addresses, which are secret.
    """

    on_video: tuple[str, ...] = ()
    on_finish: tuple[str, ...] = ()
    notify: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class BatchPlan:
    """One batch of this call: the videos, where they are recorded, and how they are made. Times are seconds.

    `path` is the batch file as it was typed, `file` the same with all links resolved, `display` what people see of it.
    For a rehearsal, `demo` is the scenario of the built-in site and `files_origin` the origin of its files; unlike
    those of other sites, its addresses change from run to run. `on_degraded`: with `stop`, a video that is less than
    was asked for ends the run like a limit; with `keep`, that is only recorded. After `stop_after_failures` failures
    in a row the run ends; 0: never. `until_done`: at a limit the run waits and goes on; `limit_retry`: for how long,
    where nothing tells how long it lasts. `keepers`: how many videos are wanted in all; None: every one.
    `node_id` is pytest's id of the file, empty if pytest chooses it; `named` its path at the controller, empty if this
    is the controller's computer.
    `split`: of a batch with several accounts, the account of each video; `account` is then the first one. Such a batch
    has a part for each account, a plan of its own with the account's videos, in which `part` is the account's name in
    the batch; `account` is another one in a rehearsal, in which `aliases` has it.
    `show_prompts`: the user's own report and wall hold the prompts. `locators` is the table of locators as JSON, empty
    for the packaged one.
    """

    path: Path
    file: Path
    display: str
    name: str
    account: str
    site: str
    run_root: Path
    videos: tuple[VideoSpec, ...]
    parallel: int | Literal["auto"]
    attempts: int
    headed: bool
    worker_start_delay: float
    keep_profiles: bool
    files: FilesPlan
    demo: dict[str, Any] = field(default_factory=dict)
    files_origin: str = ""
    on_degraded: str = "keep"
    stop_after_failures: int = 0
    until_done: bool = False
    limit_retry: float = 1800.0
    show_prompts: bool = False
    locators: str = field(default="", repr=False)
    tell: TellPlan = field(default_factory=TellPlan)
    keep_awake: bool = True
    keepers: int | None = None
    node_id: str = ""
    named: str = ""
    split: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    part: str = ""

    @cached_property
    def parts(self) -> tuple[BatchPlan, ...]:
        """This plan's parts, one for each account that has videos; the plan itself if there is one account."""
        names = dict.fromkeys(self.split.values())
        return tuple(map(self._part_of_account, names)) or (self,)

    def _part_of_account(self, name: str) -> BatchPlan:
        videos = tuple(video for video in self.videos if self.split[video.id] == name)
        return replace(self, account=self.aliases.get(name, name), part=name, videos=videos, split={})

    def part_of(self, video_id: str) -> BatchPlan:
        """Return the part to which a video belongs."""
        name = self.split.get(video_id, "")
        return next((part for part in self.parts if part.part == name), self)

    @property
    def named_path(self) -> str:
        """The path of its file at the controller."""
        return self.named or str(self.path)

    @property
    def key(self) -> str:
        """What names this batch, or part of one, in messages between the processes of a run."""
        return f"{self.named_path}\t{self.part}" if self.part else self.named_path

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all parts of this batch."""
        return tuple(part.key for part in self.parts)

    @property
    def run_directory(self) -> RunDirectory:
        """The run directory of this batch."""
        return RunDirectory(self.run_root, self.files.folder)

    @property
    def origin(self) -> str:
        """The origin of the site that makes the videos, such as `https://grok.com`."""
        parts = urlsplit(self.videos[0].address)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def goal(self) -> Keepers | None:
        """How many videos are wanted; None: every one."""
        has_checks = self.files.download and any(not self.expectations_of(video).is_empty for video in self.videos)
        return (
            None
            if self.keepers is None
            else Keepers(wanted=self.keepers, has_checks=has_checks, attempts=self.attempts)
        )

    def row_of(self, video_id: str) -> FailureLimits:
        """Return the rules by which failures of a video count as failures in a row."""
        wanted = self.files.wanted_of(video_id)
        return FailureLimits(self.attempts, self.stop_after_failures, has_files=wanted.download or wanted.hd)

    def store(self) -> ManifestStore:
        """Return this batch's manifest on disk."""
        return ManifestStore(self.run_directory.manifest)

    @property
    def quota_file(self) -> QuotaFile:
        """What is known of the quota of this batch's account on its site."""
        return quota_file(self.site, self.account, self.run_directory, part=self.part)

    @cached_property
    def view(self) -> ManifestView:
        """The same for those who look often and change nothing."""
        return ManifestView(self.store())

    def shown(self, file: Path) -> str:
        """Return a file's path as the manifest holds it: relative to the run directory if it is below it."""
        return file.relative_to(self.run_root).as_posix() if file.is_relative_to(self.run_root) else str(file)

    def file_of(self, record: VideoRecord) -> Path | None:
        """Return the path of a video's file; None if it was not downloaded, or its recorded path is not allowed."""
        return self.run_directory.video_file(record.download.path) if record.download else None

    @property
    def links(self) -> tuple[str, ...]:
        """The image posts that the videos start from."""
        return tuple(dict.fromkeys(video.permalink for video in self.videos))

    def expectations_of(self, video: VideoSpec) -> Expectations:
        """Return what the batch expects of the file of `video`."""
        return self.files.expect if video.expect is None else video.expect

    def found_at(self, record: VideoRecord) -> SiteVideo:
        """Return the current addresses of a finished video on the site."""
        file, page = record.video_url or "", record.page_url or ""
        if self.files_origin:
            file, page = on_site(file, self.files_origin), on_site(page, self.origin)
        return SiteVideo(file, page, record.video_id or "")

    def sidecar_origin(self, video: VideoSpec) -> Origin:
        """Return what is known of `video` before it is made, for the sidecar beside its file."""
        return Origin(
            batch=self.name,
            index=video.index,
            id=video.id,
            account=self.part_of(video.id).account,
            permalink=video.permalink,
            asked=video.options.asked(),
            number=video.number,
            name=video.name,
            axes=dict(video.axes),
            prompt=video.prompt if self.files.sidecar_prompt else None,
        )

    def result(
        self, manifest: Manifest, started_at: datetime, report: Path | None, pauses: tuple[str, ...]
    ) -> BatchResult:
        """Return the result of this batch in the run that began at `started_at` and writes that report."""
        return BatchResult(self.display, manifest, self.run_directory, started_at, report, self.show_prompts, pauses)

    def at_origin(self, origin: str) -> BatchPlan:
        """Return this plan with every video's address on the site at `origin`."""
        return replace(self, videos=tuple(video.on_site(origin) for video in self.videos))


@dataclass(frozen=True)
class AccountPlan:
    """A signed-in account as a worker needs it; `cookies` (JSON) are private, so the repr leaves them out."""

    alias: str
    profile: Path | None
    cookies: str = field(default="[]", repr=False)


@dataclass(frozen=True)
class HostUse:
    """What one host does in a run: the accounts that are used there, None: all; and whether its files are brought.

    `ssh` is what leads there.
    """

    name: str
    ssh: str = ""
    accounts: tuple[str, ...] | None = None
    has_files: bool = True

    def takes(self, part: BatchPlan) -> bool:
        """Whether videos of this part of a batch are made there: a rehearsal with one account has its own."""
        name = part.part or ("" if part.site == DEMO else part.account)
        return self.accounts is None or not name or name in self.accounts


@dataclass(frozen=True)
class HostPlan:
    """What a worker on another computer must know besides: `name` is the host's, `call` an id of this call of pytest.

    `accounts` are those that are used there, by their aliases, None: all. `manifests` are the ids of the manifests, and
    `arguments` what pytest collects, both by the keys of the batches. `has_videos`: video files are sent to the
    controller.
    """

    name: str
    call: str
    manifests: dict[str, str]
    arguments: tuple[str, ...]
    has_videos: bool = True
    accounts: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RunPlan:
    """All batches of this call and what they share.

    `session_folder` is private to this call and removed at its end. `resumed` holds the videos that `--lf` selects, by
    batch path, None if it leaves none out, and `given_up` those of them that were moderated, which it leaves out, but
    without which the whole is not made. `attended`: a person sees the terminal. `evidence` says for which videos
    evidence is kept. `notices` are lines that the user sees once, at the start. `clock` is the clock of the whole run.
    `asked` replaces the call's own selection of videos. `idle`: no video is left to make. `not_before` is when the
    first video may be made, `until` when the run ends; both are system time.
    `report` is the path of the report that this run writes, None if it writes none. `host` is set in the plan of a
    worker on another computer; `hosts` are those of the run that a hosts file or a batch names.
    """

    batches: tuple[BatchPlan, ...]
    runs_folder: Path
    session_folder: Path | None = None
    browser: dict[str, str | None] = field(default_factory=dict)
    accounts: tuple[AccountPlan, ...] = ()
    clock: RunClock = field(default_factory=RunClock.start)
    attended: bool = False
    evidence: Keep = "failures"
    resumed: dict[str, tuple[str, ...]] | None = None
    given_up: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    asked: Asked | None = None
    idle: bool = False
    until: datetime | None = None
    not_before: datetime | None = None
    report: Path | None = None
    host: HostPlan | None = None
    hosts: tuple[HostUse, ...] = ()

    @property
    def folder(self) -> Path:
        """The session folder; raises RuntimeError before the run is opened."""
        if self.session_folder is None:
            raise RuntimeError("the run was not opened")
        return self.session_folder

    def host_use(self, name: str) -> HostUse:
        """Return what the host called `name` does in this run."""
        return next((host for host in self.hosts if host.name == name), HostUse(name))

    def batch(self, path: Path) -> BatchPlan | None:
        """Return the batch whose file is `path`, if it belongs to this call."""
        return next((batch for batch in self.batches if batch.path == path), None)

    def whole(self, part: BatchPlan) -> BatchPlan:
        """Return the batch to which `part` belongs."""
        return next((batch for batch in self.batches if batch.path == part.path), part)

    def keyed(self, key: str | None) -> BatchPlan | None:
        """Return the batch, or the part of one, with this key."""
        return next((each for each in (*self.batches, *self.parts) if each.key == key), None)

    @property
    def parts(self) -> tuple[BatchPlan, ...]:
        """The parts of all batches, by their accounts."""
        return tuple(part for batch in self.batches for part in batch.parts)

    def account(self, alias: str) -> AccountPlan:
        """Return the account called `alias`."""
        return next(account for account in self.accounts if account.alias == alias)

    def is_selected(self, batch: BatchPlan, video_id: str) -> bool:
        """Whether `--lf`, if it was typed, selects this video."""
        return self.resumed is None or video_id in self.resumed.get(self.whole(batch).key, ())

    def to_wire(self) -> str:
        """Return the plan as text that can be sent to a worker."""
        batches = tuple(replace(batch, tell=TellPlan()) for batch in self.batches)
        return _wire().dump_json(replace(self, batches=batches)).decode()

    @classmethod
    def from_wire(cls, text: str) -> RunPlan:
        """Return the plan from the text that `to_wire` returned."""
        return _wire().validate_json(text)


@cache
def _wire() -> TypeAdapter[RunPlan]:
    # Made only where plans are sent: making it takes longer than sending one.
    return TypeAdapter(RunPlan)


RUN_PLAN = pytest.StashKey[RunPlan]()


def name_batches_once(config: pytest.Config, plan: RunPlan) -> None:
    """Replace each batch file in pytest's arguments by the path in the plan, whatever link leads to it.

    pytest takes a link and its file for two files, and two workers would make the same video at once.
    """
    paths = [batch.path for batch in plan.batches]
    config.args[:] = by_first_names(config.args, config.invocation_params.dir, paths)
