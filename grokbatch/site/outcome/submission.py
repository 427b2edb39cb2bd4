"""One submit and what was observed after it. Pure; times are seconds of one monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from grokbatch.site.page.urls import path_of

if TYPE_CHECKING:
    from grokbatch.site.network.listener import NetworkEvents
    from grokbatch.site.page.observation import Observation, ShownVideo
    from grokbatch.site.page.timeouts import Timeouts


# Requests that begin within so many seconds after a click are taken as its effect.
_CAUSED_WITHIN = 1.0
# Seconds for which a page may show its new video together with the percentage.
_STILL_BUSY = 1.5


@dataclass(frozen=True)
class Submit:
    """What was known at the click, and what was observed after it, with the time of each.

    `before` is the page right before the click, `known` are the ids of the videos that existed then. `timeout` is how
    many seconds may pass without a sign of progress, `deadline` the end of all waiting. `strangers` are the ids of new
    videos that are not this submit's: they appeared while its video was still being made.
    """

    before: Observation
    known: frozenset[str]
    clicked_at: float
    timeout: float
    deadline: float
    signs: tuple[object, ...] = ()
    sign_at: float = 0.0
    saw_progress: bool = False
    advanced_at: float = 0.0
    notices: tuple[str, ...] = field(default=(), repr=False)
    noticed_at: float = 0.0
    candidate: str | None = None
    candidate_at: float = 0.0
    idle_since: float | None = None
    strangers: frozenset[str] = frozenset()

    def seeing(self, seen: Observation, events: NetworkEvents, now: float) -> Submit:
        """Return this submit, updated with `seen` and `events`."""
        signs = _signs(seen, events)
        notices = seen.fresh_notices(self.before)
        shown = self.candidate_in(seen, events)
        candidate = shown.id if shown else None
        advanced = seen.is_busy and seen.percent is not None and signs[0] != (self.signs or (None,))[0]
        idle = seen.submit is not None and seen.submit.disabled and not seen.is_busy
        is_stranger = candidate is not None and candidate == self.candidate and self._goes_on_beside(seen, now)
        return replace(
            self,
            signs=signs,
            sign_at=self.sign_at if signs == self.signs else now,
            saw_progress=self.saw_progress or (seen.percent is not None and not self.before.is_busy),
            advanced_at=now if advanced else self.advanced_at,
            notices=notices,
            noticed_at=self.noticed_at if notices == self.notices else now,
            candidate=candidate,
            candidate_at=self.candidate_at if candidate == self.candidate else now,
            idle_since=(self.idle_since or now) if idle else None,
            strangers=self.strangers | {candidate} if candidate and is_stranger else self.strangers,
        )

    def _goes_on_beside(self, seen: Observation, now: float) -> bool:
        """Whether the page, idle before the click, is still making a video long after a new one appeared."""
        return seen.is_busy and not self.before.is_busy and now >= self.stranger_at

    @property
    def stranger_at(self) -> float:
        """The time from which a new video counts as another one's if this submit's is still being made."""
        return self.candidate_at + _STILL_BUSY

    def disowning(self, video_id: str) -> Submit:
        """Return this submit with `video_id` among the strangers."""
        return replace(self, strangers=self.strangers | {video_id})

    def repeated(self, before: Observation, now: float) -> Submit:
        """Return this submit after a second click; what was there before the first click still counts as old."""
        again = self.before.model_copy(update={"doc": before.doc, "clicks": before.clicks})
        return replace(self, before=again, clicked_at=now, sign_at=now)

    def candidate_in(self, seen: Observation, events: NetworkEvents) -> ShownVideo | None:
        """Return the new video in the player, if there is one."""
        old = self.known | events.foreign_ids() | self.strangers
        new = [video for video in seen.videos if video.player >= 0 and video.id and video.id not in old]
        return min(new, key=lambda video: not video.is_playable, default=None)

    def named_in(self, seen: Observation, events: NetworkEvents) -> ShownVideo | None:
        """Return the video that the reply, or a list of the site, names as this submit's, anywhere on the page."""
        call = events.ours()
        # The reply goes first, because a listed video may be another worker's with the same prompt.
        ids = (call.facts.ids if call else frozenset()) or events.listed_ours
        urls = call.facts.urls if call else frozenset()
        # Only new videos count: a reply may also name the post, whose id is in the address of every video.
        new = [video for video in seen.videos if video.id not in self.known | self.strangers]
        named = [video for video in new if _is_named(video, ids, urls)]
        return min(named, key=lambda video: not video.is_playable, default=None)

    def has_started(self, seen: Observation, events: NetworkEvents) -> bool:
        """Whether the page or the network shows an effect of the click."""
        before = self.before
        if events.has_sent or self.saw_progress or self.notices or (seen.is_busy and not before.is_busy):
            return True
        if seen.doc != before.doc or path_of(seen.address) != path_of(before.address):
            return True
        if seen.loading_tiles > before.loading_tiles or self.candidate is not None or seen.fresh_limits(before):
            return True
        # A button that is disabled because the box is empty proves nothing: late hydration empties the box.
        filled = seen.prompt is not None and seen.prompt.filled
        return filled and (seen.submit is None or seen.submit.disabled)

    def shows_begin(self, seen: Observation) -> bool:
        """Whether the page itself shows that a video is being made since the click."""
        return self.saw_progress or seen.loading_tiles > self.before.loading_tiles or self.candidate is not None

    def repeat_at(self, seen: Observation, events: NetworkEvents, timeouts: Timeouts) -> float:
        """Return when a click without any effect may be repeated.

        Requests that the page made right after the click may lead to the submit, so their end is waited for.
        """
        if not self.has_reached(seen):
            return self.clicked_at + timeouts.missed
        caused = [ended for began, ended in events.requests if 0 <= began - self.clicked_at <= _CAUSED_WITHIN]
        return max([self.clicked_at, *caused]) + timeouts.ignored

    def has_reached(self, seen: Observation) -> bool:
        """Whether the click reached the button, rather than a node that was just being replaced."""
        return seen.clicks > self.before.clicks


def _signs(seen: Observation, events: NetworkEvents) -> tuple[object, ...]:
    call = events.ours()
    state = None if call is None else (call.number, call.status, call.is_over)
    return (seen.percent, seen.generating, seen.loading_tiles, state, frozenset(v.id for v in seen.videos))


def _is_named(video: ShownVideo, ids: frozenset[str], urls: frozenset[str]) -> bool:
    path = urlsplit(video.address).path
    if video.id in ids or any(f"/{each}/" in path or f"/{each}." in path for each in ids):
        return True
    return any(path.endswith(urlsplit(url).path.lstrip("/")) for url in urls)
