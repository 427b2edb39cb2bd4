"""A machine with a wrong clock, no room, big files, or a limit: the figures are right, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.e2e.machines import FOLDER, stubbed_machine, workers

if TYPE_CHECKING:
    from pathlib import Path

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
        retry_at = datetime.now(UTC) + timedelta(seconds=SECONDS)
        return Outcome.failure(Category.RATE_LIMIT, "as scripted", retry_at=retry_at)


def pytest_grokbatch_video_maker(config):
    return LimitedOnce
"""


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
    there = stubbed_machine(sshd, "studio", stubbed, LD_PRELOAD=str(settable), GROKBATCH_TEST_CLOCK=str(clock))
    be_limited_once(there, 3)
    stubbed.write_batch(site="demo", count=2, until_done=True)
    code, said = stubbed.run("cats.yaml", *workers(sshd.machines[0]))
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
    there = stubbed_machine(sshd, "studio", stubbed)
    be_limited_once(there, 60)
    stubbed.write_batch(site="demo", count=2)
    code, said = stubbed.run("cats.yaml", *workers(sshd.machines[0]))
    assert code == 75, said
    assert not there.stub_submits()
    code, said = stubbed.run("--lf")
    assert code == 0, said
    assert len(there.stub_submits()) == 2
    assert not list((there.path / FOLDER).rglob("*.json"))
