"""Converts old manifests, in which the addresses of images and the white space of prompts had no single form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import plain_link
from grokbatch.batch.model.video import digest_of, verbatim_digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.record.model.manifest import Manifest, VideoRecord


def spell_plainly(manifest: Manifest) -> None:
    """Convert all permalinks in `manifest` to their plain form, and update the digests that depend on them.

    Entries that differed only in spelling now ask for the same: they become repetitions, so none of them is lost.
    """
    written = {manifest.permalink, *manifest.begun, *(entry.permalink for entry in _entries(manifest))}
    plain = {link: plain_link(link) for link in written}
    if all(link == form for link, form in plain.items()) and not any(map(_is_spaced, _entries(manifest))):
        return
    taken: dict[str, str] = {}
    for entry in _entries(manifest):
        former, link = entry.identity, entry.permalink or manifest.permalink
        if entry.digest in {make(link, entry.prompt, entry.options) for make in (digest_of, verbatim_digest_of)}:
            entry.digest = digest_of(plain[link], entry.prompt, entry.options)
        # Two entries with one identity keep it, but different identities must not become equal.
        while entry.repetition and taken.setdefault(entry.identity, former) != former:
            entry.repetition += 1
        entry.permalink = plain[entry.permalink]
    manifest.permalink = plain[manifest.permalink]
    manifest.begun = list(dict.fromkeys(plain[link] for link in manifest.begun))


def _is_spaced(entry: VideoRecord) -> bool:
    return entry.prompt != " ".join(entry.prompt.split())


def _entries(manifest: Manifest) -> Iterator[VideoRecord]:
    entries = [*manifest.videos.values(), *manifest.retired]
    yield from entries
    for entry in entries:
        yield from entry.history
