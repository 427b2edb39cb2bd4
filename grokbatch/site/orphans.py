"""Looks on a freshly opened page for the video of an earlier attempt that was cut off after its submit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grokbatch.record.outcome import Category, MadeVideo
from grokbatch.site.replies import Failure
from grokbatch.site.video_file import read_whole_file

if TYPE_CHECKING:
    from grokbatch.site.maker import Orphan, Witness
    from grokbatch.site.observation import Observation, Sighting
    from grokbatch.site.scene import Scene
    from grokbatch.site.watch import Watch

_SHOW_SECONDS = 10.0
_FILE_SECONDS = 30.0


@dataclass(frozen=True)
class OrphanSearch:
    """Searches until `deadline` (seconds of the scene's clock), and submits nothing."""

    scene: Scene
    watch: Watch
    witness: Witness
    deadline: float

    def find(self, seen: Observation, older: frozenset[str], orphan: Orphan) -> MadeVideo | Failure | None:
        """Return the orphan's finished video, None if there is none, or the failure to wait for it.

        `older` were there before this run, so that no other worker can be making them. A video that the page
        shows to be under way may still become the orphan's. Raises PageGoneError.
        """
        spoken_for = orphan.known_ids | orphan.credited_ids
        made = self._first_finished((seen.ids & older) - spoken_for)
        # With newer videos about, other workers are at work, and what is under way is more likely theirs.
        if made is not None or not _is_under_way(seen) or not seen.ids <= older:
            return made
        opened = seen
        expected = max(1, opened.loading_tiles)
        while _is_under_way(seen) and len(seen.ids - opened.ids) < expected:
            now = self.scene.clock()
            if now >= self.deadline:
                return Failure(Category.TIMEOUT, "the video of an earlier attempt is still under way")
            seen = self.watch.until_change(seen.signature, self.deadline - now)
        return self._first_finished(seen.ids - opened.ids - spoken_for)

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
