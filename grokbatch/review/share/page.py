"""The text of the report for others: the same cards, time line and rows, in one file that needs no server."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.review.report.rows import HEADER, video_cells
from grokbatch.review.report.summary import cards
from grokbatch.review.report.video import STYLESHEET, ReportedVideo, posters
from grokbatch.review.templates import filled, own_file

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.review.counts import BatchResult
    from grokbatch.review.report.video import ReportPage

HERE = Path(__file__).parent


def report_text(result: BatchResult, page: ReportPage, now: datetime) -> str:
    """Return the page about one batch, whose manifest holds nothing but what others may see."""
    videos = [ReportedVideo(record, result.directory) for record in result.manifest.videos.values()]
    script = own_file(HERE / "sort.js")
    text = filled(
        "share/report.html",
        title=result.name,
        script_digest=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        style=own_file(STYLESHEET),
        pictures=posters(videos, page),
        made=f"{now.astimezone():%Y-%m-%d %H:%M}",
        cards=cards([result], now, for_others=True),
        # The first column is pytest-html's own, to filter by.
        head=HEADER[1:],
        rows=(video_cells(video, page) for video in videos),
        script=script,
    )
    return str(text)
