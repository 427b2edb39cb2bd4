"""Reads what a request for a generation asks for, and compares it with what the batch wants. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from grokbatch.site.api.file_addresses import UUID, ids_in, is_address
from grokbatch.site.api.prompt_text import carried_by, fold, unflagged
from grokbatch.site.page.option_values import MAX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Kind = Literal["video", "edit", "image", "unknown"]
_Read = TypeVar("_Read", int, str)

_GENERATION = "mediaGenInput"
_TOOLS = "toolOverrides"
_CONFIG = re.compile(r"(video|image).*config$", re.IGNORECASE)
_KIND_KEYS = ("modelName", "mode")
_VIDEO_KEYS = ("videoLength", "videoDuration", "autoStart")
_PROMPT_KEYS = ("prompt", "message")
_IMAGE_KEYS = re.compile(
    r"^(inputAssets?|inputImages?|fileAttachments|parentPostId|image(Id|Url|Reference|Asset)s?|(source)?AssetIds?)$",
    re.IGNORECASE,
)
_ENTRY_KEYS = ("assetId", "id", "fileMetadataId", "fileUri", "contentUrl", "assetUrl", "imageUrl", "url")
_ADDRESS = re.compile(r"^\s*(https?://\S+)(?:\s+|$)")
_SECONDS = re.compile(r"[a-z_ ]*?(\d{1,2})(?:\.0+)? ?(?:s|secs?|seconds?)?", re.IGNORECASE)
_LINES = re.compile(r"[a-z_ ]*?(\d{3,4})p?", re.IGNORECASE)
_RATIO = re.compile(r"[a-z_ ]*?(\d{1,2}) ?[:x/_] ?(\d{1,2})", re.IGNORECASE)
_MODE_FLAG = re.compile(r"(?:^|\s)--mode=([\w-]+)")
# The presets' names in requests; with the user's own prompt the page may send "custom" for each of them.
_PRESETS = {"extremely-crazy": "fun", "extremely-spicy-or-crazy": "spicy"}
_KNOWN_PRESETS = frozenset({"normal", "fun", "spicy"})
_DEEPEST = 12
# How closely an object of the body belongs to the generation; of objects beyond the last rank only image ids are read.
_OWN, _AROUND, _CONFIGURED, _TOP, _ELSEWHERE = range(5)


@dataclass(frozen=True)
class AskedFor:
    """What a request asks for; an option is None, and a list empty, if its field is not understood.

    `prompts` are all its prompts and messages, without flags. `is_promptless`: it has a field for a prompt, without a
    prompt. `said` are the texts, as they were sent, that decide which prompt it carries.
    """

    kind: Kind = "unknown"
    prompts: tuple[str, ...] = field(default=(), repr=False)
    is_promptless: bool = False
    image_ids: frozenset[str] = frozenset()
    duration: int | None = None
    resolution: str | None = None
    aspect: str | None = None
    preset: str | None = None
    said: tuple[str, ...] = field(default=(), repr=False)


class _Part(NamedTuple):
    """An object of the body; what an object with a lower rank says goes first, the generation's own before all."""

    rank: int
    name: str
    fields: dict[str, Any]


def read_request(body: str | bytes | None) -> AskedFor:
    """Return what a request with `body` asks for; an empty answer if its form is not known."""
    parts = sorted(_parts(_parsed(body)), key=lambda part: part.rank)
    if not parts:
        return AskedFor()
    kind = _kind(parts)
    own, general = _texts(part for part in parts if part.rank < _TOP), _texts(p for p in parts if p.rank == _TOP)
    said = [text for text in own or () if _bare(text)] or [text for text in general or () if _bare(text)]
    has_room = own is not None or general is not None or kind in ("video", "edit")
    texts = [*(own or ()), *(general or ())]
    return AskedFor(
        kind=kind,
        prompts=tuple(dict.fromkeys(filter(None, map(_bare, texts)))),
        is_promptless=has_room and not said,
        image_ids=frozenset(_image_ids(parts, texts)),
        duration=_first(parts, ("duration", "videoLength", "videoDuration"), _duration),
        resolution=_first(parts, ("resolutionName", "resolution", "videoResolution"), _resolution),
        aspect=_first(parts, ("aspectRatio", "aspect"), _aspect),
        preset=_first(parts, ("preset", "mode"), _preset) or _flagged(texts),
        said=tuple(said),
    )


def carries(prompt: str, body: str | bytes | None) -> bool | None:
    """Whether a request carries exactly `prompt`, not a longer one that begins with it; None if it is not readable."""
    asked = read_request(body)
    if asked.said or asked.is_promptless:
        return carried_by(prompt, _variants(asked.said))
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
    try:
        return carried_by(prompt, _strings(json.loads(text))) or None
    except (ValueError, RecursionError):
        # The form is not known: it is enough that the prompt is anywhere in the body.
        bare = fold(prompt)
        return (bool(bare) and bare in fold(text)) or None


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


def mismatch(asked: AskedFor, *, prompt: str, image_id: str, options: Mapping[str, str]) -> str:
    """Return what is wrong with a request, for people and without any prompt; empty if nothing is.

    Only fields that are understood are compared, and only with what is given here: an empty `image_id`, and options
    that are not in `options`, allow any value.
    """
    if asked.kind == "edit":
        return "it edits the image"
    if asked.kind == "image":
        return "it makes an image, not a video"
    if asked.is_promptless:
        return "it carries no prompt"
    if asked.said and not carried_by(prompt, _variants(asked.said)):
        return "it carries another prompt"
    return _about_options(asked, options) or _about_image(asked, image_id)


def _about_options(asked: AskedFor, options: Mapping[str, str]) -> str:
    wanted = {name: value for name, value in options.items() if value != MAX}
    seconds = _duration(wanted.get("duration"))
    if asked.duration and seconds and asked.duration != seconds:
        return f"it asks for {asked.duration} s, not {seconds} s"
    for sent, read, name in ((asked.resolution, _resolution, "resolution"), (asked.aspect, _aspect, "aspect")):
        value = read(wanted.get(name))
        if sent and value and sent != value:
            return f"it asks for {sent}, not {value}"
    preset = (wanted.get("preset") or "").lower()
    if {asked.preset, preset} <= _KNOWN_PRESETS and asked.preset != preset:
        return f"it asks for the preset {asked.preset}, not {preset}"
    return ""


def _about_image(asked: AskedFor, image_id: str) -> str:
    given = {each.lower() for each in asked.image_ids if UUID.fullmatch(each)}
    is_known = bool(given) and UUID.fullmatch(image_id) is not None
    return "it is about another image" if is_known and image_id.lower() not in given else ""


def _parsed(body: str | bytes | None) -> object:
    try:
        return json.loads(body.decode("utf-8-sig", "replace") if isinstance(body, bytes) else body or "")
    except (ValueError, RecursionError):
        return None


def _parts(told: object, name: str = "", around: str = "", depth: int = 0) -> Iterator[_Part]:
    if isinstance(told, list) and depth < _DEEPEST:
        for each in told:
            yield from _parts(each, name, around, depth)
    if not isinstance(told, dict) or depth >= _DEEPEST:
        return
    yield _Part(_rank(name, around, depth), name, told)
    for key, value in told.items():
        yield from _parts(value, key, name, depth + 1)


def _rank(name: str, around: str, depth: int) -> int:
    if around == _GENERATION:
        return _OWN
    if name == _GENERATION:
        return _AROUND
    return _CONFIGURED if _CONFIG.search(name) else _ELSEWHERE if depth else _TOP


def _kind(parts: list[_Part]) -> Kind:
    """Return the kind that the most important source of words names; "unknown" if a source names two."""
    tools = [key for part in parts if part.name == _TOOLS for key, value in part.fields.items() if value]
    sources: tuple[Iterable[str], ...] = (
        [part.name for part in parts if part.rank == _OWN and part.fields],
        tools,
        [_written(part.fields.get(key)) for part in parts if part.rank <= _TOP for key in _KIND_KEYS],
        [part.name for part in parts if part.rank == _CONFIGURED and part.fields],
        ["video" for part in parts if part.rank <= _TOP and any(part.fields.get(key) for key in _VIDEO_KEYS)],
    )
    for words in sources:
        kinds = {kind for word in words if (kind := _kind_of(word))}
        if kinds:
            return kinds.pop() if len(kinds) == 1 else "unknown"
    return "unknown"


def _kind_of(word: str) -> Kind | None:
    letters = re.sub("[^a-z]", "", word.lower())
    if "video" in letters:
        return "video"
    if "edit" in letters or "imagetoimage" in letters:
        return "edit"
    return "image" if "image" in letters else None


def _texts(parts: Iterable[_Part]) -> list[str] | None:
    """Return the prompts and messages of `parts`; None if there is no field for any."""
    found = [part.fields[key] for part in parts for key in _PROMPT_KEYS if key in part.fields]
    return [text for text in found if isinstance(text, str)] if found else None


def _bare(text: str) -> str:
    """Return a prompt without the flags after it and the addresses of images before it."""
    *_, text = unflagged(text)
    *_, text = _variants([text])
    return text.strip()


def _variants(texts: Iterable[str]) -> Iterator[str]:
    """Yield each text, then the same without the first address before it, and so on."""
    for text in texts:
        yield text
        rest = text
        while address := _ADDRESS.match(rest):
            rest = rest[address.end() :]
            yield rest


def _image_ids(parts: Iterable[_Part], texts: Iterable[str]) -> Iterator[str]:
    for part in parts:
        for key, value in part.fields.items():
            if _IMAGE_KEYS.match(key):
                yield from _ids_of(value)
    for text in texts:
        for rest in _variants([text]):
            address = _ADDRESS.match(rest)
            yield from ids_in(address[1]) if address else ()


def _ids_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from ids_in(value) or ([value] if value and not is_address(value) else [])
    elif isinstance(value, list):
        for each in value:
            yield from _ids_of(each)
    elif isinstance(value, dict):
        yield from (each for key in _ENTRY_KEYS for each in _ids_of(value.get(key)))


def _first(parts: Iterable[_Part], keys: Iterable[str], read: Callable[[object], _Read | None]) -> _Read | None:
    fields = (part.fields[key] for part in parts if part.rank <= _TOP for key in keys if key in part.fields)
    return next((value for told in fields if (value := read(told)) is not None), None)


def _duration(told: object) -> int | None:
    found = _SECONDS.fullmatch(_written(told))
    return int(found[1]) if found else None


def _resolution(told: object) -> str | None:
    found = _LINES.fullmatch(_written(told))
    return f"{int(found[1])}p" if found else None


def _aspect(told: object) -> str | None:
    found = _RATIO.fullmatch(_written(told))
    return f"{int(found[1])}:{int(found[2])}" if found else None


def _preset(told: object) -> str | None:
    word = _written(told).lower()
    return _PRESETS.get(word, word) or None if _kind_of(word) is None else None


def _flagged(texts: Iterable[str]) -> str | None:
    flags = [found[1] for text in texts if (found := _MODE_FLAG.search(text))]
    return _preset(flags[-1]) if flags else None


def _written(told: object) -> str:
    is_written = isinstance(told, str | int | float) and not isinstance(told, bool)
    return str(told).strip() if is_written else ""
