"""Which account makes which video of a batch with several accounts; decided before the run, and kept from then on.

So no video wanders from an account that is at its limit to another one. Pure functions.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from grokbatch.record.rules.video_identity import known_entries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import Manifest


def split(videos: Sequence[VideoSpec], weights: Mapping[str, int], manifest: Manifest | None) -> dict[str, str]:
    """Return by video id which of the accounts in `weights` makes it.

    A video that an earlier run gave to one of them stays there. The others are dealt out one by one, in their order,
    so that the accounts get as many of them as their weights say.
    """
    known = {} if manifest is None else _bound(manifest)
    found = {each.id: known[each.identity] for each in videos if known.get(each.identity) in weights}
    all_in_all, dealt = Counter(found.values()), Counter[str]()

    def claim_of(name: str) -> tuple[Fraction, Fraction]:
        # The method of Sainte-Laguë; between equal claims, whoever has fewer in all is next.
        weight = weights[name]
        return Fraction(weight, 2 * dealt[name] + 1), -Fraction(all_in_all[name], weight)

    for video in videos:
        if video.id not in found:
            name = max(weights, key=claim_of)
            found[video.id] = name
            dealt[name] += 1
            all_in_all[name] += 1
    return {each.id: found[each.id] for each in videos}


def _bound(manifest: Manifest) -> dict[str, str]:
    """Return by identity the accounts of the videos that have one: of a run with a single account, those it tried."""
    entries = known_entries(manifest).items()
    return {identity: entry.account or (manifest.account if entry.attempts else "") for identity, entry in entries}
