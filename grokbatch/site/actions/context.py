"""The page with everything that is needed to work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import MadeVideo
from grokbatch.site.api.times import utc_now
from grokbatch.site.page.urls import path_of, plain_file, plain_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from grokbatch.media.mp4 import FileFacts
    from grokbatch.site.actions.actions import PageActions
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.network.listener import NetworkListener
    from grokbatch.site.page.listening import Listening
    from grokbatch.site.page.observation import Observation, ShownVideo
    from grokbatch.site.page.timeouts import Timeouts


@dataclass(frozen=True)
class PageContext:
    """A page, its locators, its network listener, the actions on it, whether it reacts, and how long to wait for what.

    `clock` returns monotonic seconds, `today` the time in UTC.
    """

    page: Page
    table: LocatorTable
    timeouts: Timeouts
    clock: Callable[[], float]
    network: NetworkListener
    actions: PageActions
    listening: Listening
    today: Callable[[], datetime] = utc_now

    def note_picture(self, seen: Observation, address: str) -> None:
        """Tell the gate under which ids the post at `address` shows its picture, if it is open: they may be others than
        the post's own, and a submit may name the image by them."""
        post, gate = path_of(address), self.network.gate
        post_id = post.rpartition("/")[2]
        if path_of(seen.address) == post and not gate.knows_picture(post_id):
            gate.show_picture(post_id, self.actions.picture_ids())

    def made(self, shown_video: ShownVideo, facts: FileFacts | None = None) -> MadeVideo:
        """Return the record of a finished video; `facts` are those of its file if the browser cannot play it."""
        return MadeVideo(
            video_id=shown_video.id or "",
            video_url=plain_file(shown_video.address, shown_video.id or ""),
            page_url=plain_page(self.page.url),
            width=facts.width if facts else shown_video.width or None,
            height=facts.height if facts else shown_video.height or None,
            duration=facts.duration if facts else shown_video.duration,
            size=facts.size if facts else self.network.size_of(shown_video.address),
            playable_at=_time(shown_video.playable_at),
        )


def _time(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
