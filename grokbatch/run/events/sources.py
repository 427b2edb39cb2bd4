"""Turns what the controller hears of its workers and of the manifests into events."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from grokbatch.record.model.outcome import Category, Status
from grokbatch.record.rules.account_parts import part_of
from grokbatch.review.counts import Tally
from grokbatch.run.events.results import run_result, video_result

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from grokbatch.record.model.manifest import Manifest, StopRecord, VideoRecord
    from grokbatch.run.events.events import Kind, RunEvents
    from grokbatch.run.plan import BatchPlan, RunPlan

_BEGINNINGS: dict[str, Kind] = {"starting": "video_started", "submitted": "video_submitted"}
_PERSON_NEEDED = "waiting for you"
_FOR_A_PERSON = frozenset({Category.AUTH_REQUIRED, Category.HUMAN_CHECK, Category.ACCOUNT_REFUSED})


class EventSources:
    """Emits the events of one run; its methods may be called from any thread."""

    def __init__(self, plan: RunPlan, events: RunEvents) -> None:
        self._plan, self._events = plan, events
        self._told: dict[str, dict[str, Any]] = {}
        self._finished: set[str] = set()
        self._stops: set[tuple[Kind, str, datetime]] = set()
        self._lock = threading.Lock()

    def run_started(self) -> None:
        """Emit the start of every batch."""
        for batch in self._plan.batches:
            self._events.emit(
                "run_started", batch=batch.display, **_where(batch), site=batch.site, videos=len(batch.videos)
            )

    def worker_told(self, message: dict[str, Any]) -> None:
        """Emit what a worker does with a video; a message that says the same again, or names no video, is no event."""
        is_repeated = self._told.get(message["worker"]) == message
        self._told[message["worker"]] = message
        batch = self._plan.keyed(message["batch"])
        if is_repeated or batch is None or message["video"] is None:
            return
        about: dict[str, Any] = {"batch": batch.display, "video": message["video"], "worker": message["worker"]}
        phase = message["phase"]
        if phase in _BEGINNINGS:
            self._events.emit(_BEGINNINGS[phase], **about)
            return
        self._events.emit("video_progress", **about, phase=phase, percent=message["percent"])
        if phase == _PERSON_NEEDED:
            text = "a human check is to be answered in the window of the browser"
            name = _account(batch)
            self._events.emit("person_needed", **about, account=name, category=Category.HUMAN_CHECK.value, message=text)

    def video_finished(self, batch: BatchPlan, record: VideoRecord) -> None:
        """Emit the outcome of a video, and its files if there are any."""
        result = video_result(batch, record)
        about = {"batch": batch.display, "video": result.id, "worker": record.worker}
        files: dict[str, Any] = {"file": _text(result.file), "hd_file": _text(result.hd_file)}
        self._events.emit(
            "video_completed" if result.status is Status.COMPLETED else "video_failed",
            **about,
            **files,
            status=result.status.value,
            category=_value(result.category),
            message=result.message,
            seconds=result.seconds,
            attempts=result.attempts,
            page_url=result.page_url,
            video_id=result.video_id,
            degraded=result.degraded,
            shortcomings=list(result.shortcomings),
        )
        if any(files.values()):
            self._events.emit("video_downloaded", **about, **files)

    def stopped(self, batch: BatchPlan, stop: StopRecord, *, goes_on: bool = False) -> None:
        """Emit once that nothing more of `batch` starts, and before that the reason if it is a limit or a person.

        `goes_on`: the run waits for the end of a limit, so of a limit only the limit itself is emitted. Of a part of a
        batch with several accounts only the reason is emitted as well, because the others go on.
        """
        about: dict[str, Any] = {"video": stop.video, "message": stop.message}
        category, retry_at = stop.category.value, _moment(stop.retry_at)
        if stop.category is Category.RATE_LIMIT:
            self._once("limit_reached", batch, stop, **about, account=_account(batch), retry_at=retry_at)
        elif stop.category in _FOR_A_PERSON:
            self._once("person_needed", batch, stop, **about, account=_account(batch), category=category)
        is_of_part = bool(batch.part) and stop.category.is_about_account
        if not is_of_part and not (goes_on and stop.category is Category.RATE_LIMIT):
            self._once("run_stopped", batch, stop, **about, category=category, retry_at=retry_at)

    def waiting(self, batch: BatchPlan, until: datetime, why: str) -> None:
        """Emit that `batch` waits until then, and why."""
        self._events.emit("waiting", batch=batch.display, account=_account(batch), until=_moment(until), message=why)

    def resumed(self, batch: BatchPlan, seconds: float) -> None:
        """Emit that `batch` goes on, after a wait of so many seconds."""
        self._events.emit("resumed", batch=batch.display, account=_account(batch), seconds=round(seconds, 1))

    def suspended(self, seconds: float) -> None:
        """Emit that the run did not run for so many seconds."""
        self._events.emit("suspended", seconds=round(seconds, 1))

    def _once(self, kind: Kind, batch: BatchPlan, stop: StopRecord, **about: Any) -> None:
        with self._lock:
            key = (kind, batch.display, stop.at)
            if key in self._stops:
                return
            self._stops.add(key)
            # With the lock, so that whoever finds it done may emit what follows from it.
            self._events.emit(kind, batch=batch.display, **about)

    def run_finished(self, batch: BatchPlan, manifest: Manifest, report: Path | None = None) -> None:
        """Emit once the end of `batch`; all that the run writes is on disk by then, its `report` too."""
        if batch.display in self._finished:
            return
        self._finished.add(batch.display)
        for part in batch.parts if manifest.account_parts else ():
            if (stop := part_of(manifest, part.part).stop) is not None:
                self.stopped(part, stop)
        if manifest.stop is not None:
            self.stopped(batch, manifest.stop)
        result, tally, directory = run_result(batch, manifest), Tally.of([manifest]), batch.run_directory
        self._events.emit(
            "run_finished",
            batch=batch.display,
            **_where(batch),
            status=result.status.value,
            category=_value(result.category),
            message=result.message,
            retry_at=_moment(result.retry_at),
            videos=tally.total,
            completed=tally.completed,
            completed_now=result.completed_now,
            moderated=len(tally.moderated),
            failed=tally.failures,
            rate_limited=len(tally.rate_limited),
            pending=len(tally.pending),
            report=_text(report if report is not None and report.exists() else None),
            wall=_text(directory.wall if directory.wall.exists() else None),
        )


def _account(batch: BatchPlan) -> str:
    return batch.part or batch.account


def _where(batch: BatchPlan) -> dict[str, str]:
    return {"batch_file": str(batch.path), "run_directory": str(batch.run_root)}


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.astimezone().isoformat(timespec="seconds")


def _value(category: Category | None) -> str | None:
    return None if category is None else category.value
