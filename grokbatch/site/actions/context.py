"""What everybody who works on a page shares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grokbatch.record.model.outcome import MadeVideo
from grokbatch.site.page.urls import plain_file, plain_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from grokbatch.media.mp4 import FileFacts
    from grokbatch.site.actions.actions import Hands
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.site.network.listener import NetworkEar
    from grokbatch.site.page.observation import Sighting
    from grokbatch.site.page.timeouts import Patience


@dataclass(frozen=True)
class Scene:
    """A page with its two witnesses, eyes aside: the ear on its network, and the hands that act on it."""

    page: Page
    table: LocatorTable
    patience: Patience
    clock: Callable[[], float]
    ear: NetworkEar
    hands: Hands

    def made(self, sighting: Sighting, facts: FileFacts | None = None) -> MadeVideo:
        """Return the record of a finished video; `facts` where the browser could not read the file itself."""
        return MadeVideo(
            video_id=sighting.id or "",
            video_url=plain_file(sighting.address, sighting.id or ""),
            page_url=plain_page(self.page.url),
            width=facts.width if facts else sighting.width or None,
            height=facts.height if facts else sighting.height or None,
            duration=facts.duration if facts else sighting.duration,
            size=facts.size if facts else self.ear.size_of(sighting.address),
            playable_at=_time(sighting.playable_at),
        )


def _time(milliseconds: float | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
