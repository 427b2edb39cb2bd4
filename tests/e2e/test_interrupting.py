"""Ctrl+C, once and twice; a second run at the same time; what is seen on a terminal."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.outcome import Status
from grokbatch.record.storage.manifest_store import ManifestStore
from tests.e2e.demo_process import check_none_completed_twice
from tests.e2e.user import PROMPT
from tests.e2e.waiting import wait_until

if TYPE_CHECKING:
    from tests.e2e.demo_process import DemoProcess
    from tests.e2e.user import User

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups and terminals of Unix")

CTRL_C = "\x03"


def test_on_a_terminal_a_run_is_watched_and_ended_by_ctrl_c(stubbed: User) -> None:
    """Bar and workers are shown while videos are made; after one Ctrl+C those under way finish; exit code 2."""
    from tests.e2e.terminal import Terminal

    stubbed.hold()
    terminal = Terminal(stubbed, "cats.yaml", "-n2")
    stubbed.wait_for_stub_submits(2)
    worker = r"{} .*video-00\d .*generating .*40 %.*"
    both = "\n.*".join(worker.format(f"browser {number}") for number in (1, 2))
    picture = re.compile(rf"─+ 0/4.*\n.*0 done.*4 pending\n.*{both}")
    wait_until(lambda: picture.search("\n".join(terminal.screen().lines)), "bar with a line for each worker")
    terminal.press(CTRL_C)
    wait_until(lambda: "press Ctrl+C again to abort" in terminal.written(), "answer to Ctrl+C")
    stubbed.release()
    assert terminal.wait() == 2
    screen = terminal.screen()
    shown = "\n".join(screen.lines)
    assert len(re.findall(r"^✓ video-00\d  completed .* browser [12] +[12]/4$", shown, re.MULTILINE)) == 2, shown
    assert "─" not in shown, "the picture is gone, what it said is in the permanent lines"
    assert screen.cursor_is_shown
    assert PROMPT not in terminal.written()
    assert len(stubbed.stub_submits()) == 2
    stubbed.check_nothing_runs()


def test_after_one_ctrl_c_lf_makes_the_rest(stubbed: User) -> None:
    """A drained run says what is left and how to go on, its manifest is true, and `--lf` makes the rest once."""
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2")
    stubbed.wait_for_stub_submits(2)
    call.press_ctrl_c()
    wait_until(lambda: "2 under way will finish, nothing new starts" in call.said(), "answer to Ctrl+C")
    stubbed.release()
    assert call.wait() == 2, call.said()
    last = call.said().strip().splitlines()[-1]
    assert last == "interrupted: 2 of 4 completed, 2 pending; resume with: pytest --lf"
    assert sorted(stubbed.statuses("cats.demo").values()) == ["COMPLETED", "COMPLETED", "PENDING", "PENDING"]
    assert stubbed.manifest("cats.demo").status == "INTERRUPTED"
    code, said = stubbed.run("--lf")
    assert code == 0, said
    submits = [entry["video"] for entry in stubbed.stub_submits()]
    assert sorted(submits) == ["video-001", "video-002", "video-003", "video-004"]


def test_ctrl_c_is_heard_while_somebody_holds_the_manifest(stubbed: User) -> None:
    """Workers know of it before it is written: nothing follows what ends while the manifest is held."""
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2")
    stubbed.wait_for_stub_submits(2)
    with ManifestStore(stubbed.run_directory("cats.demo") / "manifest.json").quiet():
        call.press_ctrl_c()
        wait_until(lambda: "2 under way will finish, nothing new starts" in call.said(), "answer to Ctrl+C")
        stubbed.release()
    assert call.wait() == 2, call.said()
    assert len(stubbed.stub_submits()) == 2
    assert stubbed.manifest("cats.demo").counts[Status.COMPLETED] == 2


def test_a_second_ctrl_c_ends_workers_while_somebody_holds_the_manifest(stubbed: User) -> None:
    stubbed.hold()
    call = stubbed.start("cats.yaml", "-n2")
    stubbed.wait_for_stub_submits(2)
    workers = [psutil.Process(entry["pid"]) for entry in stubbed.stub_submits()]
    with ManifestStore(stubbed.run_directory("cats.demo") / "manifest.json").quiet():
        call.press_ctrl_c()
        wait_until(lambda: "press Ctrl+C again" in call.said(), "answer to Ctrl+C")
        call.press_ctrl_c()
        _, alive = psutil.wait_procs(workers, timeout=30)
        assert not alive
    assert call.wait() == 2, call.said()
    assert stubbed.manifest("cats.demo").status == "INTERRUPTED"


@pytest.mark.slow
def test_a_second_ctrl_c_aborts_and_lf_goes_on_with_what_was_under_way(user: User, site: DemoProcess) -> None:
    """Aborted within seconds: exit code 2, nothing in progress, no browser left; `--lf` finishes each of them."""
    site.play(generation=9)
    user.write_batch(count=2)
    call = user.start("cats.yaml", "-n2", "--site", site.origin)
    wait_until(lambda: len(site.submitted()) == 2, "two videos under way")
    call.press_ctrl_c()
    wait_until(lambda: "press Ctrl+C again" in call.said(), "answer to Ctrl+C")
    pressed = datetime.now().astimezone()
    call.press_ctrl_c()
    assert call.wait(40) == 2, call.said()
    assert (datetime.now().astimezone() - pressed).total_seconds() < 10
    assert "INTERNALERROR" not in call.said()
    assert "Traceback" not in call.said()
    user.check_nothing_runs()
    # On a slow machine the first may have been finished before the second was submitted.
    assert set(user.statuses().values()) <= {"PENDING", "COMPLETED"}
    assert "PENDING" in user.statuses().values()
    assert user.manifest().status == "INTERRUPTED"
    code, said = user.run("--lf", "-n0")
    assert code == 0, said
    assert set(user.statuses().values()) == {"COMPLETED"}
    # What was finished between two looks at the page, on a slow machine, may have to be made again.
    check_none_completed_twice(site, user.manifest(), given_up=2)


def test_a_second_run_of_the_same_batch_is_refused(stubbed: User) -> None:
    """While a batch is being run, another call ends with 4, names the process, and changes nothing."""
    stubbed.hold()
    first = stubbed.start("cats.yaml", "-n0")
    stubbed.wait_for_stub_submits(1)
    code, said = stubbed.run("cats.yaml", "-n0")
    assert code == 4, said
    assert f"cats.yaml: is being run by process {first.process.pid}" in said
    assert "Traceback" not in said
    stubbed.release()
    assert first.wait() == 0, first.said()
    assert len(stubbed.stub_submits()) == 4
