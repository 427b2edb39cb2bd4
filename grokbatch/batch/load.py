"""From a batch file to a checked Batch, or to all the faults that keep it from being one."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from grokbatch.batch import document
from grokbatch.batch.allowed import words_of
from grokbatch.batch.expect import Expectations
from grokbatch.batch.faults import BatchError, Fault
from grokbatch.batch.model import BEFORE_TIMEOUT, KEYS, Batch, BatchFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


__all__ = ["BatchError", "Fault", "load_batch"]

_TEXT_KEYS = frozenset({"account", "permalink", "prompt", "site"})
_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}")
_PASSWORD = re.compile(r"//[^/@]*@")


@dataclass(frozen=True)
class _Said:
    """A value that counts for a key, and the place where it was said."""

    value: document.Value
    path: str
    line: int | None


@dataclass(frozen=True)
class _Reading:
    """What has been understood of one batch so far, and what is wrong with it."""

    path: str
    said: dict[str, _Said] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    misspelt: set[str] = field(default_factory=set)


def load_batch(
    path: Path,
    *,
    overrides: Sequence[str] = (),
    site: str | None = None,
    display_path: str | None = None,
) -> Batch:
    """Return the batch that the file at `path` describes; raise BatchError with every fault if there are any.

    `overrides` are the texts `KEY=VALUE` of `--set`, `site` is that of `--site`; both go before the file.
    `display_path` is how faults name the file; by default relative to the current folder if it is below.
    """
    reading = _Reading(display_path or _relative(path))
    readable = _read_file(path, reading)
    for override in overrides:
        _read_override(override, reading)
    if site is not None:
        _say_site(site, reading)
    batch = _validate(path, reading) if readable else None
    if batch is None or reading.faults:
        raise BatchError(tuple(sorted(reading.faults, key=_place)))
    return batch


def _relative(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _place(fault: Fault) -> tuple[bool, int]:
    return fault.line is None, fault.line or 0


def _read_file(path: Path, reading: _Reading) -> bool:
    """Take in the file's keys; return False if there is no point in looking at what they say."""
    try:
        text = document.decode(path.read_bytes())
        found = list(document.entries(text))
    except OSError as error:
        reading.faults.append(Fault(reading.path, 1, None, f"cannot be read: {error.strerror or error}"))
    except document.NotABatchError as error:
        reading.faults.append(Fault(reading.path, error.line, None, error.reason))
    else:
        _check_name(path, reading)
        _read_entries(found, reading)
        return True
    return False


def _check_name(path: Path, reading: _Reading) -> None:
    if path.stem.startswith(".") or path.stem.endswith("@demo"):
        reason = "the file's name names the run directory: it must not start with a dot nor end with @demo"
        reading.faults.append(Fault(reading.path, 1, None, reason))


def _read_entries(found: Iterable[document.Entry], reading: _Reading) -> None:
    lines: dict[str, int] = {}
    for entry in found:
        key = entry.key if _PLAIN_WORD.fullmatch(entry.key) else None
        if entry.key in lines:
            reason = f"stands in this file twice, first in line {lines[entry.key]}"
            reading.faults.append(Fault(reading.path, entry.line, key, reason))
        elif entry.key in KEYS:
            reading.said[entry.key] = _Said(_meant(entry.key, entry.value), reading.path, entry.line)
        else:
            reason = _unknown(entry.key, reading)
            reading.faults.append(Fault(reading.path, entry.line, key, reason))
        lines.setdefault(entry.key, entry.line)


def _meant(key: str, value: document.Value) -> document.Value:
    return document.ratio(value) if key == "aspect" else value


def _unknown(key: str, reading: _Reading) -> str:
    reading.misspelt.update(difflib.get_close_matches(key.lower(), KEYS, n=1))
    return _unknown_among(key, KEYS)


def _unknown_among(key: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(key.lower(), list(known), n=1)
    return f"unknown key, did you mean {near[0]}?" if near else f"unknown key, allowed are {', '.join(known)}"


def _read_override(override: str, reading: _Reading) -> None:
    key, equals, text = override.partition("=")
    key = key.strip()
    if not equals:
        reading.faults.append(Fault("--set", None, None, "must be KEY=VALUE, such as count=12"))
    elif key == "prompt":
        reason = f"others could read it in the process list and the shell's history: write it in {reading.path}"
        reading.faults.append(Fault("--set prompt=…", None, key, reason))
    elif key in KEYS:
        place = _PASSWORD.sub("//…@", f"--set {key}={document.shown(text)[1:-1]}")
        reading.said[key] = _Said(_meant(key, document.scalar(text)), place, None)
    else:
        # The value stays out: the key may be a misspelt prompt.
        name = f"{key}=…" if _PLAIN_WORD.fullmatch(key) else "…"
        reading.faults.append(Fault(f"--set {name}", None, key, _unknown(key, reading)))


def _say_site(site: str, reading: _Reading) -> None:
    place = _PASSWORD.sub("//…@", f"--site {document.shown(site)[1:-1]}")
    reading.said["site"] = _Said(document.Value(site, document.shown(site)), place, None)


def _validate(path: Path, reading: _Reading) -> Batch | None:
    _check_trap(reading)
    values = {key: said.value.plain for key, said in reading.said.items()}
    lines = {key: said.line for key, said in reading.said.items() if said.line is not None}
    try:
        return Batch.model_validate({**values, "path": path, "lines": lines})
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False, include_input=False)
    types = {str(detail["loc"][0]): detail["type"] for detail in details}
    wrong = (key for key in types if key in reading.said or key not in reading.misspelt)
    for key in wrong:
        inner = {str(detail["loc"][1]): detail["type"] for detail in details if _is_inside(key, detail["loc"])}
        reading.faults.extend(
            [_inner_fault(key, *each, reading) for each in inner.items()] or [_fault(key, types[key], reading)]
        )
    return None


def _is_inside(key: str, place: tuple[int | str, ...]) -> bool:
    return key == "expect" and place[0] == key and len(place) > 1


def _inner_fault(key: str, inner: str, error_type: str, reading: _Reading) -> Fault:
    said, known = reading.said[key], list(Expectations.model_fields)
    if error_type == "extra_forbidden":
        return Fault(said.path, said.line, key, _unknown_among(inner, known))
    return Fault(said.path, said.line, f"{key}.{inner}", f"must be {words_of(Expectations, inner)}")


def _check_trap(reading: _Reading) -> None:
    prompt = reading.said.get("prompt")
    if prompt and prompt.value.trap:
        reason = f"YAML drops {prompt.value.trap}: put the prompt in quotes"
        reading.faults.append(Fault(prompt.path, prompt.line, "prompt", reason))


def _fault(key: str, error_type: str, reading: _Reading) -> Fault:
    """Say in our words what pydantic found: its own words speak of types, and could show the prompt."""
    said = reading.said.get(key)
    if error_type == BEFORE_TIMEOUT:
        return _too_short_a_wait(reading)
    if said is None:
        return Fault(reading.path, 1, key, f"is missing, must be {KEYS[key]}")
    return Fault(said.path, said.line, key, f"must be {KEYS[key]}, {_but(key, said.value)}")


def _but(key: str, value: document.Value) -> str:
    if key in _TEXT_KEYS and value.kind:
        return f"but YAML takes it for {value.kind}: put it in quotes"
    if not value.shown or (isinstance(value.plain, str) and not value.plain.strip()):
        return "but is empty"
    if key == "prompt" and isinstance(value.plain, str):
        return "but holds control characters"
    return f"not {_PASSWORD.sub('//…@', value.shown)}"


def _too_short_a_wait(reading: _Reading) -> Fault:
    key, rule, other = "timeout", "must not be longer than", "max_wait"
    if "max_wait" in reading.said:
        key, rule, other = "max_wait", "must not be shorter than", "timeout"
    said, limit = reading.said[key], reading.said.get(other)
    seconds = limit.value.shown if limit else f"{BatchFile.model_fields[other].default:g}"
    return Fault(said.path, said.line, key, f"{rule} {other} ({seconds} seconds), not {said.value.shown}")
