"""The rows of `report.html`, which pytest-html's hooks put into its table, one for each video.

pytest-html takes the cells as HTML, sorts a column by comparing this HTML as strings, and reads a column's name from
the first class of its cells. It filters by a column `result`, which is hidden here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

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
    storage,
    took,
    video_state,
)
from grokbatch.review.report.details import attempts, choices, evidence_links, page_picture
from grokbatch.review.report.video import TONES, ReportedVideo, ReportPage, as_strings, file_link, link, pill

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pytest

    from grokbatch.record.model.manifest import VideoRecord

HEADER = (
    Markup('<th class="sortable" data-column-type="result" hidden>Result</th>'),
    Markup("<th>Picture</th>"),
    Markup('<th class="sortable" data-column-type="testId">Video</th>'),
    Markup('<th class="sortable" data-column-type="status">Status</th>'),
    Markup('<th class="sortable" data-column-type="length">Duration</th>'),
    Markup('<th class="sortable" data-column-type="pixels">Resolution</th>'),
    Markup('<th class="sortable" data-column-type="bytes">Size</th>'),
    Markup('<th class="sortable" data-column-type="attempts">Attempts</th>'),
    Markup('<th class="sortable" data-column-type="took">Took</th>'),
    Markup('<th class="sortable" data-column-type="worker">Browser</th>'),
    Markup("<th>Links</th>"),
    Markup('<th class="sortable" data-column-type="message">Message</th>'),
)
"""The column headings, in the order of the cells. `Duration` is that of the video, `Took` that of the last attempt."""

_ORDER = list(VideoState)
_UNSETTLED = {VideoState.PENDING, VideoState.IN_PROGRESS}


def title(names: Sequence[str]) -> str:
    """Return the title of the report on batches with these names."""
    return joined(["grokbatch", ", ".join(names)], ": ")


def table_header(cells: list[str]) -> None:
    """Replace the headings of pytest-html's table by those for videos."""
    cells[:] = as_strings(HEADER)


def table_row(report: pytest.TestReport, cells: list[str], video: ReportedVideo | None, page: ReportPage) -> None:
    """Replace the cells of a row. `video` is None for an ordinary test in the same pytest run."""
    if cells:
        cells[1:] = as_strings(_row(report, video, page))


def row_details(report: pytest.TestReport, data: list[str], video: ReportedVideo | None, page: ReportPage) -> None:
    """Replace the details below a row by the video's attempts, evidence and screenshot.

    Ordinary tests keep their output, and so does a video whose failure is not in the manifest. A video that an earlier
    run has finished has no details.
    """
    if report.skipped and video is not None:
        data.clear()
        return
    if video is None or _is_unsettled(report, video.record):
        # pytest-html has escaped it.
        data[:] = [f"<pre>{part}</pre>" for part in data]
        return
    record = video.record
    told = choices(record), attempts(record.attempts)
    parts = *told, evidence_links(video.evidence, page), page_picture(video, page)
    data[:] = as_strings(part for part in parts if part)


def video_cells(video: ReportedVideo, page: ReportPage, *, is_skipped: bool = False, worker: str = "") -> list[Markup]:
    """Return the cells of a video's row, without the hidden first one; `worker` is used if the record has none."""
    record = video.record
    state = video_state(record.status, record.category)
    status = _key(_ORDER.index(state)) + pill(label(record.status, record.category), TONES.get(state, "calm"))
    return _cells(video, page, status, _message(record, _why_skipped(record) if is_skipped else None), worker)


def _row(report: pytest.TestReport, video: ReportedVideo | None, page: ReportPage) -> list[Markup]:
    worker = str(getattr(report, "worker_id", ""))
    if video is None:
        return _plain_cells(report, worker)
    if not _is_unsettled(report, video.record):
        return video_cells(video, page, is_skipped=report.skipped, worker=worker)
    status = _key(_ORDER.index(VideoState.FAILED)) + pill(VideoState.FAILED.value, "bad")
    # pytest-xdist tells of a dead worker in a plain string; anything else unfolds below the row.
    message = one_line(report.longrepr) if isinstance(report.longrepr, str) else "see the details"
    return _cells(video, page, status, message, worker)


def _cells(video: ReportedVideo, page: ReportPage, status: Markup, message: str, worker: str) -> list[Markup]:
    record, number = video.record, len(video.record.attempts)
    return [
        _cell("picture", _screenshot(video.screenshot, page) or _video_file(video, page)),
        _cell("testId", joined([video.batch, record.id], "/"), "gb-tight"),
        _cell("status", status),
        _cell("length", _seconds(video.measured.duration), "gb-number"),
        _cell("pixels", _resolution(video.measured.width, video.measured.height), "gb-number"),
        _cell("bytes", _size(video.measured.size), "gb-number"),
        _cell("attempts", _key(number) + str(number), "gb-number"),
        _cell("took", _seconds(record.seconds), "gb-number"),
        _worker_cell(record.worker or worker),
        _cell("links", Markup(" ").join(filter(None, _links(video, page))), "gb-links"),
        _cell("message", message, "gb-message"),
    ]


def _plain_cells(report: pytest.TestReport, worker: str) -> list[Markup]:
    tone = {"passed": "good", "failed": "bad"}.get(report.outcome, "calm")
    return [
        _cell("picture", ""),
        _cell("testId", report.nodeid),
        _cell("status", _key(len(_ORDER)) + pill(report.outcome, tone)),
        *(_cell(name, "") for name in ("length", "pixels", "bytes", "attempts")),
        _cell("took", _seconds(report.duration), "gb-number"),
        _worker_cell(worker),
        _cell("links", ""),
        _cell("message", ""),
    ]


def _cell(name: str, content: str, style: str = "") -> Markup:
    return Markup('<td class="{}">{}</td>').format(joined([f"col-{name}", style], " "), content)


def _worker_cell(worker: str) -> Markup:
    number = worker.removeprefix("gw")
    return _cell("worker", (_key(int(number)) if number.isdigit() else Markup()) + browser_name(worker), "gb-number")


def _key(number: float) -> Markup:
    # Sorting compares the cells' HTML as strings; a comment in front puts numbers in their order.
    return Markup("<!--{:018.3f}-->").format(number)


def _seconds(seconds: float | None) -> Markup:
    return Markup() if seconds is None else _key(seconds) + took(seconds)


def _resolution(width: int | None, height: int | None) -> Markup:
    if not width or not height:
        return Markup()
    shown = Markup('{}×{} <span class="gb-class">{}</span>')  # noqa: RUF001
    return _key(width * height) + shown.format(width, height, resolution_class(width, height))


def _size(size: int | None) -> Markup:
    return _key(size) + storage(size) if size else Markup()


def _is_unsettled(report: pytest.TestReport, record: VideoRecord) -> bool:
    return report.failed and video_state(record.status, record.category) in _UNSETTLED


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


def _links(video: ReportedVideo, page: ReportPage) -> Iterator[Markup]:
    hd = video.record.hd
    yield file_link(video.file, "file", page, video.file.name if video.file else "")
    yield file_link(video.hd, "HD", page, f"{hd.width}×{hd.height}" if hd else "")  # noqa: RUF001
    yield link(video.record.page_url, "page")
    evidence = video.evidence
    yield file_link(evidence[0].parent if evidence else None, "evidence", page)


def _video_file(video: ReportedVideo, page: ReportPage) -> Markup:
    """Return the element that shows the poster of a video and links to its file."""
    if video.file is None and video.poster is None:
        return Markup()
    if video.file is None:
        return Markup('<span class="gb-shot {}"></span>').format(video.picture_class)
    place = Markup('<a class="gb-shot {}" href="{}" target="_blank" title="{}" aria-label="play {}">▶</a>')
    return place.format(video.picture_class, page.address_of(video.file), video.file.name, video.record.id)


def _screenshot(shot: Path | None, page: ReportPage) -> Markup:
    if shot is None:
        return Markup()
    # A background, because pytest-html's media viewer takes over the first img that it finds in a row.
    place = Markup(
        '<a class="gb-shot" href="{}" target="_blank" title="{}" aria-label="the page at that time" '
        "style=\"background-image:url('{}')\"></a>"
    )
    return place.format(page.address_of(shot), shot.name, page.picture(shot))
