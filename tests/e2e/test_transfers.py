"""Files that do not come as they should: each video is paid once, and is on disk whole in the end."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest

from grokbatch.record.model.manifest import FileState
from grokbatch.record.storage.picks import Pick, Picks
from tests.e2e.demo_process import check_each_made_once
from tests.e2e.small_disk import make_room, small_disk_of
from tests.e2e.waiting import wait_until
from tests.picks_file import write_picks

if TYPE_CHECKING:
    from grokbatch.browser.discovery.find import Browser
    from grokbatch.record.model.manifest import FileRecord, VideoRecord
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

PADDING = 200_000_000
MEGABYTE = 1e6


def by_submit(user: User, site: DemoProcess) -> dict[int, VideoRecord]:
    """Return the videos that are completed by the numbers of their submits."""
    completed = {video.video_id: video for video in user.manifest().videos.values() if video.video_id}
    submits = {entry["number"]: completed.get(entry["video"]) for entry in site.journal("submit")}
    return {number: video for number, video in submits.items() if video is not None}


def fetched(site: DemoProcess) -> list[int]:
    """Return the numbers of the submits whose files were asked for."""
    return [entry["number"] for entry in site.journal("transfer")]


def file_of(video: VideoRecord) -> FileRecord:
    assert video.download is not None
    return video.download


def on_site(site: DemoProcess, video: VideoRecord) -> str:
    """Return the digest of what the site has."""
    cookies = {cookie["name"]: cookie["value"] for cookie in site.session("me")}
    return hashlib.sha256(httpx.get(video.video_url or "", cookies=cookies).content).hexdigest()


def worker_of(browser: psutil.Process) -> psutil.Process:
    """Return the worker that drives `browser`, through a driver between them."""
    return browser.parents()[1]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_whatever_befalls_a_transfer_the_file_comes_and_nothing_is_made_again(user: User, site: DemoProcess) -> None:
    """Cut off, replaced by a page, cut short, without a length, and a worker killed between video and file."""
    ways = {1: ["held"], 2: ["cut"], 3: ["page", "page"], 4: ["short"], 5: ["chunked"]}
    site.play(era="A", generation=0.3, transfers=ways)
    user.write_batch(count=5, download=True)
    call = user.start("cats.yaml", "-n2", "--site", site.origin)
    wait_until(lambda: 1 in fetched(site), "transfer")
    doomed = by_submit(user, site)[1]
    (browser,) = user.browsers(doomed.worker or "")
    worker_of(browser).kill()
    assert call.wait() == 1, call.said()
    assert "DOWNLOAD_FAILED: the worker process died" in call.said()
    assert "pytest --lf  (fetches the files of 1 video, and makes none)" in call.said()
    videos = by_submit(user, site)
    assert file_of(videos.pop(1)).state is FileState.FAILED
    assert {number: file_of(video).attempts for number, video in videos.items()} == {2: 2, 3: 3, 4: 2, 5: 1}
    assert [entry["number"] for entry in site.journal("download")] == [3], "the page's button is the second way"
    for video in videos.values():
        path = user.run_directory() / file_of(video).path
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file_of(video).sha256 == on_site(site, video)
    site.change(padding=PADDING)
    grown = streamed(user, site)
    assert max(grown["worker"], grown["driver"]) < 60 * MEGABYTE, grown
    # The page's own player, which nothing pauses, takes some 130 MB for a file of this size; a held file adds to that.
    assert grown["browser"] < PADDING, f"{grown}: its page may still be loading, but the file is not held"
    assert (file_of(by_submit(user, site)[1]).size or 0) > PADDING
    assert len(list((user.run_directory() / "videos").iterdir())) == 10, "five video files, each with a description"
    check_each_made_once(site, user.manifest())


def streamed(user: User, site: DemoProcess) -> dict[str, float]:
    """Resume, and return by how many bytes each process grew at most once the file was asked for."""
    before = fetched(site)
    call = user.start("--lf", "-n1")
    wait_until(lambda: fetched(site) != before, "transfer")
    (browser,) = user.browsers()
    sizes: dict[str, list[int]] = {}
    while call.process.poll() is None:
        for name, size in measured(browser).items():
            sizes.setdefault(name, []).append(size)
        with suppress(subprocess.TimeoutExpired):
            call.process.wait(0.1)
    assert call.wait() == 0, call.said()
    assert fetched(site) == [*before, 1], "nothing else was asked for"
    return {name: max(each) - each[0] for name, each in sizes.items()}


def measured(browser: psutil.Process) -> dict[str, int]:
    """Return how much memory the worker, its driver and its browser use, in bytes."""
    try:
        driver, worker = browser.parents()[:2]
        family = [browser, *browser.children(recursive=True)]
        groups = {"worker": [worker], "driver": [driver], "browser": family}
        return {name: sum(each.memory_info().rss for each in group) for name, group in groups.items()}
    except (psutil.Error, ValueError):
        return {}


@pytest.mark.slow
def test_a_disk_that_fills_up_under_a_file_costs_no_video(user: User, site: DemoProcess) -> None:
    """The run says what to do, keeps what is whole, and fetches the rest alone once there is room."""
    site.play(generation=0.3, padding=30_000_000)
    user.write_batch(count=2, download=True, output="disk")
    with small_disk_of(user, megabytes=50) as disk:
        code, said = user.run("cats.yaml", "-n0", "--site", site.origin)
        assert code == 1, said
        assert "disk/cats-002.mp4: No space left on device; make room there; the video is on the site" in said
        assert "pytest --lf  (fetches the files of 1 video, and makes none)" in said
        assert set(user.statuses().values()) == {"COMPLETED"}
        assert sorted(path.name for path in disk.iterdir()) == ["cats-001.json", "cats-001.mp4"]
        make_room(disk, megabytes=150)
        code, said = user.run("--lf", "-n0")
        assert code == 0, said
        assert fetched(site) == [1, 2, 2]
        assert {path.stat().st_size > 30_000_000 for path in disk.glob("*.mp4")} == {True}
    check_each_made_once(site, user.manifest())


@pytest.mark.slow
def test_files_of_a_rehearsal_are_fetched_from_the_site_that_begins_anew(nobody: User, installed: Browser) -> None:
    """The next run brings the files and upscales the picked video; the rehearsal's videos are not made again."""
    rehearsed: dict[str, Any] = {"site": "demo", "demo": {"generation": 0.3, "upscaling": 0.1}, "count": 2}
    nobody.write_batch(**rehearsed)
    code, said = nobody.run("cats.yaml", "-n0")
    assert code == 0, said
    manifest = nobody.manifest("cats.demo")
    picks = Picks("cats.demo", manifest.id, manifest.updated_at, (Pick("video-002", 5, keep=True),))
    write_picks(nobody.path / "picks.yaml", picks)
    nobody.write_batch(**rehearsed, download=True, upscale="picks")
    code, said = nobody.run("--lf", "-n0", "--picks", "picks.yaml")
    assert code == 0, said
    videos = nobody.run_directory("cats.demo") / "videos"
    names = sorted(path.name for path in (videos / "picks").iterdir())
    assert names == ["cats.demo-002-hd.mp4", "cats.demo-002.mp4"]
    assert [len(video.attempts) for video in nobody.manifest("cats.demo").videos.values()] == [1, 1]
