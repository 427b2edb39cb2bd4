"""A worker's side of the connection: questions, answers, and what becomes of both when it is lost."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from grokbatch.run.records.over_channel import ConnectionLostError
from grokbatch.run.records.records import StoppedError, UnwritableError
from grokbatch.run.remote.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SECONDS = 20
"""For what happens within a second on a quiet machine."""


class Channel:
    """A channel of execnet's, whose other end is `answer`; `lose` ends it."""

    def __init__(self, answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        self.sent: list[dict[str, Any]] = []
        self._answer, self._is_closed = answer, False
        self._callback: Callable[[Any], None] = lambda _: None

    def setcallback(self, callback: Callable[[Any], None], endmarker: object) -> None:
        assert endmarker is None
        self._callback = callback

    def send(self, message: dict[str, Any]) -> None:
        if self._is_closed:
            raise OSError("cannot send")
        self.sent.append(message)
        if (answer := self._answer(message)) is not None:
            self._callback({"reply": message["number"], **answer})

    def tell(self, message: Any) -> None:
        """Send a message to the worker."""
        self._callback(message)

    def lose(self) -> threading.Thread:
        """End the connection, as execnet's thread does, which is returned."""
        self._is_closed = True
        thread = threading.Thread(target=self._callback, args=(None,))
        thread.start()
        return thread


class Rig:
    """A connection with what came of it."""

    def __init__(self, answer: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
        self.channel, self.heard, self.lost = Channel(answer), list[Any](), threading.Event()
        self.connection = Connection(self.channel, self.heard.append, self.lost.set)
        self.connection.open()


@pytest.fixture
def silent() -> Iterator[Rig]:
    """A connection to a controller that answers nothing."""
    rig = Rig(lambda _: None)
    yield rig
    rig.connection.close()


def test_a_question_is_answered() -> None:
    rig = Rig(lambda asked: {"value": asked["given"] + b"!"})
    assert rig.connection.ask("claim", "cats", "video-001", b"now") == b"now!"
    rig.connection.close()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"stopped": True}, StoppedError),
        ({"unwritable": "no room"}, UnwritableError),
        ({"failed": "KeyError"}, RuntimeError),
    ],
)
def test_what_the_call_raises_there_is_raised_here(answer: dict[str, Any], error: type[Exception]) -> None:
    rig = Rig(lambda _: answer)
    with pytest.raises(error):
        rig.connection.ask("claim", "cats", "video-001", b"")
    rig.connection.close()


def test_whoever_waits_for_an_answer_learns_that_the_connection_is_lost(silent: Rig) -> None:
    raised = threading.Event()

    def ask() -> None:
        try:
            silent.connection.ask("claim", "cats", "video-001", b"")
        except ConnectionLostError:
            raised.set()

    asking = threading.Thread(target=ask)
    asking.start()
    silent.channel.lose().join(SECONDS)
    assert raised.wait(SECONDS)
    assert silent.lost.is_set()
    with pytest.raises(ConnectionLostError):
        silent.connection.ask("claim", "cats", "video-001", b"")


def test_an_idle_worker_ends_when_the_connection_is_lost(silent: Rig) -> None:
    ending = silent.channel.lose()
    ending.join(SECONDS)
    assert not ending.is_alive()
    assert silent.connection.ended.is_set()


def test_a_busy_worker_finishes_first(silent: Rig) -> None:
    with silent.connection.busy():
        ending = silent.channel.lose()
        assert silent.lost.wait(SECONDS)
        assert not silent.connection.ended.is_set()
        assert ending.is_alive(), "execnet's thread waits, or it would end the process"
    ending.join(SECONDS)
    assert not ending.is_alive()


def test_messages_are_passed_on_and_signs_of_life_are_not(silent: Rig) -> None:
    for message in ({"beat": True}, "stop", {"halt": ["cats"]}):
        silent.channel.tell(message)
    assert silent.heard == ["stop", {"halt": ["cats"]}]


def test_the_end_of_a_worker_that_is_done_is_no_loss(silent: Rig) -> None:
    silent.connection.close()
    silent.channel.lose().join(SECONDS)
    assert not silent.lost.is_set()
