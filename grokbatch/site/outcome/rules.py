"""Decides what came of a submit, from what the page shows and what it receives.

Errors are looked at first, then success, then time. Pure; times are seconds of one monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from grokbatch.record.model.outcome import Category
from grokbatch.site.outcome.failures import (
    Failure,
    access_failure,
    chat_answer,
    human_check,
    limit,
    quota_used_up,
    reply_failure,
    short,
    signed_out,
    stopped_here,
    text_failure,
)

if TYPE_CHECKING:
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.network.generation_requests import Call
    from grokbatch.site.network.listener import NetworkEvents
    from grokbatch.site.outcome.submission import Submit
    from grokbatch.site.page.observation import Observation, ShownVideo
    from grokbatch.site.page.timeouts import Timeouts


@dataclass(frozen=True)
class Found:
    """The finished video of this submit, playable in this browser."""

    shown_video: ShownVideo


@dataclass(frozen=True)
class Unplayable:
    """The video of this submit, which this browser cannot play: its file decides."""

    shown_video: ShownVideo


@dataclass(frozen=True)
class Waiting:
    """Nothing is decided before `until`, unless something changes."""

    until: float


Decision: TypeAlias = Failure | Found | Unplayable | Waiting


# What a page may make of a request that was stopped here.
_OF_STOPPED = (Category.NETWORK_ERROR, Category.GENERATION_ERROR)


@dataclass(frozen=True)
class OutcomeRules:
    """Holds what the rules need beside the evidence."""

    table: LocatorTable
    timeouts: Timeouts

    def decide(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision:
        """Return what is to be concluded; `submit` has already taken down `seen` and `events`."""
        waits: list[float] = []
        if events.stopped and not events.has_sent:
            return stopped_here(events.stopped[0])
        barred = self._barred(submit, seen, events)
        if barred is not None and not _goes_on(submit, seen, events):
            return barred
        for rule in (self._replied, self._told, self._limited, self._shown, self._talked):
            verdict = rule(submit, seen, events, now)
            if isinstance(verdict, Waiting):
                waits.append(verdict.until)
            elif verdict is not None:
                return verdict
        late = self.timed(submit, seen, now)
        sent_by = submit.clicked_at + self.timeouts.sending
        if late is not None and now < min(sent_by, submit.deadline) and not submit.has_started(seen, events):
            return Waiting(min([*waits, sent_by, submit.deadline]))
        if late is not None:
            return barred or _greyed_out(late, seen, events)
        return Waiting(min([*waits, submit.sign_at + submit.timeout, submit.deadline]))

    def _barred(self, submit: Submit, seen: Observation, events: NetworkEvents) -> Failure | None:
        if seen.is_barred and not submit.before.is_barred:
            return human_check()
        if seen.login and not submit.before.login:
            return signed_out()
        return access_failure(seen, events, self.table)

    def _talked(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        """Take an answer in words for a failure: that is how the site refuses an image, and it says so to nobody."""
        call = events.ours()
        goes_on = seen.is_busy or submit.candidate is not None or seen.loading_tiles > submit.before.loading_tiles
        if call is None or goes_on or not call.is_mere_answer or events.listed_ours:
            return None
        until = submit.sign_at + self.timeouts.contradiction
        return chat_answer() if now >= until else Waiting(until)

    def _replied(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        failure = reply_failure(events.ours(), self.table)
        if failure is None:
            return None
        if failure.is_stale:
            return self._stale(failure, submit, seen, events, now)
        if failure.is_server_error:
            until = submit.sign_at + self.timeouts.own_retry
            return failure if now >= until else Waiting(until)
        if failure.category is Category.RATE_LIMIT and failure.retry_at is None:
            return Failure(failure.category, failure.message, events.quota.next_at)
        return failure

    def _stale(
        self, failure: Failure, submit: Submit, seen: Observation, events: NetworkEvents, now: float
    ) -> Failure | Waiting:
        """Tell an exhausted quota from a page that is out of date, for the site refuses both in the same words."""
        told = text_failure(submit.notices, self.table, events)
        if told is not None and told.category is Category.RATE_LIMIT:
            return told
        if seen.limit_text:
            return limit(seen.limit_text, events)
        if events.quota.is_used_up:
            return quota_used_up(events)
        until = submit.sign_at + self.timeouts.stream
        return failure if now >= until else Waiting(until)

    def _told(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        call = events.ours()
        if call is not None and call.facts.names_video:
            return None  # this one is made; the text is about another one
        if reply_failure(call, self.table) is not None:
            return None  # the reply said more, and only needs a moment to be understood
        failure = text_failure(submit.notices, self.table, events)
        if events.has_late and (failure is None or failure.category in _OF_STOPPED):
            return None  # an earlier click's request was stopped here, and that is what the page complains of
        if failure is None:
            return self._unknown_error(submit, seen, events, now)
        if failure.category is Category.CONTENT_MODERATED and call and _is_about_another(call, events):
            return None
        in_flight = call is not None and call.is_in_flight
        if in_flight and seen.is_busy and submit.advanced_at > submit.noticed_at:
            return None  # the generation goes on, the text was about something else
        timeouts = self.timeouts.contradiction if seen.is_busy else self.timeouts.other_witness
        until = submit.noticed_at + (timeouts if in_flight else 0.0)
        return failure if now >= until else Waiting(until)

    def _unknown_error(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        """Take an error in words that the table does not know, another language's perhaps, if nothing else speaks."""
        errors, call = seen.fresh_errors(submit.before), events.ours()
        goes_on = seen.is_busy or submit.candidate is not None or (call is not None and call.is_in_flight)
        if not errors or goes_on:
            return None
        until = submit.noticed_at + self.timeouts.contradiction
        text = f"the page shows an error whose words are not in the table of locators: {short(errors[-1])}"
        return Failure(Category.GENERATION_ERROR, text) if now >= until else Waiting(until)

    def _limited(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        call = events.ours()
        if submit.idle_since is None or (call is not None and call.is_in_flight) or submit.candidate:
            return None
        failure = limited(seen, events)
        until = submit.idle_since + self.timeouts.disabled
        return failure if failure is None or now >= until else Waiting(until)

    def _shown(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        call = events.ours()
        # A video that a reply does not name is somebody else's, or an old one that was loaded late.
        named = bool(call and call.facts.ids) or bool(events.listed_ours)
        shown_video = submit.named_in(seen, events) if named else submit.candidate_in(seen, events)
        if shown_video is None:
            return None
        if call is not None and call.facts.names_video:
            pause = 0.0
        elif not named and seen.is_busy and not submit.before.is_busy:
            return Waiting(submit.stranger_at)  # ours is still being made: this may be somebody else's
        elif call is None or call.is_over:
            pause = self.timeouts.other_witness
        elif seen.is_busy or not (named or submit.saw_progress):
            return None  # the reply will say more
        else:
            pause = self.timeouts.stream
        until = submit.candidate_at + pause
        return self._media(shown_video, submit, now) if now >= until else Waiting(until)

    def _media(self, shown_video: ShownVideo, submit: Submit, now: float) -> Decision:
        if shown_video.is_playable:
            return Found(shown_video)
        since = submit.candidate_at if submit.candidate == shown_video.id else submit.sign_at
        until = since + self.timeouts.undecided_media
        return Unplayable(shown_video) if shown_video.is_unplayable or now >= until else Waiting(until)

    def timed(self, submit: Submit, seen: Observation, now: float) -> Failure | None:
        """Return the time-out that is due at `now`, or None."""
        at = "" if seen.percent is None else f" at {seen.percent} %"
        if now >= submit.deadline:
            return Failure(Category.TIMEOUT, f"no video within the whole waiting time (max_wait){at}")
        if now >= submit.sign_at + submit.timeout:
            return Failure(Category.TIMEOUT, f"no sign of progress for {submit.timeout:g} s{at}")
        return None


def _greyed_out(late: Failure, seen: Observation, events: NetworkEvents) -> Failure:
    """Say that the button went grey instead, where that is all that the click brought about.

    So does a site that has had enough and does not say so; it is not to be asked again by another click or visit.
    """
    is_grey = seen.submit is not None and seen.submit.disabled and not seen.is_busy
    if not is_grey or events.has_sent:
        return late
    text = f"the submit button went grey after the click, and nothing was sent; {late.message}"
    return replace(late, message=text, is_final=True, is_greyed_out=True)


def _goes_on(submit: Submit, seen: Observation, events: NetworkEvents) -> bool:
    """Whether the page still makes this video though the next one is barred: it is to be finished."""
    call = events.ours()
    if call is None or call.status is None or call.status >= 400 or seen.doc != submit.before.doc:
        return False
    return call.is_in_flight or call.facts.names_video


def _is_about_another(call: Call, events: NetworkEvents) -> bool:
    """Whether a text about moderation is explained by another generation of this page, and not by ours."""
    return any(each.facts.moderated for each in events.calls if each is not call)


def limited(seen: Observation, events: NetworkEvents) -> Failure | None:
    """Return the limit that explains a disabled button: told by a text or by the quota. Alone it is none."""
    if seen.limit_text:
        return limit(seen.limit_text, events)
    filled = seen.prompt is not None and seen.prompt.filled
    return quota_used_up(events) if filled and events.quota.is_used_up else None
