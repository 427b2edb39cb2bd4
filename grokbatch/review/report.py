"""The rows of `report.html`: what pytest-html's hooks put into its table for each video.

pytest-html takes cells as raw HTML, sorts columns by comparing their HTML as strings, and finds a column's
name in the cell's first class. It needs a `result` column to filter by, which stays hidden here.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from grokbatch.record.manifest import FileState, is_there
from grokbatch.record.outcome import Status
from grokbatch.review.kept import bundle_files
from grokbatch.review.wording import Standing, joined, label, one_line, standing, took

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

    from grokbatch.record.manifest import AttemptRecord, VideoRecord
    from grokbatch.record.rundir import RunDirectory

STYLESHEET = Path(__file__).with_name("report.css")
"""The style sheet to append to pytest-html's own (its option `--css`)."""

HEADER = (
    '<th class="sortable" data-column-type="result" hidden>Result</th>',
    '<th class="sortable" data-column-type="status">Status</th>',
    '<th class="sortable" data-column-type="testId">Video</th>',
    '<th class="sortable" data-column-type="attempts">Attempts</th>',
    '<th class="sortable" data-column-type="took">Duration</th>',
    '<th class="sortable" data-column-type="worker">Worker</th>',
    "<th>Page</th>",
    "<th>Picture</th>",
    "<th>Evidence</th>",
    '<th class="sortable" data-column-type="message">Message</th>',
)
"""The column headings, in the order of the cells."""

TONES = {
    Standing.COMPLETED: "good",
    Standing.FAILED: "bad",
    Standing.MODERATED: "wary",
    Standing.RATE_LIMITED: "wary",
}
"""The colour that each standing has in the report; everything else is `calm`."""

_ORDER = list(Standing)
_UNSETTLED = {Standing.PENDING, Standing.IN_PROGRESS}


@dataclass(frozen=True)
class ReportedVideo:
    """A video as the report shows it: its record, and the run directory that its evidence lies in.

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
        poster = self.directory.root / self.record.poster if self.record.poster else None
        return poster if poster and poster.is_file() else None

    @property
    def file(self) -> Path | None:
        """The video's file, if it is on disk."""
        file = self.directory.root / self.record.download.path if is_there(self.record.download) else None
        return file if file and file.is_file() else None

    @property
    def evidence(self) -> list[Path]:
        """The files of the last evidence of this video that are there; they lie in one folder."""
        return bundle_files(self.directory, self.record)


@dataclass(frozen=True)
class ReportPage:
    """The page that rows are written for: its file, and whether everything has to be inside of it."""

    path: Path
    self_contained: bool = False

    def address_of(self, file: Path) -> str:
        """Return the relative address that leads from the page to `file`, fit for HTML and CSS."""
        return quote(Path(os.path.relpath(file.absolute(), self.path.absolute().parent)).as_posix())

    def picture(self, file: Path) -> str:
        """Return the address of a picture to show in the page: the picture itself when all has to be inside."""
        if not self.self_contained:
            return self.address_of(file)
        kind = "png" if file.suffix == ".png" else file.suffix.lstrip(".").replace("jpg", "jpeg")
        return f"data:image/{kind};base64,{base64.b64encode(file.read_bytes()).decode()}"


def title(names: Sequence[str]) -> str:
    """Return the report's title for batches of these names."""
    return joined(["grokbatch", ", ".join(names)], ": ")


def table_header(cells: list[str]) -> None:
    """Replace pytest-html's columns by ours."""
    cells[:] = HEADER


def table_row(report: pytest.TestReport, cells: list[str], video: ReportedVideo | None, page: ReportPage) -> None:
    """Replace the cells of one row: of a video, or (None) of a test that ran beside the videos."""
    if cells:
        cells[1:] = _plain_cells(report) if video is None else _video_cells(report, video, page)


def row_details(report: pytest.TestReport, data: list[str], video: ReportedVideo | None, page: ReportPage) -> None:
    """Replace what a row unfolds to by the video's attempts and the screenshot.

    Other tests keep their output, and so does a video whose failure has not become an outcome. A video that
    an earlier run settled unfolds to nothing.
    """
    if report.skipped and video is not None:
        data.clear()
        return
    if video is None or _is_unsettled(report, video.record):
        data[:] = [f"<pre>{part}</pre>" for part in data]
        return
    shot = video.screenshot
    picture = f'<img loading="lazy" alt="the page at that time" src="{page.picture(shot)}">' if shot else ""
    files = _evidence_files(video.evidence, page)
    data[:] = [part for part in (_attempts(video.record.attempts), files, picture) if part]


def pill(word: str, tone: str) -> str:
    """Return a word on a coloured ground."""
    return f'<span class="gb-pill gb-{tone}">{escape(word)}</span>'


def link(address: str | None, text: str) -> str:
    """Return a link to a page on the web, or nothing when `address` is none."""
    if not address or urlsplit(address).scheme not in {"http", "https"}:
        return ""
    return f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(text)}</a>'


def _video_cells(report: pytest.TestReport, video: ReportedVideo, page: ReportPage) -> list[str]:
    record, number = video.record, len(video.record.attempts)
    return [
        _cell("status", _status(report, record)),
        _cell("testId", escape(joined([video.batch, record.id], "/")), "gb-tight"),
        _cell("attempts", f"{_key(number)}{number}", "gb-number"),
        _cell("took", _duration(record.seconds), "gb-number"),
        _worker_cell(record.worker or str(getattr(report, "worker_id", ""))),
        _cell("links", link(record.page_url, "open")),
        _cell("links", _thumbnail(video.screenshot, page) or _film(video, page)),
        _cell("links", _evidence_folder(video.evidence, page)),
        _cell("message", escape(_message(report, record)), "gb-message"),
    ]


def _plain_cells(report: pytest.TestReport) -> list[str]:
    tone = {"passed": "good", "failed": "bad"}.get(report.outcome, "calm")
    return [
        _cell("status", _key(len(_ORDER)) + pill(report.outcome, tone)),
        _cell("testId", escape(report.nodeid)),
        _cell("attempts", ""),
        _cell("took", _duration(report.duration), "gb-number"),
        _worker_cell(str(getattr(report, "worker_id", ""))),
        _cell("links", ""),
        _cell("links", ""),
        _cell("links", ""),
        _cell("message", ""),
    ]


def _cell(name: str, content: str, style: str = "") -> str:
    return f'<td class="{joined([f"col-{name}", style], " ")}">{content}</td>'


def _worker_cell(worker: str) -> str:
    number = worker.removeprefix("gw")
    return _cell("worker", (_key(int(number)) if number.isdigit() else "") + escape(worker), "gb-number")


def _key(number: float) -> str:
    # Sorting compares the cells' HTML as strings; a comment in front puts numbers in their order.
    return f"<!--{number:012.3f}-->"


def _duration(seconds: float | None) -> str:
    return "" if seconds is None else _key(seconds) + took(seconds)


def _is_unsettled(report: pytest.TestReport, record: VideoRecord) -> bool:
    return report.failed and standing(record.status, record.category) in _UNSETTLED


def _status(report: pytest.TestReport, record: VideoRecord) -> str:
    where = Standing.FAILED if _is_unsettled(report, record) else standing(record.status, record.category)
    word = where.value if _is_unsettled(report, record) else label(record.status, record.category)
    return _key(_ORDER.index(where)) + pill(word, TONES.get(where, "calm"))


def _message(report: pytest.TestReport, record: VideoRecord) -> str:
    if _is_unsettled(report, record):
        # pytest-xdist tells of a dead worker in a plain string; anything else unfolds below the row.
        return one_line(report.longrepr) if isinstance(report.longrepr, str) else "see the details"
    earlier = _why_skipped(record) if report.skipped else None
    if record.status is not Status.COMPLETED:
        return joined([one_line(record.message), earlier], "; ")
    adopted = "found on the page after an interrupted run" if record.adopted else None
    return joined([_media(record), record.degraded, *_flaws(record), adopted, earlier], "; ")


def _flaws(record: VideoRecord) -> Iterator[str]:
    for file in (record.download, record.hd):
        if file is not None and file.state is FileState.FAILED:
            yield f"not on disk: {one_line(file.message)}"
    yield from (f"not as expected: {miss}" for miss in record.misses)


def _why_skipped(record: VideoRecord) -> str:
    return "settled by an earlier run" if record.is_final else "not started: the run was stopped"


def _media(record: VideoRecord) -> str:
    return joined(
        [
            f"{record.width}×{record.height}" if record.width and record.height else None,  # noqa: RUF001
            took(record.duration) if record.duration else None,
            f"{record.size / 1e6:.1f} MB" if record.size else None,
        ]
    )


def _film(video: ReportedVideo, page: ReportPage) -> str:
    """Return the poster of a video, which opens its file."""
    if video.file is None:
        return ""
    return _thumbnail(video.poster, page, video.file) or _file_link(video.file, "file", page)


def _thumbnail(shot: Path | None, page: ReportPage, target: Path | None = None) -> str:
    if shot is None:
        return ""
    opens = target or shot
    # A background, because pytest-html's media viewer takes over the first img that it finds in a row.
    style = f"background-image:url('{page.picture(shot)}')"
    return (
        f'<a class="gb-shot" href="{page.address_of(opens)}" target="_blank" '
        f'title="{escape(opens.name)}" style="{style}"></a>'
    )


def _evidence_folder(files: Sequence[Path], page: ReportPage) -> str:
    return _file_link(files[0].parent, "Evidence", page) if files else ""


def _evidence_files(files: Sequence[Path], page: ReportPage) -> str:
    if not files:
        return ""
    links = joined((_file_link(file, file.name, page) for file in files), " ")
    return f'<p class="gb-evidence">Evidence: {links}</p>'


def _file_link(file: Path, text: str, page: ReportPage) -> str:
    slash = "/" if file.is_dir() else ""
    return f'<a href="{page.address_of(file)}{slash}" target="_blank" rel="noopener">{escape(text)}</a>'


def _attempts(attempts: Sequence[AttemptRecord]) -> str:
    if not attempts:
        return ""
    head = "".join(f"<th>{name}</th>" for name in ("Attempt", "Started", "Took", "Worker", "Came to", "Message"))
    rows = "".join(f"<tr>{_attempt(attempt)}</tr>" for attempt in attempts)
    return f'<table class="gb-attempts"><tr>{head}</tr>{rows}</table>'


def _attempt(attempt: AttemptRecord) -> str:
    ended = attempt.ended_at
    came_to = attempt.category or (Standing.COMPLETED if ended else Standing.IN_PROGRESS)
    sent = "" if attempt.submitted_at or attempt.category is None else "nothing was sent"
    cells = (
        str(attempt.number),
        f"{attempt.started_at.astimezone():%Y-%m-%d %H:%M:%S}",
        took((ended - attempt.started_at).total_seconds()) if ended else "",
        attempt.worker,
        came_to.value,
        joined([one_line(attempt.message), sent], "; "),
    )
    return "".join(f"<td>{escape(cell)}</td>" for cell in cells)
