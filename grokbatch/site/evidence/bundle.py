"""One folder of evidence: files that only their owner may read, and a list of what is missing."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.record.storage.private_files import private_folder
from grokbatch.site.page.watcher import PageGoneError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOGGER = logging.getLogger(__name__)

NO_ANSWER = "the page is gone or does not answer"


@dataclass(frozen=True)
class Bundle:
    """A folder of evidence; `missing` says, for each file that could not be made, why."""

    folder: Path
    saved: list[Path] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, parent: Path, name: str) -> Bundle:
        """Make the folder `name`, with a number if it exists, below `parent`; raises OSError."""
        private_folder(parent)
        for number in range(1, 100):
            folder = parent / (name if number == 1 else f"{name}-{number}")
            try:
                folder.mkdir(mode=0o700)
            except FileExistsError:
                continue
            return cls(folder)
        raise FileExistsError(17, "there is evidence of this video and second already", str(parent / name))

    def save(self, name: str, make: Callable[[], bytes | str | None]) -> None:
        """Write what `make` returns into the file `name`; if it fails, record why in `missing`."""
        try:
            content = make()
            if content is None:
                self.missing[name] = "it could not be cleaned of the prompt"
                return
            self._write(name, content)
        except (PageGoneError, PlaywrightTimeout):
            self.missing[name] = NO_ANSWER
        except (Error, OSError) as error:
            # Only the error's type: its text may quote the page.
            self.missing[name] = type(error).__name__
        if name in self.missing:
            LOGGER.warning("evidence %s: %s", name, self.missing[name])

    def _write(self, name: str, content: bytes | str) -> None:
        data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
        path = self.folder / name
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        self.saved.append(path)
