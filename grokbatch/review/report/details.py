"""The details below a row of the report: the video's attempts, its evidence, and a screenshot of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from grokbatch.review.formatting import VideoState, browser_name, joined, one_line, took
from grokbatch.review.report.video import file_link
from grokbatch.review.templates import filled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grokbatch.record.model.manifest import AttemptRecord, VideoRecord
    from grokbatch.review.report.video import ReportedVideo, ReportPage


def prompt(video: VideoRecord) -> Markup:
    """Return the prompt as it was sent; only for pages of the user, who has asked for it."""
    return Markup('<p class="gb-prompt">{}</p>').format(video.prompt) if video.prompt else Markup()


def choices(video: VideoRecord) -> Markup:
    """Return the prompt's number and name, and the axes of a video; empty if the batch has one prompt without axes."""
    prompt = f"prompt {video.number} {video.name}".strip() if video.name or video.number > 1 or video.axes else ""
    told = [prompt, *(f"{name}: {value}" for name, value in video.axes.items())]
    return Markup('<p class="gb-choices">{}</p>').format(joined(told)) if prompt else Markup()


def attempts(made: Sequence[AttemptRecord]) -> Markup:
    """Return a table of attempts, or an empty string if there are none."""
    return filled("report/attempts.html", rows=map(_cells, made)) if made else Markup()


def evidence_links(files: Sequence[Path], page: ReportPage) -> Markup:
    """Return links to the evidence files, or an empty string if there are none."""
    if not files:
        return Markup()
    links = Markup(" ").join(file_link(file, file.name, page) for file in files)
    return Markup('<p class="gb-evidence">Evidence: {}</p>').format(links)


def page_picture(video: ReportedVideo, page: ReportPage) -> Markup:
    """Return the screenshot of the page at the last failure, or an empty string if there is none."""
    shot = video.screenshot
    if shot is None:
        return Markup()
    return Markup('<img loading="lazy" alt="the page at that time" src="{}">').format(page.picture(shot))


def _cells(attempt: AttemptRecord) -> tuple[str, ...]:
    ended = attempt.ended_at
    came_to = attempt.category or (VideoState.COMPLETED if ended else VideoState.IN_PROGRESS)
    sent = "" if attempt.submitted_at or attempt.category is None else "nothing was sent"
    return (
        str(attempt.number),
        f"{attempt.started_at.astimezone():%Y-%m-%d %H:%M:%S}",
        took(attempt.seconds) if attempt.seconds is not None else "",
        browser_name(attempt.worker),
        came_to.value,
        joined([one_line(attempt.message), sent], "; "),
    )
