"""What is kept of a failure: screenshot and HTML, without the prompt, readable by the owner only."""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from playwright.sync_api import Error

from grokbatch.record.private import private_folder, write_private
from grokbatch.site.watch import PageGoneError, ask

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from grokbatch.record.rundir import RunDirectory
    from grokbatch.site.redact import Redactor

LOGGER = logging.getLogger(__name__)

_SCRIPT = files("grokbatch.site").joinpath("clean.js").read_text(encoding="utf-8")
# Every place where text is entered, not only the prompt's: what else stands in a box is nobody's business.
_BOXES = 'input, textarea, [contenteditable]:not([contenteditable="false"]), [role="textbox"]'
_QUERY = re.compile(r"""((?:https?:)?/[^\s"'<>?#]*)\?[^\s"'<>#]*""")
_TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Evidence:
    """Saves evidence into the run directory's `debug` folder; each piece may take `seconds`."""

    run_directory: RunDirectory
    seconds: float = 5.0

    def save(self, page: Page, name: str, redactor: Redactor) -> tuple[str, ...]:
        """Save what can be had of `page` and return the file names, relative to the run directory.

        Nothing is raised: a failure without evidence is still that failure.
        """
        stem = f"{name}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
        try:
            folder = private_folder(self.run_directory.debug)
            saved = [
                self._save_picture(page, folder / f"{stem}.png", redactor),
                self._save_html(page, folder / f"{stem}.html", redactor),
            ]
        except (OSError, Error, PageGoneError) as error:
            LOGGER.warning("%s: no evidence could be saved (%s)", name, type(error).__name__)
            return ()
        return tuple(path.relative_to(self.run_directory.root).as_posix() for path in saved if path)

    def _save_picture(self, page: Page, path: Path, redactor: Redactor) -> Path | None:
        self._ask(page, "hide", redactor)
        try:
            picture = page.screenshot(mask=[page.locator(_BOXES)], timeout=self.seconds * 1000)
        except Error as error:
            LOGGER.warning("no screenshot could be made (%s)", type(error).__name__)
            return None
        finally:
            self._ask(page, "show", redactor)
        _write_private_bytes(path, picture)
        return path

    def _save_html(self, page: Page, path: Path, redactor: Redactor) -> Path | None:
        text = clean_html(self._ask(page, "read", redactor)["html"], redactor)
        if text is None:
            return None
        write_private(path, text)
        return path

    def _ask(self, page: Page, job: str, redactor: Redactor) -> dict[str, str]:
        argument = {"prompt": redactor.prompt, "job": job, "boxes": _BOXES}
        answer: dict[str, str] = ask(page, _SCRIPT, argument, self.seconds * 1000)
        return answer


def clean_html(text: str, redactor: Redactor) -> str | None:
    """Return `text` without prompt and queries of addresses; None if the prompt cannot be got out."""
    cleaned = redactor.text(_QUERY.sub(r"\1?…", text))
    return None if redactor.holds_prompt(_TAGS.sub("", cleaned)) else cleaned


def _write_private_bytes(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
