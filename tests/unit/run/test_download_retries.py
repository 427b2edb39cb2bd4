"""How often, and in which way, a file is asked for."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from grokbatch.run.worker.download_retries import FileWay, FileWays, Tries

if TYPE_CHECKING:
    from collections.abc import Callable

A, B = FileWay.ADDRESS, FileWay.BUTTON


class Unhurried(threading.Event):
    """Notes how long somebody wanted to wait, and lets them go on at once."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        return self.is_set()


def ask(opens: Callable[[FileWay, int], str], ways: FileWays, stopped: threading.Event | None = None) -> list[FileWay]:
    """Ask for a file until it comes; `opens` says "", "refused", "early" or "broke" of a way at the n-th try."""
    tries, gone = Tries(ways, stopped or Unhurried()), []
    for way in tries:
        gone.append(way)
        said = opens(way, tries.made)
        if not said:
            tries.succeeded()
            break
        tries.failed(said, is_early=said == "early", is_refusal=said == "refused")
    return gone


def by_button_only(way: FileWay, _: int) -> str:
    return "refused" if way is A else ""


def in_no_way(way: FileWay, _: int) -> str:
    return "refused" if way is A else "broke"


def at_once(_: FileWay, __: int) -> str:
    return ""


def test_the_button_comes_last() -> None:
    """A file that breaks off each time is asked for three times at its address and once with the button."""
    assert ask(lambda *_: "broke", FileWays()) == [A, A, A, B]


def test_a_file_that_is_still_being_written_is_waited_for_a_minute() -> None:
    """And found at its address as soon as it is there."""
    clock = Unhurried()
    assert ask(lambda _, number: "early" if number < 9 else "", FileWays(), clock) == [A] * 9
    assert 60 <= sum(clock.pauses) < 70
    assert clock.pauses[0] < 1


def test_the_way_that_only_the_button_knows_is_gone_first_by_the_next() -> None:
    """Two refusals are enough for a worker."""
    ways = FileWays()
    assert ask(by_button_only, ways) == [A, A, B]
    assert ask(by_button_only, ways) == [B]


def test_a_button_that_fails_where_the_address_was_closed_is_not_the_last_word() -> None:
    """What was closed may be open again."""
    ways = FileWays()
    ask(by_button_only, ways)
    assert ask(lambda way, _: "broke" if way is B else "", ways) == [B, B, B, A]


def test_a_button_that_brings_nothing_is_waited_for_by_one_video_only() -> None:
    """Where both ways are closed, the next one fails fast."""
    ways = FileWays()
    assert ask(in_no_way, ways) == [A, A, B, B]
    assert ask(in_no_way, ways) == [A, A]
    assert ask(at_once, ways) == [A]


def test_one_refusal_or_a_broken_connection_closes_nothing() -> None:
    """A moment's trouble is not held against a way."""
    ways = FileWays()
    ask(lambda _, number: "refused" if number == 1 else "broke", ways)
    ask(lambda way, _: "broke" if way is A else "", ways)
    assert not ways.closed


def test_a_run_that_stops_makes_the_first_try_and_no_other() -> None:
    """The video was under way; its file is left to the next run."""
    stopped = Unhurried()
    stopped.set()
    assert ask(lambda *_: "broke", FileWays(), stopped) == [A]
