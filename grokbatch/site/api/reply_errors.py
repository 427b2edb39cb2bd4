"""Reads the errors of the site's API in all their forms: a code with a text, a text alone, a code alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grokbatch.site.api.times import read_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

# The names of gRPC's codes, in the order of their numbers.
_NUMBERED = """
    OK CANCELLED UNKNOWN INVALID_ARGUMENT DEADLINE_EXCEEDED NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED
    RESOURCE_EXHAUSTED FAILED_PRECONDITION ABORTED OUT_OF_RANGE UNIMPLEMENTED INTERNAL UNAVAILABLE DATA_LOSS
    UNAUTHENTICATED
"""
_NAMES = _NUMBERED.split()
_WORDS = ("message", "errorMessage", "detail", "reason")
_TIMES = ("availableAt", "nextAvailableAt")
_ERRORS = ("errors", "streamErrors")
# A bare code counts as an error's only beside keys from this list; beside others it may mean anything.
_BARE = frozenset({"code", "error", "status", "details", *_WORDS, *_TIMES})


@dataclass(frozen=True)
class ReplyError:
    """One error: `name` is its code if that is a word of the site, such as `blocked-user`.

    `message` is its text, or its name if it has none; `available_at` is when to try again, if it says so.
    """

    code: int | None
    message: str
    name: str | None = None
    available_at: datetime | None = None


def find_error(bare: dict[str, Any], objects: Iterable[dict[str, Any]]) -> ReplyError | None:
    """Return the first error that one of `objects` holds, or that `bare` is; an empty error is none."""
    for each in objects:
        for error in _errors_in(each):
            found = _read(error, each)
            if found is not None:
                return found
    is_bare = "result" not in bare and (bare.keys() <= _BARE or bare.keys() & {"message", "details"})
    return _read(bare, bare) if is_bare and (_code(bare) or _name(bare)) else None


def _errors_in(each: dict[str, Any]) -> list[object]:
    several = [error for key in _ERRORS if isinstance(each.get(key), list) for error in each[key]]
    return [each.get("error"), *several]


def _read(error: object, each: dict[str, Any]) -> ReplyError | None:
    if isinstance(error, str):
        error = {"message": error, **{key: each.get(key) for key in ("code", "details", *_TIMES)}} if error else None
    if not isinstance(error, dict) or not (_code(error) or _name(error) or _words(error)):
        return None
    name = _name(error)
    return ReplyError(_code(error), _words(error) or name or "", name, _time(error) or _time(each))


def _code(error: Mapping[str, Any]) -> int | None:
    code = error.get("code")
    if isinstance(code, str):
        word = code.strip().upper().replace("-", "_")
        if word in _NAMES:
            return _NAMES.index(word)
        return int(code) if code.isascii() and code.isdecimal() and len(code) < 6 else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _name(error: Mapping[str, Any]) -> str | None:
    code = error.get("code")
    return code if isinstance(code, str) and code and _code(error) is None else None


def _words(error: Mapping[str, Any]) -> str:
    return next((error[key] for key in _WORDS if isinstance(error.get(key), str) and error[key]), "")


def _time(error: Mapping[str, Any]) -> datetime | None:
    details = error.get("details")
    entries = [entry for entry in details if isinstance(entry, dict)] if isinstance(details, list) else []
    found = (read_time(entry.get(key)) for entry in (error, *entries) for key in _TIMES)
    return next((at for at in found if at is not None), None)
