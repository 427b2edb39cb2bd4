"""Reads the reply to a submit while it arrives: progress, moderation, the video's id and address, errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokbatch.site.api.file_addresses import id_in
from grokbatch.site.api.json_stream import ObjectReader
from grokbatch.site.api.reply_errors import find_error
from grokbatch.site.api.reply_objects import look_into

if TYPE_CHECKING:
    from datetime import datetime

_DONE = 100
_LONGEST_OPENING = 20_000


@dataclass(frozen=True)
class StreamFacts:
    """What a reply said: `ids` and `urls` name the video, in every form that the reply used.

    `files` are those ids whose finished file is in the site's store; `own_ids` are certainly the video's; `other_ids`
    belong to what the reply repeats: the image, the question, older posts. `is_final`: the file was in the answer that
    ends a reply. `is_answer`: the reply has a known form, whatever it says; `has_spoken`: it holds the site's own
    answer, not only a repetition of the request. `error_name` is an error's code if that is a word; `available_at` is
    the time from which, according to an error, more videos can be made.
    """

    ids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    own_ids: frozenset[str] = frozenset()
    other_ids: frozenset[str] = frozenset()
    progress: int | None = None
    moderated: bool = False
    is_uploaded_photo: bool = False
    is_final: bool = False
    is_answer: bool = False
    has_spoken: bool = False
    conversation_id: str | None = None
    response_ids: frozenset[str] = frozenset()
    error_code: int | None = None
    error_message: str | None = None
    error_name: str | None = None
    available_at: datetime | None = None

    @property
    def has_asset(self) -> bool:
        """Whether the reply named the finished video's file in the site's store, as it does beside the address."""
        return bool(self.files)

    @property
    def names_video(self) -> bool:
        """Whether the reply says that a video was finished, and which."""
        is_done = self.progress is None or self.progress >= _DONE or self.is_final
        return is_done and not self.moderated and (bool(self.urls) or self.has_asset)

    @property
    def is_without_video(self) -> bool:
        """Whether the reply, if it ends here, is a chat answer: one in a known form, without a video or an error."""
        has_video = self.ids or self.urls or self.progress is not None
        return self.is_answer and not has_video and not self.moderated and self.error_message is None

    def with_object(self, told: dict[str, Any]) -> StreamFacts:
        """Return these facts, updated with one more object of the reply; the later object wins."""
        found = look_into(told)
        error = find_error(told, found.places)
        own_ids, other_ids = self.own_ids | found.own, self.other_ids | found.others
        not_its = other_ids - own_ids
        progress = self.progress if found.progress is None else found.progress
        is_under_way = found.progress is not None and found.progress < _DONE
        return StreamFacts(
            ids=(self.ids | found.own | found.named) - not_its,
            urls=frozenset(url for url in self.urls | found.urls if id_in(url) not in not_its),
            files=(self.files | found.files) - not_its,
            own_ids=own_ids,
            other_ids=other_ids,
            progress=progress,
            moderated=self.moderated or found.is_moderated,
            is_uploaded_photo=self.is_uploaded_photo or found.is_uploaded_photo,
            is_final=(found.is_answered or self.is_final) and not is_under_way,
            is_answer=self.is_answer or found.is_known,
            has_spoken=self.has_spoken or found.has_spoken,
            conversation_id=found.conversation_id or self.conversation_id,
            response_ids=self.response_ids | found.response_ids,
            error_code=error.code if error else self.error_code,
            error_message=error.message if error else self.error_message,
            error_name=error.name if error else self.error_name,
            available_at=error.available_at if error else self.available_at,
        )


class StreamReader:
    """Reads one reply, in the pieces in which it arrives."""

    def __init__(self) -> None:
        self.facts = StreamFacts()
        self._objects = ObjectReader()
        self._opening = bytearray()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has arrived yet."""
        return not self._opening

    @property
    def opening(self) -> str:
        """The first 20,000 bytes as text, for a reply that is not a stream of objects."""
        return self._opening.decode("utf-8", "replace")

    def feed(self, data: bytes) -> StreamFacts:
        """Add the next piece, which may be cut anywhere, and return the facts so far."""
        self._opening += data[: _LONGEST_OPENING - len(self._opening)]
        for told in self._objects.feed(data):
            self.facts = self.facts.with_object(told)
        return self.facts


def read_stream(data: bytes) -> StreamFacts:
    """Return what all objects of a whole reply say together."""
    return StreamReader().feed(data)
