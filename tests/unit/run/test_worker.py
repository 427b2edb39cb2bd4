"""A worker's stops: who hears of them, and when."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.batch.model.expectations import Expectations
from grokbatch.batch.model.video import VideoSpec
from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.record.rules import ledger
from grokbatch.record.rules.ledger import Claim
from grokbatch.run.files_plan import FilesPlan
from grokbatch.run.plan import BatchPlan, RunPlan
from grokbatch.run.worker.worker import Worker

if TYPE_CHECKING:
    from pathlib import Path


def batch_of(folder: Path, name: str, account: str) -> BatchPlan:
    """Return a batch of two videos that is being run."""
    videos = tuple(VideoSpec(f"video-{n:03}", "http://site/post", "hills", index=n, repetition=n) for n in (1, 2))
    names = {video.id: f"{video.id}.mp4" for video in videos}
    files = FilesPlan(folder / "videos", names, False, False, False, False, Expectations())
    plan = BatchPlan(
        path=folder / f"{name}.yaml",
        file=folder / f"{name}.yaml",
        display=f"{name}.yaml",
        name=name,
        account=account,
        site="demo",
        run_root=folder / name,
        videos=videos,
        parallel=1,
        attempts=1,
        headed=False,
        worker_start_delay=0,
        keep_profiles=False,
        files=files,
    )
    clock = RunPlan((), folder).clock
    manifest = ledger.new_manifest(batch=name, account=account, permalink="p", site="demo", now=clock.now())
    ledger.open_run(manifest, videos, browser="", now=clock.now())
    plan.store().create(manifest)
    return plan


@pytest.fixture
def run(tmp_path: Path) -> RunPlan:
    """A run of three batches, the first two of one account."""
    accounts = {"cats": "me", "dogs": "me", "cows": "you"}
    return RunPlan(tuple(batch_of(tmp_path, name, account) for name, account in accounts.items()), tmp_path)


def test_a_limit_is_told_before_it_is_written_and_stops_the_batches_of_its_account(run: RunPlan) -> None:
    """Others hear of it while somebody holds the manifest, and start nothing more that would meet the same limit."""
    cats, dogs, cows = run.batches
    told = threading.Event()
    said: list[dict[str, Any]] = []

    def send(message: dict[str, Any]) -> None:
        said.append(message)
        if "halt" in message:
            told.set()

    one, other = Worker("gw0", run, send), Worker("gw1", run, said.append)
    assert one.claim(cats, cats.videos[0]) is Claim.GRANTED
    limit = Outcome.failure(Category.RATE_LIMIT, "enough")
    with cats.store().quiet():
        ending = threading.Thread(target=one.finish, args=(cats, cats.videos[0], limit))
        ending.start()
        assert told.wait(20)
        other.halt(next(message["halt"] for message in said if "halt" in message))
        assert other.claim(cats, cats.videos[1]) is Claim.STOPPED
        assert other.claim(dogs, dogs.videos[0]) is Claim.STOPPED
        assert other.claim(cows, cows.videos[0]) is Claim.GRANTED
    ending.join()
    assert cats.store().read().stop is not None
