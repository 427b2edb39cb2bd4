"""The records of a worker whose manifest is on another computer: each call is put to the controller over a channel.

The controller answers with the same call of its own `DiskRecords`, so every rule holds for all workers alike. A call
that changes the manifest returns when the change is on the controller's disk: what was not answered did not happen, as
far as this worker may count on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import msgpack, structs

from grokbatch.record.model.manifest import FileRecord, FileState, VideoRecord
from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.record.rules.ledger import Claim
from grokbatch.record.rules.video_files import Inspection
from grokbatch.run.records.canary import Proof
from grokbatch.run.records.records import BeforeSubmit, UnwritableError
from grokbatch.run.results import output_folder
from grokbatch.video_maker import Orphan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.run.plan import BatchPlan


@dataclass(frozen=True)
class Call:
    """One call of `Records`: the type of its answer, and those of what is given besides batch and video.

    `has_video`: it is about one video.
    """

    answer: Any
    given: Mapping[str, Any] = field(default_factory=dict)
    has_video: bool = True


CALLS: Mapping[str, Call] = {
    "claim": Call(Claim),
    "is_enough_for_now": Call(bool),
    "unclaim": Call(None),
    "put_off": Call(VideoRecord),
    "record": Call(VideoRecord),
    "orphan": Call(Orphan | None),
    "was_tried": Call(bool),
    "is_lost_again": Call(bool),
    "is_left_for_later": Call(bool),
    "is_waiting": Call(bool, has_video=False),
    "has_stopped": Call(bool, has_video=False),
    "is_signed_in": Call(bool, has_video=False),
    "take_turn": Call(Proof, has_video=False),
    "proven": Call(bool, has_video=False),
    "attempt_ended": Call(None, has_video=False),
    "opened": Call(frozenset[str], {"present_ids": frozenset[str]}),
    "before_submit": Call(BeforeSubmit),
    "submitting": Call(None, {"known_ids": frozenset[str], "is_under_way": bool}),
    "taken": Call(None),
    "doubtful": Call(None, has_video=False),
    "named": Call(None, {"reply_ids": frozenset[str]}),
    "searched": Call(None),
    "adopts": Call(bool, {"video_id": str}),
    "hold": Call(None, has_video=False),
    "let_go": Call(None, has_video=False),
    "finish": Call(tuple[Outcome, VideoRecord], {"outcome": Outcome}),
    "give_up": Call(None, {"category": Category, "error": str}),
    "brought": Call(VideoRecord, {"file": FileRecord, "hd": bool}),
    "inspected": Call(VideoRecord, {"found": Inspection}),
    "removed": Call(VideoRecord, {"reason": str}),
}
"""Every call that is about one batch; `others_wait`, which is about all, and `leave` are not among them."""


class Ask(Protocol):
    """Puts a call to the controller and returns the bytes of its answer.

    Raises what the call raises there, and ConnectionLostError if no answer came.
    """

    def __call__(self, name: str, batch: str, video: str, given: bytes) -> bytes: ...


class ConnectionLostError(ConnectionError):
    """The controller cannot be reached any more: nothing may be started, and results are kept here."""


class ChannelRecords:
    """The records of a worker on another computer; `Records` explains the methods.

    `keep` is given each outcome, as bytes, that could not be told, and the number of its attempt. `give_up_all` makes
    this process start nothing more. The clock there is `skew` seconds ahead of this computer's, by which the page tells
    when it could play a video. `leave` ends this process, for a reason that keeps it, and no other worker, from making
    videos.
    """

    def __init__(
        self,
        ask: Ask,
        keep: Callable[[BatchPlan, VideoSpec, int, bytes], None],
        give_up_all: Callable[[], None],
        skew: float = 0.0,
        leave: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._ask, self._keep, self._give_up_all = ask, keep, give_up_all
        self._skew, self._leave = timedelta(seconds=skew), leave
        # The controller's record says that a file is on this host; here it is simply there.
        self._files: dict[tuple[str, str, bool], FileRecord] = {}
        self._attempts: dict[tuple[str, str], int] = {}
        self._turns: set[str] = set()

    def _call(self, name: str, batch: BatchPlan, video: VideoSpec | None = None, /, **given: Any) -> Any:
        try:
            answer = self._ask(name, batch.key, video.id if video else "", msgpack.encode(given))
        except UnwritableError:
            self._give_up_all()
            raise
        found = msgpack.decode(answer, type=CALLS[name].answer)
        return self._as_here(batch, found) if isinstance(found, VideoRecord) else found

    def _as_here(self, batch: BatchPlan, record: VideoRecord) -> VideoRecord:
        """Return the record with the paths of the files that this worker has downloaded itself."""
        download = self._files.get((batch.key, record.id, False), record.download)
        hd = self._files.get((batch.key, record.id, True), record.hd)
        return structs.replace(record, download=download, hd=hd)

    # claims

    def claim(self, batch: BatchPlan, video: VideoSpec) -> Claim:
        answer: Claim = self._call("claim", batch, video)
        if answer is Claim.GRANTED:
            self._attempts[batch.key, video.id] = self.record(batch, video).attempts[-1].number
        return answer

    def is_enough_for_now(self, batch: BatchPlan, video: VideoSpec) -> bool:
        answer: bool = self._call("is_enough_for_now", batch, video)
        return answer

    def unclaim(self, batch: BatchPlan, video: VideoSpec) -> None:
        self._call("unclaim", batch, video)

    def put_off(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        answer: VideoRecord = self._call("put_off", batch, video)
        return answer

    # reading

    def record(self, batch: BatchPlan, video: VideoSpec) -> VideoRecord:
        answer: VideoRecord = self._call("record", batch, video)
        return answer

    def orphan(self, batch: BatchPlan, video: VideoSpec) -> Orphan | None:
        answer: Orphan | None = self._call("orphan", batch, video)
        return answer

    def was_tried(self, batch: BatchPlan, video: VideoSpec) -> bool:
        answer: bool = self._call("was_tried", batch, video)
        return answer

    def is_lost_again(self, batch: BatchPlan, video: VideoSpec) -> bool:
        answer: bool = self._call("is_lost_again", batch, video)
        return answer

    def is_left_for_later(self, batch: BatchPlan, video: VideoSpec) -> bool:
        answer: bool = self._call("is_left_for_later", batch, video)
        return answer

    def is_waiting(self, batch: BatchPlan) -> bool:
        answer: bool = self._call("is_waiting", batch)
        return answer

    def has_stopped(self, batch: BatchPlan) -> bool:
        answer: bool = self._call("has_stopped", batch)
        return answer

    def is_signed_in(self, batch: BatchPlan) -> bool:
        answer: bool = self._call("is_signed_in", batch)
        return answer

    def others_wait(self, video_ids: Mapping[str, Sequence[str]]) -> bool:
        answer = self._ask("others_wait", "", "", msgpack.encode(video_ids))
        return msgpack.decode(answer, type=bool)

    # one attempt

    def take_turn(self, batch: BatchPlan) -> Proof:
        answer: Proof = self._call("take_turn", batch)
        if answer is Proof.MINE:
            self._turns.add(batch.key)
        return answer

    def proven(self, batch: BatchPlan) -> bool:
        # Asked again and again; only whose turn it was has something to say.
        if batch.key not in self._turns:
            return False
        self._turns.discard(batch.key)
        answer: bool = self._call("proven", batch)
        return answer

    def attempt_ended(self, batch: BatchPlan) -> None:
        self._call("attempt_ended", batch)

    def opened(self, batch: BatchPlan, video: VideoSpec, present_ids: frozenset[str]) -> frozenset[str]:
        answer: frozenset[str] = self._call("opened", batch, video, present_ids=present_ids)
        return answer

    def before_submit(self, batch: BatchPlan, video: VideoSpec) -> BeforeSubmit:
        answer: BeforeSubmit = self._call("before_submit", batch, video)
        return answer

    def submitting(self, batch: BatchPlan, video: VideoSpec, known_ids: frozenset[str], *, is_under_way: bool) -> None:
        if not is_under_way and batch.files.wants_any:
            try:
                output_folder.check(batch.files.folder)
            except output_folder.OutputError as error:
                self._leave(str(error))
                self._give_up_all()
                raise UnwritableError(f"{error}; nothing more is started there") from None
        self._call("submitting", batch, video, known_ids=known_ids, is_under_way=is_under_way)

    def taken(self, batch: BatchPlan, video: VideoSpec) -> None:
        self._call("taken", batch, video)

    def doubtful(self, batch: BatchPlan) -> None:
        self._call("doubtful", batch)

    def named(self, batch: BatchPlan, video: VideoSpec, reply_ids: frozenset[str]) -> None:
        self._call("named", batch, video, reply_ids=reply_ids)

    def searched(self, batch: BatchPlan, video: VideoSpec) -> None:
        self._call("searched", batch, video)

    def adopts(self, batch: BatchPlan, video: VideoSpec, video_id: str) -> bool:
        answer: bool = self._call("adopts", batch, video, video_id=video_id)
        return answer

    def hold(self, batch: BatchPlan) -> None:
        self._call("hold", batch)

    def let_go(self, batch: BatchPlan) -> None:
        self._call("let_go", batch)

    def finish(self, batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> tuple[Outcome, VideoRecord]:
        outcome = _at_controller(outcome, self._skew)
        try:
            answer: tuple[Outcome, VideoRecord] = self._call("finish", batch, video, outcome=outcome)
        except ConnectionLostError:
            self._keep(batch, video, self._attempts[batch.key, video.id], msgpack.encode(outcome))
            raise
        return answer

    def give_up(self, batch: BatchPlan, video: VideoSpec, category: Category, error: str) -> None:
        self._call("give_up", batch, video, category=category, error=error)

    # files

    def brought(self, batch: BatchPlan, video: VideoSpec, file: FileRecord, *, hd: bool) -> VideoRecord:
        told = file
        if file.state is FileState.DONE:
            self._files[batch.key, video.id, hd] = file
            # The controller knows the folder for the batch's files; this one is another.
            name = (batch.run_root / file.path).relative_to(batch.files.folder).as_posix()
            told = structs.replace(file, state=FileState.ON_HOST, path=name)
        answer: VideoRecord = self._call("brought", batch, video, file=told, hd=hd)
        return answer

    def inspected(self, batch: BatchPlan, video: VideoSpec, found: Inspection) -> VideoRecord:
        answer: VideoRecord = self._call("inspected", batch, video, found=found)
        return answer

    def removed(self, batch: BatchPlan, video: VideoSpec, reason: str) -> VideoRecord:
        answer: VideoRecord = self._call("removed", batch, video, reason=reason)
        return answer

    def leave(self, seconds: float) -> None:
        """Return at once: nothing of the controller's is being written here."""


def _at_controller(outcome: Outcome, skew: timedelta) -> Outcome:
    """Return the outcome with the time that the controller's clock shows when the page could play the video.

    When a limit ends is not changed: it is the moment that the site names.
    """
    made = outcome.video
    if made is None or made.playable_at is None:
        return outcome
    return replace(outcome, video=replace(made, playable_at=made.playable_at + skew))
