"""Videos on disk, from the batch to the copies of the picked ones, with nothing but what a user types."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.storage.picks import Pick, Picks
from tests.e2e.user import PROMPT
from tests.picks_file import write_picks

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User


def typed(user: User, *words: str) -> str:
    """Return what a `grokbatch` command says; it must end well."""
    command = [sys.executable, "-m", "grokbatch.cli.app", *words]
    ended = subprocess.run(command, cwd=user.path, env=user.environment(), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.mark.slow
def test_videos_are_brought_checked_upscaled_shown_and_explained(user: User, site: DemoProcess) -> None:
    """Both files of each video are on disk and whole; the site saw one submit a video; no prompt is beside them."""
    site.play(upscaling=0.3, asset_delay=0.5)
    user.write_batch(count=2, download=True, upscale=True, expect={"audio": True, "duration": 6, "not_frozen": True})
    code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
    assert code == 0, said
    videos = user.run_directory() / "videos"
    names = sorted(path.name for path in videos.glob("*.mp4"))
    assert names == ["cats-001-hd.mp4", "cats-001.mp4", "cats-002-hd.mp4", "cats-002.mp4"]
    first = user.manifest().videos["video-001"]
    assert first.download is not None
    assert first.hd is not None
    assert (first.hd.width or 0) > (first.download.width or 0)
    assert len(site.journal("submit")) == 2
    assert not any(PROMPT in path.read_text() for path in videos.glob("*.json"))
    assert "cats, video-001 (number 1)" in typed(user, "why", str(videos / "cats-001.mp4"))
    assert typed(user, "wall", "cats.yaml", "--site", site.origin).strip().endswith("wall.html")
    picked = Picks("cats", user.manifest().id, user.manifest().updated_at, (Pick("video-002", 5, keep=True),))
    write_picks(user.run_directory() / "picks.yaml", picked)
    assert typed(user, "picks", "export", "cats.yaml", "best", "--site", site.origin) == "2 files in best\n"
    assert sorted(path.name for path in (user.path / "best").iterdir()) == ["cats-002-hd.mp4", "cats-002.mp4"]
