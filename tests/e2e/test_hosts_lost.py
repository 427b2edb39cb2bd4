"""Connections to hosts break, processes there die or stand still: each video is made, and paid once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.outcome import Category
from tests.e2e.bill import check_paid_once
from tests.e2e.hosts import be_quick, host, stubbed_host, workers
from tests.e2e.test_random_kills import is_worker
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.sshd import Sshd, SshHost
    from tests.e2e.user import User

pytestmark = pytest.mark.slow


def pytest_of(host: SshHost) -> psutil.Process:
    """Return the process of the one worker on a host."""
    (found,) = [each for each in host.processes() if is_worker(each) and each.name().startswith("python")]
    return found


def browsers_of(host: SshHost) -> list[psutil.Process]:
    """Return the main processes of the browsers on a host."""
    return [
        each
        for each in host.processes()
        if any(part.startswith("--user-data-dir=") for part in each.cmdline())
        and not any(part.startswith("--type=") for part in each.cmdline())
    ]


def left_on(host: SshHost) -> list[psutil.Process]:
    """Return what runs on a host, without what only names a file of it, as the ssh that leads there does."""
    return [each for each in host.processes() if _home_of(each) == str(host.home)]


def _home_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("HOME", "")
    except psutil.Error:
        return ""


def stop_all(processes: Iterable[psutil.Process]) -> list[psutil.Process]:
    """Let processes stand still, and return them."""
    found = list(processes)
    for each in found:
        each.suspend()
    return found


def test_a_worker_killed_there_has_its_video_found_on_the_page(user: User, site: DemoProcess, sshd: Sshd) -> None:
    """The next worker there adopts what the site has made meanwhile."""
    site.play(generation=[6, 1])
    studio = host(sshd, "studio", user, site)
    user.write_batch(count=2)
    call = user.start("cats.yaml", *workers(studio), "--site", site.origin)
    wait_until(site.submitted, "submit")
    pytest_of(studio).kill()
    assert call.wait() == 0, call.said()
    assert "the connection to studio-1 is lost" in call.said()
    check_paid_once(user, site)
    assert any(video.adopted for video in user.manifest().videos.values())
    studio.check_nothing_runs()


def test_a_browser_killed_there_costs_one_attempt(user: User, site: DemoProcess, sshd: Sshd) -> None:
    site.play(generation=[5, 1, 1])
    studio = host(sshd, "studio", user, site)
    user.write_batch(count=1)
    call = user.start("cats.yaml", *workers(studio), "--site", site.origin)
    wait_until(site.submitted, "submit")
    for browser in browsers_of(studio):
        browser.kill()
    assert call.wait() == 0, call.said()
    (video,) = user.manifest().videos.values()
    assert [attempt.category for attempt in video.attempts] == [Category.BROWSER_CRASHED, None]
    check_paid_once(user, site)


def test_while_no_host_can_be_reached_the_run_waits_and_then_ends(stubbed: User, sshd: Sshd) -> None:
    there = stubbed_host(sshd, "studio", stubbed)
    be_quick(stubbed.path, there.path)
    stubbed.write_batch(site="demo", count=2)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]))
    there.wait_for_stub_submits(1)
    sshd.stop()
    for session in sshd.sessions():
        session.kill()
    there.release()
    assert call.wait() == 1, call.said()
    assert "studio: cannot be reached again; the run goes on without studio-1" in call.said()
    assert "no host is left that could make the other videos; to go on later, type: pytest --lf" in call.said()
    assert "INTERNALERROR" not in call.said()
    sshd.hosts[0].check_nothing_runs(60)
    sshd.start_again()
    code, said = stubbed.run("--lf")
    assert code == 0, said
    assert [entry["video"] for entry in there.stub_submits()] == ["video-001", "video-002"]


def test_a_host_that_is_lost_for_a_while_comes_back(stubbed: User, sshd: Sshd) -> None:
    """The other one goes on meanwhile."""
    studio, attic = (stubbed_host(sshd, name, stubbed) for name in ("studio", "attic"))
    be_quick(stubbed.path, studio.path, attic.path, alone=60)
    stubbed.write_batch(site="demo", count=4)
    for each in (studio, attic):
        each.hold()
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]), *workers(sshd.hosts[1]))
    studio.wait_for_stub_submits(1)
    attic.wait_for_stub_submits(1)
    sshd.stop()
    for session in sshd.hosts[0].connections():
        session.kill()
    wait_until(lambda: "the connection to studio-1 is lost" in call.said(), "line about the connection")
    studio.release()
    sshd.start_again()
    studio.wait_for_stub_submits(2)
    attic.release()
    assert call.wait() == 0, call.said()
    submits = sorted(entry["video"] for entry in [*studio.stub_submits(), *attic.stub_submits()])
    log = (stubbed.run_directory("cats.demo") / "run.log").read_text()
    assert submits == ["video-001", "video-002", "video-003", "video-004"], call.said() + log


def test_a_run_that_waits_for_a_host_ends_at_once_when_it_is_interrupted(stubbed: User, sshd: Sshd) -> None:
    there = stubbed_host(sshd, "studio", stubbed)
    be_quick(stubbed.path, there.path, alone=3600, pauses=(3600.0,))
    stubbed.write_batch(site="demo", count=2)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]))
    there.wait_for_stub_submits(1)
    for session in sshd.hosts[0].connections():
        session.kill()
    wait_until(lambda: "the connection to studio-1 is lost" in call.said(), "line about the connection")
    there.release()
    call.press_ctrl_c()
    assert call.wait() == 2, call.said()


def test_a_run_does_not_wait_for_a_host_of_which_nothing_is_wanted_any_more(stubbed: User, sshd: Sshd) -> None:
    """The other host makes all that is left meanwhile."""
    studio, attic = (stubbed_host(sshd, name, stubbed) for name in ("studio", "attic"))
    be_quick(stubbed.path, studio.path, attic.path, alone=3600, pauses=(3600.0,))
    stubbed.write_batch(site="demo", count=3)
    studio.hold()
    call = stubbed.start("cats.yaml", *workers(sshd.hosts[0]), *workers(sshd.hosts[1]))
    studio.wait_for_stub_submits(1)
    for session in sshd.hosts[0].connections():
        session.kill()
    wait_until(lambda: "the connection to studio-1 is lost" in call.said(), "line about the connection")
    studio.release()
    call.wait()
    assert {entry["video"] for entry in attic.stub_submits()} >= {"video-002", "video-003"}, call.said()


def test_a_controller_that_stood_still_goes_on_and_nothing_is_made_twice(stubbed: User, sshd: Sshd) -> None:
    """What was under way there meanwhile is kept, and told to it."""
    there = stubbed_host(sshd, "studio", stubbed)
    studio = sshd.hosts[0]
    be_quick(stubbed.path, there.path, alone=60)
    stubbed.write_batch(site="demo", count=2)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(studio))
    there.wait_for_stub_submits(1)
    controller = psutil.Process(call.process.pid)
    controller.suspend()
    kept = there.path / "runs"
    there.release()
    wait_until(lambda: not left_on(studio), "end of the worker there", 60)
    assert list(kept.rglob("kept-results.json"))
    controller.resume()
    assert call.wait() == 0, call.said()
    assert "the connection to studio-1 is lost" in call.said()
    assert [entry["video"] for entry in there.stub_submits()] == ["video-001", "video-002"]


@pytest.mark.parametrize("is_long", [False, True], ids=["a moment", "long"])
def test_a_host_that_slept_goes_on(stubbed: User, sshd: Sshd, *, is_long: bool) -> None:
    """After a moment as if nothing had been; after a long sleep with what it had under way."""
    there = stubbed_host(sshd, "studio", stubbed)
    studio = sshd.hosts[0]
    be_quick(stubbed.path, there.path, beat=1, alone=60)
    stubbed.write_batch(site="demo", count=2)
    there.hold()
    call = stubbed.start("cats.yaml", *workers(studio))
    there.wait_for_stub_submits(1)
    asleep = stop_all([*studio.connections(), *left_on(studio)])
    lost = "the connection to studio-1 is lost"
    if is_long:
        wait_until(lambda: lost in call.said(), "line about the connection")
    else:
        with pytest.raises(AssertionError):
            wait_until(lambda: lost in call.said(), "line about the connection", 3)
    for process in asleep:
        process.resume()
    there.release()
    assert call.wait() == 0, call.said()
    assert (lost in call.said()) == is_long
    assert [entry["video"] for entry in there.stub_submits()] == ["video-001", "video-002"]
    studio.check_nothing_runs()
