"""Silence means that a connection is lost, after a while."""

from __future__ import annotations

import threading

from grokbatch.run.remote.heartbeat import Heartbeat

SECONDS = 20
"""For what happens within a second on a quiet machine."""


def test_silence_is_told_once_after_so_many_beats() -> None:
    beats: list[bool] = []
    silent = threading.Event()
    heartbeat = Heartbeat(lambda: beats.append(True), silent.set, seconds=0.01, most_silent=3, most_silent_at_first=6)
    heartbeat.start()
    assert silent.wait(SECONDS)
    assert len(beats) == 5, "the first sign of life may take longer"


def test_after_the_first_sign_of_life_silence_is_told_sooner() -> None:
    beats: list[bool] = []
    silent = threading.Event()
    heartbeat = Heartbeat(
        lambda: beats.append(True), silent.set, seconds=0.01, most_silent=3, most_silent_at_first=1000
    )
    heartbeat.heard()
    heartbeat.start()
    assert silent.wait(SECONDS)
    assert len(beats) == 3


def test_while_something_is_heard_nothing_is_told() -> None:
    enough, silent = threading.Event(), threading.Event()
    beats: list[bool] = []

    def beat() -> None:
        beats.append(True)
        heartbeat.heard()
        if len(beats) == 20:
            enough.set()

    heartbeat = Heartbeat(beat, silent.set, seconds=0.005, most_silent=2, most_silent_at_first=2)
    heartbeat.start()
    assert enough.wait(SECONDS)
    assert not silent.is_set()
    heartbeat.end()
