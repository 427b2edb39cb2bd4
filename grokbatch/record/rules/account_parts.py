"""The parts of a run: what a limit, a lost login or a refusal of one account ends.

A run with one account has a single part, the manifest itself; a run with several has one for each account. Pure
functions on a `Manifest`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from grokbatch.record.model.manifest import AccountPart, Manifest
from grokbatch.record.model.outcome import RunStatus, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grokbatch.record.model.manifest import StopRecord

Part: TypeAlias = Manifest | AccountPart
"""Where the stop and the wait of an account are written down, and what was seen of its page and its refusals."""

_MOST_SEVERE_FIRST = (
    RunStatus.STOPPED_AUTH_REQUIRED,
    RunStatus.STOPPED_RATE_LIMIT,
    RunStatus.STOPPED_TIME_UP,
    RunStatus.INTERRUPTED,
    RunStatus.FAILED,
)


def begin_parts(manifest: Manifest, accounts: Mapping[str, str], account: str) -> None:
    """Give a run its parts; `accounts` has the account of each video, and is empty if `account` makes all of them.

    What an account waited for in an earlier run is kept, and so is which account has made a video.
    """
    if not accounts and not manifest.account_parts:
        return
    waits = {name: part.wait for name, part in manifest.account_parts.items()} or {manifest.account: manifest.wait}
    parts = {name: AccountPart(wait=waits.get(name)) for name in dict.fromkeys(accounts.values())}
    for video in manifest.videos.values():
        if video.is_final:
            video.account = video.account or manifest.account
        else:
            video.account = accounts.get(video.id, "")
    manifest.account_parts, manifest.wait = parts, None if parts else waits.get(account)


def part_of(manifest: Manifest, account: str) -> Part:
    """Return the part of `account`: the manifest itself in a run with one account."""
    return manifest.account_parts.get(account, manifest)


def part_of_video(manifest: Manifest, video_id: str) -> Part:
    """Return the part to which a video belongs."""
    return part_of(manifest, manifest.videos[video_id].account)


def all_parts(manifest: Manifest) -> list[Part]:
    """Return all parts of the run."""
    return [*manifest.account_parts.values()] or [manifest]


def stop_of(manifest: Manifest, account: str) -> StopRecord | None:
    """Return why no video of `account` starts any more, None if they may."""
    return manifest.stop or part_of(manifest, account).stop


def is_stopped(manifest: Manifest, account: str) -> bool:
    """Whether no video of `account` may start now."""
    return any(each.stop or each.status is not RunStatus.IN_PROGRESS for each in (manifest, part_of(manifest, account)))


def stop_at(manifest: Manifest, video_id: str) -> StopRecord | None:
    """Return the stop that `video_id` has caused, of its account or of the whole run, None if it has caused none."""
    stops = (manifest.stop, part_of_video(manifest, video_id).stop)
    return next((stop for stop in stops if stop is not None and stop.video == video_id), None)


def waiting_videos(manifest: Manifest, account: str) -> int:
    """Return how many videos of `account` are still to be made."""
    return sum(each.account == account and not each.is_final for each in manifest.videos.values())


def ended_worst(manifest: Manifest) -> Part | None:
    """Return the part of the run that ended worst, or the run as a whole; None if nothing was stopped."""
    parts: list[Part] = [manifest, *manifest.account_parts.values()]
    stopped = [part for part in parts if part.stop is not None and part.status in _MOST_SEVERE_FIRST]
    return min(stopped, key=lambda part: _MOST_SEVERE_FIRST.index(part.status), default=None)


def counts_of(manifest: Manifest) -> dict[str, tuple[int, int]]:
    """Return for each account of a run with several how many of its videos are completed, and how many it has."""
    found = dict.fromkeys(manifest.account_parts, (0, 0))
    for video in manifest.videos.values():
        done, number = found.get(video.account, (0, 0))
        if video.account in found:
            found[video.account] = done + (video.status is Status.COMPLETED), number + 1
    return found
