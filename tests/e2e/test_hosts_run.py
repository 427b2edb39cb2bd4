"""Videos are made on hosts: over a real SSH server, with one manifest, and paid once whatever is lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml

from grokbatch.demo.state.journal import PAID
from tests.e2e.bill import bill, check_paid_once
from tests.e2e.hosts import FOLDER, host, stubbed_host, workers
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd, SshHost
    from tests.e2e.user import Call, User

pytestmark = pytest.mark.slow


def test_two_hosts_make_a_batch_with_one_manifest(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """All files are here in the end, nothing is left there, and no prompt was ever written there."""
    studio, attic = (host(sshd, name, user, site) for name in ("studio", "attic"))
    user.write_batch(count=4, download=True, sidecar_prompt=True)
    code, said = user.run("cats.yaml", *workers(studio, 2), *workers(attic), "--site", site.origin)
    assert code == 0, said
    check_paid_once(user, site)
    folder = user.run_directory()
    videos = list(user.manifest().videos.values())
    assert all(video.download and (folder / video.download.path).is_file() for video in videos)
    assert all(video.poster and (folder / video.poster).is_file() for video in videos)
    prompts = {video.prompt for video in videos}
    for each in (studio, attic):
        each.check_nothing_runs()
        left = [path for path in each.home.rglob("*") if path.is_file() and FOLDER in path.parts]
        assert not left
        written = [path for path in each.root.rglob("*") if path.is_file()]
        assert not [path for path in written if any(prompt.encode() in path.read_bytes() for prompt in prompts)]
    assert bill(site).accepted == len(videos)


def test_what_was_under_way_when_the_connection_broke_is_told_at_the_next_one(stubbed: User, sshd: Sshd) -> None:
    """The worker there finishes its video and keeps the result; the next worker there tells it."""
    there = stubbed_host(sshd, "studio", stubbed)
    studio = sshd.hosts[0]
    stubbed.write_batch(site="demo", count=3)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(studio))
    there.wait_for_stub_submits(1)
    for session in studio.connections():
        session.kill()
    wait_until(lambda: "connection to studio-1 is lost" in call.said(), "line about the connection")
    there.release()
    assert call.wait() == 0, call.said()
    assert [entry["video"] for entry in there.stub_submits()] == ["video-001", "video-002", "video-003"]
    first = stubbed.manifest("cats.demo").videos["video-001"]
    assert first.video_id == there.stub_submits()[0]["name"]
    studio.check_nothing_runs()


def test_nothing_goes_on_there_when_the_controller_is_killed(stubbed: User, sshd: Sshd) -> None:
    """Not for longer than a minute; and the next run hears what came of the video."""
    there = stubbed_host(sshd, "studio", stubbed)
    studio = sshd.hosts[0]
    stubbed.write_batch(site="demo", count=2)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(studio))
    there.wait_for_stub_submits(1)
    call.kill()
    there.release()
    studio.check_nothing_runs(60)
    code, said = stubbed.run("--lf")
    assert code == 0, said
    assert [entry["video"] for entry in there.stub_submits()] == ["video-001", "video-002"]


def interrupted(stubbed: User, sshd: Sshd) -> tuple[Call, User]:
    """Return a call that was interrupted while a host makes its first video, and the stub there."""
    there = stubbed_host(sshd, "studio", stubbed)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]))
    there.wait_for_stub_submits(1)
    call.press_ctrl_c()
    wait_until(lambda: "stopping: 1 under way" in call.said(), "answer to Ctrl+C")
    return call, there


def test_ctrl_c_lets_videos_on_hosts_finish(stubbed: User, sshd: Sshd) -> None:
    call, there = interrupted(stubbed, sshd)
    there.release()
    assert call.wait() == 2, call.said()
    assert len(there.stub_submits()) == 1
    assert list(stubbed.statuses("cats.demo").values()).count("COMPLETED") == 1
    sshd.hosts[0].check_nothing_runs()


def test_a_second_ctrl_c_ends_workers_on_hosts_at_once(stubbed: User, sshd: Sshd) -> None:
    call, _ = interrupted(stubbed, sshd)
    call.press_ctrl_c()
    assert call.wait(30) == 2, call.said()
    sshd.hosts[0].check_nothing_runs()
    assert list(stubbed.statuses("cats.demo").values()).count("PENDING") == 4


def write_hosts(user: User, host: SshHost, *, here: int = 0, **keys: object) -> None:
    """Write hosts.yaml with one host, and so many workers here."""
    says = {"ssh": host.ssh, "python": str(host.python), "directory": FOLDER} | keys
    own = {"here": {"workers": here}} if here else {}
    (user.path / "hosts.yaml").write_text(yaml.safe_dump({host.name: says} | own))


def test_a_hosts_file_says_where_videos_are_made(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """Also in the runs that resume it; and a host that cannot be reached is left out with a line that says why."""
    site.play(generation=3)
    studio = host(sshd, "studio", user, site)
    write_hosts(user, studio, here=1, workers=2)
    user.write_batch(count=4, download=True)
    code, said = user.run("cats.yaml", "--hosts", "hosts.yaml", "--site", site.origin, "-k", "not video-004")
    assert code == 0, said
    log = (user.run_directory() / "run.log").read_text()
    assert "studio-1 " in log
    assert " gw" in log
    sshd.stop()
    user.write_batch(count=5, download=True)
    code, said = user.run("cats.yaml", "--hosts", "hosts.yaml", "--site", site.origin)
    assert code == 0, said
    assert "studio: is left out of this run" in said
    assert "onnection refused" in said
    check_paid_once(user, site)


def test_files_stay_on_a_host_until_they_are_fetched(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """The run says so, and `grokbatch hosts fetch` brings them."""
    studio = host(sshd, "studio", user, site)
    write_hosts(user, studio, workers=1, collect_files=False)
    user.write_batch(count=2, download=True, hosts="hosts.yaml", sidecar_prompt=True)
    code, said = user.run("cats.yaml", "--site", site.origin)
    assert code == 0, said
    there = [video for video in user.manifest().videos.values() if video.download and video.download.host]
    assert there
    assert "on studio" in said
    command = [sys.executable, "-m", "grokbatch", "hosts", "fetch", "cats.yaml", "--site", site.origin]
    fetching = subprocess.run(
        command, cwd=user.path, env=user.environment(), capture_output=True, text=True, timeout=100, check=False
    )
    assert fetching.returncode == 0, fetching.stdout + fetching.stderr
    videos = list(user.manifest().videos.values())
    assert all(video.download and (user.run_directory() / video.download.path).is_file() for video in videos)
    assert not [path for path in (studio.home / FOLDER).rglob("*") if path.is_file()]
    sidecars = list((user.run_directory() / "videos").glob("*.json"))
    assert all(video.prompt in "".join(each.read_text() for each in sidecars) for video in videos)


def test_two_hosts_have_an_account_each(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """One of the accounts has reached its limit: its videos wait, and the other host makes none of them."""
    studio = host(sshd, "studio", user, site, "me")
    attic = host(sshd, "attic", user, site, "you")
    here = {"python": str(studio.python), "directory": FOLDER, "workers": 1}
    hosts = {
        "studio": {**here, "ssh": studio.ssh, "accounts": ["me"]},
        "attic": {**here, "ssh": attic.ssh, "python": str(attic.python), "accounts": ["you"]},
    }
    user.write_batch(count=6, account=None, accounts=["me", "you"], hosts=hosts, download=True)
    site.play(quota_of={"me": 1})
    code, said = user.run("cats.yaml", "--site", site.origin)
    assert code == 75, said
    manifest, told = user.manifest(), bill(site)
    by_account = {
        name: [video for video in manifest.videos.values() if video.account == name] for name in ("me", "you")
    }
    assert [len(videos) for videos in by_account.values()] == [3, 3]
    assert [video.status.value for video in by_account["you"]] == ["COMPLETED"] * 3
    assert (told.accepted, told.finished) == (4, 4)
    payers = [entry["user"] for entry in site.journal(*PAID)]
    assert (payers.count("me"), payers.count("you")) == (1, 3)
