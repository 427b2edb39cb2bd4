"""Finds grokbatch's home folder, which contains the signed-in accounts, and what lies beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME_VARIABLE = "GROKBATCH_HOME"


def home_folder(environ: Mapping[str, str]) -> Path:
    """Return the folder named by GROKBATCH_HOME, or the user's data folder; it may not exist."""
    chosen = environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    return platformdirs.user_data_path("grokbatch", appauthor=False)


def driver_cache(environ: Mapping[str, str]) -> Path:
    """Return the folder in which Playwright's driver keeps its own compiled code from run to run."""
    return home_folder(environ) / "driver-cache"
