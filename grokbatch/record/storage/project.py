"""Finds the project of a batch file, so that its results are in one folder, whatever the current folder is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.batch.model.paths import real_file

if TYPE_CHECKING:
    from pathlib import Path

REPORTS = "reports"
"""The folder of a project that holds the run directories."""

BATCHES = "batches"
"""The folder of a project that holds batch files."""

# The configuration files by which pytest finds its root folder.
_CONFIGURATIONS = (
    "pytest.toml",
    ".pytest.toml",
    "pytest.ini",
    ".pytest.ini",
    "pyproject.toml",
    "tox.ini",
    "setup.cfg",
    "setup.py",
)


def project_of(file: Path) -> Path:
    """Return the folder of the project that `file` belongs to.

    That is the nearest folder around `file` with a configuration file of pytest or Python, or with `file` below its
    subfolder `batches`. If there is none, it is the file's own folder.
    """
    real = real_file(file)
    for folder in real.parents:
        if any((folder / name).is_file() for name in _CONFIGURATIONS):
            return folder
        if folder.name == BATCHES:
            return folder.parent
    return real.parent


def reports_of(file: Path) -> Path:
    """Return the folder for the run directories of the project that `file` belongs to."""
    return project_of(file) / REPORTS


def reports_in(folder: Path) -> Path:
    """Return the folder for the run directories of the project that `folder` belongs to."""
    return reports_of(folder / "x")


def reports_near(folder: Path, *, holding: str) -> Path:
    """Return the `reports` folder of the project around `folder`, if something in it matches the pattern `holding`.

    Otherwise return the nearest such folder, in `folder` or around it; if there is none, that of the project anyway.
    """
    own, real = reports_in(folder), real_file(folder)
    around = [own, *(each / REPORTS for each in (real, *real.parents))]
    return next((each for each in around if any(each.glob(holding))), own)
