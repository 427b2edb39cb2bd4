"""The rows of `report.html`, which pytest-html's hooks put into its table, one for each video.

pytest-html takes the cells as HTML, sorts a column by comparing this HTML as strings, and reads a column's name from
the first class of its cells. It filters by a column `result`, which is hidden here.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from grokbatch.media.resolution import resolution_class
from grokbatch.record.model.manifest import FileState
from grokbatch.record.model.outcome import Status
from grokbatch.review.formatting import (
    VideoState,
    browser_name,
    joined,
    label,
    one_line,
    perhaps_made,
    standing,
    storage,
    took,
)
from grokbatch.review.report.details import attempts, choices, evidence_links, page_picture
from grokbatch.review.report.video import TONES, ReportedVideo, ReportPage, file_link, link, pill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pytest

    from grokbatch.record.model.manifest import VideoRecord

HEADER = (
    '<th class="sortable" data-column-type="result" hidden>Result</th>',
    "<th>Picture</th>",
    '<th class="sortable" data-column-type="testId">Video</th>',
    '<th class="sortable" data-column-type="status">Status</th>',
    '<th class="sortable" data-column-type="length">Duration</th>',
    '<th class="sortable" data-column-type="pixels">Resolution</th>',
    '<th class="sortable" data-column-type="bytes">Size</th>',
    '<th class="sortable" data-column-type="attempts">Attempts</th>',
    '<th class="sortable" data-column-type="took">Took</th>',
    '<th class="sortable" data-column-type="worker">Browser</th>',
    "<th>Links</th>",
    '<th class="sortable" data-column-type="message">Message</th>',
)
"""The column headings, in the order of the cells. `Duration` is that of the video, `Took` that of the last attempt."""

_ORDER = list(VideoState)
_UNSETTLED = {VideoState.PENDING, VideoState.IN_PROGRESS}


def title(names: Sequence[str]) -> str:
    """Return the title of the report on batches with these names."""
    return joined(["grokbatch", ", ".join(names)], ": ")


def table_header(cells: list[str]) -> None:
    """Replace the headings of pytest-html's table by those for videos."""
    cells[:] = HEADER


def table_row(report: pytest.TestReport, cells: list[str], video: ReportedVideo | None, page: ReportPage) -> None:
    """Replace the cells of a row. `video` is None for an ordinary test in the same pytest run."""
    if not cells:
        return
    if video is None:
        cells[1:] = _plain_cells(report)
    elif _is_unsettled(report, video.record):
        status = _key(_ORDER.index(VideoState.FAILED)) + pill(VideoState.FAILED.value, "bad")
        # pytest-xdist tells of a dead worker in a plain string; anything else unfolds below the row.
        message = one_line(report.longrepr) if isinstance(report.longrepr, str) else "see the details"
        cells[1:] = _cells(video, page, status, message, str(getattr(report, "worker_id", "")))
    else:
        cells[1:] = video_cells(video, page, is_skipped=report.skipped, worker=str(getattr(report, "worker_id", "")))


def row_details(report: pytest.TestReport, data: list[str], video: ReportedVideo | None, page: ReportPage) -> None:
    """Replace the details below a row by the video's attempts, evidence and screenshot.

    Ordinary tests keep their output, and so does a video whose failure is not in the manifest. A video that an earlier
    run has finished has no details.
    """
    if report.skipped and video is not None:
        data.clear()
        return
    if video is None or _is_unsettled(report, video.record):
        data[:] = [f"<pre>{part}</pre>" for part in data]
        return
    record = video.record
    told = choices(record), attempts(record.attempts)
    parts = *told, evidence_links(video.evidence, page), page_picture(video, page)
    data[:] = [part for part in parts if part]


def video_cells(video: ReportedVideo, page: ReportPage, *, is_skipped: bool = False, worker: str = "") -> list[str]:
    """Return the cells of a video's row, without the hidden first one; `worker` is used if the record has none."""
    record = video.record
    where = standing(record.status, record.category)
    status = _key(_ORDER.index(where)) + pill(label(record.status, record.category), TONES.get(where, "calm"))
    return _cells(video, page, status, _message(record, _why_skipped(record) if is_skipped else None), worker)


def _cells(video: ReportedVideo, page: ReportPage, status: str, message: str, worker: str) -> list[str]:
    record, number = video.record, len(video.record.attempts)
    return [
        _cell("picture", _screenshot(video.screenshot, page) or _video_file(video, page)),
        _cell("testId", escape(joined([video.batch, record.id], "/")), "gb-tight"),
        _cell("status", status),
        _cell("length", _seconds(video.measured.duration), "gb-number"),
        _cell("pixels", _resolution(video.measured.width, video.measured.height), "gb-number"),
        _cell("bytes", _size(video.measured.size), "gb-number"),
        _cell("attempts", f"{_key(number)}{number}", "gb-number"),
        _cell("took", _seconds(record.seconds), "gb-number"),
        _worker_cell(record.worker or worker),
        _cell("links", joined(_links(video, page), " "), "gb-links"),
        _cell("message", escape(message), "gb-message"),
    ]


def _plain_cells(report: pytest.TestReport) -> list[str]:
    tone = {"passed": "good", "failed": "bad"}.get(report.outcome, "calm")
    return [
        _cell("picture", ""),
        _cell("testId", escape(report.nodeid)),
        _cell("status", _key(len(_ORDER)) + pill(report.outcome, tone)),
        *(_cell(name, "") for name in ("length", "pixels", "bytes", "attempts")),
        _cell("took", _seconds(report.duration), "gb-number"),
        _worker_cell(str(getattr(report, "worker_id", ""))),
        _cell("links", ""),
        _cell("message", ""),
    ]


def _cell(name: str, content: str, style: str = "") -> str:
    return f'<td class="{joined([f"col-{name}", style], " ")}">{content}</td>'


def _worker_cell(worker: str) -> str:
    number = worker.removeprefix("gw")
    return _cell("worker", (_key(int(number)) if number.isdigit() else "") + escape(browser_name(worker)), "gb-number")


def _key(number: float) -> str:
    # Sorting compares the cells' HTML as strings; a comment in front puts numbers in their order.
    return f"<!--{number:018.3f}-->"


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else _key(seconds) + took(seconds)


def _resolution(width: int | None, height: int | None) -> str:
    if not width or not height:
        return ""
    known = f'<span class="gb-class">{resolution_class(width, height)}</span>'
    return f"{_key(width * height)}{width}×{height} {known}"  # noqa: RUF001


def _size(size: int | None) -> str:
    return _key(size) + storage(size) if size else ""


def _is_unsettled(report: pytest.TestReport, record: VideoRecord) -> bool:
    return report.failed and standing(record.status, record.category) in _UNSETTLED


def _message(record: VideoRecord, earlier: str | None) -> str:
    if record.status is not Status.COMPLETED:
        return joined([one_line(record.message), perhaps_made(record), earlier], "; ")
    adopted = "found on the page after an interrupted run" if record.adopted else None
    return joined([record.degraded, *_flaws(record), adopted, earlier], "; ")


def _flaws(record: VideoRecord) -> Iterator[str]:
    for file in (record.download, record.hd):
        if file is not None and file.state is FileState.FAILED:
            yield joined(["not on disk", one_line(file.message)], ": ")
    if record.not_removed:
        yield f"not deleted on the site: {one_line(record.not_removed)}"
    yield from (f"not as expected: {miss}" for miss in record.misses)


def _why_skipped(record: VideoRecord) -> str:
    return "settled by an earlier run" if record.is_final else "not started: the run was stopped"


def _links(video: ReportedVideo, page: ReportPage) -> Iterator[str]:
    hd = video.record.hd
    yield file_link(video.file, "file", page, video.file.name if video.file else "")
    yield file_link(video.hd, "HD", page, f"{hd.width}×{hd.height}" if hd else "")  # noqa: RUF001
    yield link(video.record.page_url, "page")
    evidence = video.evidence
    yield file_link(evidence[0].parent if evidence else None, "evidence", page)


def _video_file(video: ReportedVideo, page: ReportPage) -> str:
    """Return the element that shows the poster of a video and links to its file."""
    if video.file is None and video.poster is None:
        return ""
    if video.file is None:
        return f'<span class="gb-shot {video.picture_class}"></span>'
    return (
        f'<a class="gb-shot {video.picture_class}" href="{page.address_of(video.file)}" target="_blank" '
        f'title="{escape(video.file.name)}" aria-label="play {escape(video.record.id)}">▶</a>'
    )


def _screenshot(shot: Path | None, page: ReportPage) -> str:
    if shot is None:
        return ""
    # A background, because pytest-html's media viewer takes over the first img that it finds in a row.
    style = f"background-image:url('{page.picture(shot)}')"
    return (
        f'<a class="gb-shot" href="{page.address_of(shot)}" target="_blank" '
        f'title="{escape(shot.name)}" aria-label="the page at that time" style="{style}"></a>'
    )
