"""The actions on a finished video on its page: upscale, download with the page's button, delete."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from playwright.sync_api import Error
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from grokbatch.site.actions.actions import PageActions
from grokbatch.site.actions.navigation import open_page
from grokbatch.site.outcome.failures import Failure
from grokbatch.site.page.find import NotThereError, Reach
from grokbatch.site.page.urls import path_of
from grokbatch.site.page.watcher import PageGoneError, Watch, is_gone
from grokbatch.video_maker import VideoActionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Page

    from grokbatch.site.locators.table import ControlName, LocatorTable
    from grokbatch.site.page.observation import Observation
    from grokbatch.site.page.timeouts import Timeouts
    from grokbatch.video_maker import SiteVideo

_MENU = "Escape"


@dataclass(frozen=True)
class VideoActions:
    """Acts on one finished video at a time in `page`; `clock` returns monotonic seconds.

    All methods raise VideoActionError and PageGoneError.
    """

    page: Page
    table: LocatorTable
    timeouts: Timeouts
    clock: Callable[[], float]

    def upscale(self, made: SiteVideo, post: str) -> SiteVideo:
        """Have the video upscaled, unless it is already, and return the HD video.

        `post` is the address of the post from which the video was made.
        """
        video_id = made.video_id
        watch, seen = self._shown((made.page, post), video_id)
        reach = Reach(self.page, self.table, self.timeouts.action)
        if self._hd_of(seen, video_id) is None and not reach.is_there("hd_badge"):
            self._choose(reach, "upscale")
        late = "the upscaled video did not come"
        address = self._until(watch, self.timeouts.upscale, lambda now: self._hd_of(now, video_id), late)
        return replace(made, address=address)

    def remove(self, made: SiteVideo, post: str) -> None:
        """Delete the video on the site, confirm that, and wait until the page no longer shows it."""
        video_id = made.video_id
        watch, _ = self._shown((made.page, post), video_id)
        reach = Reach(self.page, self.table, self.timeouts.action)
        self._choose(reach, "delete")
        try:
            reach.click("confirm")
        except NotThereError as error:
            raise VideoActionError(str(error)) from None
        gone = "the video is still on the page after it was deleted"
        self._until(watch, self.timeouts.removal, lambda now: None if video_id in now.ids else "gone", gone)

    def save(self, made: SiteVideo, post: str, file: IO[bytes]) -> None:
        """Write the file that the page's Download button saves into `file`; raises OSError, too."""
        self._shown((made.page, post), made.video_id)
        button = Reach(self.page, self.table, self.timeouts.action)
        try:
            with self.page.expect_download(timeout=self.timeouts.download_event * 1000) as caught:
                button.click("download")
            with Path(caught.value.path()).open("rb") as saved:
                shutil.copyfileobj(saved, file)
            caught.value.delete()
        except NotThereError as error:
            raise VideoActionError(str(error)) from None
        except PlaywrightTimeout:
            raise VideoActionError("the Download button saved no file") from None
        except Error as error:
            if is_gone(self.page):
                raise PageGoneError("the page is gone") from None
            raise VideoActionError(f"the download broke off ({error.message.partition(chr(10))[0]})") from None

    def _shown(self, addresses: Sequence[str], video_id: str) -> tuple[Watch, Observation]:
        """Open the first of the pages that shows the video, and select it in the player."""
        for address in dict.fromkeys(addresses):
            watch = Watch(self.page, self.table)
            if self._opens(watch, address, video_id):
                if not _in_player(watch.now(), video_id):
                    PageActions(self.page, self.table, self.timeouts.action).select(video_id)
                wrong = "the video could not be selected on the page"
                self._until(watch, self.timeouts.action, lambda now: _there(_in_player(now, video_id)), wrong)
                return watch, watch.now()
        raise VideoActionError("no page of the site shows the video any more")

    def _opens(self, watch: Watch, address: str, video_id: str) -> bool:
        answer = open_page(self.page, address, self.timeouts.open)
        if isinstance(answer, Failure):
            raise VideoActionError(answer.message)
        try:
            self._until(watch, self.timeouts.shown, lambda now: _there(video_id in now.ids), "")
        except VideoActionError:
            return False
        return True

    def _hd_of(self, seen: Observation, video_id: str) -> str | None:
        paths = {video.address: path_of(video.address) for video in seen.videos if video.id == video_id}
        return next((each for each in sorted(paths) if self.table.has_path("hd_file", paths[each])), None)

    def _choose(self, reach: Reach, control: ControlName) -> None:
        try:
            reach.click("more")
            reach.click(control)
        except NotThereError as error:
            self.page.keyboard.press(_MENU)
            raise VideoActionError(str(error)) from None

    def _until(self, watch: Watch, seconds: float, look: Callable[[Observation], str | None], otherwise: str) -> str:
        seen, until = watch.now(), self.clock() + seconds
        while (found := look(seen)) is None:
            now = self.clock()
            if now >= until:
                raise VideoActionError(otherwise)
            seen = watch.until_change(seen.signature, until - now)
        return found


def _in_player(seen: Observation, video_id: str) -> bool:
    return any(video.id == video_id and video.player >= 0 for video in seen.videos)


def _there(holds: bool) -> str | None:
    return "there" if holds else None
