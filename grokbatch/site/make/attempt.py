"""One attempt at a video on the page: open the page, prepare it, press the submit button, watch what comes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from grokbatch.record.model.degradation import shortfall
from grokbatch.record.model.outcome import Category, MadeVideo, Outcome
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.actions.probe import FileForbiddenError, read_whole_file
from grokbatch.site.make.preparation_driver import PreparationDriver
from grokbatch.site.make.recovery import OrphanSearch
from grokbatch.site.network.request_gate import Expected
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.outcome.rules import Found, OutcomeRules, Unplayable, Waiting
from grokbatch.site.outcome.submission import Submit
from grokbatch.site.page.urls import path_of

if TYPE_CHECKING:
    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.outcome import Refusal
    from grokbatch.site.actions.context import PageContext
    from grokbatch.site.network.listener import NetworkEvents
    from grokbatch.site.page.observation import Observation, ShownVideo
    from grokbatch.site.page.watcher import Watch
    from grokbatch.video_maker import Orphan, ProgressListener

# How often a click without effect is repeated: one that reached the button once; one that missed the button, because
# its node was just being replaced, more often, because it cannot have started anything.
_REPEATS_IGNORED = 1
_REPEATS_MISSED = 3
_FILE_SECONDS = 30.0
# Seconds between two calls of the listener's `may_submit`.
_ASK_AGAIN = 0.25
# How many requests in a row for the video's file may be answered with "forbidden": a new file may be forbidden for a
# moment.
_FORBIDDEN_LOOKS = 5
# Failures of a page that was open already which may not happen on one that is opened anew.
_WORTH_A_FRESH_PAGE = frozenset({Category.LAYOUT_CHANGED, Category.TIMEOUT, Category.GENERATION_ERROR})

# After these failures the account's workers submit one by one until the site has begun to make a video again.
_DOUBTFUL = frozenset({Category.GENERATION_ERROR, Category.TIMEOUT, Category.ACCOUNT_REFUSED, Category.RATE_LIMIT})


class Attempt:
    """Makes one video; `known` are the ids of all videos that the page has shown so far.

    `may_reload`: whether a submit that was refused, perhaps because the page is out of date, is repeated once on a
    page that is opened anew; when that did not help, not again before the next success. `posts` are further ids under
    which the page knows the image's post.
    """

    def __init__(
        self,
        page_context: PageContext,
        watch: Watch,
        video: VideoSpec,
        listener: ProgressListener,
        known: frozenset[str],
        *,
        may_reload: bool = True,
        posts: tuple[str, ...] = (),
    ) -> None:
        self.known = known
        self.doc = ""
        self.may_reload = may_reload
        self._page_context = page_context
        self._watch = watch
        self._video = video
        self._listener = listener
        self._outcome_rules = OutcomeRules(page_context.table, page_context.timeouts)
        self._started_at = page_context.clock()
        self._mark = page_context.network.mark
        self._driver = PreparationDriver(page_context, watch, video, self._started_at + video.max_wait, self._events)
        self._percent: int | None = None
        self._named: frozenset[str] = frozenset()
        self._is_pressed = self._has_begun = False
        self._checked_at = float("-inf")
        self._forbidden = 0
        self._is_taken = self._are_others_told = self._is_unheard = False
        self._unready: Failure | None = None
        page_context.network.listen_for(video.prompt)
        if video.is_gated:
            # The options leave the aspect ratio out: it follows the image, whatever the page sends.
            page_context.network.gate.expect(
                Expected(video.prompt, (_post_id(video.address), *posts), dict(self._driver.chosen))
            )
        else:
            page_context.network.gate.stand_open()

    def ended(self, outcome: Outcome) -> Outcome:
        """Return the outcome, completed by whether the submit left the browser and may have led to a video."""
        if outcome.category is None or not self._is_pressed:
            return outcome
        gate, events = self._page_context.network.gate, self._events()
        was_sent = not gate.is_on or gate.has_passed or events.has_sent or self._has_begun
        if not was_sent:
            return replace(outcome, is_unsent=True)
        if not (self._is_taken or self._has_begun) and outcome.category in _DOUBTFUL:
            self._listener.doubtful()
        is_open = any(not call.is_refused for call in events.calls)
        may_be_made = not gate.is_on or gate.is_taken or is_open or self._has_begun
        return replace(outcome, perhaps_made=may_be_made and not _rules_out_video(events))

    def on_open_page(self, seen: Observation) -> Outcome | None:
        """Make the video on the page as it is, just `seen`; None, without any submit: it is to be opened anew."""
        # A page that has moved on to a video and shows its composer is used as it is; else the way back to the image
        # leads over its picture, without loading anything.
        home = "" if seen.composer == "video" else path_of(self._video.address)
        ready = self._driver.with_options(self._driver.prepare(0.0, None, home=home, seen=seen))
        if isinstance(ready, Failure) and ready.category in _WORTH_A_FRESH_PAGE:
            return None
        return self._finish(ready)

    def on_fresh_page(self, orphan: Orphan | None) -> Outcome:
        """Open the address anew; adopt the finished video of `orphan` if there is one, else make the video."""
        seen = self._open(orphan)
        if isinstance(seen, Failure):
            return failed(seen)
        older = self._listener.opened(seen.ids)
        if orphan is None:
            return self._finish(self._driver.with_options(seen))

        def reopen() -> Observation | Failure:
            # Each opening has its time, also one at the end of the search.
            now, timeouts = self._page_context.clock(), self._page_context.timeouts
            self._driver.deadline = max(self._driver.deadline, now + timeouts.open)
            # A page that starts a video by itself when it opens would make one more with each opening.
            return self._watch.now() if self._events().calls else self._open(orphan)

        def visit(video_id: str) -> bool:
            if self._events().calls:
                return False  # each opening could start one more, as above
            address = f"{self._video.address.rpartition('/')[0]}/{quote(video_id, safe='')}"
            context = self._page_context
            return not isinstance(open_page(context.page, address, context.timeouts.open, context.today), Failure)

        search = OrphanSearch(self._page_context, self._watch, self._listener, self._driver.deadline, reopen, visit)
        found = search.find(seen, older, orphan)
        if isinstance(found, MadeVideo):
            self.doc = seen.doc
            return Outcome.success(found, adopted=True, degraded=shortfall(self._driver.chosen, found))
        # `max_wait` counts from here for the video that is submitted now: the search has used up time.
        self._driver.deadline = self._page_context.clock() + self._video.max_wait
        # The search selected thumbnails, which changes the page, so it is prepared again.
        return self._finish(self._driver.with_options(found or self._unready or self._driver.prepare(0.0, None)))

    def _open(self, orphan: Orphan | None) -> Observation | Failure:
        """Open the page anew and return what it shows; to search for an orphan it need not be ready for a submit."""
        self._mark = self._page_context.network.mark
        timeouts, is_named = self._page_context.timeouts, orphan is not None and bool(orphan.reply_ids)
        status = open_page(self._page_context.page, self._video.address, timeouts.open, self._page_context.today)
        if isinstance(status, Failure):
            return status
        settle = timeouts.settle if orphan is None else timeouts.settle_orphan
        home = path_of(self._video.address)
        ready = self._driver.prepare(settle, status, lambda seen: is_named and seen.is_busy, home=home)
        self._unready = ready if isinstance(ready, Failure) else None
        if not isinstance(ready, Failure):
            return ready
        seen = self._watch.now()
        return ready if orphan is None or seen.prompt is None else seen

    def _events(self) -> NetworkEvents:
        return self._page_context.network.since(self._mark, self._started_at)

    def _finish(self, ready: Observation | Failure) -> Outcome:
        if isinstance(ready, Failure):
            return failed(ready)
        self._page_context.note_picture(ready, self._video.address)
        others = (call.facts.ids for call in self._events().calls)
        network = self._page_context.network
        self.known = self.known.union(ready.ids, network.listed_ids, network.moderated_ids, *others)
        allowed = self._allowed(ready)
        if isinstance(allowed, Failure):
            return failed(allowed)
        ready = allowed
        # The request of an earlier press has left late: it is this video's, so it is watched and nothing is pressed.
        if self._page_context.network.gate.is_taken:
            self._begin(ready, is_under_way=True)
        else:
            self._mark = self._page_context.network.mark
            self._press(ready)
        now = self._page_context.clock()
        submit = Submit(ready, self.known, now, self._video.timeout, self._driver.deadline, sign_at=now)
        try:
            return self._watch_submit(submit)
        finally:
            # Even if the page was lost, its reply may have named the video just before.
            self._pass_on_ids(self._events())

    def _allowed(self, ready: Observation) -> Observation | Failure:
        """Wait until the listener allows a submit; return the page, prepared again if it had to be waited for."""
        began, gate = self._page_context.clock(), self._page_context.network.gate
        has_waited = False
        while not gate.is_taken and not self._listener.may_submit():
            has_waited = True
            self._watch.until_change(self._watch.now().signature, _ASK_AGAIN)
        self._driver.deadline += self._page_context.clock() - began
        return self._driver.with_options(self._driver.prepare(0.0, None)) if has_waited else ready

    def _begin(self, seen: Observation, *, is_under_way: bool = False) -> None:
        self.doc = seen.doc
        self._is_pressed = True
        self._listener.submitting(self.known, is_under_way=is_under_way)

    def _press(self, seen: Observation) -> None:
        self._begin(seen)
        self._watch.arm()
        was_alive = self._page_context.listening.is_alive(seen.doc)
        self._page_context.actions.press(seen)
        # Nothing listened before and nothing listens after it: nothing can come of this press.
        self._is_unheard = not was_alive and not self._page_context.listening.is_alive(seen.doc)
        self._driver.pressed()

    def _watch_submit(self, submit: Submit) -> Outcome:
        seen, repeats, listening = self._watch.now(), 0, self._page_context.listening
        while True:
            now, events = self._page_context.clock(), self._events()
            submit = submit.seeing(seen, events, now)
            self._has_begun = self._has_begun or submit.shows_begin(seen)
            self._pass_on_progress(seen.percent)
            self._pass_on_ids(events)
            self._tell_others(events)
            result = self._conclude(submit, seen, events, now)
            if isinstance(result, Failure) and result.is_stale and self.may_reload:
                # The site has begun nothing, and the page may be out of date: one that is opened anew is not.
                self.may_reload = False
                return self.on_fresh_page(None)
            if isinstance(result, Failure):
                return failed(self._naming_options(result))
            if isinstance(result, MadeVideo) and not self._is_ours(result, events):
                submit, seen = submit.disowning(result.video_id), self._watch.now()
                continue
            if isinstance(result, MadeVideo):
                self.known |= seen.ids
                self.may_reload = True
                return Outcome.success(result, degraded=shortfall(self._driver.chosen, result))
            until = self._repeat_at(submit, seen, events, repeats)
            if self._is_unheard and not submit.has_started(seen, events) and listening.has_woken(seen.doc):
                until = now
            if now >= until:
                repeats += not self._is_unheard
                again = self._press_again(submit)
                if isinstance(again, Failure):
                    return failed(again)
                submit = again
                seen = self._watch.now()
            else:
                wait = listening.next_question(seen.doc, min(until, result.until) - now)
                seen = self._watch.until_change(seen.signature, wait)

    def _naming_options(self, failure: Failure) -> Failure:
        """Add the options that the batch asks for to the message of a site that refuses them."""
        asked = ", ".join(f"{name}: {value}" for name, value in self._video.options.asked().items())
        if not failure.is_about_options or not asked:
            return failure
        return replace(failure, message=f"{failure.message}; the batch asks for {asked}")

    def _is_ours(self, made: MadeVideo, events: NetworkEvents) -> bool:
        """Whether the video is this one's: a reply names it, or the listener adopts it for this video."""
        call = events.ours()
        return bool(call and call.facts.ids) or self._listener.adopts(made.video_id)

    def _pass_on_ids(self, events: NetworkEvents) -> None:
        """Pass on the ids that the reply gives the video: if the page is lost now, it can be found by them."""
        call = events.ours()
        if call is not None and call.has_prompt is not False and call.facts.ids - self.known - self._named:
            self._named |= call.facts.ids - self.known
            self._listener.named(self._named)

    def _tell_others(self, events: NetworkEvents) -> None:
        """Tell the listener, as soon as it shows, whether the site takes submits: other workers wait for that."""
        call = events.ours()
        if call is not None and not call.is_refused and (call.facts.ids or call.facts.progress is not None):
            self._is_taken = True
        if self._are_others_told:
            return  # only once: that this video was begun long ago says nothing after another worker's refusal
        if self._is_taken or self._has_begun:
            self._are_others_told = True
            self._listener.taken()
        elif events.is_unread:
            self._listener.doubtful()

    def _pass_on_progress(self, percent: int | None) -> None:
        if percent is not None and percent != self._percent:
            self._percent = percent
            self._listener.progress(percent)

    def _conclude(
        self, submit: Submit, seen: Observation, events: NetworkEvents, now: float
    ) -> Failure | MadeVideo | Waiting:
        result = self._outcome_rules.decide(submit, seen, events, now)
        if isinstance(result, Found):
            return self._page_context.made(result.shown_video)
        if not isinstance(result, Unplayable):
            return result
        again = self._checked_at + self._page_context.timeouts.check_again
        if now < again:
            return self._outcome_rules.timed(submit, seen, now) or Waiting(again)
        try:
            made = self._look_into_file(result.shown_video)
            self._forbidden = 0
        except FileForbiddenError as error:
            made, self._forbidden = None, self._forbidden + 1
            if self._forbidden >= _FORBIDDEN_LOOKS:
                # The next attempt opens the page anew, finds the video, and notices if the login has ended.
                return Failure(Category.NETWORK_ERROR, f"the video is made, but {error}")
        self._checked_at = self._page_context.clock()
        return made or self._outcome_rules.timed(submit, seen, now) or Waiting(self._checked_at)

    def _look_into_file(self, shown_video: ShownVideo) -> MadeVideo | None:
        context = self._page_context
        facts = read_whole_file(context.page, shown_video.address, _FILE_SECONDS, context.clock)
        return None if facts is None else self._page_context.made(shown_video, facts)

    def _repeat_at(self, submit: Submit, seen: Observation, events: NetworkEvents, repeats: int) -> float:
        limit = _REPEATS_IGNORED if submit.has_reached(seen) else _REPEATS_MISSED
        if repeats >= limit or submit.has_started(seen, events):
            return float("inf")
        return submit.repeat_at(seen, events, self._page_context.timeouts)

    def _press_again(self, submit: Submit) -> Submit | Failure:
        """Press once more, unless the page shows meanwhile that the first click took effect; return the submit."""

        def is_over(seen: Observation) -> bool:
            now, events = self._page_context.clock(), self._events()
            return submit.seeing(seen, events, now).has_started(seen, events)

        ready = self._driver.with_options(self._driver.prepare(0.0, None, is_over), is_over)
        if not isinstance(ready, Failure) and not is_over(ready):
            ready = self._allowed(ready)
        if isinstance(ready, Failure):
            return ready
        if not is_over(ready):
            self._press(ready)
        return submit.repeated(ready, self._page_context.clock())


def _post_id(address: str) -> str:
    return path_of(address).rpartition("/")[2]


def _rules_out_video(events: NetworkEvents) -> bool:
    """Whether the reply says that there will be no video."""
    call = events.ours()
    if call is None or call.facts.names_video or call.is_left_open:
        return False
    # A reply that holds nothing but a repetition of the request may have been cut off, so it says nothing.
    answered = call.is_mere_answer and call.facts.has_spoken
    return call.facts.moderated or answered or call.is_refused or call.facts.error_message is not None


def failed(failure: Failure) -> Outcome:
    """Return the outcome of a failure."""
    return Outcome(
        category=failure.category,
        message=failure.message,
        retry_at=failure.retry_at,
        control=failure.control,
        tried=failure.tried,
        degraded=failure.degraded,
        is_final=failure.is_final,
        is_about_image=failure.is_about_image,
        is_greyed_out=failure.is_greyed_out,
        is_uploaded_photo=failure.is_uploaded_photo,
        refusal=_kind_of_refusal(failure),
    )


def _kind_of_refusal(failure: Failure) -> Refusal:
    if failure.is_stale:
        return "unexplained"
    return "server error" if failure.is_server_error else ""
