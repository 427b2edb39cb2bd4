"""The report: as a page of its own, and as what pytest-html's page is given to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.review.report.summary import cards
from grokbatch.review.report.table import HERE, table_script, videos_table
from grokbatch.review.report.video import STYLESHEET
from grokbatch.review.templates import content_policy, filled, own_file, own_script

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from grokbatch.review.counts import BatchResult
    from grokbatch.review.report.video import ReportPage


def report_inside(results: Sequence[BatchResult], now: datetime, page: ReportPage) -> str:
    """Return what pytest-html's page shows above its own table: all of the report, which needs nothing else of it."""
    address = own_script(HERE / "address.js")
    parts = [*cards(results, now, page), videos_table(results, page)]
    return str(filled("report/inside.html", address_script=address, parts=parts, table_script=table_script()))


def report_text(result: BatchResult, now: datetime, page: ReportPage, *, for_others: bool = False) -> str:
    """Return the report on one batch, as of `now`, as a page of its own, which allows no script but its own.

    The manifest of a page `for_others` must contain only what they may see.
    """
    style, script = own_file(STYLESHEET), table_script()
    text = filled(
        "report/page.html",
        policy=content_policy(style, script),
        title=result.manifest.batch,
        style=style,
        made=f"As of {now.astimezone():%Y-%m-%d %H:%M}",
        parts=[*cards([result], now, page, for_others=for_others), videos_table([result], page, for_others=for_others)],
        script=script,
    )
    return str(text)
