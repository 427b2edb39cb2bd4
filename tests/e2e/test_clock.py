"""Somebody sets the machine's clock while a run lasts, or between two runs."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.record.model.outcome import Status
from tests.e2e.waiting import wait_until
from tests.quick import one_in

if TYPE_CHECKING:
    from tests.e2e.user import User

DAY = 86_400
COMPILER = shutil.which("cc")

pytestmark = pytest.mark.skipif(not COMPILER or os.name != "posix", reason="a clock to set needs a C compiler")


@pytest.fixture
def timed(stubbed: User, settable: Path) -> User:
    """A user with a stub and a machine whose clock can be set."""
    set_clock(stubbed, 0)
    variables = {"LD_PRELOAD": str(settable), "GROKBATCH_TEST_CLOCK": str(stubbed.scratch / "clock")}
    return replace(stubbed, variables=variables)


def set_clock(user: User, seconds: int) -> None:
    """Set the clock of the user's machine that much ahead of ours."""
    part = user.scratch / "clock.part"
    part.write_text(str(seconds))
    part.replace(user.scratch / "clock")


@pytest.mark.parametrize(("seconds", "way"), one_in(2, [(7200, "ahead by 2 h"), (-7200, "back by 2 h")]))
def test_a_clock_that_is_set_in_mid_run_is_told_and_changes_no_figure(timed: User, seconds: int, way: str) -> None:
    timed.hold()
    call = timed.start("cats.yaml", "-n2")
    timed.wait_for_stub_submits(2)
    set_clock(timed, seconds)
    timed.release()
    assert call.wait() == 0, call.said()
    videos = timed.manifest("cats.demo").videos.values()
    assert all(0 <= (video.seconds or 0) < 1800 for video in videos)
    assert not re.search(r" -\d|\d h ", call.said()), "no duration is negative, none as long as the jump"
    log = (timed.run_directory("cats.demo") / "run.log").read_text()
    assert log.count(f"the machine's clock was set {way}") == 1


@pytest.mark.parametrize("seconds", [pytest.param(2 * DAY, marks=pytest.mark.slow), -2 * DAY], ids=["ahead", "back"])
def test_a_run_is_resumed_two_days_away(timed: User, seconds: int) -> None:
    """The manifest's times lie in the future then, or long ago: the figures are those of the resumed run alone."""
    timed.hold()
    call = timed.start("cats.yaml", "-n2")
    timed.wait_for_stub_submits(2)
    call.kill()
    timed.release()
    wait_until(lambda: "COMPLETED" in timed.statuses("cats.demo").values(), "end of what was under way")
    made = len(timed.stub_submits())
    set_clock(timed, seconds)
    code, said = timed.run("--lf", "-n2")
    assert code == 0, said
    assert set(timed.statuses("cats.demo").values()) == {Status.COMPLETED}
    assert f"{len(timed.stub_submits()) - made} submit" in said
    assert not re.search(r" -\d|\d h ", said)
    assert "Traceback" not in said
