"""The shared parts of the report: a video as it is shown there, addresses within the page, links and labels."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from grokbatch.record.model.manifest import is_there
from grokbatch.record.model.outcome import Status
from grokbatch.review.evidence_files import bundle_files
from grokbatch.review.formatting import VideoState

if TYPE_CHECKING:
    from grokbatch.record.model.manifest import FileRecord, VideoRecord
    from grokbatch.record.storage.run_directory import RunDirectory

STYLESHEET = Path(__file__).with_name("report.css")
"""The style sheet to append to pytest-html's own (its option `--css`)."""

TONES = {
    VideoState.COMPLETED: "good",
    VideoState.FAILED: "bad",
    VideoState.MODERATED: "wary",
    VideoState.RATE_LIMITED: "wary",
}
"""The name of the colour of each state in the report; that of all other states is `calm`."""


@dataclass(frozen=True)
class ReportedVideo:
    """A video as the report shows it: its record, and the run directory with its files.

    `batch` is set if the report is about several batches, and is then shown before the id. `last_run` is the number of
    the batch's last run, 0 if that does not matter. `shows_prompt`: the user has asked for prompts in the report.
    `is_needed`: the batch wants it, unless it is made already. `account` is the one that makes it, or made it.
    """

    record: VideoRecord
    directory: RunDirectory
    batch: str = ""
    last_run: int = 0
    shows_prompt: bool = False
    is_needed: bool = True
    account: str = ""

    @property
    def name(self) -> str:
        """The video's id, after the name of its batch if that is set; unlike that of any other in the report."""
        return "/".join(filter(None, (self.batch, self.record.id)))

    @property
    def screenshot(self) -> Path | None:
        """The screenshot of the page at the last failure, if the video is not completed and the file exists."""
        pictures = [file for file in self.evidence if file.suffix == ".png"]
        return None if self.record.status is Status.COMPLETED or not pictures else pictures[-1]

    @property
    def poster(self) -> Path | None:
        """The poster of the video, if the file exists."""
        return _there(self.directory.poster(self.record.poster)) if self.record.poster else None

    @property
    def file(self) -> Path | None:
        """The video's file, if it is on disk."""
        return self._video_file(self.record.download)

    @property
    def hd(self) -> Path | None:
        """The upscaled file, if it is on disk."""
        return self._video_file(self.record.hd)

    @property
    def evidence(self) -> list[Path]:
        """The existing files in the last evidence folder of this video."""
        return bundle_files(self.directory, self.record)

    @property
    def measured(self) -> FileRecord | VideoRecord:
        """The record with sizes (bytes, pixels) and duration (seconds): of the file if it exists, else of the site."""
        return self.record.download if is_there(self.record.download) else self.record

    def _video_file(self, file: FileRecord | None) -> Path | None:
        return _there(self.directory.video_file(file.path)) if is_there(file) else None


def _there(path: Path | None) -> Path | None:
    return path if path is not None and path.is_file() else None


@dataclass(frozen=True)
class ReportPage:
    """The page that contains the rows: its file, and whether pictures are embedded in it."""

    path: Path
    self_contained: bool = False

    def address_of(self, file: Path) -> str:
        """Return the address of `file` relative to the page, quoted so that it can be used in HTML and CSS."""
        try:
            relative = os.path.relpath(file.absolute(), self.path.absolute().parent)
        except ValueError:
            return file.absolute().as_uri()  # another drive of Windows
        return quote(Path(relative).as_posix())

    def picture(self, file: Path) -> str:
        """Return the address of a picture for the page; in a self-contained page it contains the picture itself."""
        return picture_itself(file) if self.self_contained else self.address_of(file)


def picture_itself(file: Path) -> str:
    """Return a `data:` address that contains the picture."""
    kind = file.suffix.lstrip(".").replace("jpg", "jpeg")
    return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def pill(word: str, tone: str) -> Markup:
    """Return a word with a coloured background."""
    return Markup('<span class="gb-pill gb-{}">{}</span>').format(tone, word)


def link(address: str | None, text: str) -> Markup:
    """Return a link to a web page, or an empty string if `address` is not one of http or https."""
    if not address or urlsplit(address).scheme not in {"http", "https"}:
        return Markup()
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, text)


def file_link(file: Path | None, text: str, page: ReportPage, title: str = "") -> Markup:
    """Return a link to a file or folder on disk, or an empty string if `file` is None."""
    if file is None:
        return Markup()
    address = page.address_of(file) + ("/" if file.is_dir() else "")
    tip = Markup(' title="{}"').format(title) if title else ""
    return Markup('<a href="{}" target="_blank" rel="noopener"{}>{}</a>').format(address, tip, text)
