"""The rows of the report's table: one for each video of a batch, drawn from its manifest."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from grokbatch.review.report.details import attempts, choices, evidence_links, page_picture, prompt
from grokbatch.review.report.video import TONES, ReportedVideo, ReportPage, file_link, link, pill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from grokbatch.record.model.manifest import VideoRecord


@dataclass(frozen=True)
class Column:
    """A column of the table; `is_sorted`: the user can sort by it."""

    name: str
    heading: str
    is_sorted: bool = True


ACCOUNT = Column("account", "Account")
"""Left out where all videos are of one account."""

COLUMNS = (
    Column("picture", "Picture", is_sorted=False),
    Column("video", "Video"),
    Column("status", "Status"),
    Column("did", "Last run"),
    Column("length", "Duration"),
    Column("pixels", "Resolution"),
    Column("bytes", "Size"),
    Column("attempts", "Attempts"),
    Column("took", "Took"),
    Column("worker", "Browser"),
    ACCOUNT,
    Column("links", "Links", is_sorted=False),
    Column("message", "Message"),
)
"""The columns, in the order of the cells. `Duration` is that of the video, `Took` that of the last attempt."""

MADE, TRIED, FETCHED = "made", "tried", "file"
_ORDER = list(VideoState)


@dataclass(frozen=True)
class Cell:
    """A cell of a row: what it shows, and the number that it is sorted by; without one it is sorted by its text."""

    content: Markup | str
    key: float | None = None


@dataclass(frozen=True)
class Row:
    """A video's row. `did` is what the last run did for it, empty for nothing; `details` unfold below it."""

    name: str
    state: VideoState
    did: str
    cells: tuple[tuple[Column, Cell], ...]
    details: Markup
    account: str = ""

    def without(self, column: Column) -> Row:
        """Return the row without the cell of a column."""
        return replace(self, cells=tuple(cell for cell in self.cells if cell[0] != column))


def video_row(video: ReportedVideo, page: ReportPage) -> Row:
    """Return the row of a video."""
    record = video.record
    state, did = video_state(record.status, record.category), done_by_run(record, video.last_run)
    status = pill(label(record.status, record.category), TONES.get(state, "calm"))
    tried = len(record.attempts)
    measured, details = video.measured, _details(video, page)
    cells = (
        Cell(_screenshot(video.screenshot, page) or _poster(video, page)),
        Cell(_named(video)),
        Cell(status, _ORDER.index(state)),
        Cell(did),
        _seconds(measured.duration),
        _resolution(measured.width, measured.height),
        Cell(storage(measured.size), measured.size) if measured.size else Cell(""),
        Cell(str(tried), tried) if tried else Cell(""),
        _seconds(record.seconds),
        _worker(record.worker or ""),
        Cell(video.account),
        Cell(Markup(" ").join(filter(None, [*_links(video, page), _fold(details)]))),
        Cell(joined([_message(record), _not_needed(video)], "; ")),
    )
    return Row(video.name, state, did, tuple(zip(COLUMNS, cells, strict=True)), details, video.account)


def done_by_run(record: VideoRecord, run: int) -> str:
    """Return what the batch's run number `run` did for a video, empty for nothing."""
    if run and any(attempt.run == run for attempt in record.attempts):
        return MADE if record.status is Status.COMPLETED else TRIED
    files = [file for file in (record.download, record.hd) if file is not None and run and file.run == run]
    return FETCHED if files else ""


def _details(video: ReportedVideo, page: ReportPage) -> Markup:
    record = video.record
    asked = prompt(record) if video.shows_prompt else Markup()
    parts = asked, choices(record), attempts(record.attempts), evidence_links(video.evidence, page)
    return Markup().join([*parts, page_picture(video, page)])


def _fold(details: Markup) -> Markup:
    # The details are a row of their own, which the style sheet shows while this is open: it works without a script.
    return Markup('<details class="gb-fold"><summary>details</summary></details>') if details else Markup()


def _named(video: ReportedVideo) -> Markup:
    tip = Markup(' title="{}"').format(video.record.prompt) if video.shows_prompt else Markup()
    return Markup("<span{}>{}</span>").format(tip, video.name)


def _worker(worker: str) -> Cell:
    number = worker.removeprefix("gw")
    # A run without pytest-xdist has one worker, whose name is no number.
    return Cell(browser_name(worker), int(number) if number.isdecimal() else 0) if worker else Cell("")


def _seconds(seconds: float | None) -> Cell:
    return Cell("") if seconds is None else Cell(took(seconds), round(seconds, 3))


def _resolution(width: int | None, height: int | None) -> Cell:
    if not width or not height:
        return Cell("")
    shown = Markup('{}×{} <span class="gb-class">{}</span>')  # noqa: RUF001
    return Cell(shown.format(width, height, resolution_class(width, height)), width * height)


def _message(record: VideoRecord) -> str:
    if record.status is not Status.COMPLETED:
        return joined([one_line(record.message), perhaps_made(record)], "; ")
    adopted = "found on the page after an interrupted run" if record.adopted else None
    return joined([record.degraded, *_flaws(record), adopted], "; ")


def _not_needed(video: ReportedVideo) -> str:
    is_made = video.record.status is Status.COMPLETED
    return "" if video.is_needed or is_made else "not needed: the batch has its keepers"


def _flaws(record: VideoRecord) -> Iterator[str]:
    for file in (record.download, record.hd):
        if file is not None and file.state is FileState.FAILED:
            yield joined(["not on disk", one_line(file.message)], ": ")
    if record.not_removed:
        yield f"not deleted on the site: {one_line(record.not_removed)}"
    yield from (f"not as expected: {miss}" for miss in record.misses)


def _links(video: ReportedVideo, page: ReportPage) -> Iterator[Markup]:
    hd = video.record.hd
    yield file_link(video.file, "file", page, video.file.name if video.file else "")
    yield file_link(video.hd, "HD", page, f"{hd.width}×{hd.height}" if hd else "")  # noqa: RUF001
    yield link(video.record.page_url, "page")
    evidence = video.evidence
    yield file_link(evidence[0].parent if evidence else None, "evidence", page)


def _poster(video: ReportedVideo, page: ReportPage) -> Markup:
    """Return the poster of a video as a link to its file; without a poster a sign, and without a file no link."""
    if video.file is None and video.poster is None:
        return Markup()
    shown = _image(video.poster, page) if video.poster else Markup("▶")
    if video.file is None:
        return Markup('<span class="gb-shot">{}</span>').format(shown)
    place = Markup('<a class="gb-shot" href="{}" target="_blank" title="{}" aria-label="play {}">{}</a>')
    return place.format(page.address_of(video.file), video.file.name, video.name, shown)


def _screenshot(shot: Path | None, page: ReportPage) -> Markup:
    if shot is None:
        return Markup()
    place = Markup('<a class="gb-shot" href="{}" target="_blank" title="{}" aria-label="the page at that time">{}</a>')
    return place.format(page.address_of(shot), shot.name, _image(shot, page))


def _image(file: Path, page: ReportPage) -> Markup:
    return Markup('<img loading="lazy" alt="" src="{}">').format(page.picture(file))
