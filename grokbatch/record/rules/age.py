"""How long ago something was submitted, by the one clock that can be trusted about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grokbatch.record.model.clock import RunClock
    from grokbatch.record.model.manifest import AttemptRecord, Manifest


def seconds_since(attempt: AttemptRecord, manifest: Manifest, clock: RunClock) -> float:
    """Return the seconds since the submit of `attempt`, never too many unless the machine was started anew since."""
    sent = attempt.submitted_at or attempt.started_at
    if (told := clock.instant().after(attempt.sent)) is not None:
        return max(0.0, told)
    now = clock.now()
    if attempt.run == manifest.run:
        return max(0.0, (now - sent).total_seconds())
    # Since then somebody may have set the clock back; before this run it was in any case.
    at_least = (now - (manifest.run_started_at or now)).total_seconds()
    return max(0.0, at_least, (clock.wall() - sent).total_seconds())
