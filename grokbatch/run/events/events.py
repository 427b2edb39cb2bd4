"""What happens in a run, as typed events without prompts, passed on to whoever has subscribed to them.

The kinds and facts here are the schema of the events; docs/events.md explains each.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

SCHEMA = 1
"""The version of the schema: raised when a field is removed or changes its meaning, not when one is added."""

Kind = Literal[
    "run_started",
    "video_started",
    "video_submitted",
    "video_progress",
    "video_completed",
    "video_failed",
    "video_downloaded",
    "limit_reached",
    "person_needed",
    "run_stopped",
    "waiting",
    "resumed",
    "suspended",
    "run_finished",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Fact: TypeAlias = str | int | float | bool | list[str] | None

_VIDEO = {
    "status": "string",
    "category": "string?",
    "message": "string",
    "seconds": "number?",
    "attempts": "integer",
    "file": "string?",
    "hd_file": "string?",
    "page_url": "string?",
    "video_id": "string?",
    "degraded": "string",
    "shortcomings": "array",
}

FACTS: Mapping[Kind, Mapping[str, str]] = {
    "run_started": {"batch_file": "string", "run_directory": "string", "site": "string", "videos": "integer"},
    "video_started": {},
    "video_submitted": {},
    "video_progress": {"phase": "string", "percent": "integer?"},
    "video_completed": _VIDEO,
    "video_failed": _VIDEO,
    "video_downloaded": {"file": "string?", "hd_file": "string?"},
    "limit_reached": {"account": "string", "message": "string", "retry_at": "string?"},
    "person_needed": {"account": "string", "category": "string", "message": "string"},
    "run_stopped": {"category": "string", "message": "string", "retry_at": "string?"},
    "waiting": {"account": "string", "message": "string", "until": "string?"},
    "resumed": {"account": "string", "seconds": "number?"},
    "suspended": {"seconds": "number"},
    "run_finished": {
        "batch_file": "string",
        "run_directory": "string",
        "status": "string",
        "category": "string?",
        "message": "string",
        "retry_at": "string?",
        "videos": "integer",
        "completed": "integer",
        "completed_now": "integer",
        "moderated": "integer",
        "failed": "integer",
        "rate_limited": "integer",
        "pending": "integer",
        "report": "string?",
        "wall": "string?",
    },
}
"""The facts of each kind with their types in JSON; those with `?` may be null. No other fact leaves the run."""

MOST_WAITING = 10_000
"""Events that may wait for one subscriber; what comes while so many wait is lost to it, and counted."""

_LOOK_AGAIN = 0.1
_SILENT_SECONDS = 2.0
"""Seconds; one who takes longer at the end is named, so that the user knows what the run waits for."""


@dataclass(frozen=True)
class RunEvent:
    """Something that happened at `at`.

    `batch` is the batch file as the run shows it, `video` and `worker` their ids; each is None where the event is not
    about one. `facts` are those that `FACTS` lists for the kind.
    """

    kind: Kind
    at: datetime
    batch: str | None = None
    video: str | None = None
    worker: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    schema: int = SCHEMA

    def as_plain(self) -> dict[str, Any]:
        """Return the event as it is written in JSON: one flat object."""
        about = {"batch": self.batch, "video": self.video, "worker": self.worker}
        at = self.at.astimezone().isoformat(timespec="milliseconds")
        return {"schema": self.schema, "at": at, "kind": self.kind, **about, **self.facts}


class RunEvents:
    """Passes events on; `emit` may be called from any thread and never waits.

    Each subscriber is called in a thread of its own, in the order of the events, so that a slow one delays nobody.
    `now` returns the time of an event.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        # Held while an event is put into the queues: all subscribers get the events in the same order.
        self._lock = threading.Lock()
        self._subscriptions: list[_Subscription] = []
        self._notices: deque[str] = deque()
        self._is_hurried = threading.Event()

    def subscribe(self, name: str, receive: Callable[[RunEvent], None], kinds: Collection[Kind] = KINDS) -> None:
        """Call `receive` with each event of `kinds` from now on; what it raises is logged after `name`."""
        self._subscriptions.append(_Subscription(name, receive, kinds))

    def emit(
        self,
        kind: Kind,
        *,
        batch: str | None = None,
        video: str | None = None,
        worker: str | None = None,
        **facts: Fact,
    ) -> None:
        """Pass an event on to the subscribers, with facts that `FACTS` lists for its kind."""
        unknown = facts.keys() - FACTS[kind].keys()
        if unknown:
            LOGGER.error("an event %s was given facts that it does not have: %s", kind, ", ".join(sorted(unknown)))
        known = {name: facts.get(name) for name in FACTS[kind]}
        with self._lock:
            event = RunEvent(kind, self._now(), batch, video, worker, known)
            for each in self._subscriptions:
                each.put(event)

    def notice(self, text: str) -> None:
        """Keep a line for the user; subscribers call it, as only the main thread may print."""
        self._notices.append(text)

    def take_notices(self) -> list[str]:
        """Return the lines that were kept since the last call."""
        return [self._notices.popleft() for _ in range(len(self._notices))]

    def hurry(self) -> None:
        """End the wait of `close`: the user does not want to wait for subscribers."""
        self._is_hurried.set()

    def close(self, seconds: float, says: Callable[[str], None] | None = None) -> None:
        """Wait at most so long for the subscribers; `says` is told if that takes a while. Safe to call twice."""
        deadline = time.monotonic() + seconds
        subscriptions, self._subscriptions = self._subscriptions, []
        for each in subscriptions:
            each.end()
        for each in subscriptions:
            soon = min(deadline, time.monotonic() + _SILENT_SECONDS)
            if says is not None and not each.is_done_by(soon, self._is_hurried):
                says(f"waiting for {each.name}; Ctrl+C ends the wait")
            if left := each.left_by(deadline, self._is_hurried):
                self.notice(f"{each.name}: {left} of the run's events were not handled")


class _Subscription:
    """The events that wait for one subscriber, and the thread that hands them over."""

    def __init__(self, name: str, receive: Callable[[RunEvent], None], kinds: Collection[Kind]) -> None:
        self.name = name
        self._receive, self._kinds = receive, frozenset(kinds)
        self._waiting: queue.SimpleQueue[RunEvent | None] = queue.SimpleQueue()
        self._lost = 0
        # A daemon: a subscriber that hangs must not keep the process.
        self._thread = threading.Thread(target=self._deliver, name=f"grokbatch-{name}", daemon=True)
        self._thread.start()

    def put(self, event: RunEvent) -> None:
        """Let an event wait, if the subscriber wants its kind."""
        if event.kind not in self._kinds:
            return
        if self._waiting.qsize() >= MOST_WAITING:
            self._lost += 1
        else:
            self._waiting.put(event)

    def end(self) -> None:
        """Let the thread end after the events that wait now."""
        self._waiting.put(None)

    def is_done_by(self, deadline: float, is_hurried: threading.Event) -> bool:
        """Wait for the thread until `deadline` of the monotonic clock; return whether it has ended."""
        while self._thread.is_alive() and not is_hurried.is_set() and (left := deadline - time.monotonic()) > 0:
            # In short pieces, because Windows delivers no Ctrl+C to a thread that waits for long.
            self._thread.join(min(left, _LOOK_AGAIN))
        return not self._thread.is_alive()

    def left_by(self, deadline: float, is_hurried: threading.Event) -> int:
        """Wait in the same way; return how many events were not handled."""
        # While it is alive, it is still busy with one, and the mark of the end waits, too.
        return self._lost + (0 if self.is_done_by(deadline, is_hurried) else self._waiting.qsize())

    def _deliver(self) -> None:
        while (event := self._waiting.get()) is not None:
            try:
                self._receive(event)
            except Exception as error:  # noqa: BLE001 - whatever a subscriber raises, the run goes on
                # Without its message, which may quote anything.
                LOGGER.error("%s: %s at an event %s", self.name, type(error).__name__, event.kind)
