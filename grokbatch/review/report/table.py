"""The table of the report: every video of its batches, whatever the last run did, and the earlier versions of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grokbatch.record.rules.keepers import is_met
from grokbatch.review.earlier_versions import earlier_versions
from grokbatch.review.formatting import VideoState
from grokbatch.review.report.rows import ACCOUNT, COLUMNS, video_row
from grokbatch.review.report.video import TONES, ReportedVideo
from grokbatch.review.templates import filled, own_script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from grokbatch.record.model.manifest import VideoRecord
    from grokbatch.review.counts import BatchResult
    from grokbatch.review.report.rows import Row
    from grokbatch.review.report.video import ReportPage

HERE = Path(__file__).parent

PROMPTS_LEFT_OUT = (
    "Prompts are left out here; show_prompts: true in the batch file, or in your own config.yaml, shows them."
)


def videos_table(results: Sequence[BatchResult], page: ReportPage, *, for_others: bool = False) -> Markup:
    """Return the table of all videos with its filter, and the earlier versions folded below it.

    Without prompts it says how to get them, but not in a page `for_others`.
    """
    several = len(results) > 1
    rows = [video_row(video, page) for result in results for video in _videos(result, several=several)]
    earlier = [video_row(video, page) for result in results for video in _earlier(result, several=several)]
    shows_prompts = all(result.show_prompts for result in results)
    if len({row.account for row in rows}) < 2:
        rows, earlier = [row.without(ACCOUNT) for row in rows], [row.without(ACCOUNT) for row in earlier]
    return filled(
        "report/videos.html",
        columns=[column for column, _ in rows[0].cells] if rows else COLUMNS,
        states=list(_states(rows)),
        touched=sum(bool(row.did) for row in rows),
        rows=rows,
        earlier=earlier,
        hint="" if for_others or shows_prompts else PROMPTS_LEFT_OUT,
    )


def table_script() -> Markup:
    """Return the script that sorts and filters the table."""
    return own_script(HERE / "table.js")


def _states(rows: Sequence[Row]) -> Iterator[tuple[str, str, int]]:
    """Yield the states that there are: the name of their colour, the word for them, and how many videos are in it."""
    number = Counter(row.state for row in rows)
    yield from ((TONES.get(state, "calm"), state.value, number[state]) for state in VideoState if number[state])


def _videos(result: BatchResult, *, several: bool) -> Iterator[ReportedVideo]:
    is_needed = not is_met(result.manifest)
    for record in result.manifest.videos.values():
        yield replace(_reported(record, result, result.manifest.run, several=several), is_needed=is_needed)


def _earlier(result: BatchResult, *, several: bool) -> Iterator[ReportedVideo]:
    for record in earlier_versions(result.manifest):
        yield _reported(record, result, 0, several=several)


def _reported(record: VideoRecord, result: BatchResult, run: int, *, several: bool) -> ReportedVideo:
    batch = result.manifest.batch if several else ""
    account = record.account or result.manifest.account
    return ReportedVideo(record, result.directory, batch, run, result.show_prompts, account=account)
