"""Reads the values of a batch from its file, from the file that it extends, and from the command line.

Each value keeps its position, for the problems that are found later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.batch.model.batch import KEYS
from grokbatch.batch.model.errors import KeyPath, Problem, key_shown, label_of, nearest, unknown
from grokbatch.batch.model.filenames import DEMO_ENDING
from grokbatch.batch.model.paths import NotReadError, beside, is_nameable, read_whole
from grokbatch.batch.source import yaml_document

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grokbatch.batch.model.permalink import ImageLink

DEFAULTS = "defaults"
"""The only top-level key of a file that batches extend."""

WAYS = ("prompt", "prompts", "prompts_file")
"""The keys that give the prompts; a batch has exactly one of them."""

LINKS = ("permalink", "permalinks")
"""The keys that give the images; a batch has one of them at most."""

ACCOUNTS = ("account", "accounts")
"""The keys that name the accounts; a batch has one of them at most."""

_PATHS = ("prompts_file", "output", "locators", "source_image", "hosts")
_PASSWORD = re.compile(r"//[^/@]*@")
PRIVATE_KEYS = frozenset({"prompt", "prompts", "prefix", "suffix", "axes", "exclude", "notify"})
"""Keys whose values are never quoted in a message."""


@dataclass(frozen=True)
class Said:
    """The value of a key, and the file or the words of the command line that it comes from.

    `inherited`: it comes from the file that the batch extends.
    """

    value: yaml_document.Value
    path: str
    inherited: bool = False


@dataclass(frozen=True)
class Reading:
    """The values that have been read of one batch so far, and its problems.

    `path` is the batch file as problems show it. `misspelt` are keys that need not be reported as missing, because a
    problem explains it already. `folders` are searched for word lists; their values are the names that problems show.
    `links` are the permalinks, with their spelling.
    """

    path: str
    folder: Path
    said: dict[str, Said] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    misspelt: set[str] = field(default_factory=set)
    folders: dict[Path, str] = field(default_factory=dict)
    links: list[ImageLink] = field(default_factory=list)

    def problem(self, key: str, reason: str, place: Iterable[int | str] = (), label: str | None = None) -> None:
        """Add a problem of the value of `key`, or of the value at `place` within it."""
        said = self.said.get(key)
        if said is None:
            self.problems.append(Problem(self.path, 1, label or key, reason))
            return
        value = said.value.within(tuple(place))
        self.problems.append(Problem(said.path, value.line, label or key, reason, value.column))

    def is_own(self, key: str) -> bool:
        """Whether `key` is set by the batch itself or the command line, not by the file that the batch extends."""
        return key in self.said and not self.said[key].inherited


def without_password(text: str) -> str:
    """Return an address without the password in it."""
    return _PASSWORD.sub("//…@", text)


def read_file(path: Path, reading: Reading) -> bool:
    """Read the keys of the file, then those of the file that it extends; return False if there are none to check."""
    if not is_nameable(path):
        reading.problems.append(
            Problem(reading.path, None, None, "its name contains bytes that are no characters: rename the file")
        )
        return False
    found = _entries(path, reading.path, reading)
    if found is None:
        return False
    if path.stem.startswith(".") or path.stem.casefold().endswith(DEMO_ENDING):
        reason = f"the run directory gets the file's name, which must not start with a dot nor end with {DEMO_ENDING}"
        reading.problems.append(Problem(reading.path, 1, None, reason))
    defaults = next((entry for entry in found if entry.key == DEFAULTS), None)
    if defaults:
        reason = f"this file is no batch: batches use it with `extends: {path.name}`"
        reading.problems.append(Problem(reading.path, defaults.line, DEFAULTS, reason, defaults.column))
        return False
    reading.said.update(_known(found, reading.path, reading))
    reading.folders[path.parent] = beside(reading.path, "")
    if "extends" in reading.said:
        _read_base(reading)
    return True


def _entries(path: Path, display: str, reading: Reading) -> list[yaml_document.Entry] | None:
    try:
        return list(yaml_document.entries(yaml_document.decode(read_whole(path))))
    except NotReadError as error:
        reading.problems.append(Problem(display, 1, None, str(error)))
    except yaml_document.NotABatchError as error:
        reading.problems.append(Problem(display, error.line, None, error.reason, error.column))
    return None


def _known(found: Iterable[yaml_document.Entry], display: str, reading: Reading) -> dict[str, Said]:
    said: dict[str, Said] = {}
    lines: dict[str, int] = {}
    for entry in found:
        if entry.key in lines:
            reason = f"is in this file twice, first in line {lines[entry.key]}"
            reading.problems.append(Problem(display, entry.line, key_shown(entry.key), reason, entry.column))
            continue
        lines[entry.key] = entry.line
        if entry.key in KEYS:
            said[entry.key] = Said(_meant(entry.key, entry.value), display)
            reading.problems.extend(odd_keys((entry.key,), entry.value, display))
        else:
            _tell_unknown(entry, display, reading)
    return said


def _tell_unknown(entry: yaml_document.Entry, display: str, reading: Reading) -> None:
    near = nearest(entry.key, KEYS)
    reading.misspelt.update([near] if near else [])
    reason = _NO_MERGE if entry.key == yaml_document.MERGE else unknown(entry.key, KEYS)
    reading.problems.append(Problem(display, entry.line, key_shown(entry.key), reason, entry.column))


_NO_MERGE = "YAML's << is not understood here: write the keys out, or share them with `extends`"


def odd_keys(place: KeyPath, value: yaml_document.Value, display: str) -> Iterator[Problem]:
    """Yield the problems of the keys within a value, at any depth."""
    lines: dict[str, int] = {}
    for entry in value.entries:
        if entry.key == yaml_document.MERGE:
            yield Problem(display, entry.line, label_of(place), _NO_MERGE, entry.column)
        elif entry.key in lines:
            reason = f"is here twice, first in line {lines[entry.key]}"
            yield Problem(display, entry.line, label_of((*place, entry.key)), reason, entry.column)
        lines.setdefault(entry.key, entry.line)
        yield from odd_keys((*place, entry.key), entry.value, display)
    for at, inner in enumerate(value.items):
        yield from odd_keys((*place, at), inner, display)


def _read_base(reading: Reading) -> None:
    name = reading.said["extends"].value.plain
    if not isinstance(name, str) or not name.strip():
        return  # reported when the key itself is checked
    base, display = reading.folder / name.strip(), beside(reading.path, name.strip())
    try:
        found = list(yaml_document.entries(yaml_document.decode(read_whole(base))))
    except NotReadError as error:
        reading.problem("extends", f"{display} {error}")
    except yaml_document.NotABatchError as error:
        reading.problems.append(Problem(display, error.line, None, error.reason, error.column))
    else:
        reading.folders.setdefault(base.parent, beside(display, ""))
        given = _defaults(found, display, reading)
        _take_over({key: replace(said, value=_from(name, key, said.value)) for key, said in given.items()}, reading)
        if given:
            return
    # Keys that seem to be missing may be in the file that could not be read.
    reading.misspelt.update((*WAYS, *LINKS))


def _defaults(found: list[yaml_document.Entry], display: str, reading: Reading) -> dict[str, Said]:
    defaults = next((entry for entry in found if entry.key == DEFAULTS), None)
    if defaults is None or not defaults.value.entries:
        is_batch = defaults is None and any(entry.key in KEYS for entry in found)
        reason = f"a file that batches extend has all its keys indented below `{DEFAULTS}:`"
        line = defaults.line if defaults else 1
        reading.problems.append(Problem(display, line, None, f"{'is a batch itself: ' if is_batch else ''}{reason}"))
        return {}
    for entry in found:
        if entry is not defaults:
            reason = f"has no effect beside `{DEFAULTS}:`: indent it below"
            reading.problems.append(Problem(display, entry.line, key_shown(entry.key), reason, entry.column))
    given = _known(defaults.value.entries, display, reading)
    if "extends" in given:
        place = given.pop("extends").value
        reason = "is not allowed in a file that batches extend"
        reading.problems.append(Problem(display, place.line, "extends", reason, place.column))
    return given


def _take_over(given: dict[str, Said], reading: Reading) -> None:
    taken = {other for keys in (WAYS, LINKS, ACCOUNTS) if reading.said.keys() & set(keys) for other in keys}
    for key, said in given.items():
        if key not in reading.said and key not in taken:
            reading.said[key] = replace(said, inherited=True)


def _from(base: str, key: str, value: yaml_document.Value) -> yaml_document.Value:
    """Return a path that is relative to the file `base` as a path relative to the batch."""
    if key not in _PATHS or not isinstance(value.plain, str) or not value.plain.strip() or value.plain.startswith("~"):
        return value
    return replace(value, plain=beside(base.strip(), value.plain.strip()))


def read_override(override: str, reading: Reading) -> None:
    """Read a `KEY=VALUE` of the command line, which takes precedence over the file."""
    key, equals, text = override.partition("=")
    key = key.strip()
    if not equals:
        reading.problems.append(Problem("--set", None, None, "must be KEY=VALUE, such as count=12"))
    elif key in PRIVATE_KEYS:
        reason = f"others could read it in the process list and the shell's history: write it in {reading.path}"
        reading.problems.append(Problem(f"--set {key}=…", None, key, reason))
    elif key == "extends":
        reason = f"cannot be set on the command line: write it in {reading.path}"
        reading.problems.append(Problem("--set extends=…", None, key, reason))
    elif key in KEYS:
        _override(key, text, reading)
    else:
        # The text is not quoted: it may be a prompt.
        name = f"{key}=…" if key_shown(key) else "…"
        near = nearest(key, KEYS)
        reading.misspelt.update([near] if near else [])
        reading.problems.append(Problem(f"--set {name}", None, key, unknown(key, KEYS)))


def _override(key: str, text: str, reading: Reading) -> None:
    for keys in (WAYS, LINKS, ACCOUNTS):
        if key in keys:
            for other in keys:
                reading.said.pop(other, None)
    place = without_password(f"--set {key}={yaml_document.shown(text)[1:-1]}")
    reading.said[key] = Said(_meant(key, yaml_document.scalar(text)), place)


def read_site(site: str, reading: Reading) -> None:
    """Read the value of `--site` on the command line, which takes precedence over the file."""
    place = without_password(f"--site {yaml_document.shown(site)[1:-1]}")
    reading.said["site"] = Said(yaml_document.Value(site, yaml_document.shown(site)), place)


def _meant(key: str, value: yaml_document.Value) -> yaml_document.Value:
    if key == "aspect":
        return yaml_document.ratio(value)
    return _ratios_in(value) if key == "prompts" else value


def _ratios_in(value: yaml_document.Value) -> yaml_document.Value:
    """Return a list of prompts in which each `aspect` is a ratio."""
    items = tuple(map(_with_ratio, value.items))
    return replace(value, items=items, plain=[yaml_document.held(each) for each in items]) if items else value


def _with_ratio(value: yaml_document.Value) -> yaml_document.Value:
    if value.entry("aspect") is None:
        return value
    inner = tuple(
        replace(entry, value=yaml_document.ratio(entry.value)) if entry.key == "aspect" else entry
        for entry in value.entries
    )
    return replace(value, entries=inner, plain={entry.key: yaml_document.held(entry.value) for entry in inner})
