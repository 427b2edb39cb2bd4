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

    Of two entries with one identity, a completed one is returned.
    """
    found: dict[str, VideoRecord] = {}
    for entry in _entries(manifest):
        known = found.setdefault(entry.identity, entry)
        if known is not entry and entry.status is Status.COMPLETED is not known.status:
            found[entry.identity] = entry
    return found


def made_earlier(manifest: Manifest) -> dict[str, VideoRecord]:
    """Return the made videos that the batch file no longer asks for, by the ids that picks give them.

    Their own ids may belong to other videos now, for instance to those of the edited prompts.
    """
    made = (entry for entry in manifest.retired if entry.status is Status.COMPLETED)
    return {f"{entry.id}~{entry.digest[:6]}-{entry.repetition}": entry for entry in made}


def choosable(manifest: Manifest) -> dict[str, VideoRecord]:
    """Return everything that picks may name: the batch's videos and earlier versions of them."""
    return manifest.videos | made_earlier(manifest)


def number_entries(manifest: Manifest) -> None:
    """Give the entries of an older manifest the numbers that newer ones have.

    Entries that ask for the same are numbered as repetitions in their order, and the present ones by their places.
    """
    for place, entry in enumerate(manifest.videos.values(), start=1):
        entry.index = entry.index or place
    entries = list(_entries(manifest))
    if all(entry.repetition for entry in entries):
        return
    highest = Counter[str]()
    for entry in entries:
        highest[entry.digest] = max(highest[entry.digest], entry.repetition)
    for entry in entries:
        if not entry.repetition:
            highest[entry.digest] += 1
            entry.repetition = highest[entry.digest]


def _entries(manifest: Manifest) -> Iterator[VideoRecord]:
    present = [*manifest.videos.values(), *manifest.retired]
    yield from present
    for entry in present:
        yield from entry.history
