"""Turns pydantic's validation errors into messages for people, which never quote a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grokbatch.batch.model.batch import BEFORE_TIMEOUT, KEYS, BatchFile, PromptEntry
from grokbatch.batch.model.errors import KeyPath, Problem, key_shown, label_of, nearest, unknown
from grokbatch.batch.model.expectations import Expectations
from grokbatch.batch.model.fields import words_of
from grokbatch.batch.model.hosts import HERE, HereEntry, HostEntry, ssh_problem
from grokbatch.batch.source.other_links import where_to_look
from grokbatch.batch.source.reader import LINKS, PRIVATE_KEYS, Reading, without_password

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from grokbatch.batch.source.yaml_document import Value

_TEXT_KEYS = frozenset({"account", "permalink", "prompt", "site", "prompts_file", "extends", "name", "preset"}) | {
    "ssh",
    "python",
    "directory",
}
# Where a value may have one of two forms, pydantic tells what is wrong with both.
_TOLD_WITHIN = ("exclude", "hosts", "accounts")
_LISTS = ("prompts", "axes", "exclude", "permalinks")
# The length of the place of a text: of each prompt in a list, of each value of an axis.
_TEXT_DEPTHS = {"prompts": 2, "axes": 3, "exclude": 3, "notify": 2}
_TIMES = frozenset({"timeout", "max_wait"})
_INNER_WORDS = {
    ("axes", 2): "a list of texts, such as [slow, fast]",
    ("axes", 3): "a text",
    ("exclude", 2): "a combination of axes, such as {camera: slow}",
    ("exclude", 3): "a value of the axis, or a list of them",
    ("permalinks", 2): KEYS["permalink"],
    ("accounts", 2): "the name of an account, or of one with its weight from 1 to 100",
    ("on_video", 2): "a word of the command, in quotes",
    ("on_finish", 2): "a word of the command, in quotes",
    ("notify", 2): "desktop, or an address of Apprise",
    ("hosts", 2): "keys, such as {ssh: me@studio, workers: 4}",
}


def tell(details: Iterable[Any], reading: Reading) -> set[KeyPath]:
    """Add a problem to `reading` for each validation error, one for each place; return the places."""
    told: dict[KeyPath, str] = {}
    for detail in details:
        told.setdefault(_place(detail["loc"], detail["type"], reading), detail["type"])
    for place, kind in told.items():
        is_told_better = place[0] in _TOLD_WITHIN and any(other != place == other[: len(place)] for other in told)
        if not is_told_better:
            _tell(place, kind, reading)
    return set(told)


def without(values: Mapping[str, Any], places: Iterable[KeyPath]) -> tuple[dict[str, Any], list[int]]:
    """Return the values without the wrong ones at `places`, and the indices of the prompts that are left."""
    left, faulty = dict(values), sorted(places, key=str)
    if any(place[0] in _TIMES for place in faulty):
        faulty += [(key,) for key in _TIMES]
    for key in {str(place[0]) for place in faulty}:
        inner = {place[1] for place in faulty if place[0] == key and len(place) > 1}
        if key in _LISTS and (key,) not in faulty:
            left[key] = _without(left[key], inner)
        if key not in _LISTS or (key,) in faulty or not left[key]:
            left.pop(key, None)
    gone = {place[1] for place in faulty if place[0] == "prompts" and len(place) > 1}
    prompts = values["prompts"] if "prompts" in left else []
    return left, [at for at in range(len(prompts)) if at not in gone]


def _without(value: Any, gone: set[int | str]) -> Any:
    if isinstance(value, dict):
        return {key: each for key, each in value.items() if key not in gone}
    return [each for at, each in enumerate(value) if at not in gone]


def _place(loc: tuple[int | str, ...], kind: str, reading: Reading) -> KeyPath:
    """Return an error's place in the file: its location without the names of union members that pydantic adds."""
    key = str(loc[0])
    if key not in reading.said:
        return (key,)
    here, place = reading.said[key].value, [loc[0]]
    for step in loc[1:]:
        inner = here.within((step,))
        if inner is not here:
            place.append(step)
            here = inner
    return (*place, loc[-1]) if kind == "missing" and here.entries else tuple(place)


def _tell(place: KeyPath, kind: str, reading: Reading) -> None:
    key = str(place[0])
    value = reading.said[key].value.within(place[1:]) if key in reading.said else None
    if kind == BEFORE_TIMEOUT:
        _tell_too_short_a_wait(reading)
    elif value is None:
        if key not in reading.misspelt:
            reading.problem(key, f"is missing, must be {KEYS[key]}")
    elif torn := _torn(place, reading):
        reason = f"must be {words_of(PromptEntry, 'prompt')}, but YAML takes it for {torn.kind}: put it in quotes"
        reading.problem(key, reason, place[:2], label_of(place[:2]))
    elif kind == "extra_forbidden":
        _tell_unknown(place, reading)
    elif kind == "missing":
        reading.problem(key, f"is missing, must be {_words(place)}", place, label_of(place))
    else:
        reason = f"must be {_words(place)}, {_but(place, value)}{_where(place, value)}"
        reading.problem(key, reason, place, label_of(place))


def _torn(place: KeyPath, reading: Reading) -> Value | None:
    """Return the mapping that YAML has made of a prompt with `: ` or braces in it, or None."""
    if place[0] != "prompts" or len(place) < 2:
        return None
    value = reading.said["prompts"].value.within(place[1:2])
    known = any(nearest(entry.key, PromptEntry.model_fields) for entry in value.entries)
    return value if value.entries and not known else None


def _tell_unknown(place: KeyPath, reading: Reading) -> None:
    said, inner = reading.said[str(place[0])], str(place[-1])
    holder = said.value.within(place[1:-1])
    entry = next(entry for entry in holder.entries if entry.key == inner)
    label = label_of(place) if key_shown(inner) else label_of(place[:-1])
    if inner != "<<":  # already reported by the reader
        reason = unknown(inner, _model(place[:-1]).model_fields)
        reading.problems.append(Problem(said.path, entry.line, label, reason, entry.column))


def _model(place: KeyPath) -> type[BaseModel]:
    if place[0] == "hosts":
        return HereEntry if place[1] == HERE else HostEntry
    return Expectations if "expect" in place else PromptEntry


def _words(place: KeyPath) -> str:
    """Return the words for the allowed values at a place."""
    key = str(place[0])
    if len(place) == 1:
        return KEYS[key]
    if key in {"prompts", "expect"}:
        names = [str(step) for step in place[1:] if isinstance(step, str)]
        return words_of(_model(place[:-1]), names[-1] if names else "prompt")
    if key == "hosts" and len(place) > 2:
        return words_of(_model(place[:2]), str(place[2]))
    return _INNER_WORDS.get((key, min(len(place), 3)), KEYS[key])


def _but(place: KeyPath, value: Value) -> str:
    key = str(place[0])
    leaf = next((step for step in reversed(place) if isinstance(step, str)), key)
    is_private = key in PRIVATE_KEYS and (key != "prompts" or leaf in {"prompt", "prompts"})
    is_text = len(place) >= _TEXT_DEPTHS.get(key, 1) if is_private else leaf in _TEXT_KEYS and not _holds(value)
    if _is_empty(value):
        return "but is empty"
    if is_text and value.kind:
        return f"but YAML takes it for {value.kind}: put it in quotes"
    if not is_private:
        return f"not {without_password(value.shown)}"
    if isinstance(value.plain, str):
        return "but holds control characters" if is_text else "but is a text"
    more = ": several prompts stand below `prompts:`" if place == ("prompt",) and value.items else ""
    return f"not {value.shown if _holds(value) else value.kind}{more}"


def _where(place: KeyPath, value: Value) -> str:
    """Return what more helps: where the permalink of an image is found, or why ssh cannot take the value."""
    leaf = next(step for step in reversed(place) if isinstance(step, str))
    where = ""
    if isinstance(value.plain, str):
        is_ssh = place[0] == "hosts" and leaf == "ssh"
        where = ssh_problem(value.plain) if is_ssh else where_to_look(value.plain) if leaf in LINKS else ""
    return f": {where}" if where else ""


def _holds(value: Value) -> bool:
    return bool(value.items or value.entries)


def _is_empty(value: Value) -> bool:
    if isinstance(value.plain, str):
        return not value.plain.strip()
    return not value.shown or (isinstance(value.plain, list | dict) and not value.plain)


def _tell_too_short_a_wait(reading: Reading) -> None:
    key, rule, other = "timeout", "must not be longer than", "max_wait"
    if "max_wait" in reading.said:
        key, rule, other = "max_wait", "must not be shorter than", "timeout"
    said, limit = reading.said[key], reading.said.get(other)
    seconds = limit.value.shown if limit else f"{BatchFile.model_fields[other].default:g}"
    reading.problem(key, f"{rule} {other} ({seconds} seconds), not {said.value.shown}")
