"""What the controller does for one worker on another computer: it answers its calls and takes its files and log lines.

All of it happens in one thread of that worker: one after the other, as the worker asked for it, and without keeping
execnet's thread, which receives messages, from its work.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import msgpack, structs

from grokbatch.record.model.manifest import FileState
from grokbatch.record.storage.run_log import LOGGER, log_error
from grokbatch.run.records.on_disk import DiskRecords
from grokbatch.run.records.over_channel import CALLS
from grokbatch.run.records.records import StoppedError, UnwritableError
from grokbatch.run.remote.late_results import take_late_result
from grokbatch.run.remote.placing import FILE_MESSAGES, Destination, FilePlacer, PlacingError

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan, RunPlan

_ANSWERED = frozenset({"call", "late", "time"}) | FILE_MESSAGES


class RemoteWorker:
    """The worker `name` on the computer called `host`.

    `reply` sends a message to it, `pass_on` gives its other messages to the controller, and `is_stopped` returns
    whether nothing more of a batch may be started.
    """

    def __init__(
        self,
        plan: RunPlan,
        name: str,
        host: str,
        *,
        reply: Callable[[dict[str, Any]], object],
        pass_on: Callable[[dict[str, Any]], None],
        is_stopped: Callable[[BatchPlan], bool],
    ) -> None:
        self.name, self.host = name, host
        self._plan, self._reply, self._pass_on = plan, reply, pass_on
        # Halts come back from the controller by themselves; a full disk stops the worker by the answer that it gets.
        self._records = DiskRecords(
            plan, name, pass_on, is_stopped=is_stopped, halt=lambda _: None, give_up_all=lambda: None
        )
        self._placer = FilePlacer(name, lambda key: Destination.of(self._batch(key)))
        self._has_told = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"grokbatch-{name}")

    def receive(self, message: dict[str, Any]) -> None:
        """Handle a message of the worker; returns at once."""
        if _ANSWERED.isdisjoint(message):
            self._told(message)
            return
        try:
            answering = self._thread.submit(self._found, message)
        except RuntimeError:
            return  # the run has ended, nobody waits for the answer
        answering.add_done_callback(partial(self._answer, message["number"]))

    def end(self) -> None:
        """Let others have what this worker held: it is gone. Safe to call twice."""
        try:
            self._thread.submit(self._release).add_done_callback(
                partial(log_error, f"what {self.name} held was not released")
            )
        except RuntimeError:
            return
        self._thread.shutdown(wait=False)

    def _release(self) -> None:
        self._records.release()
        self._placer.close()

    def _told(self, message: dict[str, Any]) -> None:
        if "log" in message:
            LOGGER.log(message["level"], "%s", message["log"], extra={"worker": self.name})
        else:
            self._pass_on(message)

    def _answer(self, number: int, answering: Future[dict[str, Any]]) -> None:
        """Send what was found, or what was raised: the worker waits for an answer."""
        error = answering.exception()
        if error is None:
            answer = answering.result()
        elif isinstance(error, StoppedError):
            answer = {"stopped": True}
        elif isinstance(error, UnwritableError):
            answer = {"unwritable": str(error)}
        elif isinstance(error, PlacingError):
            answer = {"refused": str(error)}
            self._tell_once(f"{self.host}: a file stays there: {error}; the next run brings it")
        else:
            log_error(f"a question of {self.name} was not answered", answering)
            answer = {"failed": type(error).__name__}
        self._reply({"reply": number, **answer})

    def _tell_once(self, line: str) -> None:
        """Tell the user of a trouble with files, which mostly is the same for all that follow."""
        if not self._has_told:
            self._has_told = True
            self._pass_on({"notice": line})

    def _found(self, message: dict[str, Any]) -> dict[str, Any]:
        if "call" in message:
            return {"value": self._call(message)}
        if "time" in message:
            return {"now": self._plan.clock.now().isoformat()}
        if "late" in message:
            batch = self._batch(message["batch"])
            is_taken = take_late_result(batch.store(), message, self._plan.clock.now(), batch.row_of)
            return {"taken": is_taken}
        return self._placer.take(message)

    def _call(self, message: dict[str, Any]) -> bytes:
        name = message["call"]
        if name == "others_wait":
            asked = msgpack.decode(message["given"], type=dict[str, tuple[str, ...]])
            return msgpack.encode(self._records.others_wait(asked))
        call, batch = CALLS[name], self._batch(message["batch"])
        given = msgpack.decode(message["given"], type=dict[str, Any])
        arguments = {key: _convert(given[key], kind) for key, kind in call.given.items()}
        if name == "brought" and arguments["file"].state is FileState.ON_HOST:
            told = arguments["file"]
            path = batch.shown(batch.files.folder / told.path)
            arguments["file"] = structs.replace(told, path=path, host=self.host)
        method = getattr(self._records, name)
        answer = method(batch, self._video(batch, message["video"]), **arguments) if call.has_video else method(batch)
        return msgpack.encode(answer)

    def _batch(self, key: str) -> BatchPlan:
        batch = self._plan.keyed(key)
        if batch is None:
            raise LookupError("a batch that is not of this run")
        return batch

    def _video(self, batch: BatchPlan, video_id: str) -> VideoSpec:
        return next(video for video in batch.videos if video.id == video_id)


def _convert(value: Any, kind: Any) -> Any:
    return msgpack.decode(msgpack.encode(value), type=kind)
