"""What to type next, and the one line that a stopped run ends with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.outcome import Category, RunStatus
from grokbatch.review.tally import Tally
from grokbatch.review.wording import count_of, joined

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from grokbatch.record.manifest import Manifest
    from grokbatch.review.tally import BatchResult

RESUME = "pytest --lf"

_STOPPED_BY = {
    Category.AUTH_REQUIRED: "login required",
    Category.HUMAN_CHECK: "human check",
    Category.RATE_LIMIT: "rate limit",
    Category.INTERRUPTED: "interrupted",
}
_REMEDY = {
    Category.AUTH_REQUIRED: "sign in again with",
    Category.HUMAN_CHECK: "answer the check with",
}


def ending(manifests: Sequence[Manifest], now: datetime, zone: tzinfo | None = None) -> str | None:
    """Return the last line of a stopped run, or None when no batch was stopped.

    A limit's end is told in `zone` (None: the machine's own) unless it lies before `now`.
    """
    stopped = _stopped(manifests)
    if stopped is None:
        return None
    category, manifest = stopped
    tally = Tally.of(manifests)
    return (
        f"{_STOPPED_BY[category]}: {tally.completed} of {tally.total} completed, {tally.remaining} pending; "
        + joined([_remedy(category, manifest), f"resume with: {RESUME}"], "; then ")
        + _not_before(manifest, now, zone)
    )


def stopped_by(manifest: Manifest) -> Category | None:
    """Return what stopped the run of this batch, or None when it ran to its end."""
    if manifest.stop is not None and manifest.stop.category in _STOPPED_BY:
        return manifest.stop.category
    return Category.INTERRUPTED if manifest.status is RunStatus.INTERRUPTED else None


def next_steps(results: Sequence[BatchResult]) -> list[str]:
    """Return what the user types or edits next, in order; nothing when every video is completed."""
    manifests = [result.manifest for result in results]
    steps = [_sign_in(manifest) for manifest in manifests]
    if remaining := Tally.of(manifests).remaining:
        steps.append(f"{RESUME}  (makes the {count_of(remaining, 'video')} left)")
    steps += [_edit(result) for result in results if Tally.of([result.manifest]).moderated]
    return list(dict.fromkeys(step for step in steps if step))


def until(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Return a point in time as `14:05`, with its date when that is not today's."""
    there, here = moment.astimezone(zone), now.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%Y-%m-%d %H:%M}"


def _stopped(manifests: Sequence[Manifest]) -> tuple[Category, Manifest] | None:
    weight = list(_STOPPED_BY)
    found = [(category, each) for each in manifests if (category := stopped_by(each)) is not None]
    return min(found, key=lambda stop: weight.index(stop[0]), default=None)


def _remedy(category: Category, manifest: Manifest) -> str | None:
    # The built-in site has a built-in account: nobody can sign in there, a new run brings a new session.
    if category not in _REMEDY or manifest.site == "demo":
        return None
    return f"{_REMEDY[category]}: grokbatch accounts add {manifest.account}"


def _sign_in(manifest: Manifest) -> str | None:
    category = stopped_by(manifest)
    remedy = _remedy(category, manifest) if category else None
    return remedy.partition(": ")[2] if remedy else None


def _edit(result: BatchResult) -> str:
    return f"edit the prompt in {result.name}, then: pytest {result.name}"


def _not_before(manifest: Manifest, now: datetime, zone: tzinfo | None) -> str:
    moment = manifest.stop.retry_at if manifest.stop else None
    if moment is None or moment <= now:
        return ""
    return f" (the site says: not before {until(moment, now, zone)})"
