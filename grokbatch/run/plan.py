"""What one call of pytest is to do: its batches, made up by the controller and sent whole to every worker.

Workers never read the batch files themselves: a replacement worker must collect exactly the same items, even
when somebody edits a file while the run lasts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter

from grokbatch.batch.video import VideoSpec  # noqa: TC001 - as above
from grokbatch.record.rundir import Keep, RunDirectory
from grokbatch.record.store import ManifestStore


@dataclass(frozen=True)
class BatchPlan:
    """One batch of this call: the videos, where they are recorded, and how they are made. Times in seconds.

    `demo` is the scenario of the built-in site, for a rehearsal. `on_degraded`: `stop` ends the run like a limit
    when a video comes out as less than was asked for; `keep` only records it. `locators` is the table of locators
    as JSON, empty if it is the packaged one.
    """

    path: Path
    display: str
    name: str
    account: str
    permalink: str
    site: str
    run_root: Path
    videos: tuple[VideoSpec, ...]
    parallel: int
    attempts: int
    headed: bool
    worker_start_delay: float
    keep_profiles: bool
    demo: dict[str, Any] = field(default_factory=dict)
    on_degraded: str = "keep"
    locators: str = field(default="", repr=False)

    @property
    def run_directory(self) -> RunDirectory:
        """Where this batch leaves what it makes."""
        return RunDirectory(self.run_root)

    @property
    def origin(self) -> str:
        """The origin of the site that makes the videos, such as `https://grok.com`."""
        parts = urlsplit(self.videos[0].address)
        return f"{parts.scheme}://{parts.netloc}"

    def store(self) -> ManifestStore:
        """Return this batch's manifest on disk."""
        return ManifestStore(self.run_directory.manifest)

    def at_origin(self, origin: str) -> BatchPlan:
        """Return the same plan with every video's address moved to the site at `origin`."""
        return replace(self, videos=tuple(video.on_site(origin) for video in self.videos))


@dataclass(frozen=True)
class AccountPlan:
    """A signed-in account as a worker needs it; the cookies are private and stay out of the repr."""

    alias: str
    profile: Path | None
    cookies: str = field(default="[]", repr=False)


@dataclass(frozen=True)
class RunPlan:
    """All batches of this call and what they share.

    `session_folder` is private to this call and removed at its end. `resumed` holds the videos that `--lf`
    selects, by batch path, or None when nothing is to be left out. `attended`: a person sees the terminal.
    `evidence` says of which videos it is kept.
    """

    batches: tuple[BatchPlan, ...]
    runs_folder: Path
    session_folder: Path | None = None
    browser: dict[str, str | None] = field(default_factory=dict)
    accounts: tuple[AccountPlan, ...] = ()
    attended: bool = False
    evidence: Keep = "failures"
    resumed: dict[str, tuple[str, ...]] | None = None

    @property
    def folder(self) -> Path:
        """The session folder; raises RuntimeError before the run is opened."""
        if self.session_folder is None:
            raise RuntimeError("the run was not opened")
        return self.session_folder

    def batch(self, path: Path) -> BatchPlan | None:
        """Return the batch whose file is `path`, if it belongs to this call."""
        return next((batch for batch in self.batches if batch.path == path), None)

    def account(self, alias: str) -> AccountPlan:
        """Return the account called `alias`."""
        return next(account for account in self.accounts if account.alias == alias)

    def is_selected(self, batch: BatchPlan, video_id: str) -> bool:
        """Whether `--lf` leaves this video in."""
        return self.resumed is None or video_id in self.resumed.get(str(batch.path), ())

    def to_wire(self) -> str:
        """Return the plan as text that can be sent to a worker."""
        return _WIRE.dump_json(self).decode()

    @classmethod
    def from_wire(cls, text: str) -> RunPlan:
        """Return the plan that `to_wire` made text of."""
        return _WIRE.validate_json(text)


_WIRE = TypeAdapter(RunPlan)

RUN_PLAN = pytest.StashKey[RunPlan]()
