"""The connection of a worker on another computer to its controller, as the worker sees it."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from grokbatch.run.records.over_channel import ConnectionLostError
from grokbatch.run.records.records import StoppedError, UnwritableError
from grokbatch.run.remote.heartbeat import Heartbeat, silent_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FINISHING = 40.0
"""Seconds for which a worker that has lost its controller may go on with the video that is under way.

They count from the controller's last sign of life. The process ends at most 15 seconds after that, so nothing keeps
running for more than a minute.
"""


class _Answer:
    def __init__(self) -> None:
        self.is_there = threading.Event()
        self.message: dict[str, Any] = {}


class Connection:
    """Sends messages to the controller, puts questions to it, and notices when it is lost.

    `on_message` is given every message that is not an answer, `on_lost` is called once when the connection is lost.
    `ended` is to be set when this worker has nothing left to do.
    """

    def __init__(self, channel: Any, on_message: Callable[[Any], None], on_lost: Callable[[], None]) -> None:
        self._channel, self._on_message, self._on_lost = channel, on_message, on_lost
        self._answers: dict[int, _Answer] = {}
        self._lock = threading.Lock()
        self._number = 0
        self._lost = threading.Event()
        self._is_busy = False
        self.ended = threading.Event()
        self._left = FINISHING
        self._heartbeat = Heartbeat(lambda: self.send({"beat": True}), self._fell_silent)

    @property
    def is_lost(self) -> bool:
        """Whether the controller cannot be reached any more."""
        return self._lost.is_set()

    def wait_for_end(self) -> None:
        """Return when this worker has nothing left to do, or the time is over in which it may finish something."""
        self.ended.wait(self._left)

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Have something under way, which may be finished even if the connection is lost meanwhile."""
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False
            if self.is_lost:
                self.ended.set()

    def open(self) -> None:
        """Begin to listen."""
        # The end of the connection is told as None.
        self._channel.setcallback(self._receive, endmarker=None)
        self._heartbeat.start()

    def close(self) -> None:
        """Stop listening: this worker has nothing left to do."""
        self._heartbeat.end()
        self.ended.set()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message, unless the controller is gone."""
        try:
            self._channel.send(message)
        except OSError:
            self._give_up()

    def ask(self, name: str, batch: str, video: str, given: bytes) -> bytes:
        """Put a call to the controller and return the bytes of its answer.

        Raises StoppedError and UnwritableError if the call did, and ConnectionLostError if no answer came.
        """
        answer = self.answer_to({"call": name, "batch": batch, "video": video, "given": given})
        if "stopped" in answer:
            raise StoppedError
        if "unwritable" in answer:
            raise UnwritableError(answer["unwritable"])
        if "failed" in answer:
            raise RuntimeError(f"the controller could not answer: {answer['failed']}")
        value: bytes = answer["value"]
        return value

    def answer_to(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a message that is answered, and return the answer; raises ConnectionLostError if none came."""
        answer = _Answer()
        with self._lock:
            self._number += 1
            number = self._number
            self._answers[number] = answer
        self.send({**message, "number": number})
        if self.is_lost:
            answer.is_there.set()
        answer.is_there.wait()
        self._answers.pop(number, None)
        if not answer.message:
            raise ConnectionLostError
        return answer.message

    def _receive(self, message: Any) -> None:
        if message is None:
            self._give_up()
            # execnet's thread waits here before it ends this process: what is under way may finish until then.
            self.wait_for_end()
            return
        self._heartbeat.heard()
        if isinstance(message, dict) and "reply" in message:
            if (answer := self._answers.get(message["reply"])) is not None:
                answer.message = message
                answer.is_there.set()
        elif not (isinstance(message, dict) and "beat" in message):
            self._on_message(message)

    def _fell_silent(self) -> None:
        self._left = max(0.0, FINISHING - silent_seconds())
        self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            if self._lost.is_set():
                return
            self._lost.set()
            waiting = list(self._answers.values())
        self._heartbeat.end()
        for answer in waiting:
            answer.is_there.set()
        if not self.ended.is_set():
            self._on_lost()
        if not self._is_busy:
            self.ended.set()


class LogOverChannel(logging.Handler):
    """Sends the lines of this process's log to the controller, which writes them to the run's log."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def emit(self, record: logging.LogRecord) -> None:
        """Send one line."""
        if not self._connection.is_lost:
            self._connection.send({"log": record.getMessage(), "level": record.levelno})
