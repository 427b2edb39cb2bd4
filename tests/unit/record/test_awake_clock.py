"""The computer sleeps, a process is stopped, or somebody sets the clock: which of these it was, and what it counts."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import psutil
import pytest

from grokbatch.record.model.awake_clock import AwakeClock, Pause, Reading, pause_between
from grokbatch.record.model.clock import RunClock, uptime
from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.record.rules import ledger, tries, unresolved_attempts
from grokbatch.run.controller.clock_jumps import ClockJumps
from grokbatch.run.controller.pauses import Pauses, line_of
from tests.unit.record.test_clock import FIRST, NOON, Told, open_run, submitted

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import Manifest

HOUR = 3600.0
BEFORE = Reading(up=100.0, awake=60.0)


@pytest.mark.parametrize(
    ("up", "awake", "expected"),
    [
        pytest.param(1, 1, None, id="a tick"),
        pytest.param(4, 4, None, id="a busy machine"),
        pytest.param(2 * HOUR, 1, Pause(100.0, 2 * HOUR, 2 * HOUR - 1), id="two hours asleep"),
        pytest.param(60, 60, Pause(100.0, 60, 0), id="a stopped process"),
        pytest.param(60, 50, Pause(100.0, 60, 10), id="stopped, and a nap in it"),
    ],
)
def test_a_pause_is_told_by_two_clocks(up: float, awake: float, expected: Pause | None) -> None:
    found = pause_between(BEFORE, Reading(BEFORE.up + up, BEFORE.awake + awake))
    assert found == expected
    if found is not None:
        assert found.is_sleep == (awake == 1)


@dataclass
class Machine:
    """Two clocks that tests put forward."""

    up: float = 1000.0
    awake: float = 500.0
    pauses: list[Pause] = field(default_factory=list)

    def read(self) -> Reading:
        return Reading(self.up, self.awake)

    def works(self, seconds: float) -> None:
        self.up += seconds
        self.awake += seconds

    def sleeps(self, seconds: float) -> None:
        self.up += seconds


def test_what_is_slept_through_is_not_counted_and_told_once() -> None:
    machine = Machine()
    clock = AwakeClock(machine.pauses.append, machine.read)
    began = clock()
    for _ in range(3):
        machine.works(1)
        clock()
    machine.sleeps(8 * HOUR)
    machine.works(1)
    assert clock() - began == pytest.approx(4)
    machine.works(2)
    assert clock() - began == pytest.approx(6)
    assert machine.pauses == [Pause(1003.0, 8 * HOUR + 1, 8 * HOUR)]
    assert clock.lost == 8 * HOUR + 1
    assert clock.since_pause == 2


def test_a_clock_that_ticks_takes_no_wait_for_a_pause() -> None:
    """The readings are faster than the seconds, so that a pause would be found soon."""
    pauses: list[Pause] = []
    clock = AwakeClock(pauses.append)
    with clock.ticking():
        began = uptime()
        while uptime() - began < 1.5:
            clock()
    assert pauses == []
    assert clock.lost == 0


@pytest.mark.skipif(sys.platform != "linux", reason="two clocks, one of which stands still during a suspend")
def test_the_machines_clocks_agree_as_long_as_it_is_awake() -> None:
    first = Reading.now()
    second = Reading.now()
    assert (second.up - first.up) == pytest.approx(second.awake - first.awake, abs=0.5)


SET_BY = [pytest.param(2 * HOUR, "ahead by 2 h", id="ahead"), pytest.param(-2 * HOUR, "back by 2 h", id="back")]


@pytest.mark.parametrize(("seconds", "way"), SET_BY)
def test_a_clock_that_is_set_is_no_sleep(seconds: float, way: str, caplog: pytest.LogCaptureFixture) -> None:
    """The wall clock jumps against both others."""
    caplog.set_level("INFO", "grokbatch")
    clock = Told(NOON, 0.0, NOON + timedelta(seconds=10 + seconds), 10.0)
    ClockJumps(clock).log_new()
    assert way in caplog.text
    assert pause_between(Reading(0, 0), Reading(1, 1)) is None


def test_a_sleep_is_no_clock_that_is_set(caplog: pytest.LogCaptureFixture) -> None:
    """The wall clock and the one that counts sleep go on together."""
    caplog.set_level("INFO", "grokbatch")
    ClockJumps(Told(NOON, 0.0, NOON + timedelta(hours=2), 2 * HOUR)).log_new()
    assert caplog.text == ""


def test_a_pause_is_told_in_words_with_its_beginning() -> None:
    zone = timezone(timedelta(hours=1))
    began, now = datetime(2026, 5, 1, 0, 14, tzinfo=UTC), datetime(2026, 5, 1, 2, 24, tzinfo=UTC)
    assert line_of(Pause(0, 7800, 7800), began, now, zone) == "the computer slept 2 h 10 min from 01:14"
    assert line_of(Pause(0, 65, 0), began, now, zone) == "the run was stopped for 65 s from 01:14"


def test_whoever_asks_for_it_hears_of_each_pause() -> None:
    notices: list[str] = []
    heard: list[Pause] = []
    pauses = Pauses(RunClock.start(), notices.append, heard.append)
    pause = Pause(uptime() - 60, 60, 60)
    pauses.note(pause)
    assert heard == [pause]
    assert pauses.lines[0].startswith("the computer slept 60 s from ")
    assert notices == [f"{pauses.lines[0]}; what was under way is looked at anew"]


# what becomes of an attempt


def failed(*slept: float) -> Manifest:
    """Return a manifest whose video has failed once for each of `slept`, during which the computer slept so long."""
    manifest = ledger.new_manifest(batch="cats", account="me", permalink="p", site="demo", now=NOON)
    open_run(manifest, FIRST)
    for each in slept:
        assert ledger.claim(manifest, "video-001", "gw0", NOON, most=2) is ledger.Claim.GRANTED
        outcome = Outcome(category=Category.TIMEOUT, message="no sign of progress", slept=each)
        outcome = replace(outcome, is_excused=tries.is_excused(outcome, math.inf))
        ledger.finish(manifest, "video-001", outcome, NOON + timedelta(seconds=10 + each))
    return manifest


@pytest.mark.parametrize(
    ("slept", "is_used_up"),
    [((0.0, 0.0), True), ((HOUR, 0.0), False), ((HOUR, HOUR, HOUR), False), ((0.0, HOUR, 0.0), True)],
)
def test_an_attempt_that_was_slept_through_does_not_count(slept: tuple[float, ...], is_used_up: bool) -> None:
    manifest = failed(*slept)
    assert tries.is_used_up(manifest, manifest.videos["video-001"], 2) is is_used_up
    assert {attempt.seconds for attempt in manifest.videos["video-001"].attempts} == {10.0}


@pytest.mark.parametrize(
    ("category", "slept", "since_pause", "expected"),
    [
        (Category.TIMEOUT, 60.0, 1.0, True),
        (Category.TIMEOUT, 0.0, 1.0, False),
        (Category.NETWORK_ERROR, 0.0, 59.0, True),
        (Category.NETWORK_ERROR, 0.0, 61.0, False),
        (Category.NETWORK_ERROR, 0.0, math.inf, False),
        (Category.RATE_LIMIT, 60.0, 1.0, False),
        (Category.CONTENT_MODERATED, 60.0, 1.0, False),
        (None, 60.0, 1.0, False),
    ],
)
def test_what_a_sleep_excuses(category: Category | None, slept: float, since_pause: float, expected: bool) -> None:
    assert tries.is_excused(Outcome(category=category, slept=slept), since_pause) is expected


def test_a_submit_is_not_older_for_the_sleep_in_its_attempt() -> None:
    """Otherwise a video would be given up, and paid again, that nobody could have made or seen meanwhile."""
    manifest = submitted(FIRST)
    outcome = Outcome(category=Category.NETWORK_ERROR, perhaps_made=True, slept=2 * HOUR)
    ledger.finish(manifest, "video-001", outcome, NOON + timedelta(hours=2, seconds=20))
    clock = Told(NOON, 1000.0, NOON + timedelta(hours=2, seconds=30), 1000.0 + 2 * HOUR + 30)
    attempt = manifest.videos["video-001"].attempts[-1]
    assert unresolved_attempts.seconds_since_submit(attempt, manifest, clock) == pytest.approx(30)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
def test_a_process_that_is_stopped_notices_it_when_it_goes_on() -> None:
    code = (
        "import sys, threading\n"
        "from grokbatch.record.model.awake_clock import AwakeClock\n"
        "noticed = threading.Event()\n"
        "clock = AwakeClock(lambda pause: (print(pause.seconds > 5, pause.is_sleep), noticed.set()))\n"
        "with clock.ticking():\n"
        "    print('ready', flush=True)\n"
        "    noticed.wait(30)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        psutil.Process(process.pid).suspend()
        time.sleep(6.5)  # not waited for anything: this is how long it is stopped
        psutil.Process(process.pid).resume()
        assert process.stdout.readline() == "True False\n"
