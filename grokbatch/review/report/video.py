"""What the report's parts share: a video as it is shown there, the page's addresses, and the smallest pieces of it."""

from __future__ import annotations

import base64
import hashlib
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
    from collections.abc import Iterable

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
"""The colour that each standing has in the report; everything else is `calm`."""


@dataclass(frozen=True)
class ReportedVideo:
    """A video as the report shows it: its record, and the run directory that its files lie in.

    `batch` is given when the report holds several, and then stands before the id.
    """

    record: VideoRecord
    directory: RunDirectory
    batch: str = ""

    @property
    def screenshot(self) -> Path | None:
        """The picture of the page at the last failure, if there is one and the file is there."""
        pictures = [file for file in self.evidence if file.suffix == ".png"]
        return None if self.record.status is Status.COMPLETED or not pictures else pictures[-1]

    @property
    def poster(self) -> Path | None:
        """A picture out of the file of a completed video, if it is there."""
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
        """The files of the last evidence of this video that are there; they lie in one folder."""
        return bundle_files(self.directory, self.record)

    @property
    def measured(self) -> FileRecord | VideoRecord:
        """What tells size (bytes, pixels) and duration (seconds): the file itself, else what the site showed."""
        return self.record.download if is_there(self.record.download) else self.record

    @property
    def picture_class(self) -> str:
        """The name by which a style sheet gives this video's place in the table its picture."""
        place = f"{self.directory.root}/{self.record.id}"
        return f"gb-film-{hashlib.sha256(place.encode()).hexdigest()[:12]}"

    def _video_file(self, file: FileRecord | None) -> Path | None:
        return _there(self.directory.video_file(file.path)) if is_there(file) else None


def _there(path: Path | None) -> Path | None:
    return path if path is not None and path.is_file() else None


@dataclass(frozen=True)
class ReportPage:
    """The page that rows are written for: its file, and whether everything has to be inside of it."""

    path: Path
    self_contained: bool = False

    def address_of(self, file: Path) -> str:
        """Return the relative address that leads from the page to `file`, fit for HTML and CSS."""
        try:
            relative = os.path.relpath(file.absolute(), self.path.absolute().parent)
        except ValueError:
            return file.absolute().as_uri()  # another drive of Windows
        return quote(Path(relative).as_posix())

    def picture(self, file: Path) -> str:
        """Return the address of a picture to show in the page: the picture itself when all has to be inside."""
        return picture_itself(file) if self.self_contained else self.address_of(file)


def picture_itself(file: Path) -> str:
    """Return a picture as an address that holds all of it."""
    kind = file.suffix.lstrip(".").replace("jpg", "jpeg")
    return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def posters(videos: Iterable[ReportedVideo], page: ReportPage) -> Markup:
    """Return the style sheet that puts each film's picture into its row.

    Rows are written as soon as a video is reported; its picture is taken out of the file while the next one is made.
    """
    shown = [(video.picture_class, poster) for video in videos if (poster := video.poster) is not None]
    rule = Markup(".{}{{background-image:url('{}');color:transparent}}")
    rules = [rule.format(name, page.picture(file)) for name, file in shown]
    return Markup("<style>{}</style>").format(Markup().join(rules)) if rules else Markup()


def pill(word: str, tone: str) -> Markup:
    """Return a word on a coloured ground."""
    return Markup('<span class="gb-pill gb-{}">{}</span>').format(tone, word)


def link(address: str | None, text: str) -> Markup:
    """Return a link to a page on the web, or nothing when `address` is none."""
    if not address or urlsplit(address).scheme not in {"http", "https"}:
        return Markup()
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, text)


def file_link(file: Path | None, text: str, page: ReportPage, title: str = "") -> Markup:
    """Return a link to a file or folder on disk, or nothing when there is none."""
    if file is None:
        return Markup()
    address = page.address_of(file) + ("/" if file.is_dir() else "")
    tip = Markup(' title="{}"').format(title) if title else ""
    return Markup('<a href="{}" target="_blank" rel="noopener"{}>{}</a>').format(address, tip, text)


def as_strings(parts: Iterable[Markup]) -> list[str]:
    """Return markup as pytest-html takes it: as plain strings, for plugins to put together as they like."""
    return [str(part) for part in parts]
