"""The cards at the top of the report, one for each batch: counts, why the run stopped, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from grokbatch.record.model.outcome import Category, RunStatus, Status
from grokbatch.record.rules.keepers import is_met, keeper_count
from grokbatch.review.counts import Tally
from grokbatch.review.formatting import VideoState, joined, one_line, spans
from grokbatch.review.next_steps import account_lines, next_steps, stopped_by, until
from grokbatch.review.report.timeline import time_line
from grokbatch.review.report.video import TONES, link, pill
from grokbatch.review.templates import filled
from grokbatch.review.terminal_summary import time_and_speed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest
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
_SOME_LEFT = "some are left"
_SOME_MODERATED = "some were moderated"


def cards(
    results: Sequence[BatchResult], now: datetime, page: ReportPage, *, for_others: bool = False
) -> Iterator[Markup]:
    """Yield a card for each batch, and the time line of the run.

    Cards `for_others` leave out what to type next, the account, the site and the images.
    """
    yield from (_card(result, now, page, for_others=for_others) for result in results)
    # One for all batches: a worker that one of them does without is busy with another.
    yield time_line([result.manifest for result in results], min(each.started_at for each in results), now)


def _card(result: BatchResult, now: datetime, page: ReportPage, *, for_others: bool) -> Markup:
    tally = Tally.of([result.manifest], since=result.started_at, now=now)
    wall = result.directory.wall
    return filled(
        "report/card.html",
        name=result.name,
        state=pill(*_run_state(result.manifest, tally)),
        wall=page.address_of(wall) if wall.exists() else "",
        stop=_stop(result, now),
        tiles=_tiles(tally),
        total=tally.total,
        bar=_bar(tally),
        facts=_facts(result, tally) if for_others else [*_facts(result, tally), *_for_us(result, now)],
    )


def _run_state(manifest: Manifest, tally: Tally) -> tuple[str, str]:
    """Return the words for what came of the run, and their tone."""
    status = manifest.status
    if stopped_by(manifest) is Category.LAYOUT_CHANGED:
        return _LAYOUT_CHANGED, "wary"
    if status is RunStatus.FAILED and tally.moderated and not (tally.failures or tally.not_on_disk):
        return _SOME_MODERATED, "wary"
    if status is RunStatus.PENDING and tally.total > len(tally.pending):
        return _SOME_LEFT, "wary"
    return _RUN_WORDS[status], _RUN_TONES.get(status, "wary")


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


def _bar(tally: Tally) -> Iterator[tuple[str, str, str]]:
    """Yield the parts of the bar: the name of the colour, where it begins and how wide it is, in hundredths."""
    begin = 0.0
    for state, number in _groups(tally):
        if number and state in TONES:
            width = 100 * number / tally.total
            yield TONES[state], f"{begin:.2f}", f"{width:.2f}"
            begin += width


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


def _for_us(result: BatchResult, now: datetime) -> Iterator[tuple[str, str]]:
    manifest = result.manifest
    links = dict.fromkeys(video.permalink or manifest.permalink for video in manifest.videos.values())
    yield "from", Markup("<br>").join(link(each, each) or each for each in links)
    if manifest.account_parts:
        yield "site", manifest.site
        yield "accounts", Markup("<br>").join(account_lines(manifest, now))
    else:
        yield "site, account", f"{manifest.site}, {manifest.account}"
    yield "next", Markup("<br>").join(Markup("<code>{}</code>").format(step) for step in next_steps([result]))


def _is_open(status: Status) -> bool:
    return status in {Status.PENDING, Status.IN_PROGRESS}
