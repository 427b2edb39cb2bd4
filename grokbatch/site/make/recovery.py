"""Searches a freshly opened page for the video of an earlier attempt that was cut off after its submit."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, MadeVideo
from grokbatch.site.actions.probe import FileForbiddenError, read_whole_file
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.page.observation import Observation

if TYPE_CHECKING:
    from collections.abc import Callable

    from grokbatch.site.actions.context import PageContext
    from grokbatch.site.page.observation import ShownVideo
    from grokbatch.site.page.watcher import Watch
    from grokbatch.video_maker import Orphan, ProgressListener

_SHOW_SECONDS = 10.0
_FILE_SECONDS = 30.0
# How long the video is waited for on a page that also shows other workers' videos: something is always under way there.
_OTHERS_SECONDS = 60.0
# The search fails after so many openings of the page and so many seconds that showed the video without a usable file.
_LOOKS_AT_FILE, _SECONDS_OF_FILE = 3, 20.0
# How often a search opens a video's own post.
_VISITS = 2
_LATER = "it is not submitted again, and the next run looks for it once more"
_INCOMPLETE = f"the file that the site sends for it is not a complete video; look at it on the page; {_LATER}"
_OPEN_IT = f"open its page with this account: if it does not play there either, sign in again; {_LATER}"
_STILL_UNDER_WAY = Failure(Category.TIMEOUT, "the video of an earlier attempt is still under way")
_MODERATED = Failure(Category.CONTENT_MODERATED, "the site moderated the content of an earlier attempt")


@dataclass(frozen=True)
class OrphanSearch:
    """Searches for an orphan's video until `deadline` (seconds of the page context's clock), and submits nothing.

    `reopen` opens the page anew: a page that does not update itself lists a new video only then. `visit` opens the own
    post of a video and returns whether it did: the image's post may show its videos in a way that is not known, or only
    the latest of them.
    """

    page_context: PageContext
    watch: Watch
    listener: ProgressListener
    deadline: float
    reopen: Callable[[], Observation | Failure]
    visit: Callable[[str], bool]
    _visits: Counter[str] = field(default_factory=Counter, init=False)
    _taken: set[str] = field(default_factory=set, init=False)
    _refusals: list[str] = field(default_factory=list, init=False)

    def find(self, seen: Observation, older: frozenset[str], orphan: Orphan) -> MadeVideo | Failure | None:
        """Return the orphan's finished video, None if there is none, or a failure if it cannot be had.

        If the reply to the orphan's submit named the video, only that one counts. Otherwise these count: a video that
        the site lists with the orphan's prompt; a new video if nobody else can have asked for it; and a video that was
        there before this run (`older`, so no other worker is making it) and is new since the orphan's submit. Raises
        PageGoneError.
        """
        others = orphan.known_ids | orphan.credited_ids
        due = self.deadline - orphan.age
        if orphan.reply_ids:
            return self._find_named(seen, older | others, orphan.reply_ids, due)
        return self._find_unnamed(seen, older, others, due, orphan)

    def _find_unnamed(
        self,
        seen: Observation,
        older: frozenset[str],
        others: frozenset[str],
        due: float,
        orphan: Orphan,
    ) -> MadeVideo | Failure | None:
        """Search until `due`, while the video may still be in the making, and once more after that; then give up."""
        is_sole, rivals, began_at = orphan.is_sole, orphan.rivals, self.page_context.clock()
        met: dict[str, int] = {}
        first, looks, opened_at, is_announced = seen, 1, self.page_context.clock(), False
        while True:
            nobody_else = is_sole or (first.ids <= older and not is_announced)
            candidates = self._candidates(seen, older, nobody_else=nobody_else) - others
            untold = self._untold(candidates, met, looks)
            made = self._first_finished(candidates - untold, rivals)
            if made is not None:
                return made
            if is_sole and seen.moderated_ids - others - older:
                return _MODERATED
            age = orphan.age + self.page_context.clock() - began_at
            hidden = self.page_context.network.listed_within(age) - others - older
            if elsewhere := self._on_own_posts(hidden - _with_file(seen), rivals):
                if not isinstance(elsewhere, Observation):
                    return elsewhere
                seen, looks, opened_at = elsewhere, looks + 1, self.page_context.clock()
                continue
            now = self.page_context.clock()
            is_under_way = nobody_else and _is_under_way(seen)
            if looks > 1 and now >= (max(due, self.deadline) if is_under_way or untold else due):
                # What the site lists with this prompt was made, and paid for, whether or not its file can be had.
                lost = self._no_file() if hidden - self._taken else self._moderated_unseen(age, others | older)
                return _STILL_UNDER_WAY if is_under_way else lost
            if looks > 1 and not is_announced and (is_sole or not is_under_way):
                is_announced = True
                self.listener.searching(due - now)
            again_at = opened_at + (
                self.page_context.timeouts.second_look if looks == 1 else self.page_context.timeouts.reopen
            )
            # A page that shows the video under way also shows its end: no need to open it anew.
            if is_under_way and looks == 1 and not untold:
                again_at = self.deadline
            if now < again_at:
                seen = self.watch.until_change(seen.signature, again_at - now)
                continue
            again = self.reopen()
            if isinstance(again, Failure):
                return again
            seen, looks, opened_at = again, looks + 1, self.page_context.clock()

    def _moderated_unseen(self, age: float, others: frozenset[str]) -> Failure | None:
        """Return the failure of an orphan that the site's lists tell as moderated, by its prompt and time; else None.

        As long as it may be in the making, another video's moderation could be taken for its own.
        """
        told = sorted(self.page_context.network.moderated_within(age) - others)
        return _MODERATED if any(map(self.listener.adopts, told)) else None

    def _candidates(self, seen: Observation, older: frozenset[str], *, nobody_else: bool) -> frozenset[str]:
        """Return the ids on the page that may be the orphan's when its reply named none.

        While other workers make videos, a new one is more likely theirs, unless the site lists it with the prompt.
        """
        listed = self.page_context.network.listed
        unnamed = seen.ids if nobody_else else seen.ids & older
        return (seen.ids & listed.ours) | (unnamed - listed.others)

    def _untold(self, candidates: frozenset[str], met: dict[str, int], looks: int) -> frozenset[str]:
        """Return which candidates the site's lists may still tell to be another prompt's, or to have none.

        A page that starts a video by itself shows it before its lists do. So where they tell prompts, what they do not
        hold counts only once the page was opened anew; `met` keeps with which of the `looks` each was seen first.
        """
        if not self.page_context.network.tells_prompts:
            return frozenset()
        fresh = candidates - self.page_context.network.listed_ids
        return frozenset(each for each in fresh if met.setdefault(each, looks) == looks)

    def _find_named(
        self, seen: Observation, known: frozenset[str], names: frozenset[str], due: float
    ) -> MadeVideo | Failure | None:
        """Search until `due`, while the video may still be in the making; longer if the page shows it under way."""
        is_alone = seen.ids <= known | names
        began_at = opened_at = self.page_context.clock()
        may_be_made, looks = opened_at < due, 1
        if may_be_made and not self._named_result(seen, names):
            self.listener.searching(due - opened_at)
        until = self.deadline if is_alone else min(self.deadline, opened_at + _OTHERS_SECONDS)
        while True:
            result = self._named_result(seen, names)
            if result is not None:
                return result
            now = self.page_context.clock()
            listed = names & self.page_context.network.listed_ids
            is_shown = bool(seen.ids & names)
            is_last = now >= max(until, due)
            is_hidden = is_last or (is_shown and not _is_under_way(seen))
            hidden = names if is_hidden else listed
            if elsewhere := self._on_own_posts(hidden - _with_file(seen)):
                if not isinstance(elsewhere, Observation):
                    return elsewhere
                seen, opened_at, looks = elsewhere, self.page_context.clock(), looks + 1
                continue
            if (is_shown or listed) and looks >= _LOOKS_AT_FILE and now >= began_at + _SECONDS_OF_FILE:
                return self._no_file()
            if is_last:
                if is_shown or listed:
                    return self._no_file()
                return _STILL_UNDER_WAY if may_be_made or (is_alone and _is_under_way(seen)) else None
            if not _is_under_way(seen):
                # A video that has just ended is listed in a moment, or never.
                until = min(until, now + self.page_context.timeouts.settle_orphan)
            reopen_at = opened_at + self.page_context.timeouts.reopen if may_be_made else math.inf
            if now < reopen_at:
                seen = self.watch.until_change(seen.signature, min(max(until, due), reopen_at) - now)
                continue
            again = self.reopen()
            if isinstance(again, Failure):
                return again
            seen, opened_at, looks = again, self.page_context.clock(), looks + 1

    def _named_result(self, seen: Observation, names: frozenset[str]) -> MadeVideo | Failure | None:
        moderated = seen.moderated_ids | self.page_context.network.moderated_ids
        return _MODERATED if moderated & names else self._first_finished(seen.ids & names)

    def _no_file(self) -> Failure:
        """Return the failure of a video that was made, but whose file the site does not give."""
        why = f"{self._refusals[-1]}, each time; {_OPEN_IT}" if self._refusals else _INCOMPLETE
        return Failure(Category.GENERATION_ERROR, f"the video is made, but {why}", is_final=True)

    def _first_finished(self, candidates: frozenset[str], rivals: tuple[frozenset[str], ...] = ()) -> MadeVideo | None:
        for each in ranked(candidates, rivals):
            made = self._finished(each)
            # The listener decides, because other workers may be searching the same videos for orphans of theirs.
            if made and self.listener.adopts(each):
                return made
            if made:
                self._taken.add(each)
        return None

    def _on_own_posts(
        self, hidden: frozenset[str], rivals: tuple[frozenset[str], ...] = ()
    ) -> MadeVideo | Failure | Observation | None:
        """Look for videos that the image's post does not show on posts of their own; None if there is none to look at.

        If none is found, return the image's post, opened anew, or the failure to open it.
        """
        left = [each for each in ranked(hidden - self._taken, rivals) if self._visits[each] < _VISITS]
        for each in left:
            self._visits[each] += 1
            if self.visit(each) and self._comes_to_show(each):
                made = self._first_finished(frozenset({each}))
                if made is not None:
                    return made
        return self.reopen() if left else None

    def _comes_to_show(self, video_id: str) -> bool:
        seen, until = self.watch.now(), self.page_context.clock() + self.page_context.timeouts.shown
        while _of(seen, video_id) is None and (now := self.page_context.clock()) < until:
            seen = self.watch.until_change(seen.signature, until - now)
        return _of(seen, video_id) is not None

    def _finished(self, video_id: str) -> MadeVideo | None:
        seen = self.watch.now()
        if not any(video.id == video_id for video in seen.videos) and not self.page_context.actions.select(video_id):
            return None
        until = self.page_context.clock() + _SHOW_SECONDS
        while True:
            shown = _of(seen, video_id)
            if shown is not None and shown.is_playable:
                return self.page_context.made(shown)
            now = self.page_context.clock()
            if (shown is not None and shown.is_unplayable) or now >= until:
                return self._whole_file(shown)
            seen = self.watch.until_change(seen.signature, until - now)

    def _whole_file(self, shown: ShownVideo | None) -> MadeVideo | None:
        context, facts = self.page_context, None
        try:
            facts = shown and read_whole_file(context.page, shown.address, _FILE_SECONDS, context.clock)
        except FileForbiddenError as error:
            self._refusals.append(str(error))  # the site may allow it later; the search goes on until its deadline
        return self.page_context.made(shown, facts) if shown and facts else None


def ranked(candidates: frozenset[str], rivals: tuple[frozenset[str], ...]) -> list[str]:
    """Return the ids in the order in which they are tried: first what the fewest rivals could take.

    So something is left for each of them. A rival is another orphan that is searched for, given by the ids that it
    knows from before its own submit: those cannot be its video.
    """
    return sorted(candidates, key=lambda each: (sum(each not in known for known in rivals), each))


def _is_under_way(seen: Observation) -> bool:
    return seen.loading_tiles > 0 or seen.is_busy


def _with_file(seen: Observation) -> frozenset[str]:
    """Return the ids of the videos that the page shows with their files, and not only as pictures."""
    return frozenset(video.id for video in seen.videos if video.id)


def _of(seen: Observation, video_id: str) -> ShownVideo | None:
    return next((video for video in seen.videos if video.id == video_id), None)
