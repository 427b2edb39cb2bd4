"""A batch of many videos as a run leaves it: a prompt of its own for each, all made, all in the manifest."""

from __future__ import annotations

import base64
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import yaml

from grokbatch.batch.loader import load_batch
from grokbatch.media.near_duplicates import PICTURES, WAVES
from grokbatch.record.model.manifest import FileRecord, FileState, Manifest
from grokbatch.record.model.outcome import MadeVideo, Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.storage.manifest_store import ManifestStore
from grokbatch.record.storage.run_directory import RunDirectory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch
    from grokbatch.batch.model.video import VideoSpec

LINK = "https://grok.com/imagine/post/00000000-0000-4000-8000-000000000000"
_BEGAN = datetime(2026, 1, 1, 12, tzinfo=UTC)
_WORKERS = 10
_PIECES = ("the camera", "glides slowly", "over hills", "and rivers", "at dawn", "while a fox", "runs through grass")
_PIECES_IN_PROMPT = 12


@dataclass(frozen=True)
class ManyVideos:
    """A batch file with its project in `folder`, and the manifest of a run that has made all its videos."""

    folder: Path
    batch: Batch
    videos: tuple[VideoSpec, ...]
    store: ManifestStore

    @property
    def path(self) -> Path:
        return self.folder / "bench.yaml"

    @property
    def directory(self) -> RunDirectory:
        return RunDirectory(self.store.path.parent)


def many_videos(folder: Path, count: int) -> ManyVideos:
    """Write a batch of `count` prompts into a new `folder`, and the manifest of its run."""
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:playwright\n")
    says = {"permalink": LINK, "max_videos": count, "prompts": list(prompts(count)), "site": "demo"}
    path = folder / "bench.yaml"
    path.write_text(yaml.dump(says, Dumper=yaml.CSafeDumper))
    batch = load_batch(path)
    videos = tuple(batch.videos())
    store = ManifestStore(folder / "finished" / "manifest.json")
    store.create(manifest_of(videos))
    return ManyVideos(folder, batch, videos, store)


def prompts(count: int) -> Iterator[str]:
    """Yield different prompts of about 25 words."""
    draw = random.Random(count)  # noqa: S311 - not a secret
    for number in range(count):
        yield " ".join([*draw.choices(_PIECES, k=_PIECES_IN_PROMPT), f"take{number}"])


def manifest_of(videos: tuple[VideoSpec, ...]) -> Manifest:
    """Return the manifest of a run in which ten workers have made all of `videos` and brought the files to disk."""
    manifest = ledger.new_manifest(batch="bench", account="bench", permalink=LINK, site="demo", now=_BEGAN)
    ledger.open_run(manifest, videos, browser="chromium 140", now=_BEGAN)
    for number, video in enumerate(videos):
        _make(manifest, video.id, number)
    return manifest


def _make(manifest: Manifest, video_id: str, number: int) -> None:
    record = manifest.videos[video_id]
    at = _BEGAN + timedelta(seconds=6 * number)
    worker = f"gw{number % _WORKERS}"
    ledger.claim(manifest, video_id, worker, at)
    ledger.submitting(manifest, video_id, [site_id(each) for each in range(max(0, number - 10), number)], at)
    ledger.named(manifest, video_id, [site_id(number)])
    # What `ledger.finish` does for one result, without its search among all others: that is what is measured later.
    attempt, made = record.attempts[-1], made_video(number, at)
    attempt.known_ids, attempt.playable_at, attempt.ended_at = [], made.playable_at, at + timedelta(seconds=31)
    record.status = Outcome.success(made).status
    record.video_id, record.video_url, record.page_url = made.video_id, made.video_url, made.page_url
    record.width, record.height, record.duration, record.size = made.width, made.height, made.duration, made.size
    record.download = FileRecord(
        state=FileState.DONE,
        path=f"videos/{video_id}.mp4",
        attempts=1,
        run=1,
        worker=worker,
        began_at=at,
        at=at,
        size=made.size,
        sha256=random.Random(number).randbytes(32).hex(),  # noqa: S311
        duration=made.duration,
        width=made.width,
        height=made.height,
        frames_per_second=24.0,
        has_audio=True,
    )
    record.poster, record.is_inspected = f"posters/{video_id}.jpg", True
    record.fingerprint = fingerprint(number)


def made_video(number: int, at: datetime) -> MadeVideo:
    """Return the video that the site made as its `number`th, submitted at `at`."""
    video_id = site_id(number)
    address = f"https://assets.grok.com/users/{site_id(0)}/generated/{video_id}/generated_video.mp4"
    return MadeVideo(
        video_id=video_id,
        video_url=address,
        page_url=f"https://grok.com/imagine/post/{video_id}",
        width=736,
        height=400,
        duration=6.04,
        size=2_400_000 + number,
        playable_at=at + timedelta(seconds=30),
    )


def site_id(number: int) -> str:
    """Return the site's id of its `number`th video."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def fingerprint(number: int) -> str:
    """Return a fingerprint, unlike those of the videos with other numbers, but for every tenth, which has a twin."""
    draw = random.Random(number - 1 if number and number % 10 == 0 else number)  # noqa: S311 - not a secret
    pictures = np.array([draw.gauss(0, 30) for _ in range(PICTURES * WAVES**2)])
    return base64.b64encode(pictures.astype("<f2").tobytes()).decode("ascii")
