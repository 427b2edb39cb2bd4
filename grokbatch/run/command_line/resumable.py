"""Whether a bare `--lf` resumes the last batch run: found out without importing anything heavy.

`--lf` is about what failed last: if a test has failed since the batch ran, it is about the tests.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grokbatch.run.command_line.named_batches import LAST_FAILED, typed_paths

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pytest

NAME = ".last-run.json"
"""The name of the file in which the last batch run is saved."""

_RUNS_DIR = "--runs-dir"


def folders(here: Path, files: Iterable[Path], runs_dir: Path | None) -> tuple[Path, ...]:
    """Return the folders in which the last run of `files` is saved: in their projects, and in the project of `here`.

    So `--lf` finds it in these projects and in no other.
    """
    from grokbatch.record.storage.project import reports_in, reports_of

    given = [] if runs_dir is None else [runs_dir]
    return tuple(dict.fromkeys([*map(reports_of, files), *given, reports_in(here)]))


def memory_folders(config: pytest.Config) -> tuple[Path, ...]:
    """Return the folders in which a bare `--lf` looks for the last run."""
    here = config.invocation_params.dir
    given = _typed_runs_dir([os.fspath(arg) for arg in config.invocation_params.args])
    return folders(here, (), None if given is None else (here / given).resolve())


def _typed_runs_dir(args: list[str]) -> str | None:
    # By hand, because the option is not declared yet.
    for arg, following in zip(args, [*args[1:], None], strict=True):
        name, sign, value = arg.partition("=")
        if name == _RUNS_DIR:
            return value if sign else following
    return None


def written_at(file: Path) -> float:
    """Return when a file was written, in seconds since 1970; 0 if there is none."""
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def is_bare_lf(config: pytest.Config) -> bool:
    """Whether `--lf` was typed without a file; in `addopts` it is meant for tests."""
    return not LAST_FAILED.isdisjoint(config.invocation_params.args) and not typed_paths(config)


def is_about_batches(config: pytest.Config) -> bool:
    """Whether `--lf` is about a batch run: one is saved, and no test has failed since."""
    batches = remembered(config)
    return bool(batches) and not (tests_ran_since(config) and _failed_tests(config, batches))


def remembered(config: pytest.Config) -> list[str]:
    """Return the batch files of the last batch run; none if there was none, or its file cannot be read."""
    try:
        return [str(path) for path in json.loads(_latest(config).read_bytes())["batches"]]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _latest(config: pytest.Config) -> Path:
    return max((folder / NAME for folder in memory_folders(config)), key=written_at)


def tests_ran_since(config: pytest.Config) -> bool:
    """Whether pytest has written its cache since the last batch run ended."""
    return written_at(_cache(config) / "nodeids") > written_at(_latest(config)) > 0


def mark_ended(memory: Iterable[Path]) -> None:
    """Set the time of the saved run to now, when it has ended: pytest writes its cache after a batch run as well."""
    for folder in memory:
        with suppress(OSError):
            os.utime(folder / NAME)


def _failed_tests(config: pytest.Config, batches: list[str]) -> list[str]:
    try:
        failed: dict[str, Any] = json.loads((_cache(config) / "lastfailed").read_bytes())
    except (OSError, ValueError):
        return []
    return [
        node_id for node_id in failed if str((config.rootpath / node_id.partition("::")[0]).resolve()) not in batches
    ]


def _cache(config: pytest.Config) -> Path:
    folder = os.path.expandvars(config.getini("cache_dir"))
    return config.rootpath / Path(folder).expanduser() / "v" / "cache"
