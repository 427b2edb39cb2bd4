"""The details below a row of the report: the video's attempts, its evidence, and a screenshot of the page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from grokbatch.review.formatting import VideoState, browser_name, joined, one_line, took
from grokbatch.review.report.video import file_link

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grokbatch.record.model.manifest import AttemptRecord, VideoRecord
    from grokbatch.review.report.video import ReportedVideo, ReportPage


def choices(video: VideoRecord) -> str:
    """Return the prompt's number and name, and the axes of a video; empty if the batch has one prompt without axes."""
    prompt = f"prompt {video.number} {video.name}".strip() if video.name or video.number > 1 or video.axes else ""
    told = [prompt, *(f"{name}: {value}" for name, value in video.axes.items())]
    return f'<p class="gb-choices">{escape(joined(told))}</p>' if prompt else ""


def attempts(made: Sequence[AttemptRecord]) -> str:
    """Return a table of attempts, or an empty string if there are none."""
    if not made:
        return ""
    head = "".join(f"<th>{name}</th>" for name in ("Attempt", "Started", "Took", "Browser", "Came to", "Message"))
    rows = "".join(f"<tr>{_attempt(attempt)}</tr>" for attempt in made)
    return f'<table class="gb-attempts"><tr>{head}</tr>{rows}</table>'


def evidence_links(files: Sequence[Path], page: ReportPage) -> str:
    """Return links to the evidence files, or an empty string if there are none."""
    if not files:
        return ""
    links = joined((file_link(file, file.name, page) for file in files), " ")
    return f'<p class="gb-evidence">Evidence: {links}</p>'


def page_picture(video: ReportedVideo, page: ReportPage) -> str:
    """Return the screenshot of the page at the last failure, or an empty string if there is none."""
    shot = video.screenshot
    return f'<img loading="lazy" alt="the page at that time" src="{page.picture(shot)}">' if shot else ""


def _attempt(attempt: AttemptRecord) -> str:
    ended = attempt.ended_at
    came_to = attempt.category or (VideoState.COMPLETED if ended else VideoState.IN_PROGRESS)
    sent = "" if attempt.submitted_at or attempt.category is None else "nothing was sent"
    cells = (
        str(attempt.number),
        f"{attempt.started_at.astimezone():%Y-%m-%d %H:%M:%S}",
        took(attempt.seconds) if attempt.seconds is not None else "",
        browser_name(attempt.worker),
        came_to.value,
        joined([one_line(attempt.message), sent], "; "),
    )
    return "".join(f"<td>{escape(cell)}</td>" for cell in cells)
