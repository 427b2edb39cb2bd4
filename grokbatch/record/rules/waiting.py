"""The rules for a run that waits and goes on by itself: at a limit of the account, or before its start.

Pure functions on a part of a `Manifest`, which is the manifest itself in a run with one account, called within a
transaction of `grokbatch.record.storage.manifest_store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import WaitRecord
from grokbatch.record.model.outcome import RunStatus
from grokbatch.record.rules.account_parts import all_parts

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest, StopRecord
    from grokbatch.record.rules.account_parts import Part


def is_waiting(part: Part) -> bool:
    """Whether the run waits and will go on by itself."""
    return part.status.is_waiting


def status_at_stop(status: RunStatus, *, goes_on: bool) -> RunStatus:
    """Return the status of a run that is stopped with `status`; `goes_on`: at a limit it waits instead of ending."""
    return RunStatus.WAITING_FOR_LIMIT if goes_on and status is RunStatus.STOPPED_RATE_LIMIT else status


def refused_in_row(part: Part) -> int:
    """Return how many submits in a row were refused because of a limit, the one that stopped the run included."""
    return 1 + (part.wait.refused if part.wait is not None else 0)


def wait_for_limit(part: Part, *, since: datetime, until: datetime, why: str) -> None:
    """Note until when the run waits for the end of the limit that has stopped it."""
    part.status = RunStatus.WAITING_FOR_LIMIT
    part.wait = WaitRecord(since=since, until=until, why=why, refused=refused_in_row(part))


def wait_again(part: Part, wait: WaitRecord) -> None:
    """Go on with the wait of an earlier run, which ended before it was over."""
    part.status, part.wait = RunStatus.WAITING_FOR_LIMIT, wait


def wait_to_start(part: Part, *, since: datetime, until: datetime, why: str) -> None:
    """Note that the run starts at `until`; a limit that ends later is waited for in any case."""
    part.status = RunStatus.WAITING_TO_START
    if part.wait is None or part.wait.until <= until:
        refused = part.wait.refused if part.wait is not None else 0
        part.wait = WaitRecord(since=since, until=until, why=why, refused=refused)


def is_limited(part: Part, now: datetime) -> bool:
    """Whether a limit that an earlier run has met lasts longer than `now`."""
    return part.wait is not None and part.wait.refused > 0 and part.wait.until > now


def go_on(part: Part) -> None:
    """Let videos start again: the wait is over."""
    if is_waiting(part):
        part.stop, part.status = None, RunStatus.IN_PROGRESS


def taken(part: Part) -> None:
    """Note that the site has taken a submit: unless another one was refused meanwhile, no limit holds any more."""
    if not is_waiting(part):
        part.wait = None


def end(manifest: Manifest, reason: StopRecord) -> None:
    """End the run at the time of `--until`: as a limited one if it waited for a limit, else because of that time."""
    limited = [part for part in all_parts(manifest) if part.status is RunStatus.WAITING_FOR_LIMIT]
    for part in limited:
        part.status = RunStatus.STOPPED_RATE_LIMIT
    others = [part for part in all_parts(manifest) if all(part is not each for each in limited)]
    if manifest.stop is None and any(part.stop is None for part in others):
        manifest.status, manifest.stop = RunStatus.STOPPED_TIME_UP, reason
