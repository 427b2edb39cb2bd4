"""Jobs beside the making of videos: when they begin, and that none is lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from grokbatch.run.worker.background import Background

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREVER = 60.0


@pytest.fixture
def background() -> Iterator[Background]:
    """A thread whose jobs begin when they may, not because time has passed."""
    background = Background(FOREVER)
    yield background
    background.end()


def test_a_job_begins_once_the_page_is_busy_and_not_before(background: Background) -> None:
    done = threading.Event()
    background.add(done.set, "not done")
    assert not done.wait(0.05)
    background.let_go()
    assert done.wait(FOREVER)


def test_a_job_that_is_added_later_waits_for_the_next_submit(background: Background) -> None:
    first, second = threading.Event(), threading.Event()
    background.add(first.set, "not done")
    background.let_go()
    assert first.wait(FOREVER)
    background.add(second.set, "not done")
    assert not second.wait(0.05)
    background.let_go()
    assert second.wait(FOREVER)


def test_a_job_does_not_wait_for_a_submit_that_never_comes() -> None:
    background, done = Background(0.01), threading.Event()
    background.add(done.set, "not done")
    assert done.wait(FOREVER)
    background.end()


def test_the_end_does_what_is_left_at_once(background: Background) -> None:
    done: list[int] = []
    for number in range(3):
        background.add(lambda number=number: done.append(number), "not done")  # type: ignore[misc]
    background.end()
    assert done == [0, 1, 2]


def test_a_job_that_fails_is_logged_and_does_not_keep_the_others_from_being_done(
    background: Background, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    background.add(lambda: 1 // 0, "video-001: its file was not looked into")
    background.add(lambda: done.append("second"), "not done")
    background.end()
    assert done == ["second"]
    assert "video-001: its file was not looked into: ZeroDivisionError" in caplog.text
