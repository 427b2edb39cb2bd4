"""What `grokbatch accounts show` says of an account's quota: what was recorded, and what was learnt from it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from filelock import Timeout

from grokbatch.browser.profiles.home import home_folder
from grokbatch.cli.shared.console import facts, moment, note, table
from grokbatch.record.rules.quota import estimate, span
from grokbatch.record.storage.quota_file import QuotaFile, quota_path, quota_paths
from grokbatch.review.formatting import count_of, joined

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from grokbatch.record.model.quota import LimitEntry, QuotaRecord, QuotaReply
    from grokbatch.record.rules.quota import Estimate

_SHOWN_LIMITS = 8


def quota_files(alias: str) -> dict[str, QuotaFile]:
    """Return the quota records of an account, by the host of the site."""
    return {_host(path): QuotaFile(path, note) for path in quota_paths(home_folder(os.environ), alias)}


def forget_quota(alias: str) -> None:
    """Delete what was recorded of the quota of `alias`: the account is gone, or another person's. Raises OSError."""
    for file in quota_files(alias).values():
        file.remove()


def note_quota(alias: str, origin: str, reply: QuotaReply) -> None:
    """Note what the site said of the quota at a visit; a record that cannot be written is told, and no error."""
    path = quota_path(home_folder(os.environ), urlsplit(origin).netloc, alias)
    try:
        if reply.says_something:
            QuotaFile(path, note).note_quota_reply(reply)
    except (OSError, Timeout) as error:
        note(f"{path}: cannot be written ({getattr(error, 'strerror', None) or 'it is locked'})")


def quota_as_plain(alias: str) -> dict[str, object]:
    """Return what is known of the quota on each site, for JSON."""
    return {host: _plain(file.read()) for host, file in quota_files(alias).items()}


def quota_report(alias: str) -> Iterator[str]:
    """Yield the lines about the quota on each site."""
    files = quota_files(alias)
    if not files:
        yield from facts([("quota", "nothing is known yet: it is learnt while videos are made")], 14)
    for host, file in files.items():
        yield f"quota on {host}"
        yield from _lines(file.read())


def _host(path: Path) -> str:
    return path.parent.name.replace("_", ":")


def _plain(record: QuotaRecord) -> dict[str, object]:
    found = {key: _text(value) for key, value in asdict(estimate(record, datetime.now(UTC))).items()}
    limits = [
        {
            "at": _text(each.at),
            "kind": each.kind.value,
            "resolution": each.resolution,
            "refusals": each.refusals,
            "said": _text(each.said),
            "over_at": _text(each.over_at),
        }
        for each in record.limits
    ]
    return {"estimate": found, "submits": dict(_results(record)), "limits": limits}


def _text(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _results(record: QuotaRecord) -> Counter[str]:
    return Counter(each.result.value for each in record.submits)


def _lines(record: QuotaRecord) -> Iterator[str]:
    yield from facts(_facts(record, estimate(record, datetime.now(UTC))), 12, indent=2)
    if record.limits:
        yield ""
        head = ("LIMIT MET", "REFUSED", "THE SITE SAID", "OVER")
        yield from table(map(_row, record.limits[-_SHOWN_LIMITS:]), head, indent=2)


def _facts(record: QuotaRecord, found: Estimate) -> Iterable[tuple[str, str]]:
    if record.submits:
        results = joined(f"{number} {name}" for name, number in _results(record).most_common())
        since = moment(record.submits[0].at)
        yield "recorded", f"{count_of(len(record.submits), 'accepted submit')} since {since} ({results})"
    if found.window is not None:
        yield "window", f"about {span(timedelta(seconds=found.window))}{_give_or_take(found)}"
    if found.allowance is not None:
        spread = f", give or take {found.allowance_uncertainty}" if found.allowance_uncertainty else ""
        yield "allowance", f"about {count_of(found.allowance, 'video')} in a window{spread}"
    if found.left is not None:
        yield "left now", f"probably {count_of(found.left, 'video')}"
    if found.next_free_at is not None:
        yield "more from", moment(found.next_free_at)
    yield "basis", found.basis or "no limit was met that is over by now, so nothing is learnt yet"


def _give_or_take(found: Estimate) -> str:
    is_exact = not found.window_uncertainty or not found.window or found.window_uncertainty < 0.02 * found.window
    return "" if is_exact else f", give or take {span(timedelta(seconds=found.window_uncertainty or 0.0))}"


def _row(limit: LimitEntry) -> tuple[str, ...]:
    times = "once" if limit.refusals == 1 else f"{limit.refusals} times"
    said = moment(limit.said) if limit.said else "nothing"
    return moment(limit.at), times, said, moment(limit.over_at) if limit.over_at else "not yet"
