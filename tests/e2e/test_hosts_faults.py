"""A host with a wrong clock, no room, big files, or a limit: the figures are right, and nothing is lost."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.manifest import FileState
from tests.e2e.bill import bill
from tests.e2e.hosts import FOLDER, host, stubbed_host, workers
from tests.e2e.small_disk import make_room, small_disk_of
from tests.e2e.test_hosts_lost import left_on
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd
    from tests.e2e.user import User

pytestmark = pytest.mark.slow

HOUR = 3600

LIMITED = """
from datetime import UTC, datetime, timedelta
from grokbatch.record.model.outcome import Category, Outcome

class LimitedOnce(HeldMaker):
    def make(self, video, listener, orphan=None):
        if (FOLDER / "limited").exists():
            return super().make(video, listener, orphan)
        (FOLDER / "limited").touch()
        listener.opened(frozenset())
        # A moment that the site names is right whatever the clock here shows; so are the times of files.
        now = datetime.fromtimestamp((FOLDER / "limited").stat().st_mtime, UTC)
        retry_at = now + timedelta(seconds=SECONDS)
        return Outcome.failure(Category.RATE_LIMIT, "as scripted", retry_at=retry_at)


def pytest_grokbatch_video_maker(config):
    return LimitedOnce
"""


FILES = """
import struct
from pathlib import Path
import grokbatch.demo

CLIP = (Path(grokbatch.demo.__file__).parent / "clips" / "media" / "dawn.mp4").read_bytes()


class WithFiles(HeldMaker):
    def download(self, video, made, file, *, by_button=False):
        file.write(CLIP)
        if PADDING:
            file.write(struct.pack(">I4s", PADDING, b"free"))
            left = PADDING - 8
            while left:
                left -= file.write(video.id.encode().ljust(min(left, 1 << 20), b"x"))
        note("download", video.id, str(PADDING))
        if HOLDS:
            (FOLDER / "hold").touch()


def pytest_grokbatch_video_maker(config):
    return WithFiles
"""


def has_files(there: User, padding: int = 0, *, holds: bool = False) -> None:
    """Let the stub there have files, with so many bytes besides the video in each; it `holds` the next video then."""
    with (there.path / "conftest.py").open("a") as file:
        file.write(FILES.replace("PADDING", str(padding)).replace("HOLDS", str(holds)))


def be_limited_once(there: User, seconds: int) -> None:
    """Let the first video of the stub there meet a limit, which ends after so many seconds."""
    with (there.path / "conftest.py").open("a") as file:
        file.write(LIMITED.replace("SECONDS", str(seconds)))


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_wrong_clock_there_changes_neither_times_nor_waits(
    stubbed: User, sshd: Sshd, settable: Path, hours: int
) -> None:
    """A limit of a few seconds, as the site says it there, is waited for as long as it lasts."""
    clock = sshd.root / "clock"
    clock.write_text(str(hours * HOUR))
    there = stubbed_host(sshd, "studio", stubbed, LD_PRELOAD=str(settable), GROKBATCH_TEST_CLOCK=str(clock))
    be_limited_once(there, 3)
    stubbed.write_batch(site="demo", count=2, until_done=True)
    code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]))
    assert code == 0, said
    manifest = stubbed.manifest("cats.demo")
    began = manifest.run_started_at
    assert began is not None
    for video in manifest.videos.values():
        for attempt in video.attempts:
            assert timedelta(0) <= attempt.started_at - began < timedelta(minutes=5)
            assert attempt.ended_at is None or attempt.ended_at >= attempt.started_at
    assert len(there.stub_submits()) == 2
    limited, made = manifest.videos["video-001"].attempts
    assert limited.ended_at is not None
    assert timedelta(seconds=2) < made.started_at - limited.ended_at


def test_a_limit_met_there_ends_the_run_and_lf_goes_on(stubbed: User, sshd: Sshd) -> None:
    there = stubbed_host(sshd, "studio", stubbed)
    be_limited_once(there, 60)
    stubbed.write_batch(site="demo", count=2)
    code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]))
    assert code == 75, said
    assert not there.stub_submits()
    code, said = stubbed.run("--lf")
    assert code == 0, said
    assert len(there.stub_submits()) == 2


def test_a_host_without_room_leaves_its_videos_to_others(stubbed: User, sshd: Sshd) -> None:
    studio, attic = (stubbed_host(sshd, name, stubbed) for name in ("studio", "attic"))
    for each in (studio, attic):
        has_files(each)
    stubbed.write_batch(site="demo", count=3, download=True)
    with small_disk_of(studio, megabytes=1, name="runs"):
        code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]), *workers(sshd.hosts[1]))
    assert code == 0, said
    (line,) = [each for each in said.splitlines() if each.startswith("studio:")]
    assert "MB are free" in line
    assert not studio.stub_submits()
    assert len(attic.stub_submits()) == 3
    check_files(stubbed)


def test_files_for_which_there_is_no_room_here_are_brought_by_the_next_run(stubbed: User, sshd: Sshd) -> None:
    there = stubbed_host(sshd, "studio", stubbed)
    has_files(there)
    with small_disk_of(stubbed, megabytes=30) as disk:
        stubbed.write_batch(site="demo", count=2, download=True)
        _code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]), "--runs-dir", str(disk / "runs"))
        assert said.count("a file stays there") == 1, said
        assert "too little room for a file of" in said
        assert len(there.stub_submits()) == 2
        make_room(disk, megabytes=300)
        stubbed.write_batch(site="demo", count=3, download=True)
        code, said = stubbed.run("cats.yaml", *workers(sshd.hosts[0]), "--runs-dir", str(disk / "runs"))
        assert code == 0, said
        assert len(there.stub_submits()) == 3
        assert len([entry for entry in journal(there) if entry["event"] == "download"]) == 3
        check_files(stubbed, "disk/runs")


def journal(there: User) -> list[dict[str, str]]:
    """Return what the stub there did."""
    return [json.loads(line) for line in (there.path / "journal.jsonl").read_text().splitlines()]


def check_files(user: User, runs: str = "reports") -> None:
    """Check that the file of each video is here, as its maker wrote it."""
    folder = user.run_directory("cats.demo", runs)
    for video in user.manifest("cats.demo", runs).videos.values():
        assert video.download is not None, video.id
        assert video.download.state is FileState.DONE, video.id
        path = folder / video.download.path
        assert hashlib.sha256(path.read_bytes()).hexdigest() == video.download.sha256


def inspected(user: User) -> int:
    """Return how many videos' files were looked into."""
    if not user.statuses("cats.demo"):
        return 0
    return sum(video.is_inspected for video in user.manifest("cats.demo").videos.values())


@pytest.mark.parametrize("megabytes", [20, 200])
def test_big_files_come_whole_and_take_little_memory(stubbed: User, sshd: Sshd, megabytes: int) -> None:
    there = stubbed_host(sshd, "studio", stubbed)
    has_files(there, megabytes * 1_000_000)
    stubbed.write_batch(site="demo", count=3, download=True)
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]))
    # Libraries that look into files are loaded for the first one.
    wait_until(lambda: inspected(stubbed) >= 1, "look into the first file", 120)
    peaks: dict[int, list[int]] = {}

    def has_ended() -> bool:
        for process in [psutil.Process(call.process.pid), *left_on(sshd.hosts[0])]:
            with suppress(psutil.Error):
                peaks.setdefault(process.pid, []).append(process.memory_info().rss)
        return call.process.poll() is not None

    began = time.monotonic()
    wait_until(has_ended, "end of the run", 120)
    took = time.monotonic() - began
    assert call.wait() == 0, call.said()
    check_files(stubbed)
    grown = max(max(each) - each[0] for each in peaks.values())
    print(f"{2 * megabytes / took:.0f} MB/s, memory grew by {grown / 1e6:.0f} MB")  # noqa: T201 - read with -rP
    assert grown < 30_000_000
    assert not list((there.path / "runs").rglob("*.mp4"))


def test_a_connection_that_ends_while_a_file_is_sent_costs_no_second_video(stubbed: User, sshd: Sshd) -> None:
    """The file is sent again over the next connection."""
    there = stubbed_host(sshd, "studio", stubbed)
    has_files(there, 100_000_000, holds=True)
    stubbed.write_batch(site="demo", count=2, download=True)
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]))
    incoming = stubbed.run_directory("cats.demo") / ".incoming"
    wait_until(lambda: any(incoming.glob("*.part")), "file that is under way")
    for session in sshd.hosts[0].connections():
        session.kill()
    wait_until(lambda: "the connection to studio-1 is lost" in call.said(), "line about the connection")
    there.release()
    assert call.wait() == 0, call.said()
    assert [entry["video"] for entry in there.stub_submits()] == ["video-001", "video-002"]
    check_files(stubbed)
    assert not list(incoming.glob("*"))


def test_evidence_and_what_was_moderated_come_back(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """A moderated video stays so in the next run, and nothing of a failure is left on the host."""
    site.play(outcomes={"1": {"kind": "moderated", "at": 40}})
    studio = host(sshd, "studio", user, site)
    user.write_batch(count=2)
    code, said = user.run("cats.yaml", *workers(studio), "--site", site.origin)
    assert code == 1, said
    evidence = [path for video in user.manifest().videos.values() for path in video.evidence]
    assert evidence
    assert all((user.run_directory() / path).exists() for path in evidence)
    assert not [path for path in (studio.home / FOLDER).rglob("*") if path.is_file()]
    code, said = user.run("--lf")
    assert code == 1, said
    told = bill(site)
    assert (told.accepted, told.finished) == (2, 1)
