"""Makes videos with a browser page: opens the browser when it is first needed, and again after a crash."""

from __future__ import annotations

import logging
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Protocol

from playwright.sync_api import Error

from grokbatch.browser.errors import BrowserError
from grokbatch.record.model.outcome import Category, Outcome
from grokbatch.record.storage import source_pictures
from grokbatch.site.account.human_check import person_passes
from grokbatch.site.actions.download import read_into
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.actions.video_actions import VideoActions
from grokbatch.site.api.times import utc_now
from grokbatch.site.evidence.collector import Evidence, EvidenceSource
from grokbatch.site.evidence.redactor import Redactor
from grokbatch.site.evidence.request_log import RequestLog
from grokbatch.site.locators.table import packaged_table
from grokbatch.site.make.imagine_page import ImaginePage
from grokbatch.site.network.picture_listener import PictureListener
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.site.page.urls import origin_of, path_of
from grokbatch.site.page.watcher import PageGoneError, is_gone
from grokbatch.video_maker import TransferError, VideoActionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from playwright.sync_api import BrowserContext, Page

    from grokbatch.batch.model.video import VideoSpec
    from grokbatch.record.storage.run_directory import RunDirectory
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.video_maker import Orphan, ProgressListener, SiteVideo

LOGGER = logging.getLogger(__name__)

# After so many videos a new page is opened, which takes a second: a page may use more and more memory.
_VIDEOS_PER_PAGE = 25


class OpenBrowser(Protocol):
    """A worker's browser; `close` ends it in any state."""

    @property
    def context(self) -> BrowserContext:
        """The browser context that is signed in."""

    def close(self) -> None:
        """End the browser; safe to call twice."""


class PageVideoMaker:
    """The VideoMaker that drives a browser page.

    `open_browser` launches the worker's browser; it is called before the first video and after each crash. Evidence of
    failures goes to `run_directory`, until `serve` changes that. A person has `person_seconds` to answer a human check
    in the browser's window; 0: nobody is there. `renew_session` is called when the site asks for a login: it puts a
    newer session into the context, if there is one, and returns whether it did. `clock` returns monotonic seconds; what
    it leaves out, such as the computer's sleep, is not held against a video. `today` returns the time in UTC, from
    which a wait counts that the site asks for.
    """

    def __init__(
        self,
        open_browser: Callable[[], OpenBrowser],
        run_directory: RunDirectory,
        table: LocatorTable | None = None,
        timeouts: Timeouts | None = None,
        person_seconds: float = 0.0,
        renew_session: Callable[[BrowserContext], bool] = lambda _context: False,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], datetime] = utc_now,
    ) -> None:
        self._clock, self._today = clock, today
        self._renew_session = renew_session
        self._person_seconds = person_seconds
        self._open_browser = open_browser
        self._timeouts = timeouts or Timeouts()
        self._run_directory = run_directory
        self._evidence = Evidence(run_directory, self._timeouts.evidence)
        self._table = table or packaged_table()
        self._browser: OpenBrowser | None = None
        self._page: Page | None = None
        self._imagine: ImaginePage | None = None
        self._requests: RequestLog | None = None
        self._pictures: PictureListener | None = None
        self._prompts: dict[str, None] = {}
        self._made = 0

    def make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None = None) -> Outcome:
        """Make `video`, or adopt the video of an earlier attempt; see VideoMaker."""
        self._prompts[video.prompt] = None
        others = tuple(prompt for prompt in self._prompts if prompt != video.prompt)
        redactor = Redactor(video.prompt, others)
        outcome = self._outcome(video, listener, orphan)
        outcome = replace(outcome, message=redactor.text(outcome.message))
        saved = self._evidence.save(EvidenceSource(self._page, self._requests), video, outcome, redactor)
        if outcome.video is not None:
            self._keep_picture(video)
        if outcome.category is Category.BROWSER_CRASHED:
            self.close()
        return replace(outcome, evidence=(*outcome.evidence, *saved))

    def _outcome(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None) -> Outcome:
        try:
            outcome = self._make(video, listener, orphan)
        except (PageGoneError, BrowserError) as error:
            outcome = Outcome.failure(Category.BROWSER_CRASHED, str(error))
        except Error as error:
            outcome = self._unexpected(error)
        if self._imagine is None:
            return outcome
        return replace(self._imagine.ended(outcome), quota=self._imagine.quota)

    def _make(self, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None) -> Outcome:
        imagine = self._ready_page()
        if self._pictures is not None:
            is_wanted = not source_pictures.is_kept(self._evidence.run_directory, video.permalink or video.address)
            self._pictures.listen_for(path_of(video.address).rpartition("/")[2] if is_wanted else "")
        outcome = imagine.make(video, listener, orphan)
        if outcome.category is Category.AUTH_REQUIRED and self._is_renewed():
            outcome = self._go_on(outcome, video, listener, orphan)
        if outcome.category is not Category.HUMAN_CHECK or not self._person_seconds or self._page is None:
            return outcome
        with listener.person_needed():
            passed = person_passes(self._page, video.address, self._table, self._person_seconds)
        return self._go_on(outcome, video, listener, orphan) if passed else outcome

    def _go_on(self, outcome: Outcome, video: VideoSpec, listener: ProgressListener, orphan: Orphan | None) -> Outcome:
        """Make the video now that the obstacle is gone, unless it may be under way already."""
        if outcome.perhaps_made:
            # The next attempt searches for the video, with what the manifest holds of this attempt.
            text = f"{outcome.message}; that is solved, but the result of the submit was not seen"
            return replace(outcome, category=Category.NETWORK_ERROR, message=text)
        return self._ready_page().make(video, listener, orphan)

    def _keep_picture(self, video: VideoSpec) -> None:
        """Keep the picture that the page has loaded of the image, for the wall; the video does not depend on it."""
        if self._pictures is None or not self._pictures.picture:
            return
        try:
            source_pictures.keep(self._evidence.run_directory, video.permalink or video.address, self._pictures.picture)
        except OSError as error:
            LOGGER.warning("%s: the picture of its image could not be kept: %s", video.id, error.strerror)
        self._pictures.listen_for("")

    def _is_renewed(self) -> bool:
        return self._browser is not None and self._renew_session(self._browser.context)

    def download(self, video: VideoSpec, made: SiteVideo, file: IO[bytes], *, by_button: bool = False) -> None:
        """Write a file of the site into `file`; see VideoMaker."""
        try:
            with self._video_actions(video) as (page, video_actions):
                if by_button:
                    video_actions.save(made, video.address, file)
                else:
                    read_into(page, made.address, file, self._run_directory.root)
        except VideoActionError as error:
            raise TransferError(str(error)) from None

    def upscale(self, video: VideoSpec, made: SiteVideo) -> SiteVideo:
        """Have a video upscaled; see VideoMaker."""
        with self._video_actions(video) as (_, video_actions):
            return video_actions.upscale(made, video.address)

    def remove(self, video: VideoSpec, made: SiteVideo) -> None:
        """Remove a video from the site; see VideoMaker."""
        with self._video_actions(video) as (_, video_actions):
            video_actions.remove(made, video.address)

    @contextmanager
    def _video_actions(self, video: VideoSpec) -> Iterator[tuple[Page, VideoActions]]:
        """Yield a page of the site; if the page or the browser is lost, raise VideoActionError."""
        try:
            page = self._page_of(video)
            yield page, VideoActions(page, self._table, self._timeouts, self._clock)
        except (PageGoneError, BrowserError) as error:
            self.close()
            raise VideoActionError(str(error)) from None

    def _page_of(self, video: VideoSpec) -> Page:
        if self._page is None:
            self._imagine = self._new_page()
        page = self._page
        assert page is not None  # noqa: S101 - just made
        if origin_of(page.url) != origin_of(video.address):
            answer = open_page(page, video.address, self._timeouts.open)
            if isinstance(answer, Failure):
                raise VideoActionError(answer.message)
        return page

    def serve(self, evidence: Evidence) -> None:
        """Collect evidence with `evidence` from now on."""
        self._evidence = replace(evidence, seconds=self._timeouts.evidence)

    def close(self) -> None:
        """End the browser; safe to call twice."""
        browser, self._browser = self._browser, None
        self._page = self._imagine = self._requests = self._pictures = None
        if browser is not None:
            try:
                browser.close()
            except Error as error:
                LOGGER.warning("the browser did not close properly (%s)", type(error).__name__)

    def _ready_page(self) -> ImaginePage:
        if self._imagine is None or self._made >= _VIDEOS_PER_PAGE:
            self._imagine = self._new_page()
            self._made = 0
        self._made += 1
        return self._imagine

    def _new_page(self) -> ImaginePage:
        if self._browser is None:
            self._browser = self._open_browser()
        context, old = self._browser.context, self._page
        # The browser starts with an empty page. Later pages are opened before the old one is closed, because a browser
        # without any page ends.
        unused = context.pages[0] if old is None and context.pages else None
        self._page = unused or context.new_page()
        if old is not None:
            old.close()
        self._requests = RequestLog(self._page)
        self._pictures = PictureListener(self._page)
        return ImaginePage(self._page, self._table, self._timeouts, self._clock, self._today)

    def _unexpected(self, error: Error) -> Outcome:
        if self._page is None or is_gone(self._page, self._clock):
            return Outcome.failure(Category.BROWSER_CRASHED, "the browser ended")
        # The first line says which call failed; what follows may quote what was entered.
        line = error.message.partition("\n")[0]
        return Outcome.failure(Category.GENERATION_ERROR, f"the browser reported an error: {line}")
