"""Manifests from before addresses of images and white space of prompts were brought into one form: their entries are
found under that form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grokbatch.batch.model.permalink import plain_link
from grokbatch.batch.model.video import digest_of, verbatim_digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grokbatch.record.model.manifest import Manifest, VideoRecord


def spell_plainly(manifest: Manifest) -> None:
    """Bring the addresses of images in `manifest` into their plain form, and what is known by them and prompts along.

    Two spellings of one image, or of one prompt, were two once: none of their videos is lost, they count as
    repetitions.
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
        # The same identity twice stays so; another one must not come to be the same.
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
