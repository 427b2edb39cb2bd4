"""Lasting ids: a video keeps its id and its number, even when its position in the batch file changes.

The name of its file and its rating therefore stay right when a prompt is inserted before it.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from grokbatch.batch.model.video_ids import base_of, first_free
from grokbatch.record.rules.video_identity import known_entries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.manifest import Manifest


def with_lasting_ids(videos: Sequence[VideoSpec], manifest: Manifest) -> list[VideoSpec]:
    """Return the videos with the ids and indexes that they have in the manifest; new videos get the first free ones."""
    known = known_entries(manifest)
    taken: dict[str, VideoSpec] = {}
    ids: set[str] = set()
    indexes: set[int] = set()
    # Present entries go before retired ones, whose numbers may have been given to other videos since.
    present = {entry.identity for entry in manifest.videos.values()}
    for video in sorted(videos, key=lambda each: each.identity not in present):
        entry = known.get(video.identity)
        if entry is None or base_of(entry.id) != base_of(video.id) or entry.id in ids or entry.index in indexes:
            continue
        taken[video.identity] = replace(video, id=entry.id, index=entry.index)
        ids.add(entry.id)
        indexes.add(entry.index)
    free = (index for index in itertools.count(1) if index not in indexes)
    starts: dict[str, int] = {}
    return [taken.get(video.identity) or _new(video, ids, starts, next(free)) for video in videos]


def _new(video: VideoSpec, ids: set[str], starts: dict[str, int], index: int) -> VideoSpec:
    base = base_of(video.id)
    name, number = first_free(base, ids, starts.get(base, 1))
    starts[base] = number + 1
    return replace(video, id=name, index=index)
