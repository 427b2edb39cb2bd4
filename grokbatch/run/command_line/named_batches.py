"""Finds the batches that a call names; runs in every project with grokbatch installed, so it imports nothing heavy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grokbatch.run.command_line import options
from grokbatch.run.command_line.early_interrupt import EarlyInterrupt

if TYPE_CHECKING:
    from collections.abc import Iterator

PARSER = pytest.StashKey[pytest.Parser]()
"""Pytest's parser of this call, kept by the entry point: only it knows which arguments are values of options."""

LAST_FAILED = frozenset({"--lf", "--last-failed"})

EARLY_INTERRUPT = pytest.StashKey[EarlyInterrupt]()
"""The handler of Ctrl+C while a call that may be about batches is being prepared."""

_SUFFIXES = (".yaml", ".yml")


def typed_paths(config: pytest.Config) -> list[str]:
    """Return the files, folders and node ids that were typed, without those from `addopts`."""
    typed = [os.fspath(arg) for arg in config.invocation_params.args]
    if all(arg.startswith("-") for arg in typed):
        return []
    parser = config.stash[PARSER]
    paths: list[str] = parser.parse_known_args(_without_ours(parser, typed)).file_or_dir
    return paths


def _without_ours(parser: pytest.Parser, typed: list[str]) -> list[str]:
    """Leave out grokbatch's options with their values, which the parser does not know yet and would take as paths."""
    given = [name for name in options.WITH_VALUE if name in typed]
    ours = options.free(parser, typed, given) if given else []
    return [arg for before, arg in zip(["", *typed], typed, strict=False) if arg not in ours and before not in ours]


def may_name_batches(config: pytest.Config) -> bool:
    """Whether the call may name batches: it names a YAML file, a folder with YAML files, or `--lf`."""
    here = config.invocation_params.dir
    return any(_may_name_batches(here / path.partition("::")[0]) for path in typed_paths(config)) or not (
        LAST_FAILED.isdisjoint(config.invocation_params.args)
    )


def named_batches(config: pytest.Config) -> list[Path]:
    """Return the batch files that were named, by their own path or by their folder."""
    here = config.invocation_params.dir
    paths = [path for path in typed_paths(config) if _may_name_batches(here / path.partition("::")[0])]
    if not paths:
        return []
    from grokbatch.batch.discovery import find_batches  # for calls only that name YAML

    return find_batches([path for path in paths if not is_for_tests(here / path, config)], here)


def not_found(config: pytest.Config) -> list[str]:
    """Return a problem for each typed file or folder that does not exist: with workers, pytest does not report it."""
    here = config.invocation_params.dir
    if unknown_options(config):
        return []  # a word may be the value of an unknown option, and pytest reports these options
    words = dict.fromkeys(path.partition("::")[0] for path in typed_paths(config))
    return [_how_it_is_missing(word, here) for word in words if not (here / word).exists()]


def unknown_options(config: pytest.Config) -> list[str]:
    """Return the options that were typed and that neither pytest, a plugin, a conftest.py nor grokbatch has."""
    parser, typed = config.stash[PARSER], [os.fspath(arg) for arg in config.invocation_params.args]
    unknown = parser.parse_known_and_unknown_args(_without_ours(parser, typed))[1]
    names = dict.fromkeys(word.partition("=")[0] for word in unknown if word.startswith("-"))
    return [name for name in names if name not in options.NAMES]


def _how_it_is_missing(word: str, here: Path) -> str:
    from grokbatch.batch.model.paths import meant_by, printable

    return printable(f"{word}: there is no such file{meant_by(word, here)}")


def is_for_tests(folder: Path, config: pytest.Config) -> bool:
    """Whether a named folder never means its batches: the current folder, one above it, or the project's folder.

    People and editors name those for their tests (`pytest .`).
    """
    folder, here = folder.resolve(), config.invocation_params.dir.resolve()
    is_project = config.inipath is not None and folder == config.rootpath.resolve()
    return is_project or folder == here or folder in here.parents


def is_yaml(word: str) -> bool:
    """Whether `word` is a file, or a node id in one, with the suffix of batch files."""
    return word.partition("::")[0].lower().endswith(_SUFFIXES)


def may_be_batch_name(word: str, here: Path) -> bool:
    """Whether a name may mean a batch: a YAML file, or one whose ending or folder, `batches`, is left out."""
    return is_yaml(word) or any(
        (folder / f"{word}{suffix}").is_file() for folder in (here, here / "batches") for suffix in _SUFFIXES
    )


def _may_name_batches(path: Path) -> bool:
    if is_yaml(path.name):
        return True
    try:
        return any(name.lower().endswith(_SUFFIXES) for name in _names_in(path))
    except (OSError, ValueError):  # it is not a folder, or not a valid name
        return False


def _names_in(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        yield from (entry.name for entry in entries)
