"""Reads the reply to a submit while it arrives: progress, moderation, the video's id and address, errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grokbatch.site.json_objects import ObjectReader

_ID_KEYS = ("videoId", "videoPostId", "assetId")
_DONE = 100
_LONGEST_OPENING = 20_000


@dataclass(frozen=True)
class StreamFacts:
    """What a reply said: `ids` and `urls` name the video, in every form that the reply gave.

    `has_asset`: it named the finished video's file in the site's store, as it does beside the address.
    """

    ids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    has_asset: bool = False
    progress: int | None = None
    moderated: bool = False
    error_code: int | None = None
    error_message: str | None = None

    @property
    def names_video(self) -> bool:
        """Whether the reply says that a video was finished, and which."""
        is_done = self.progress is None or self.progress >= _DONE
        return is_done and not self.moderated and (bool(self.urls) or self.has_asset)

    def with_object(self, told: dict[str, Any]) -> StreamFacts:
        """Return these facts with one more object of the reply taken in; the later one wins."""
        response = _inner(told, "result", "response")
        video = _inner(response, "streamingVideoGenerationResponse")
        code, message = _error(told, response, _inner(told, "result"), video)
        progress, url = _percent(video.get("progress")), _text(video.get("videoUrl"))
        return StreamFacts(
            ids=self.ids | {each for key in _ID_KEYS if (each := _text(video.get(key)))},
            urls=self.urls | ({url} if url else set()),
            has_asset=self.has_asset or bool(_text(video.get("assetId"))),
            progress=self.progress if progress is None else progress,
            moderated=self.moderated or video.get("moderated") is True,
            error_code=self.error_code if message is None else code,
            error_message=self.error_message if message is None else message,
        )


class StreamReader:
    """Reads one reply, in the pieces in which it arrives."""

    def __init__(self) -> None:
        self.facts = StreamFacts()
        self._objects = ObjectReader()
        self._opening = bytearray()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has arrived."""
        return not self._opening

    @property
    def opening(self) -> str:
        """The first 20,000 bytes as text, for replies that are no stream of objects."""
        return self._opening.decode("utf-8", "replace")

    def feed(self, data: bytes) -> StreamFacts:
        """Take the next piece, cut anywhere, and return what is known now."""
        self._opening += data[: _LONGEST_OPENING - len(self._opening)]
        for told in self._objects.feed(data):
            self.facts = self.facts.with_object(told)
        return self.facts


def read_stream(data: bytes) -> StreamFacts:
    """Return what all objects of a whole reply say together."""
    return StreamReader().feed(data)


def _error(*places: dict[str, Any]) -> tuple[int | None, str | None]:
    """Return code and words of the first error that one of `places` holds; an empty error is none."""
    for place in places:
        error = place.get("error")
        if isinstance(error, dict) and (_code(error) or _words(error)):
            return _code(error), _words(error)
        if isinstance(error, str) and error:
            return _code(place), error
    # The bare form of an error: {"code": 8, "message": "…", "details": []}
    bare = places[0]
    if _code(bare) and "result" not in bare and bare.keys() & {"message", "details"}:
        return _code(bare), _words(bare)
    return None, None


def _code(error: dict[str, Any]) -> int | None:
    code = error.get("code")
    if isinstance(code, str) and code.isdecimal() and len(code) < 6:
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _words(error: dict[str, Any]) -> str:
    return _text(error.get("message")) or _text(error.get("code"))


def _percent(told: object) -> int | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    # The comparison is false for "not a number", which no integer stands for.
    return int(told) if 0 <= told <= _DONE else None


def _text(told: object) -> str:
    return told if isinstance(told, str) else ""


def _inner(told: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        value = told.get(key)
        told = value if isinstance(value, dict) else {}
    return told
