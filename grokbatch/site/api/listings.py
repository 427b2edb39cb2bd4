"""Reads the lists that the site's pages load: they say which finished video was made with which prompt. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from grokbatch.site.api.file_addresses import id_in, is_address, is_image_address, is_video_address
from grokbatch.site.api.json_stream import ObjectReader
from grokbatch.site.api.prompt_text import unflagged
from grokbatch.site.api.times import read_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

_ENVELOPES = ("result", "response", "data")
_QUESTION, _ANSWER, _VIDEO = "userResponse", "modelResponse", "streamingVideoGenerationResponse"
_ATTACHMENTS = re.compile(r"attachment|asset|file|video|media", re.IGNORECASE)
_TYPES = ("mimeType", "fileMimeType", "contentType", "mediaType")
_ADDRESSES = ("key", "videoUrl", "fileUri", "contentUrl", "assetUrl", "fileUrl", "mediaUrl", "uri", "url")
_IDS = ("videoId", "assetId", "fileMetadataId", "fileId", "id")
_TIMES = ("createTime", "createdAt", "createTimestamp")
_CONVERSATIONS = ("sourceConversationId", "conversationId")
_PEOPLE = frozenset({"human", "user"})
_MODE_FLAG = re.compile(r"\s+--mode=\S+\s*$")
_DONE = 100
_DEEPEST = 8

_Fields = dict[str, Any]


@dataclass(frozen=True)
class Listed:
    """A finished video that the site lists; None or an empty `address`: the list does not say it.

    `is_moderated`: the site made none of it, because it moderated the content.
    """

    video_id: str
    address: str = ""
    prompt: str | None = field(default=None, repr=False)
    created_at: datetime | None = None
    conversation_id: str | None = None
    is_moderated: bool = False


class _Turn(NamedTuple):
    """One entry of a conversation: a question or an answer; `is_video`: it is itself a finished video."""

    is_question: bool
    is_video: bool
    fields: _Fields
    conversation_id: str | None


def read_assets(body: str | bytes) -> tuple[Listed, ...]:
    """Return the videos in the list of an account's files; pictures and unknown shapes give nothing."""
    assets = (asset for told in _objects(body) for asset in _entries(told))
    return _merged(found for asset in assets if (found := _listed(asset, Listed(""))))


def read_answers(body: str | bytes) -> tuple[Listed, ...]:
    """Return the videos among a conversation's answers, as a list or in the shape of replies; each with its question's
    prompt."""
    turns = [turn for told in _objects(body) for turn in _turns(told, None)]
    return _merged(_answered(turns))


def _answered(turns: list[_Turn]) -> Iterator[Listed]:
    asked = {name: turn.fields for turn in turns if turn.is_question and (name := _text(turn.fields, ("responseId",)))}
    latest: _Fields = {}
    current: str | None = None
    of_questions: list[Listed] = []
    for turn in turns:
        current = turn.conversation_id or current
        if turn.is_question:
            latest = turn.fields
            given = Listed("", "", _question(latest), _time(latest), current)
            of_questions += _files_of(latest, given)
            continue
        parent = _text(turn.fields, ("parentResponseId",))
        question = asked.get(parent, {}) if parent else latest
        prompt = _prompt(turn.fields)
        prompt = _flagged(turn.fields) if prompt is None else prompt
        prompt = _question(question) if prompt is None else prompt
        created_at = _time(turn.fields) or _time(question)
        given = Listed("", "", prompt, created_at, current)
        yield from filter(None, [_listed(turn.fields, given, is_video=turn.is_video)])
        yield from _files_of(turn.fields, given)
    # One entry may hold the prompt and its result. What an answer holds as well was only given along with the question.
    yield from of_questions


def _files_of(entry: _Fields, given: Listed) -> Iterator[Listed]:
    return filter(None, (_listed(file, given) for file in _entries(entry, _ATTACHMENTS)))


def _listed(file: _Fields, given: Listed, *, is_video: bool = False) -> Listed | None:
    """Return `file` if it is a finished video; what it does not say is taken from `given`."""
    addresses = [each for key in _ADDRESSES if is_address(each := _text(file, (key,)) or "")]
    is_video = is_video or any(map(is_video_address, addresses)) or _has_type(file, "video/")
    progress = file.get("progress")
    is_under_way = isinstance(progress, int | float) and progress < _DONE
    address = next((each for each in addresses if not is_image_address(each)), "")
    named = _text(file, _IDS) or ""
    video_id = (id_in(address) if not named or is_video_address(address) else "") or named
    is_moderated = file.get("moderated") is True  # at any percentage
    if not video_id or not is_video or (is_under_way and not is_moderated):
        return None
    own_prompt, conversation = _prompt(file), _text(file, _CONVERSATIONS) or given.conversation_id
    prompt = given.prompt if own_prompt is None else own_prompt
    return Listed(video_id, address, prompt, _time(file) or given.created_at, conversation, is_moderated)


def _has_type(file: _Fields, start: str) -> bool:
    return any((_text(file, (key,)) or "").lower().startswith(start) for key in _TYPES)


def _turns(told: _Fields, conversation: str | None, depth: int = 0) -> Iterator[_Turn]:
    """Yield the questions and answers in `told`, in their order, the oldest first."""
    about = told.get("conversation")
    conversation = _text(about if isinstance(about, dict) else told, _CONVERSATIONS) or conversation
    if isinstance(about, dict):
        yield _Turn(False, False, {}, conversation)
    for key in (_QUESTION, _VIDEO, _ANSWER):
        if isinstance(told.get(key), dict):
            is_told = _text(told[key], ("assetId", "videoUrl")) is not None or told[key].get("moderated") is True
            is_video = key == _VIDEO and is_told
            yield _Turn(key == _QUESTION, is_video, told[key], conversation)
    for key, value in told.items():
        if key in _ENVELOPES and isinstance(value, dict) and depth < _DEEPEST:
            yield from _turns(value, conversation, depth + 1)
        for entry in value if isinstance(value, list) and not _ATTACHMENTS.search(key) else ():
            if isinstance(entry, dict) and depth < _DEEPEST:
                is_question = str(entry.get("sender", "")).lower() in _PEOPLE
                yield _Turn(is_question, False, entry, _text(entry, _CONVERSATIONS) or conversation)
                yield from _turns(entry, conversation, depth + 1)


def _entries(told: _Fields, name: re.Pattern[str] = re.compile(""), depth: int = 0) -> Iterator[_Fields]:
    """Yield the objects in the lists called `name` in `told`, at any depth."""
    for key, value in told.items():
        if depth >= _DEEPEST:
            return
        if key in _ENVELOPES and isinstance(value, dict):
            yield from _entries(value, name, depth + 1)
        for entry in value if isinstance(value, list) and name.search(key) else ():
            if isinstance(entry, dict):
                yield entry
                yield from _entries(entry, name, depth + 1)


def _merged(found: Iterable[Listed]) -> tuple[Listed, ...]:
    """Return each video once, with everything that its entries say; the first entry counts."""
    known: dict[str, Listed] = {}
    for new in found:
        known[new.video_id] = fuller(known.get(new.video_id, new), new)
    return tuple(known.values())


def fuller(old: Listed, new: Listed) -> Listed:
    """Return what two entries say of one video together; `old` counts where both say something."""
    return Listed(
        old.video_id,
        old.address or new.address,
        new.prompt if old.prompt is None else old.prompt,
        old.created_at or new.created_at,
        old.conversation_id or new.conversation_id,
        old.is_moderated and new.is_moderated,
    )


def _objects(body: str | bytes) -> list[_Fields]:
    data = body.encode("utf-8", "replace") if isinstance(body, str) else body
    try:
        told = json.loads(data.decode("utf-8-sig", "replace"))
    except RecursionError:
        return []
    except ValueError:
        return [*ObjectReader().feed(data)]
    return [told] if isinstance(told, dict) else [{"": told}]


def _prompt(told: _Fields) -> str | None:
    """Return the prompt in `told`; None if there is none."""
    for place in (told.get("mediaGenInput"), told):
        inner = place.values() if isinstance(place, dict) and place is not told else ()
        for fields in (place, *inner):
            if isinstance(fields, dict) and isinstance(fields.get("prompt"), str):
                return _MODE_FLAG.sub("", fields["prompt"])
    return None


def _question(asked: _Fields) -> str | None:
    """Return the prompt of a question, which may be in its message, followed by flags."""
    prompt, message = _prompt(asked), asked.get("message")
    if prompt is not None or not isinstance(message, str):
        return prompt
    *_, bare = unflagged(message)
    return bare


def _flagged(entry: _Fields) -> str | None:
    """Return the prompt in the message of an entry that does not say whose it is; None if its flags do not show it."""
    message = entry.get("message")
    return _question(entry) if isinstance(message, str) and _MODE_FLAG.search(message) else None


def _text(told: _Fields, keys: Iterable[str]) -> str | None:
    return next((value for key in keys if isinstance(value := told.get(key), str) and value), None)


def _time(told: _Fields) -> datetime | None:
    return next((at for key in _TIMES if (at := read_time(told.get(key)))), None)
