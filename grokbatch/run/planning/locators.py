"""The locators of a batch: the packaged ones, then the user's file over them, then the batch's file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grokbatch.batch.model.errors import BatchError
from grokbatch.browser.profiles.home import home_folder
from grokbatch.site.locators.layers import table_in_force, users_file

if TYPE_CHECKING:
    from pathlib import Path

    from grokbatch.batch.model.batch import Batch


def locator_files(batch: Batch | None) -> list[Path]:
    """Return the user's and the batch's files with locators; later ones override earlier ones."""
    mine = users_file(home_folder(os.environ))
    own = batch.locator_file if batch is not None else None
    return [file for file in (mine if mine.exists() else None, own) if file is not None]


def locators_of(batch: Batch, display: str) -> tuple[str, list[str]]:
    """Return the table of `batch` as JSON for a worker, and the problems of the files with locators."""
    file = batch.locator_file
    if file is not None and not file.is_file():
        return "", [f"{batch.place(display, 'locators')}: there is no file {file}"]
    files = locator_files(batch)
    try:
        return table_in_force(files).plain if files else "", []
    except BatchError as error:
        return "", [str(problem) for problem in error.problems]
