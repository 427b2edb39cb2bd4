"""Where the quota record of an account on a site is, for a run and for the commands that only look."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.batch.model.permalink import DEMO
from grokbatch.browser.profiles.home import home_folder
from grokbatch.record.storage.quota_file import QuotaFile, quota_path
from grokbatch.record.storage.run_log import LOGGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.record.storage.run_directory import RunDirectory


def quota_file(
    site: str, account: str, directory: RunDirectory, tell: Callable[[str], object] = LOGGER.warning, part: str = ""
) -> QuotaFile:
    """Return the quota record of an account on a site; a rehearsal has one of its own, as its site is its own.

    `tell` receives a line for people if it cannot be read. `part` is the account's name in a batch with several.
    """
    if site == DEMO:
        return QuotaFile(directory.quota_of(part), tell)
    return QuotaFile(quota_path(home_folder(os.environ), urlsplit(site).netloc, account), tell)
