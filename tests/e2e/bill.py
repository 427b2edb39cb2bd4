"""What the site was paid for, by its own journal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.demo.state.journal import PAID, digest
from grokbatch.record.model.outcome import Status

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User


@dataclass(frozen=True)
class Bill:
    """How many submits the site accepted, how many videos it has finished, and why it refused how many submits."""

    accepted: int
    finished: int
    refused: Counter[str]


def bill(site: DemoProcess) -> Bill:
    """Return the site's own account of what it was asked for."""
    made = [entry for entry in site.journal("outcome") if entry["outcome"] == "success"]
    refused = Counter(entry["outcome"] for entry in site.journal("refused"))
    return Bill(len(site.journal(*PAID)), len(made), refused)


def check_paid_once(user: User, site: DemoProcess) -> None:
    """Check that each video is completed, paid once, and credited with what was made of its own prompt."""
    manifest, told = user.manifest(), bill(site)
    assert (told.accepted, told.finished) == (len(manifest.videos), len(manifest.videos))
    assert manifest.counts[Status.COMPLETED] == len(manifest.videos)
    prompts = {entry["video"]: entry["prompt"] for entry in site.journal(*PAID)}
    assert {video.video_id: digest(video.prompt) for video in manifest.videos.values()} == prompts
