"""Reads the reply to a submit: JSON objects, newline-separated or simply concatenated, possibly cut off."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID_KEYS = ("videoId", "videoPostId", "assetId")


@dataclass(frozen=True)
class StreamFacts:
    """What a reply said: `ids` and `urls` name the finished video, in every form that the reply gave."""

    ids: frozenset[str] = frozenset()
    urls: frozenset[str] = frozenset()
    progress: int | None = None
    moderated: bool = False
    error_code: int | None = None
    error_message: str | None = None

    @property
    def names_video(self) -> bool:
        """Whether the reply says that a video was finished, and which."""
        return bool(self.urls) and not self.moderated


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in `text`; what is no object, or was cut off, is passed over."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            # Garbage or a cut: the next line may be whole again, an inner brace would only be a fragment.
            line = text.find("\n", at)
            at = text.find("{", line) if line >= 0 else -1
            continue
        if isinstance(value, dict):
            yield value
        at = text.find("{", end)


def read_stream(text: str) -> StreamFacts:
    """Return what all objects of a reply say together; later ones win."""
    facts = StreamFacts()
    for each in json_objects(text):
        facts = _with(facts, each)
    return facts


def _with(facts: StreamFacts, told: dict[str, Any]) -> StreamFacts:
    response = _inner(told, "result", "response")
    video = _inner(response, "streamingVideoGenerationResponse")
    code, message = _error(told, response, _inner(told, "result"), video)
    progress = video.get("progress")
    url = video.get("videoUrl")
    ids = {str(video[key]) for key in _ID_KEYS if video.get(key)}
    return StreamFacts(
        ids=facts.ids | ids,
        urls=facts.urls | ({str(url)} if url else set()),
        progress=int(progress) if isinstance(progress, int | float) else facts.progress,
        moderated=facts.moderated or video.get("moderated") is True,
        error_code=facts.error_code if message is None else code,
        error_message=facts.error_message if message is None else message,
    )


def _error(*places: dict[str, Any]) -> tuple[int | None, str | None]:
    for place in places:
        error = place.get("error")
        if isinstance(error, dict):
            code = error.get("code")
            return (code if isinstance(code, int) else None), str(error.get("message") or "")
        if isinstance(error, str) and error:
            code = place.get("code")
            return (code if isinstance(code, int) else None), error
    # The bare form of an error: {"code": 8, "message": "…", "details": []}
    bare = places[0]
    if isinstance(bare.get("code"), int) and isinstance(bare.get("message"), str) and "result" not in bare:
        return bare["code"], bare["message"]
    return None, None


def _inner(told: dict[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        value = told.get(key)
        told = value if isinstance(value, dict) else {}
    return told
