"""Looks on a freshly opened page for the video of an earlier attempt that was cut off after its submit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.outcome import Category, MadeVideo
from grokbatch.site.replies import Failure
from grokbatch.site.video_file import read_whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.site.maker import Orphan, Witness
    from grokbatch.site.observation import Observation, Sighting
    from grokbatch.site.scene import Scene
    from grokbatch.site.watch import Watch

_SHOW_SECONDS = 10.0
_FILE_SECONDS = 30.0
# Beside other workers' videos the page never rests: how long ours may be among what is under way.
_OTHERS_SECONDS = 60.0
_STILL_UNDER_WAY = Failure(Category.TIMEOUT, "the video of an earlier attempt is still under way")
_MODERATED = Failure(Category.CONTENT_MODERATED, "the site moderated the content of an earlier attempt")


@dataclass(frozen=True)
class OrphanSearch:
    """Searches until `deadline` (seconds of the scene's clock, `max_wait` from now), and submits nothing.

    `reopen` opens the page anew: one that does not follow what is under way lists it only then.
    """

    scene: Scene
    watch: Watch
    witness: Witness
    deadline: float
    reopen: Callable[[], Observation | Failure]

    def find(self, seen: Observation, older: frozenset[str], orphan: Orphan) -> MadeVideo | Failure | None:
        """Return the orphan's finished video, None if there is none, or the failure to wait for it.

        What the reply to the orphan's submit named is the orphan's, and nothing else is. Without such a name: `older`
        were there before this run, so that no other worker can be making them, and a video that the page shows to
        be under way, or that comes up soon, may still become the orphan's. Raises PageGoneError.
        """
        spoken_for = orphan.known_ids | orphan.credited_ids
        due = self.deadline - orphan.age
        if orphan.reply_ids:
            return self._find_named(seen, older | spoken_for, orphan.reply_ids, due)
        made = self._first_finished((seen.ids & older) - spoken_for)
        # With newer videos about, other workers are at work, and what is under way is more likely theirs.
        if made is not None or not seen.ids <= older:
            return made
        opened = seen
        if not _is_under_way(seen):
            again = self._second_look(seen) if self.scene.clock() < due else None
            if again is None or isinstance(again, Failure):
                return again
            seen = again
        return self._find_new(opened, seen, spoken_for)

    def _second_look(self, seen: Observation) -> Observation | Failure:
        opened, until = seen, self.scene.clock() + self.scene.patience.second_look
        while not _is_under_way(seen) and seen.ids <= opened.ids:
            now = self.scene.clock()
            if now >= until:
                return self.reopen()
            seen = self.watch.until_change(seen.signature, until - now)
        return seen

    def _find_new(
        self, opened: Observation, seen: Observation, spoken_for: frozenset[str]
    ) -> MadeVideo | Failure | None:
        expected = max(1, opened.loading_tiles)
        while _is_under_way(seen) and len(seen.ids - opened.ids) < expected:
            now = self.scene.clock()
            if now >= self.deadline:
                return _STILL_UNDER_WAY
            seen = self.watch.until_change(seen.signature, self.deadline - now)
        return self._first_finished(seen.ids - opened.ids - spoken_for)

    def _find_named(
        self, seen: Observation, known: frozenset[str], names: frozenset[str], due: float
    ) -> MadeVideo | Failure | None:
        """Look until `due`, while the video may still be being made; after that, only if the page shows it to be."""
        is_alone = seen.ids <= known | names
        opened_at = self.scene.clock()
        may_be_made = opened_at < due
        until = self.deadline if is_alone else min(self.deadline, opened_at + _OTHERS_SECONDS)
        while True:
            told = self._told(seen, names)
            if told is not None:
                return told
            now = self.scene.clock()
            if now >= max(until, due):
                return _STILL_UNDER_WAY if may_be_made or (is_alone and _is_under_way(seen)) else None
            if not _is_under_way(seen):
                # What has just ended is listed in a moment, if it is at all.
                until = min(until, now + self.scene.patience.settle_orphan)
            reopen_at = opened_at + self.scene.patience.reopen if may_be_made else math.inf
            if now < reopen_at:
                seen = self.watch.until_change(seen.signature, min(max(until, due), reopen_at) - now)
                continue
            again = self.reopen()
            if isinstance(again, Failure):
                return again
            seen, opened_at = again, self.scene.clock()

    def _told(self, seen: Observation, names: frozenset[str]) -> MadeVideo | Failure | None:
        return _MODERATED if seen.moderated_ids & names else self._first_finished(seen.ids & names)

    def _first_finished(self, candidates: frozenset[str]) -> MadeVideo | None:
        # Other workers may be looking for orphans of theirs at the same time, among the same videos.
        return next(
            (made for each in sorted(candidates) if (made := self._finished(each)) and self.witness.adopts(each)),
            None,
        )

    def _finished(self, video_id: str) -> MadeVideo | None:
        seen = self.watch.now()
        if not any(video.id == video_id for video in seen.videos) and not self.scene.hands.select(video_id):
            return None
        until = self.scene.clock() + _SHOW_SECONDS
        while True:
            shown = _of(seen, video_id)
            if shown is not None and shown.is_playable:
                return self.scene.made(shown)
            now = self.scene.clock()
            if (shown is not None and shown.is_unplayable) or now >= until:
                return self._whole_file(shown)
            seen = self.watch.until_change(seen.signature, until - now)

    def _whole_file(self, shown: Sighting | None) -> MadeVideo | None:
        facts = shown and read_whole_file(self.scene.page, shown.address, _FILE_SECONDS)
        return self.scene.made(shown, facts) if shown and facts else None


def _is_under_way(seen: Observation) -> bool:
    return seen.loading_tiles > 0 or seen.is_busy


def _of(seen: Observation, video_id: str) -> Sighting | None:
    return next((video for video in seen.videos if video.id == video_id), None)
