"""Matches the entries of a manifest with requested videos, by what is asked for and never by their positions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.record.model.manifest import Manifest, VideoRecord


def known_entries(manifest: Manifest) -> dict[str, VideoRecord]:
    """Return all entries that a video can be matched with, retired ones and history included, by `VideoSpec.identity`.

    Older manifests have no numbers of repetitions: their entries that ask for the same are numbered in their order. Of
    two entries with one identity, a completed one is returned.
    """
    entries = list(_entries(manifest))
    highest = Counter[str]()
    for entry in entries:
        highest[entry.digest] = max(highest[entry.digest], entry.repetition)
    found: dict[str, VideoRecord] = {}
    for entry in entries:
        if not entry.repetition:
            highest[entry.digest] += 1
            entry.repetition = highest[entry.digest]
        known = found.setdefault(entry.identity, entry)
        if known is not entry and entry.status is Status.COMPLETED is not known.status:
            found[entry.identity] = entry
    return found


def _entries(manifest: Manifest) -> Iterator[VideoRecord]:
    present = list(manifest.videos.values())
    for place, entry in enumerate(present, start=1):
        entry.index = entry.index or place
    yield from present
    yield from manifest.retired
    for entry in [*present, *manifest.retired]:
        yield from entry.history
