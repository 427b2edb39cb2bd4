"""What the tests of the page object share: a witness that remembers, and a maker with a browser of its own."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from grokbatch.batch.model.video import VideoOptions, VideoSpec
from grokbatch.record.storage.run_directory import RunDirectory
from grokbatch.site.page.timeouts import Timeouts
from grokbatch.site.page_video_maker import PageVideoMaker

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext

    from grokbatch.record.model.outcome import Outcome
    from grokbatch.site.locators.table import LocatorTable
    from grokbatch.video_maker import Orphan

PROMPT = 'The "fox" <runs> & jumps\nover Müller\'s snow-covered fence'


@dataclass
class RememberingListener:
    """Takes note of everything; `older` is what `opened` answers, by default all that is there.

    `credited` are the videos that others have adopted.
    """

    older: frozenset[str] | None = None
    seen: list[frozenset[str]] = field(default_factory=list)
    submits: list[frozenset[str]] = field(default_factory=list)
    names: list[frozenset[str]] = field(default_factory=list)
    searches: list[float] = field(default_factory=list)
    percents: list[int] = field(default_factory=list)
    forbids: Exception | None = None
    credited: frozenset[str] = frozenset()
    may: Callable[[], bool] = lambda: True
    told: list[str] = field(default_factory=list)
    on_progress: Callable[[], None] = lambda: None

    def opened(self, present_ids: frozenset[str]) -> frozenset[str]:
        self.seen.append(present_ids)
        return present_ids if self.older is None else self.older

    def may_submit(self) -> bool:
        if self.forbids:
            raise self.forbids
        return self.may()

    def taken(self) -> None:
        self.told.append("taken")

    def doubtful(self) -> None:
        self.told.append("doubtful")

    def submitting(self, known_ids: frozenset[str], *, is_under_way: bool = False) -> None:
        if self.forbids and not is_under_way:
            raise self.forbids
        self.submits.append(known_ids)

    def named(self, reply_ids: frozenset[str]) -> None:
        self.names.append(reply_ids)

    def searching(self, seconds: float) -> None:
        self.searches.append(seconds)

    def adopts(self, video_id: str) -> bool:
        return video_id not in self.credited

    def progress(self, percent: int) -> None:
        self.percents.append(percent)
        self.on_progress()

    def person_needed(self) -> AbstractContextManager[None]:
        return nullcontext()


class OneContext:
    """A browser context of a browser that is shared by the tests."""

    def __init__(self, browser: Browser, cookies: list[dict[str, Any]]) -> None:
        self.context: BrowserContext = browser.new_context(viewport={"width": 1024, "height": 720})
        self.context.add_cookies(cookies)  # type: ignore[arg-type]
        self.is_open = True

    def renew(self, cookies: list[dict[str, Any]]) -> None:
        if self.is_open:
            self.context.clear_cookies()
            self.context.add_cookies(cookies)  # type: ignore[arg-type]

    def close(self) -> None:
        self.is_open = False
        self.context.close()


class Rig:
    """Makes videos on one site, with one maker, whose time of day is as much `ahead` as a test wants."""

    def __init__(
        self,
        browser: Browser,
        folder: Path,
        address: str,
        cookies: list[dict[str, Any]],
        table: LocatorTable | None = None,
        /,
        **timeouts: float,
    ) -> None:
        self.folder = folder
        self.address = address
        self.cookies = cookies
        self.opened: list[OneContext] = []
        self.listener = RememberingListener()
        self.ahead = timedelta()

        def open_browser() -> OneContext:
            self.opened.append(OneContext(browser, cookies))
            return self.opened[-1]

        self.maker = PageVideoMaker(
            open_browser,
            RunDirectory(folder),
            table,
            Timeouts(**timeouts),
            today=lambda: datetime.now(UTC) + self.ahead,
        )

    def make(
        self,
        *,
        orphan: Orphan | None = None,
        timeout: float = 20.0,
        max_wait: float = 60.0,
        prompt: str = PROMPT,
        is_gated: bool = True,
        **options: str,
    ) -> Outcome:
        number = len(self.listener.submits) + 1
        asked = VideoOptions(**options)
        video = VideoSpec(
            f"video-{number:03}",
            self.address,
            prompt,
            timeout=timeout,
            max_wait=max_wait,
            options=asked,
            is_gated=is_gated,
        )
        return self.maker.make(video, self.listener, orphan)

    @property
    def page(self) -> Any:
        return self.opened[-1].context.pages[-1]
