"""Processes die without a word: the controller, a worker, a browser, one that hangs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.outcome import Category, Status
from tests.e2e.demo_process import check_none_completed_twice
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


def test_after_a_killed_controller_an_immediate_lf_finishes_the_batch(user: User, site: DemoProcess) -> None:
    """`kill -9` in mid run: the next `pytest --lf` waits for the workers and makes what is not completed."""
    site.play(generation=[1, 8, 4])
    user.write_batch(count=3)
    call = user.start("cats.yaml", "-n2", "--site", site.origin)
    wait_until(lambda: "COMPLETED" in user.statuses().values() and len(site.submitted()) >= 3, "work under way")
    call.kill()
    code, said = user.run("--lf", "-n0")
    assert code == 0, said
    assert set(user.statuses().values()) == {"COMPLETED"}
    check_none_completed_twice(site, user.manifest(), given_up=2)
    assert not list((user.run_directory() / "worker-profiles").glob("*"))
    assert not list(user.scratch.glob("grokbatch-run-*")), "the killed run's temporary files are swept"
    user.check_nothing_runs()


def test_a_killed_worker_costs_its_video_only(stubbed: User) -> None:
    """The run goes on with a replacement; the video fails as WORKER_CRASHED, is reported, and `--lf` makes it."""
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2")
    lost, other = stubbed.wait_for_stub_submits(2)[:2]
    psutil.Process(lost["pid"]).kill()
    replaced = stubbed.wait_for_stub_submits(3)[2]
    assert replaced["pid"] not in {lost["pid"], other["pid"]}
    stubbed.release()
    assert call.wait() == 1, call.said()
    crashed = stubbed.manifest("cats.demo").videos[lost["video"]]
    assert (crashed.status, crashed.category) == (Status.FAILED, Category.WORKER_CRASHED)
    assert stubbed.manifest("cats.demo").counts[Status.COMPLETED] == 3
    rows = stubbed.reported("cats.demo")
    assert sorted(rows) == [f"video-00{number}" for number in range(1, 5)]
    assert rows[lost["video"]].startswith("WORKER_CRASHED: the worker process died")
    assert stubbed.run("--lf", "-n0")[0] == 0
    submits = [entry["video"] for entry in stubbed.stub_submits()]
    assert sorted(submits) == sorted(["video-001", "video-002", "video-003", "video-004", lost["video"]])


@pytest.mark.slow
def test_overnight_the_video_of_a_killed_worker_is_found_by_another_one(user: User, site: DemoProcess) -> None:
    """With --until-done nobody has to type `--lf`: the site goes on with what was submitted, and it is paid once."""
    site.play(generation=[6, 1, 1])
    user.write_batch(count=3)
    call = user.start("cats.yaml", "-n2", "--site", site.origin, "--until-done")
    wait_until(site.submitted, "submit")
    attempts = [attempt for video in user.manifest().videos.values() for attempt in video.attempts]
    (browser,) = user.browsers(next(attempt.worker for attempt in attempts if attempt.submitted_at))
    worker = browser.parents()[1]
    assert worker.ppid() == call.process.pid
    worker.kill()
    assert call.wait() == 0, call.said()
    assert set(user.statuses().values()) == {"COMPLETED"}
    categories = [[attempt.category for attempt in video.attempts] for video in user.manifest().videos.values()]
    assert sorted(map(len, categories)) == [1, 1, 2]
    assert [Category.WORKER_CRASHED, None] in categories
    check_none_completed_twice(site, user.manifest(), given_up=0)
    assert "it is taken up once more" in call.said()
    user.check_nothing_runs()


def test_the_video_of_a_killed_worker_is_not_submitted_again_by_reruns(stubbed: User) -> None:
    """Another plugin has the item of a dead worker run once more: its video may be made already, so `--lf` looks."""
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2", "--reruns", "2")
    lost = stubbed.wait_for_stub_submits(2)[0]
    psutil.Process(lost["pid"]).kill()
    stubbed.wait_for_stub_submits(3)
    stubbed.release()
    assert call.wait() == 1, call.said()
    assert "INTERNALERROR" not in call.said()
    assert len(stubbed.stub_submits()) == 4
    crashed = stubbed.manifest("cats.demo").videos[lost["video"]]
    assert (crashed.category, len(crashed.attempts)) == (Category.WORKER_CRASHED, 1)


KILLED = -9
"""The exit code of a process that SIGKILL has ended."""

DIES_EARLY = """
import os
import signal
import pytest
@pytest.hookimpl(tryfirst=True)
def pytest_collection(session):
    if os.path.exists("die") and not hasattr(session.config, "workerinput"):
        os.unlink("die")
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(
    ("asked", "made", "workers"),
    [
        (["cats.yaml"], ["video-001", "video-002", "video-003", "video-004"], "-n0"),
        pytest.param(
            ["cats.yaml"], ["video-001", "video-002", "video-003", "video-004"], "-n2", marks=pytest.mark.slow
        ),
        pytest.param(["cats.yaml", "-k", "video-002"], ["video-002"], "-n0", marks=pytest.mark.slow),
        (["cats.yaml::video-003"], ["video-003"], "-n2"),
    ],
    ids=["all", "all, with workers", "-k", "one, with workers"],
)
def test_lf_finds_a_run_that_was_killed_before_its_videos_were_known(
    stubbed: User, asked: list[str], made: list[str], workers: str
) -> None:
    """Killed right after its manifest was written it is still the last run, and is resumed as it was asked for."""
    stubbed.write_batch("dogs", site="demo", count=1)
    stubbed.run("dogs.yaml", "-n0")
    with (stubbed.path / "conftest.py").open("a") as conftest:
        conftest.write(DIES_EARLY)
    (stubbed.path / "die").touch()
    assert stubbed.start(*asked, workers).wait() == KILLED
    assert set(stubbed.statuses("cats.demo").values()) == {"PENDING"}
    code, said = stubbed.run("--lf", workers)
    assert code == 0, said
    assert sorted(entry["video"] for entry in stubbed.stub_submits()[1:]) == made


@pytest.mark.slow
def test_a_killed_browser_costs_one_attempt(user: User, site: DemoProcess) -> None:
    """The attempt ends as BROWSER_CRASHED, and a new browser makes the video within the same run."""
    site.play(generation=[5, 1, 1])
    user.write_batch(count=2)
    call = user.start("cats.yaml", "-n1", "--site", site.origin)
    wait_until(site.submitted, "submit")
    (browser,) = user.browsers()
    browser.kill()
    assert call.wait() == 0, call.said()
    attempts = [video.attempts for video in user.manifest().videos.values()]
    assert [[attempt.category for attempt in each] for each in attempts] == [[Category.BROWSER_CRASHED, None], [None]]
    check_none_completed_twice(site, user.manifest(), given_up=1)
    user.check_nothing_runs()


@pytest.mark.slow
def test_a_hung_browser_does_not_outlive_its_killed_worker(user: User, site: DemoProcess) -> None:
    """A stopped browser, and its stopped driver, go with their killed worker; the run goes on to its end."""
    site.play(generation=[8, 1, 1, 1])
    user.write_batch(count=3)
    call = user.start("cats.yaml", "-n2", "--site", site.origin)
    wait_until(site.submitted, "submit")
    attempts = [attempt for video in user.manifest().videos.values() for attempt in video.attempts]
    (hung,) = user.browsers(next(attempt.worker for attempt in attempts if attempt.submitted_at))
    family = [hung, *hung.children(recursive=True)]
    driver, worker = hung.parents()[:2]
    assert worker.ppid() == call.process.pid
    for process in (hung, driver):
        process.suspend()
    worker.kill()
    _, alive = psutil.wait_procs([*family, driver], timeout=20)
    assert not alive, "the browser and its children end with the worker"
    assert call.wait() == 1, call.said()
    statuses = sorted(user.statuses().values())
    assert statuses == ["COMPLETED", "COMPLETED", "FAILED"]
    check_none_completed_twice(site, user.manifest(), given_up=1)
    assert not list((user.run_directory() / "worker-profiles").glob("*"))
    user.check_nothing_runs()
