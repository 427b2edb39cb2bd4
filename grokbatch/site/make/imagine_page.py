"""The page object: makes videos of image posts, one after the other, in one browser page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.site.actions.actions import PageActions
from grokbatch.site.actions.context import PageContext
from grokbatch.site.api.times import utc_now
from grokbatch.site.make.attempt import Attempt
from grokbatch.site.network.listener import NetworkListener
from grokbatch.site.page.listening import Listening
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.site.page.urls import path_of
from grokbatch.site.page.watcher import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from playwright.sync_api import Page

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.model.quota import QuotaReply
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.page.observation import Observation
    from grokbatch.video_maker import Orphan, ProgressListener


class ImaginePage:
    """Makes videos in one browser page, which stays open from video to video.

    `table` are the locators of the page's controls, `timeouts` how long (seconds) to wait for what, and `clock`
    returns monotonic seconds in which this process ran. `today` returns the time in UTC.
    """

    def __init__(
        self,
        page: Page,
        table: LocatorTable,
        timeouts: Timeouts | None = None,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = utc_now,
    ) -> None:
        timeouts = timeouts or Timeouts()
        network = NetworkListener(page, table, clock=clock, today=today)
        actions, listening = PageActions(page, table, timeouts.action), Listening(page, timeouts.deaf, clock)
        self._page_context = PageContext(page, table, timeouts, clock, network, actions, listening, today)
        self._opened: str | None = None
        self._doc: str | None = None
        self._known: frozenset[str] = frozenset()
        self._may_reload = True
        self.ended: Callable[[Outcome], Outcome] = lambda outcome: outcome
        self._chosen: frozenset[str] = frozenset()

    def make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None = None) -> Outcome:
        """Make `video`, or adopt the video of an earlier attempt (`orphan`), and return the outcome.

        Raises PageGoneError when the page is lost, and whatever `listener` raises. The caller, who then makes an
        outcome of its own, passes it to `ended`, which adds what is known of the submit.
        """
        context = self._page_context
        watch = Watch(context.page, context.table, video.prompt, clock=context.clock)
        known = self._known
        # After a success the page may have moved on to another post of the same image.
        posts = (path_of(self._page_context.page.url).rpartition("/")[2],) if self._opened == video.address else ()
        attempt = Attempt(self._page_context, watch, video, listener, known, may_reload=self._may_reload, posts=posts)
        self.ended = attempt.ended
        try:
            is_usable = orphan is None and self._suits(video)
            seen = self._open_page(video.address, watch) if is_usable else None
            outcome = (seen and attempt.on_open_page(seen)) or attempt.on_fresh_page(orphan)
            outcome = attempt.ended(outcome)
        finally:
            if self._page_context.network.gate.is_on:
                self._page_context.network.gate.expect(None)
            self._known, self._may_reload = attempt.known, attempt.may_reload
            self._opened = None  # an exception, like most failures, leaves the page in an unknown state
        if outcome.category in (None, Category.CONTENT_MODERATED):
            self._opened, self._doc = video.address, attempt.doc
            self._chosen = frozenset(video.options.asked())
        return outcome

    @property
    def quota(self) -> QuotaReply | None:
        """What the site last told the page of the account's quota."""
        return self._page_context.network.quota_reply

    def _suits(self, video: VideoSpec) -> bool:
        """Whether no option that `video` leaves open was changed on the page for an earlier video."""
        return self._chosen <= video.options.asked().keys()

    def _open_page(self, address: str, watch: Watch) -> Observation | None:
        """Return the page if it is still the document that was opened at `address`, with its controls, else None.

        After a success the site may change the address without loading a document. Such a page can be used as long
        as it shows the composer for videos (the page of a video may show another one), or the image, from which there
        is a way back.
        """
        if self._opened != address:
            return None
        seen = watch.now()
        if seen.prompt is None:
            seen = watch.until_change(seen.signature, self._page_context.timeouts.settle)
        if seen.doc != self._doc or seen.prompt is None:
            return None
        post = path_of(address)
        is_there = path_of(seen.address) == post or seen.composer == "video"
        return seen if is_there or self._page_context.actions.sees_image(post.rpartition("/")[2]) else None
