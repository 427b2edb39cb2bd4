"""The two ways of making the same videos that are compared: grokbatch, and the naive script."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import yaml

from grokbatch.browser.launch.environment import sandbox_works
from grokbatch.browser.profiles.home import HOME_VARIABLE
from grokbatch.demo.server import EXAMPLE_POST
from grokbatch.record.storage.manifest_store import ManifestStore
from tests.bench.account import ALIAS

if TYPE_CHECKING:
    from grokbatch.browser.discovery.find import Browser
    from grokbatch.record.model.manifest import VideoRecord
    from tests.bench.account import HeavyAccount

PROMPT = "The camera glides slowly over the hills towards the sea"
_TREE = Path(__file__).parents[2]
_NAIVE_FILE = Path(__file__).with_name("naive_videos.py")


@dataclass(frozen=True)
class Job:
    """What is to be made, where, and by how many workers; `folder` is empty and belongs to this job."""

    folder: Path
    origin: str
    account: HeavyAccount
    browser: Browser
    videos: int
    workers: int


@dataclass(frozen=True)
class Call:
    """A call of pytest: its arguments and what it needs in the environment."""

    arguments: tuple[str, ...]
    environ: dict[str, str]

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "pytest", "-q", *self.arguments]

    @property
    def whole_environ(self) -> dict[str, str]:
        # Without compiled files every start would compile everything anew.
        left_out = {"PYTHONDONTWRITEBYTECODE", "PYTEST_ADDOPTS", "PYTEST_PLUGINS"}
        kept = {key: value for key, value in os.environ.items() if key not in left_out}
        # What is measured is the tree that this bench belongs to, wherever else grokbatch is installed.
        paths = os.pathsep.join([str(_TREE), *filter(None, [kept.get("PYTHONPATH")])])
        return kept | {"PYTHONPATH": paths} | self.environ


class Variant(Protocol):
    """One way of making a job's videos."""

    @property
    def name(self) -> str: ...

    def prepare(self, job: Job) -> Call:
        """Fill the job's folder and return the call of pytest that makes the videos."""

    def profiles(self, job: Job) -> Path:
        """Return the folder in which each worker has a folder with its profile."""

    def makers(self, job: Job) -> dict[str, str]:
        """Return which worker made which video, by the site's id of the video, once all is done."""

    def playable(self, job: Job) -> dict[str, datetime]:
        """Return when each video could first be played in its page, by the site's id of the video, as far as known."""

    def latencies(self, job: Job) -> list[float]:
        """Return the seconds from when each video could be played in its page until it was recorded, if known."""


class Grokbatch:
    """The product, as a user calls it."""

    name = "grokbatch"

    def prepare(self, job: Job) -> Call:
        permalink = f"https://grok.com{EXAMPLE_POST}"
        says = {"account": ALIAS, "permalink": permalink, "prompt": PROMPT, "count": job.videos}
        (job.folder / "bench.yaml").write_text(yaml.safe_dump(says))
        arguments = ("bench.yaml", "-n", str(job.workers), "--site", job.origin)
        return Call(arguments, {HOME_VARIABLE: str(job.account.home)})

    def profiles(self, job: Job) -> Path:
        found = (job.folder / "reports").glob("*/worker-profiles")
        return next(found, job.folder / "none-yet")

    def makers(self, job: Job) -> dict[str, str]:
        return {str(video.video_id): str(video.worker) for video in self._videos(job)}

    def playable(self, job: Job) -> dict[str, datetime]:
        ends = {str(video.video_id): video.attempts[-1].playable_at for video in self._videos(job)}
        return {video_id: at for video_id, at in ends.items() if at is not None}

    def latencies(self, job: Job) -> list[float]:
        ends = [video.attempts[-1] for video in self._videos(job)]
        return [(end.ended_at - end.playable_at).total_seconds() for end in ends if end.ended_at and end.playable_at]

    def _videos(self, job: Job) -> list[VideoRecord]:
        path = next((job.folder / "reports").glob("*/manifest.json"))
        return [*ManifestStore(path).read().videos.values()]


class Naive:
    """`naive_videos.py` under pytest-xdist's own scheduler, without grokbatch."""

    name = "naive"

    def prepare(self, job: Job) -> Call:
        shutil.copy(_NAIVE_FILE, job.folder / "test_naive.py")
        executable = job.browser.executable
        environ = {
            "BENCH_ADDRESS": job.origin + EXAMPLE_POST,
            "BENCH_PROMPT": PROMPT,
            "BENCH_PROFILE": str(job.account.profile),
            "BENCH_BROWSER": str(executable),
            "BENCH_SANDBOX": "yes" if sandbox_works(executable) else "no",
            "BENCH_COUNT": str(job.videos),
        }
        return Call(("-p", "no:grokbatch", "test_naive.py", "-n", str(job.workers)), environ)

    def profiles(self, job: Job) -> Path:
        return job.folder / "profiles"

    def makers(self, job: Job) -> dict[str, str]:
        return {_id_in(each["video"]): each["worker"] for each in self._made(job)}

    def playable(self, job: Job) -> dict[str, datetime]:
        return {_id_in(each["video"]): _moment(each["playable"]) for each in self._made(job) if each["playable"]}

    def latencies(self, job: Job) -> list[float]:
        return [each["recorded"] - each["playable"] for each in self._made(job) if each["playable"]]

    def _made(self, job: Job) -> list[dict[str, Any]]:
        files = job.folder.glob("made-*.jsonl")
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id_in(source: str) -> str:
    """Return the video's id: `…/generated/<id>/generated_video.mp4`."""
    return urlsplit(source).path.split("/")[-2]
