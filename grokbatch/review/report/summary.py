"""The summary at the top of `report.html`: counts, why the run stopped, what never started, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.rules.keepers import is_met, keeper_count
from grokbatch.review.counts import Tally
from grokbatch.review.formatting import VideoState, joined, one_line, spans
from grokbatch.review.next_steps import next_steps, stopped_by, until
from grokbatch.review.report.timeline import time_line
from grokbatch.review.report.video import TONES, ReportedVideo, as_strings, link, pill, posters
from grokbatch.review.templates import filled
from grokbatch.review.terminal_summary import time_and_speed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from grokbatch.review.counts import BatchResult
    from grokbatch.review.report.video import ReportPage

_RUN_TONES = {RunStatus.COMPLETED: "good", RunStatus.FAILED: "bad"}
_RUN_WORDS = {
    RunStatus.PENDING: "not started",
    RunStatus.IN_PROGRESS: "not finished",
    RunStatus.COMPLETED: "completed",
    RunStatus.FAILED: "some failed",
    RunStatus.STOPPED_RATE_LIMIT: "stopped by a rate limit",
    RunStatus.STOPPED_TIME_UP: "stopped: the time was up",
    RunStatus.WAITING_FOR_LIMIT: "waits for the end of a limit",
    RunStatus.WAITING_TO_START: "waits for its start",
    RunStatus.STOPPED_AUTH_REQUIRED: "stopped: a human is needed",
    RunStatus.INTERRUPTED: "interrupted",
}
_LAYOUT_CHANGED = "stopped: the page has changed"


def results_summary(prefix: list[str], results: Sequence[BatchResult], now: datetime, page: ReportPage) -> None:
    """Add a card for each batch to the top of the report, then the time line of the run and the videos' posters."""
    videos = [ReportedVideo(video, each.directory) for each in results for video in each.manifest.videos.values()]
    prefix += as_strings([*cards(results, now), posters(videos, page)])


def cards(results: Sequence[BatchResult], now: datetime, *, for_others: bool = False) -> Iterator[Markup]:
    """Yield a card for each batch, and the time line of the run.

    Cards `for_others` leave out what to type next, the account, the site and the images.
    """
    yield from (_card(result, now, for_others=for_others) for result in results)
    # One for all batches: a worker that one of them does without is busy with another.
    yield time_line([result.manifest for result in results], min(each.started_at for each in results), now)


def _card(result: BatchResult, now: datetime, *, for_others: bool) -> Markup:
    tally = Tally.of([result.manifest], since=result.started_at, now=now)
    status = result.manifest.status
    words = _LAYOUT_CHANGED if stopped_by(result.manifest) is Category.LAYOUT_CHANGED else _RUN_WORDS[status]
    return filled(
        "report/card.html",
        name=result.name,
        state=pill(words, _RUN_TONES.get(status, "wary")),
        stop=_stop(result, now),
        tiles=_tiles(tally),
        total=tally.total,
        bar=_bar(tally),
        facts=_facts(result, tally) if for_others else [*_facts(result, tally), *_for_us(result)],
    )


def _stop(result: BatchResult, now: datetime) -> dict[str, str] | None:
    stop = result.manifest.stop
    if stop is None or stopped_by(result.manifest) is None:
        return None
    what = joined([stop.category.value, stop.video], " at ")
    return {
        "at": until(stop.at, now),
        "reason": joined([what, one_line(stop.message)], ": "),
        "retry_at": until(stop.retry_at, now) if stop.retry_at else "",
    }


def _groups(tally: Tally) -> list[tuple[VideoState, int]]:
    return [
        (VideoState.COMPLETED, tally.completed),
        (VideoState.FAILED, tally.failures),
        (VideoState.MODERATED, len(tally.moderated)),
        (VideoState.RATE_LIMITED, len(tally.rate_limited)),
        (VideoState.PENDING, len(tally.pending)),
    ]


def _tiles(tally: Tally) -> Iterator[tuple[str, str, int]]:
    for state, number in _groups(tally):
        if number or state is VideoState.COMPLETED:
            yield TONES.get(state, "calm"), state.value, number


def _bar(tally: Tally) -> Iterator[tuple[str, str]]:
    for state, number in _groups(tally):
        if number and state in TONES:
            yield TONES[state], f"{100 * number / tally.total:.2f}"


def _facts(result: BatchResult, tally: Tally) -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    for category, ids in tally.failed.items():
        yield category, ", ".join(spans(ids))
    yield "less than asked for", ", ".join(spans(tally.degraded))
    if tally.moderated:
        moderated = ", ".join(spans(tally.moderated))
        yield "moderated", f"{moderated} (the site rejected the prompt: expected, not an error in grokbatch)"
    count = keeper_count(manifest)
    yield "keepers", "" if count is None else str(count)
    yield "not needed", ", ".join(spans(tally.not_needed))
    never = [video.id for video in manifest.videos.values() if not video.attempts and _is_open(video.status)]
    yield "never started", "" if is_met(manifest) else ", ".join(spans(never))
    yield "this run", time_and_speed(tally) if tally.submits else ""
    yield "pauses", "; ".join(result.pauses)
    yield "browser", manifest.browser


def _for_us(result: BatchResult) -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    links = dict.fromkeys(video.permalink or manifest.permalink for video in manifest.videos.values())
    yield "from", Markup("<br>").join(link(each, each) or each for each in links)
    yield "site, account", f"{manifest.site}, {manifest.account}"
    yield "next", Markup("<br>").join(Markup("<code>{}</code>").format(step) for step in next_steps([result]))


def _is_open(status: Status) -> bool:
    return status in {Status.PENDING, Status.IN_PROGRESS}
