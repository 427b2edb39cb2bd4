"""The rules for a run that waits and goes on by itself: at a limit of the account, or before its start.

Pure functions on a `Manifest`, called within a transaction of `grokbatch.record.storage.manifest_store`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.record.model.manifest import WaitRecord
from grokbatch.record.model.outcome import RunStatus

if TYPE_CHECKING:
    from datetime import datetime

    from grokbatch.record.model.manifest import Manifest, StopRecord


def is_waiting(manifest: Manifest) -> bool:
    """Whether the run waits and will go on by itself."""
    return manifest.status.is_waiting


def status_at_stop(status: RunStatus, *, goes_on: bool) -> RunStatus:
    """Return the status of a run that is stopped with `status`; `goes_on`: at a limit it waits instead of ending."""
    return RunStatus.WAITING_FOR_LIMIT if goes_on and status is RunStatus.STOPPED_RATE_LIMIT else status


def refused_in_row(manifest: Manifest) -> int:
    """Return how many submits in a row were refused because of a limit, the one that stopped the run included."""
    return 1 + (manifest.wait.refused if manifest.wait is not None else 0)


def wait_for_limit(manifest: Manifest, *, since: datetime, until: datetime, why: str) -> None:
    """Note until when the run waits for the end of the limit that has stopped it."""
    manifest.status = RunStatus.WAITING_FOR_LIMIT
    manifest.wait = WaitRecord(since=since, until=until, why=why, refused=refused_in_row(manifest))


def wait_again(manifest: Manifest, wait: WaitRecord) -> None:
    """Go on with the wait of an earlier run, which ended before it was over."""
    manifest.status, manifest.wait = RunStatus.WAITING_FOR_LIMIT, wait


def wait_to_start(manifest: Manifest, *, since: datetime, until: datetime, why: str) -> None:
    """Note that the run starts at `until`; a limit that ends later is waited for in any case."""
    manifest.status = RunStatus.WAITING_TO_START
    if manifest.wait is None or manifest.wait.until <= until:
        refused = manifest.wait.refused if manifest.wait is not None else 0
        manifest.wait = WaitRecord(since=since, until=until, why=why, refused=refused)


def is_limited(manifest: Manifest, now: datetime) -> bool:
    """Whether a limit that an earlier run has met lasts longer than `now`."""
    return manifest.wait is not None and manifest.wait.refused > 0 and manifest.wait.until > now


def go_on(manifest: Manifest) -> None:
    """Let videos start again: the wait is over."""
    if is_waiting(manifest):
        manifest.stop, manifest.status = None, RunStatus.IN_PROGRESS


def taken(manifest: Manifest) -> None:
    """Note that the site has taken a submit: unless another one was refused meanwhile, no limit holds any more."""
    if not is_waiting(manifest):
        manifest.wait = None


def end(manifest: Manifest, reason: StopRecord) -> None:
    """End the run at the time of `--until`: as a limited one if it waited for a limit, else because of that time."""
    if manifest.status is RunStatus.WAITING_FOR_LIMIT:
        manifest.status = RunStatus.STOPPED_RATE_LIMIT
    elif manifest.stop is None:
        manifest.status, manifest.stop = RunStatus.STOPPED_TIME_UP, reason
