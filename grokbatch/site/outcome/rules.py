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
from grokbatch.site.page.urls import path_of

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
    """The video of this submit, which this browser cannot play, so that its file has to be checked."""

    shown_video: ShownVideo


@dataclass(frozen=True)
class Waiting:
    """Nothing can be decided before `until`, unless the page changes."""

    until: float


Decision: TypeAlias = Failure | Found | Unplayable | Waiting


# The errors that a page may show when its request was stopped here.
_OF_STOPPED = (Category.NETWORK_ERROR, Category.GENERATION_ERROR)


@dataclass(frozen=True)
class OutcomeRules:
    """Decides what came of a submit, from what the page shows and receives; times are seconds of one clock."""

    table: LocatorTable
    timeouts: Timeouts

    def decide(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision:
        """Return the decision at `now`; `submit` is already updated with `seen` and `events`."""
        waits: list[float] = []
        if events.stopped and not events.has_sent:
            return stopped_here(events.stopped[0])
        barred = self._barred(submit, seen, events)
        if barred is not None and not _goes_on(submit, seen, events):
            return barred
        for rule in (self._replied, self._on_page, self._limited, self._shown, self._in_words):
            decision = rule(submit, seen, events, now)
            if isinstance(decision, Waiting):
                waits.append(decision.until)
            elif decision is not None:
                return decision
        late = self.timed(submit, seen, now)
        sent_by = submit.clicked_at + self.timeouts.sending
        if late is not None and now < min(sent_by, submit.deadline) and not submit.has_started(seen, events):
            return Waiting(min([*waits, sent_by, submit.deadline]))
        if late is not None:
            return barred or _told_limit(submit, seen, events) or _greyed_out(late, seen, events)
        return Waiting(min([*waits, submit.sign_at + submit.timeout, submit.deadline]))

    def _barred(self, submit: Submit, seen: Observation, events: NetworkEvents) -> Failure | None:
        if seen.is_barred and not submit.before.is_barred:
            return human_check()
        if seen.login and not submit.before.login:
            return signed_out()
        return access_failure(seen, events, self.table)

    def _in_words(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        """Take an answer of text only as a failure: the site refuses an image in this way, without an error."""
        call = events.ours()
        goes_on = seen.is_busy or submit.candidate is not None or seen.loading_tiles > submit.before.loading_tiles
        if call is None or goes_on or not call.is_mere_answer or events.listed_ours:
            return None
        has_moved = (seen.doc, path_of(seen.address)) != (submit.before.doc, path_of(submit.before.address))
        if call.is_given_up and has_moved and not call.facts.has_spoken:
            return None  # the page went on before the site had said anything of its own
        until = submit.sign_at + self.timeouts.contradiction
        return chat_answer() if now >= until else Waiting(until)

    def _replied(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        failure = reply_failure(events.ours(), self.table, events.read_at)
        if failure is None:
            return None
        failure = _gravest(failure, self.table, events)
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
        """Distinguish a used-up quota from a page that is out of date: the site refuses both with the same words."""
        by_text = text_failure(submit.notices, self.table, events)
        if by_text is not None and by_text.category is Category.RATE_LIMIT:
            return by_text
        if seen.limit_text:
            return limit(seen.limit_text, events)
        if events.quota.is_used_up:
            return quota_used_up(events)
        until = submit.sign_at + self.timeouts.stream
        return failure if now >= until else Waiting(until)

    def _on_page(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        call = events.ours()
        if call is not None and call.facts.names_video:
            return None  # the video is made; the text is about another one
        if reply_failure(call, self.table, events.read_at) is not None:
            return None  # the reply says more, and is used after a moment
        failure = text_failure(submit.notices, self.table, events)
        if events.has_late and (failure is None or failure.category in _OF_STOPPED):
            return None  # the page reports an earlier click's request, which was stopped here
        if failure is None:
            return self._unknown_error(submit, seen, events, now)
        if failure.category is Category.CONTENT_MODERATED and call and _is_about_another(call, events):
            return None
        in_flight = call is not None and call.is_in_flight
        if in_flight and seen.is_busy and submit.advanced_at > submit.noticed_at:
            return None  # the generation goes on, so the text was about something else
        timeouts = self.timeouts.contradiction if seen.is_busy else self.timeouts.other_witness
        until = submit.noticed_at + (timeouts if in_flight else 0.0)
        return failure if now >= until else Waiting(until)

    def _unknown_error(self, submit: Submit, seen: Observation, events: NetworkEvents, now: float) -> Decision | None:
        """Take an error with a text that the table does not know, such as one in another language, as a failure."""
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
        # If the reply names a video, only that one counts: any other is another worker's, or an old one.
        named = bool(call and call.facts.ids) or bool(events.listed_ours)
        shown_video = submit.named_in(seen, events) if named else submit.candidate_in(seen, events)
        if shown_video is None:
            return None
        if call is not None and call.facts.names_video:
            pause = 0.0
        elif not named and seen.is_busy and not submit.before.is_busy:
            return Waiting(submit.stranger_at)  # the page is still making a video, so this one may be another worker's
        elif not named and submit.before.is_busy and events.tells_prompts:
            return None  # it may be the one that the page was making before; the site's lists will say whose it is
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
        """Return the timeout that has passed at `now`, or None."""
        at = "" if seen.percent is None else f" at {seen.percent} %"
        if now >= submit.deadline:
            return Failure(Category.TIMEOUT, f"no video within the whole waiting time (max_wait){at}")
        if now >= submit.sign_at + submit.timeout:
            return Failure(Category.TIMEOUT, f"no sign of progress for {submit.timeout:g} s{at}")
        return None


def _gravest(failure: Failure, table: LocatorTable, events: NetworkEvents) -> Failure:
    """Return what an earlier request of the same click was refused with, if that ends more than `failure` does.

    A page may send several. An account or an image that was refused stays so, whatever the last of them was told.
    """
    refused = [call for call in events.calls if call.has_prompt is not False and call.is_refused]
    told = [each for call in refused if (each := reply_failure(call, table, events.read_at))]
    account = [each for each in told if each.category is Category.ACCOUNT_REFUSED]
    image = [each for each in told if each.is_about_image]
    return next(iter([*account, *image]), failure)


def _told_limit(submit: Submit, seen: Observation, events: NetworkEvents) -> Failure | None:
    """Return the limit of which a text tells that came after the click, None if there is no such text.

    It counts only where nobody can read what the site answers, nothing is being made, and the waiting time is over.
    """
    fresh = seen.fresh_limits(submit.before)
    if not fresh or not all(map(_tells_nothing, events.calls)) or seen.is_busy or submit.shows_begin(seen):
        return None
    return limit(fresh[0], events)


def _tells_nothing(call: Call) -> bool:
    """Whether a reply has ended, and holds nothing about a video that anybody here understands."""
    return call.is_over and not (call.facts.ids or call.facts.names_video or call.facts.progress is not None)


def _greyed_out(late: Failure, seen: Observation, events: NetworkEvents) -> Failure:
    """Return the timeout, with the remark that the button became disabled if that was the click's only effect.

    A site that has reached a limit without saying so does that; then no further click or visit is made.
    """
    is_grey = seen.submit is not None and seen.submit.disabled and not seen.is_busy
    if not is_grey or events.has_sent:
        return late
    text = f"the submit button went grey after the click, and nothing was sent; {late.message}"
    return replace(late, message=text, is_final=True, is_greyed_out=True)


def _goes_on(submit: Submit, seen: Observation, events: NetworkEvents) -> bool:
    """Whether the page is still making this video, though a login or a human check bars the next one."""
    call = events.ours()
    if call is None or call.status is None or call.status >= 400 or seen.doc != submit.before.doc:
        return False
    return call.is_in_flight or call.facts.names_video


def _is_about_another(call: Call, events: NetworkEvents) -> bool:
    """Whether another generation of this page was moderated, so that a text about moderation is about that one."""
    return any(each.facts.moderated for each in events.calls if each is not call)


def limited(seen: Observation, events: NetworkEvents) -> Failure | None:
    """Return the limit that explains a disabled button, by a text or by the quota; None if nothing explains it."""
    if seen.limit_text:
        return limit(seen.limit_text, events)
    filled = seen.prompt is not None and seen.prompt.filled
    return quota_used_up(events) if filled and events.quota.is_used_up else None
