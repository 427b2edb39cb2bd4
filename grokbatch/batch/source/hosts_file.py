"""Reads a hosts file, and checks the names of hosts, there and below `hosts:` in a batch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from grokbatch.batch.model.errors import BatchError, Problem, in_order, key_shown
from grokbatch.batch.model.hosts import HERE, HOST_NAME, HostsTable
from grokbatch.batch.model.paths import NotReadError, read_whole, shown
from grokbatch.batch.source.reader import Reading, Said, odd_keys
from grokbatch.batch.source.validation_messages import tell
from grokbatch.batch.source.yaml_document import NotABatchError, Value, decode, entries, held

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = "such as `studio: {ssh: me@studio, workers: 4}`"
_KEY = "hosts"


def read_hosts_file(path: Path) -> HostsTable:
    """Return the hosts of the hosts file at `path`; raises BatchError with all problems."""
    reading = Reading(shown(path), path.parent)
    table = _read(path, reading)
    if table is None or reading.problems:
        raise BatchError(in_order(map(_without_key, reading.problems), reading.path))
    return table


def check_host_names(reading: Reading) -> None:
    """Add a problem to `reading` for each name below `hosts:` that cannot be one."""
    said = reading.said.get(_KEY)
    for entry in said.value.entries if said else ():
        if reason := _name_problem(entry.key, entry.value):
            label = f"{_KEY}.{entry.key}" if key_shown(entry.key) else _KEY
            reading.problems.append(Problem(said.path if said else "", entry.line, label, reason, entry.column))


def _name_problem(name: str, value: Value) -> str:
    if name in {"local", "localhost"} and value.entry("ssh") is None:
        return f"this computer is called {HERE}"
    return "" if HOST_NAME.fullmatch(name) else "a host's name is made of a-z, 0-9 and -, such as studio"


def _read(path: Path, reading: Reading) -> HostsTable | None:
    try:
        text = decode(read_whole(path))
        found = tuple(entries(text, f"name a computer, {EXAMPLE}", EXAMPLE))
    except NotReadError as error:
        reason = f"{error}; write one with a line for each computer, {EXAMPLE}"
        reading.problems.append(Problem(reading.path, 1, None, reason))
    except NotABatchError as error:
        reading.problems.append(Problem(reading.path, error.line, None, error.reason, error.column))
    else:
        plain = {entry.key: held(entry.value) for entry in found}
        whole = Value(plain, "a mapping", line=1, column=1, entries=found)
        reading.said[_KEY] = Said(whole, reading.path)
        reading.problems.extend(odd_keys((_KEY,), whole, reading.path))
        check_host_names(reading)
        return _validated(plain, reading)
    return None


def _validated(plain: dict[str, Any], reading: Reading) -> HostsTable | None:
    try:
        return HostsTable.model_validate(plain)
    except ValidationError as error:
        details: list[Any] = error.errors(include_url=False, include_context=False, include_input=False)
    tell(({**detail, "loc": (_KEY, *detail["loc"])} for detail in details), reading)
    return None


def _without_key(problem: Problem) -> Problem:
    key = (problem.key or "").removeprefix(_KEY).removeprefix(".")
    return replace(problem, key=key or None)
