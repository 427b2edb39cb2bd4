"""What a run adds to the evidence of a failure: the attempt, worker, account and browser, and what to type next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category
from grokbatch.review.invocation import invocation
from grokbatch.review.next_steps import remedy

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.outcome import Outcome
    from grokbatch.run.plan import BatchPlan
    from grokbatch.run.worker.worker import Worker


def facts_of(worker: Worker, batch: BatchPlan) -> Callable[[VideoSpec, Outcome], tuple[tuple[str, str], ...]]:
    """Return the function that gives the evidence its names and texts, for videos that `worker` makes of `batch`."""

    def facts(video: VideoSpec, outcome: Outcome) -> tuple[tuple[str, str], ...]:
        browser = worker.plan.browser
        return (
            ("batch", batch.display),
            ("attempt", str(len(worker.records.record(batch, video).attempts))),
            ("worker", worker.id),
            ("account", f"{batch.account} on {batch.site}"),
            ("browser", f"{browser.get('family', '')} {browser.get('version', '')}".strip()),
            ("control", outcome.control),
            ("next", _next(batch, video, outcome)),
        )

    return facts


def _next(batch: BatchPlan, video: VideoSpec, outcome: Outcome) -> str:
    if outcome.category is None:
        return ""
    if outcome.category is Category.CONTENT_MODERATED:
        return f"edit the prompt in {batch.display}, then: pytest {batch.display}"
    advice = remedy(outcome.category, outcome.control, video.permalink, batch.account, batch.site)
    resume = invocation().resume
    return f"{advice}; then resume with: {resume}" if advice else f"resume with: {resume}"
