"""The names of a batch's run directory and of its video files, which are checked before any video is made."""

from __future__ import annotations

import hashlib
import re
import string
import unicodedata
from typing import TYPE_CHECKING

from pathvalidate import ValidationError, validate_filename

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grokbatch.batch.model.video import VideoSpec

DEMO_ENDING = ".demo"
"""The ending of the name of a rehearsal's run directory; the name of a batch file must not end with it."""

_EARLIER_DEMO_ENDING = "@demo"
# White space, and all ASCII characters except letters, digits, `-`, `.` and `_`. All other characters are kept.
_UNSAFE = re.compile(r"[\s!-,/:-@\[-^`{-~\x00-\x1f\x7f]+")

SUFFIX = ".mp4"
DEFAULT_TEMPLATE = "{batch}-{index:03d}"

FIELDS: Mapping[str, str] = {
    "batch": "the batch file's name without its ending",
    "index": "the video's number, counted from 1, which it keeps; {index:03d} with leading zeros",
    "id": "the video's id, such as video-001",
    "account": "the account's name",
    "seed_hash": "eight letters and digits that stand for everything that is asked for, and for which repetition it is",
    "duration": "seconds as asked for, or auto",
    "resolution": "as asked for, else that of the finished video, or auto if the site does not state it",
    "aspect": "as asked for, 16x9 for 16:9, or auto",
    "preset": "as asked for, or auto",
}
"""The names that may be in the braces of a template, with their meanings."""

_OPTIONS = ("duration", "resolution", "aspect", "preset")
_AUTO = "auto"
# It stands for the resolution until that is known; no name may contain it.
_LATER = "\0"
_LONGEST = 150
# The longest ending that may be added to a name: `-hd`, `-2`, `.part`.
_SPARE = "-hd-99.mp4.part"


def run_name(stem: str, *, is_demo: bool) -> str:
    """Return the name of the run directory of a batch called `stem`, safe in addresses, shells and file systems.

    Letters, digits, `-`, `.` and `_` are kept; other characters become `-`.
    """
    return _UNSAFE.sub("-", stem.strip()).rstrip(".") + (DEMO_ENDING if is_demo else "")


def earlier_run_name(stem: str, *, is_demo: bool) -> str:
    """Return the name that earlier versions gave the run directory."""
    return stem + (_EARLIER_DEMO_ENDING if is_demo else "")


class TemplateError(ValueError):
    """A template for the names of files cannot be used; the message says why."""


def check_template(template: str) -> str:
    """Return `template` without the suffix .mp4; raise TemplateError if a brace or a name in braces is wrong."""
    template = template.removesuffix(SUFFIX)
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        raise TemplateError("a brace is left open; a literal one is written twice, {{ or }}") from None
    for _, name, spec, conversion in parts:
        if name is not None:
            _check_field(name, spec or "", conversion)
    return template


def _check_field(name: str, spec: str, conversion: str | None) -> None:
    if name not in FIELDS or conversion:
        raise TemplateError(f"{{{name}}} is not known; known are {', '.join(FIELDS)}")
    if spec and not (name == "index" and spec.endswith("d") and spec[:-1].isdigit() and int(spec[:-1]) < 10):
        raise TemplateError(f"{{{name}:{spec}}} is not understood; only index takes a format, such as {{index:03d}}")


def file_names(template: str, batch: str, accounts: Mapping[str, str], videos: Sequence[VideoSpec]) -> tuple[str, ...]:
    """Return the name of each video's file, safe on Windows, macOS and Linux; `accounts` are those of the videos.

    Raises TemplateError if a name is not allowed on one of these systems, or if two videos would have the same name.
    """
    names = tuple(_name(template, batch, accounts[video.id], video) for video in videos)
    taken: dict[str, str] = {}
    for name, video in zip(names, videos, strict=True):
        _check_name(name)
        # On Windows and macOS, names that differ only in case, or in how an accent is encoded, are the same.
        other = taken.setdefault(unicodedata.normalize("NFC", name).casefold(), video.id)
        if other != video.id:
            raise TemplateError(f"{other} and {video.id} would both be called {name}; add {{index}} or {{id}}")
    return names


def name_of_any_resolution(template: str, batch: str, account: str, video: VideoSpec) -> str | None:
    """Return the name of a video's file with `{}` for its resolution, None if that is settled before it is made."""
    if "resolution" in video.options.asked() or "resolution" not in _names(template):
        return None
    name = _name(template, batch, account, video, unknown=_LATER)
    return name.replace("{", "{{").replace("}", "}}").replace(_LATER, "{}")


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def _name(template: str, batch: str, account: str, video: VideoSpec, unknown: str = _AUTO) -> str:
    asked = {"resolution": unknown} | video.options.asked()
    options = {name: asked.get(name, _AUTO).replace(":", "x") for name in _OPTIONS}
    known = {"batch": batch, "index": video.index, "id": video.id, "account": account, "seed_hash": _hash(video)}
    return template.format(**known, **options) + SUFFIX


def _hash(video: VideoSpec) -> str:
    return hashlib.sha256(video.identity.encode()).hexdigest()[:8]


def _check_name(name: str) -> None:
    try:
        validate_filename(name + _SPARE, platform="universal", max_len=_LONGEST + len(_SPARE))
        validate_filename(name, platform="universal", max_len=_LONGEST)
    except ValidationError as error:
        raise TemplateError(f"{name!r} cannot be a file's name everywhere: {error.reason.description}") from None
    if name.removesuffix(SUFFIX).endswith((".", " ")):
        raise TemplateError(f"{name!r} ends with a blank or a dot before its ending")
    if name.startswith((".", " ")):
        raise TemplateError(f"{name!r} would be a hidden file, or begin with a space")
