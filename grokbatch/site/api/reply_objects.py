"""Reads what one object of a reply says of a video, at any depth of the object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grokbatch.site.api.file_addresses import id_in, ids_in, is_address, is_image_address, is_video_address

if TYPE_CHECKING:
    from collections.abc import Iterator

_VIDEO = "streamingVideoGenerationResponse"
_ANSWER, _QUESTION, _CONVERSATION = "modelResponse", "userResponse", "conversation"
_KNOWN_BY = {
    _CONVERSATION: ("conversationId",),
    _QUESTION: ("responseId", "message", "fileAttachments"),
    _ANSWER: ("responseId", "message", "fileAttachments"),
}
# Keys under which a reply repeats the request or older posts: the ids there are not the video's.
_OLDER = re.compile(r"^(parent|previous|source|origin|root)", re.IGNORECASE)
_ECHOED = re.compile(
    rf"{_OLDER.pattern}|^(user|conversation|mediaGenInput|request|input|image|generatedImage|streamingImage)",
    re.IGNORECASE,
)
_FILE_LIST = re.compile(r"attachment|asset|file|video|media", re.IGNORECASE)
_ATTACHED = re.compile(r"attachment", re.IGNORECASE)
_ID_LIKE = re.compile(r"(id|ids|attachments|assets)$", re.IGNORECASE)
_FILE_IDS = ("assetId", "fileMetadataId", "fileId", "fileAttachmentId", "id")
_FILE_ADDRESSES = ("videoUrl", "fileUri", "contentUrl", "assetUrl", "fileUrl")
_OTHER_ADDRESSES = ("mediaUrl", "uri", "url", "key")
_FILE_TYPES = ("mimeType", "fileMimeType", "contentType", "mediaType")
_PREVIEW = re.compile(r"preview|thumb", re.IGNORECASE)
_ENVELOPE = ("", "result", "response")
_DONE = 100


@dataclass
class Told:
    """What an object says: `own` are the ids of video objects, `named` ids that may be the video's.

    `files` are the ids of finished files, `others` ids that are certainly not the video's. `is_answered`: the answer
    itself, which comes last, holds a file; `has_spoken`: there is an answer. `places` are the objects that may hold an
    error.
    """

    own: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)
    response_ids: set[str] = field(default_factory=set)
    places: list[dict[str, Any]] = field(default_factory=list)
    conversation_id: str | None = None
    progress: int | None = None
    is_moderated: bool = False
    is_uploaded_photo: bool = False
    is_known: bool = False
    is_answered: bool = False
    has_spoken: bool = False


def look_into(told: dict[str, Any]) -> Told:
    """Return what one object of a reply says."""
    found = Told(
        is_moderated=_says(told, "moderated") or _says(told, "isModerated"),
        is_uploaded_photo=_says(told, "isRootUserUploaded"),
    )
    _take(told, found)
    return found


def text_of(told: object) -> str:
    """Return the text of a field; empty if it is not text."""
    return told if isinstance(told, str) else ""


def _take(told: dict[str, Any], found: Told, name: str = "", *, in_answer: bool = False) -> None:
    found.is_known = found.is_known or any(key in told for key in _KNOWN_BY.get(name, ()))
    in_answer = in_answer or (name == _ANSWER and told.get("partial") is not True)
    found.has_spoken = found.has_spoken or in_answer
    if name in (*_ENVELOPE, _ANSWER, _VIDEO):
        found.places.append(told)
    if text_of(told.get("responseId")):
        found.response_ids.add(told["responseId"])
    if name == _VIDEO or text_of(told.get("videoId")) or text_of(told.get("videoUrl")):
        _take_video(told, found, in_answer=in_answer)
    elif name not in _ENVELOPE:
        _take_file(told, found, name, in_answer=in_answer)
    for key, value in told.items():
        if _ECHOED.match(key):
            _take_echo(key, value, found)
        elif isinstance(value, dict):
            _take(value, found, key, in_answer=in_answer)
        elif isinstance(value, list) and _FILE_LIST.search(key) and (in_answer or _ATTACHED.search(key)):
            _take_list(key, value, found, in_answer=in_answer)


def _take_list(key: str, entries: list[Any], found: Told, *, in_answer: bool) -> None:
    """Add attachments, which are ids, addresses, or objects that hold these."""
    for entry in entries:
        if isinstance(entry, dict):
            _take(entry, found, key, in_answer=in_answer)
        elif text_of(entry):
            kind = "fileUri" if is_address(entry) else "id"
            _take_file({kind: entry}, found, key, in_answer=in_answer)


def _take_video(told: dict[str, Any], found: Told, *, in_answer: bool) -> None:
    found.own |= _texts(told, ("videoId", "assetId"))
    found.named |= _texts(told, ("videoPostId",))
    found.files |= _texts(told, ("assetId",))
    progress = _percent(told.get("progress"))
    found.progress = found.progress if progress is None else progress
    usual = {each for each in _texts(told, _FILE_ADDRESSES[1:]) if is_address(each) and not is_image_address(each)}
    others = {each for each in _texts(told, _OTHER_ADDRESSES) if is_video_address(each)}
    _take_addresses(_texts(told, ("videoUrl",)) | usual | others, found, in_answer=in_answer)


def _take_file(told: dict[str, Any], found: Told, name: str, *, in_answer: bool) -> None:
    """Add an attachment, or anything else that names a file; outside of an answer only what is certainly a video."""
    is_file = in_answer and bool(_FILE_LIST.search(name))
    addresses = {each for each in _texts(told, _FILE_ADDRESSES + _OTHER_ADDRESSES) if is_address(each)}
    ids = _texts(told, _FILE_IDS[:1] if name == _ANSWER else _FILE_IDS)
    is_video = _is_video(told, addresses)
    if is_video is False:
        found.others |= ids or {
            each for address in addresses for each in ids_in(address) if not _PREVIEW.search(address)
        }
        return
    if not is_video and not is_file:
        is_answer = in_answer and name == _ANSWER
        addresses = _texts(told, _FILE_ADDRESSES) & addresses if is_answer else set()
        ids = ids if is_answer else set()
    found.named |= ids
    found.files |= ids
    found.is_answered = found.is_answered or (in_answer and bool(ids))
    _take_addresses({each for each in addresses if not is_image_address(each)}, found, in_answer=in_answer)


def _is_video(told: dict[str, Any], addresses: set[str]) -> bool | None:
    """Whether a file is a video; None if nothing says what it is."""
    types = {each.lower() for each in _texts(told, _FILE_TYPES)}
    if any(each.startswith("video/") for each in types) or any(map(is_video_address, addresses)):
        return True
    return False if types or any(map(is_image_address, addresses)) else None


def _take_addresses(addresses: set[str], found: Told, *, in_answer: bool) -> None:
    found.urls |= addresses
    found.named |= {each for address in addresses if (each := id_in(address))}
    found.is_answered = found.is_answered or (in_answer and bool(addresses))


def _take_echo(key: str, value: object, found: Told) -> None:
    found.others |= set(_ids(value, key))
    if key == "conversationId":
        found.conversation_id = text_of(value) or found.conversation_id
    if not isinstance(value, dict):
        return
    found.is_known = found.is_known or any(each in value for each in _KNOWN_BY.get(key, ()))
    if key == _CONVERSATION:
        found.conversation_id = text_of(value.get("conversationId")) or found.conversation_id
    if key == _QUESTION and text_of(value.get("responseId")):
        found.response_ids.add(value["responseId"])


def _texts(told: dict[str, Any], keys: tuple[str, ...]) -> set[str]:
    return {each for key in keys if (each := text_of(told.get(key)))}


def _ids(value: object, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _ids(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, key)
    elif isinstance(value, str) and value:
        yield from ids_in(value)
        if _ID_LIKE.search(key) and not is_address(value):
            yield value


def _says(told: object, key: str) -> bool:
    """Whether `key` is true at any depth, except in what the reply repeats."""
    if isinstance(told, list):
        return any(_says(inner, key) for inner in told)
    if not isinstance(told, dict):
        return False
    return told.get(key) is True or any(_says(inner, key) for name, inner in told.items() if not _OLDER.match(name))


def _percent(told: object) -> int | None:
    if isinstance(told, bool) or not isinstance(told, int | float):
        return None
    # The comparison is false for NaN, which cannot be converted to an integer.
    return int(told) if 0 <= told <= _DONE else None
